#include <fmt/format.h>

#include <array>

#include "base/clock.hpp"
#include "base/json_text.hpp"
#include "flow/briefing.hpp"

namespace pulse::flow {

namespace {

constexpr std::array<std::string_view, 4> kCannotSay{
    "who bought and who sold: this feed has no quotes, so no trade has a side",
    "why: a trade may open or close a position, hedge another one or be part of a spread",
    "what happens next: the past of similar events is listed with its spread, and is no forecast",
    "smaller orders: only those over the stored threshold are counted"};

std::string seconds_or_null(const std::optional<std::int64_t>& ms) {
    return ms ? std::to_string(*ms / 1000) : "null";
}

void append_sentences(std::string& out, const std::vector<Sentence>& sentences) {
    std::string text;
    for (const Sentence& sentence : sentences) text += (text.empty() ? "" : " ") + sentence.text;
    out += "\"text\":";
    append_json_string(out, text);
    out += ",\"sentences\":[";
    for (const Sentence& sentence : sentences) {
        out += out.back() == '[' ? "{\"part\":" : ",{\"part\":";
        append_json_string(out, sentence.part);
        out += ",\"text\":";
        append_json_string(out, sentence.text);
        out += '}';
    }
    out += ']';
}

void append_names(std::string& out, const std::vector<std::string>& names) {
    out += '[';
    for (const std::string& name : names) {
        if (out.back() != '[') out += ',';
        append_json_string(out, name);
    }
    out += ']';
}

void append_evidence(std::string& out, const Evidence& evidence) {
    out += "\"evidence\":{\"tickers\":";
    append_names(out, evidence.tickers);
    out += ",\"filter\":";
    if (evidence.filter.empty())
        out += "null";
    else
        append_json_string(out, evidence.filter);
    out += fmt::format(R"(,"window":{{"from":"{}","to":"{}"}},"cluster":)", rfc3339_ms(evidence.from_ms),
                       rfc3339_ms(evidence.to_ms));
    if (evidence.cluster)
        append_json(out, *evidence.cluster);
    else
        out += "null";
    out += fmt::format(R"(,"left_out":{},"unjoined":)", decimal_text(evidence.left_out));
    append_names(out, evidence.unjoined);
    out += ",\"outcomes\":";
    out += evidence.outcomes ? "{" + outcomes_json(*evidence.outcomes) + "}" : "null";
    out += fmt::format(
        R"(,"coverage_state":"{}","gap_count":{},"feed_delay_s":{},"live_until":{},"behind_s":{},"simulated":{}}})",
        name_of(evidence.knowledge), evidence.gap_count, seconds_or_null(evidence.delay_ms),
        evidence.live_until_ms ? fmt::format("\"{}\"", rfc3339_ms(*evidence.live_until_ms)) : "null",
        seconds_or_null(evidence.behind_ms), evidence.simulated);
}

}  // namespace

std::string briefing_json(const Evidence& evidence) {
    std::string out = "{";
    append_sentences(out, briefing_sentences(evidence));
    out += ',';
    append_evidence(out, evidence);
    out += ",\"cannot_say\":[";
    for (const std::string_view words : kCannotSay) {
        if (out.back() != '[') out += ',';
        append_json_string(out, words);
    }
    return out + "]}";
}

}  // namespace pulse::flow
