#include "flow/briefing.hpp"

#include <fmt/format.h>

#include "flow/briefing_text.hpp"
#include "flow/outcomes_text.hpp"

namespace pulse::flow {

namespace {

std::string minutes_text(std::int64_t from_ms, std::int64_t to_ms) {
    const std::string from = clock_text(from_ms), to = clock_text(to_ms);
    const std::string day = day_text(from_ms);
    if (from == to) return fmt::format("at {} ET on {}", from, day);
    return fmt::format("between {} and {} ET on {}", from, to, day);
}

std::string window_text(const Evidence& evidence) {
    return fmt::format("the window {} to {} ET on {}", clock_text(evidence.from_ms),
                       clock_text(evidence.to_ms), day_text(evidence.from_ms));
}

std::string about_text(const Evidence& evidence) {
    const std::string names = evidence.tickers.empty() ? "All tickers watched" : names_text(evidence.tickers);
    return evidence.filter.empty() ? names : fmt::format("{} ({})", names, evidence.filter);
}

std::string unjoined_text(const Evidence& evidence) {
    const bool all = evidence.unjoined == evidence.tickers;
    return fmt::format("trades{} are stored, but their orders weren't joined",
                       all ? "" : " of " + names_text(evidence.unjoined));
}

// Orders that count for nothing are no order to speak of, but they are there.
std::string left_out_sentence(const Evidence& evidence) {
    const std::string about = about_text(evidence), window = window_text(evidence);
    const std::string holds =
        fmt::format("holds only multi-leg, stock-tied or late prints: {}", money_text(evidence.left_out));
    switch (evidence.knowledge) {
        case Knowledge::kComplete:
            return fmt::format("{}: {} {}.", about, window, holds);
        case Knowledge::kPartial:
            return fmt::format("{}: unknown, {} isn't covered whole and {}.", about, window, holds);
        case Knowledge::kPending:
            return fmt::format("{}: unknown so far, by now {} {}.", about, window, holds);
        case Knowledge::kUnknown:
            break;
    }
    return fmt::format("{}: unknown, {} isn't covered and {}.", about, window, holds);
}

// Nothing was found: what that means depends on what was looked at.
std::string empty_sentence(const Evidence& evidence) {
    const std::string about = about_text(evidence), window = window_text(evidence);
    if (!evidence.unjoined.empty())
        return fmt::format(
            "{}: unknown: {}: run scripts/backfill, or the pipeline without PULSE_CHAIN=basic.", about,
            unjoined_text(evidence));
    if (evidence.left_out.digits > 0) return left_out_sentence(evidence);
    const char* const order = evidence.filter.empty() ? "no order" : "no matching order";
    switch (evidence.knowledge) {
        case Knowledge::kComplete:
            return fmt::format("{}: none, {} holds {}.", about, window, order);
        case Knowledge::kPartial:
            return fmt::format("{}: unknown, {} holds {} but isn't covered whole.", about, window, order);
        case Knowledge::kPending:
            return fmt::format("{}: unknown so far, nothing of {} can have arrived yet.", about, window);
        case Knowledge::kUnknown:
            break;
    }
    return fmt::format("{}: unknown, {} isn't covered.", about, window);
}

std::string flow_sentence(const Evidence& evidence) {
    if (!evidence.cluster) return empty_sentence(evidence);
    const Cluster& cluster = *evidence.cluster;
    std::string text = fmt::format(
        "{} {} {} {} ({} DTE): {}{} premium in {} ({}, {}) {}", cluster.ticker, decimal_text(cluster.strike),
        side_letter(cluster.side), date_text(cluster.expiry), cluster.dte,
        evidence.knowledge == Knowledge::kComplete ? "" : "at least ", money_text(cluster.premium),
        counted(cluster.orders, "order"), counted(cluster.prints, "print"),
        counted(cluster.exchanges, "exchange"), minutes_text(cluster.first_ms, cluster.last_ms));
    if (cluster.share_of_side)
        text += fmt::format(", {} of {} {} order premium in that window", share_text(*cluster.share_of_side),
                            cluster.ticker, side_word(cluster.side));
    return text + ".";
}

std::string scored_sentence(const Score& score) {
    // Those of the premium's own bucket count as larger, and may be smaller.
    const std::string larger = score.larger == 0 ? "none" : "at most " + count_text(score.larger);
    std::string text = fmt::format("Comparable windows in {}: {} of {} had as much premium or more (p ≤ {}",
                                   counted(score.sessions, "earlier session"), larger,
                                   count_text(score.windows), bound_text(score.p.value_or(1)));
    if (score.expected_per_day)
        text += fmt::format(
            "; about {} such alarms a day are expected by chance over all tickers watched or asked about",
            nearby_text(*score.expected_per_day));
    return text + ").";
}

std::string unusual_sentence(const Score& score) {
    switch (score.status) {
        case ScoreStatus::kScored:
            return scored_sentence(score);
        case ScoreStatus::kInsufficientHistory:
            return fmt::format("Comparable windows: insufficient history, {} of {} sessions needed; no p.",
                               score.sessions, kSessionsNeeded);
        case ScoreStatus::kNoCell:
            return "Comparable windows: none are kept for more than 30 days to expiry or outside of market "
                   "time; no p.";
        case ScoreStatus::kGap:
            return "Comparable windows: not compared, this window isn't known whole; no p.";
        case ScoreStatus::kNoBaseline:
            break;
    }
    return "Comparable windows: no baseline of such windows is stored; no p.";
}

std::string amount_text(const Decimal& dollars) {
    return dollars.digits > 0 ? money_text(dollars) : "none";
}

std::string auction_sentence(const Cluster& cluster) {
    return fmt::format("Premium in auctions, mostly retail orders: {}.", amount_text(cluster.auction));
}

// When the stream hangs back or the trades are invented, that comes before all else.
std::vector<Sentence> warnings(const Evidence& evidence) {
    std::vector<Sentence> said;
    if (evidence.simulated) said.push_back({"coverage", "Simulated data: every trade is invented."});
    if (!evidence.behind_ms) return said;
    std::string text = fmt::format("Behind by {}", duration_text(*evidence.behind_ms / 1000));
    if (evidence.live_until_ms)
        text += fmt::format(": stored up to {} ET on {}", clock_text(*evidence.live_until_ms),
                            day_text(*evidence.live_until_ms));
    said.push_back({"coverage", text + "."});
    return said;
}

std::string gap_clause(const Evidence& evidence) {
    if (evidence.gap_count > 0)
        return counted(evidence.gap_count, "gap") + " in the window, what happened there is unknown";
    switch (evidence.knowledge) {
        case Knowledge::kComplete:
            return "no gap in the window";
        case Knowledge::kPartial:
            return "the window isn't covered whole, the rest is unknown";
        case Knowledge::kPending:
            return "nothing of the window can have arrived yet";
        case Knowledge::kUnknown:
            break;
    }
    return "the window isn't covered, what happened there is unknown";
}

std::string coverage_sentence(const Evidence& evidence) {
    const std::string delay = evidence.delay_ms ? "Feed delayed " + duration_text(*evidence.delay_ms / 1000)
                                                : std::string("Feed delay unknown");
    std::string text = delay + "; " + gap_clause(evidence);
    if (evidence.cluster && !evidence.unjoined.empty()) text += "; " + unjoined_text(evidence);
    return text + ".";
}

void append_cluster(std::vector<Sentence>& said, const Cluster& cluster) {
    said.push_back({"unusual", unusual_sentence(cluster.score)});
    said.push_back({"side", "Side unknown: no quotes."});
    said.push_back({"left_out", fmt::format("Multi-leg, stock-tied and late premium left out: {}.",
                                            amount_text(cluster.left_out))});
    said.push_back({"auction", auction_sentence(cluster)});
}

void append_outcomes(std::vector<Sentence>& said, const Outcomes& outcomes) {
    std::string text = similar_sentence(outcomes);
    const std::string followed = followed_sentence(outcomes, 0);
    if (!followed.empty()) text += " " + followed;
    said.push_back({"history", text + " " + verdict_sentence(outcomes, 0)});
    const std::string last = last_time_sentence(outcomes);
    if (!last.empty()) said.push_back({"last_time", last});
}

}  // namespace

std::string filter_words(const TradeFilter& filter) {
    std::vector<std::string> words;
    if (filter.side) words.push_back(std::string(side_word(*filter.side)) + "s");
    if (filter.strike) words.push_back("strike " + decimal_text(*filter.strike));
    if (filter.expiry) words.push_back("expiry " + date_text(*filter.expiry));
    if (filter.max_dte) words.push_back(fmt::format("at most {} DTE", *filter.max_dte));
    if (filter.min_premium) words.push_back("at least $" + decimal_text(*filter.min_premium));
    return fmt::format("{}", fmt::join(words, ", "));
}

std::vector<Sentence> briefing_sentences(const Evidence& evidence) {
    std::vector<Sentence> said = warnings(evidence);
    said.push_back({"flow", flow_sentence(evidence)});
    if (evidence.cluster) append_cluster(said, *evidence.cluster);
    if (evidence.outcomes) append_outcomes(said, *evidence.outcomes);
    said.push_back({"coverage", coverage_sentence(evidence)});
    return said;
}

}  // namespace pulse::flow
