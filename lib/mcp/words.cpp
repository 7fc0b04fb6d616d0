#include "mcp/words.hpp"

#include <fmt/format.h>
#include <simdjson.h>

#include <cmath>
#include <cstdint>

#include "flow/briefing_text.hpp"
#include "flow/parameters.hpp"

namespace pulse::mcp {

namespace {

using simdjson::dom::array;
using simdjson::dom::element;

// Ends less than this before that of the time asked about are no delay worth a word.
constexpr std::int64_t kBehindMs = 60'000;

// 85000 → $85,000
std::string dollars(double amount) {
    std::string digits = fmt::format("{}", std::llround(amount));
    for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > 0; at -= 3)
        digits.insert(static_cast<std::size_t>(at), ",");
    return "$" + digits;
}

std::string_view text_of(const element& object, std::string_view key) {
    std::string_view text;
    return object[key].get(text) == simdjson::SUCCESS ? text : "?";
}

std::int64_t count_of(const element& object, std::string_view key) {
    return object[key].get_int64().value();
}

std::int64_t moment_of(std::string_view text) {
    return flow::read_instant("coverage", text, false);
}

// What is known of the time that the answer speaks about.
std::string known_words(const element& coverage) {
    const std::string_view state = text_of(coverage, "state");
    if (state == "pending")
        return "Nothing of this time is known: it can't have arrived yet, or nothing is stored at all. "
               "Nothing found means unknown, not none.";
    const std::string when = fmt::format("from {} to {}", text_of(coverage, "from"), text_of(coverage, "to"));
    if (state == "complete") return fmt::format("All market time {} is known.", when);
    if (state == "unknown")
        return fmt::format("Nothing is known of the market time {}: nothing found means unknown, not none.",
                           when);
    std::string words = fmt::format("Of the market time {} only {:.4g} % is known, with {}", when,
                                    coverage["known_share"].get_double().value() * 100,
                                    flow::counted(count_of(coverage, "gap_count"), "gap"));
    const array gaps = coverage["gaps"];
    if (gaps.size() > 0)
        words += fmt::format(" (the newest: {}, {} to {})", text_of(gaps.at(0), "ticker"),
                             text_of(gaps.at(0), "from"), text_of(gaps.at(0), "to"));
    return words + ": nothing found in a gap means unknown, not none.";
}

// How far the stream has come.
std::string feed_words(const element& coverage) {
    std::int64_t delay_s = 0;
    if (coverage["feed_delay_s"].get(delay_s) != simdjson::SUCCESS)
        return "No stream has been stored, so nobody knows the feed's delay.";
    const std::string_view live_until = text_of(coverage, "live_until");
    std::string words = fmt::format("The feed was last seen {} late, stored up to {}.",
                                    flow::duration_text(delay_s), live_until);
    if (coverage["to"].is_null()) return words;
    const std::int64_t behind_ms = moment_of(text_of(coverage, "to")) - moment_of(live_until);
    if (behind_ms < kBehindMs) return words;
    return words + fmt::format(" It is behind: {} of what is asked about came after that.",
                               flow::duration_text(behind_ms / 1000));
}

std::string coverage_words(const element& coverage) {
    const bool simulated = coverage["simulated"].get_bool().value();
    return fmt::format("{}{} {}", simulated ? "SIMULATED: every trade in this database is invented. " : "",
                       known_words(coverage), feed_words(coverage));
}

std::string trades_words(const element& answer) {
    const array trades = answer["trades"];
    if (trades.size() == 0) return "No stored trade matches.";
    std::string words = flow::counted(static_cast<std::int64_t>(trades.size()), "trade") + ", newest first";
    const element newest = trades.at(0);
    const element oldest = trades.at(trades.size() - 1);
    if (newest["timestamp"].error() == simdjson::SUCCESS)
        words +=
            fmt::format(", from {} back to {}", text_of(newest, "timestamp"), text_of(oldest, "timestamp"));
    words += answer["next"].is_null() ? ". There are no more." : ". More follow: pass `next` as cursor.";
    return words + " Premium is traded premium; without quotes nobody knows who bought or sold.";
}

std::string unusual_words(const element& unusual) {
    const std::string_view status = text_of(unusual, "status");
    if (status == "scored") {
        double expected = 0;
        const bool known = unusual["expected_per_day"].get(expected) == simdjson::SUCCESS;
        return fmt::format("of {} windows in {} {} had as much or more (p ≤ {}{})",
                           flow::count_text(count_of(unusual, "windows")),
                           flow::counted(count_of(unusual, "sessions"), "earlier session"),
                           flow::count_text(count_of(unusual, "larger")),
                           flow::bound_text(unusual["p"].get_double().value()),
                           known ? fmt::format("; about {} such alarms a day are expected by chance",
                                               flow::nearby_text(expected))
                                 : "");
    }
    if (status == "insufficient_history")
        return fmt::format("no score: {} of {} sessions needed", count_of(unusual, "sessions"),
                           count_of(unusual, "sessions_needed"));
    if (status == "gap") return "no score: this window isn't known whole";
    if (status == "no_cell")
        return "no score: none is kept for more than 30 days to expiry or outside of market time";
    return "no score: no baseline of such windows is stored";
}

std::string concentration_words(const element& answer) {
    const element window = answer["window"];
    const std::string when = fmt::format("from {} to {}", text_of(window, "from"), text_of(window, "to"));
    const array clusters = answer["clusters"];
    if (clusters.size() == 0) {
        bool known = true;
        const bool told = answer["orders_known"].get(known) == simdjson::SUCCESS;
        return fmt::format(
            "No stored order {}.{}", when,
            told && !known ? " Trades are stored whose orders weren't joined: unknown, not none." : "");
    }
    const element top = clusters.at(0);
    return fmt::format(
        "{} with orders {}. The most premium: {} {} {} {}, {} in {} ({}); {}. Nobody knows who bought or "
        "sold.",
        flow::counted(count_of(answer, "cluster_count"), "contract"), when, text_of(top, "ticker"),
        simdjson::minify(top["strike"].value()), text_of(top, "side"), text_of(top, "expiry"),
        dollars(top["premium"].get_double().value()), flow::counted(count_of(top, "orders"), "order"),
        flow::counted(count_of(top, "prints"), "print"), unusual_words(top["unusual"]));
}

std::string sessions_words(const element& answer) {
    const array sessions = answer["sessions"];
    if (sessions.size() == 0) return "No session in this time.";
    return fmt::format("{}, {} back to {}.",
                       flow::counted(static_cast<std::int64_t>(sessions.size()), "session"),
                       text_of(sessions.at(0), "date"), text_of(sessions.at(sessions.size() - 1), "date"));
}

}  // namespace

std::string words_for(std::string_view tool, std::string_view json) {
    simdjson::dom::parser parser;
    const simdjson::padded_string text(json);
    const element answer = parser.parse(text);
    // It says all of this itself, and a test of its own proves it.
    if (tool == "flow_briefing") return std::string(text_of(answer, "text"));
    std::string words;
    if (tool == "smart_money_trades") words = trades_words(answer);
    if (tool == "strike_concentration") words = concentration_words(answer);
    if (tool == "similar_events") words = std::string(text_of(answer, "statement"));
    if (tool == "data_coverage") words = sessions_words(answer);
    bool cut = false;
    if (answer["truncated"].get(cut) == simdjson::SUCCESS && cut) words += " The list was cut to max_bytes.";
    return words + " " + coverage_words(answer["coverage"]);
}

}  // namespace pulse::mcp
