#include "flow/outcomes_text.hpp"

#include <fmt/format.h>

#include "flow/briefing_text.hpp"

namespace pulse::flow {

namespace {

std::string span_text(int sessions) {
    return fmt::format("from the next open to the close of session +{}", sessions);
}

// Horizons of more sessions than lie between two events count the same days for both.
std::string overlap_clause(const Distribution& all, const Ups& independent) {
    if (independent.n == all.n()) return {};
    return fmt::format(", {} of them don't overlap", independent.n);
}

std::string ordinary_clause(const std::string& ticker, const HorizonOutcome& outcome) {
    const Distribution& base = outcome.base_tradable;
    if (!base.median) return fmt::format("ordinary {} sessions: none known", ticker);
    if (base.n() == 1) return fmt::format("ordinary {} sessions: known of one only", ticker);
    return fmt::format("ordinary {} sessions: up in {} of {} ({}), median {}{}", ticker, base.up, base.n(),
                       percent_text(base.up, base.n()), return_text(*base.median),
                       overlap_clause(base, outcome.independent.ordinary));
}

std::string followed_clause(const HorizonOutcome& outcome) {
    const Distribution& followed = outcome.tradable;
    if (!followed.median) return "not known of any";
    // Up in 1 of 1 reads like a rule, and so does the one return.
    if (followed.n() == 1) return "known of one only, which shows nothing; it stands in the evidence";
    return fmt::format("up in {} of {} (Wilson {}), median {}{}", followed.up, followed.n(),
                       interval_text(followed.wilson.low, followed.wilson.high),
                       return_text(*followed.median),
                       overlap_clause(followed, outcome.independent.analogues));
}

// Nothing is asked about: there is no event that others could be like.
std::string no_event_sentence(const Outcomes& outcomes) {
    const Similarity& similarity = outcomes.similarity;
    const std::string_view side = side_word(similarity.side);
    if (outcomes.sessions > 0 && outcomes.unknown_sessions == 0)
        return fmt::format(
            "Similar events before: nothing to compare with, no {} {} order in {} from {} to {}.",
            similarity.ticker, side, counted(outcomes.sessions, "known session"), date_text(outcomes.first),
            date_text(outcomes.last));
    return fmt::format(
        "Similar events before: unknown: no completely known session with {} {} orders in the {} before {}.",
        similarity.ticker, side, counted(outcomes.days, "day"), day_text(outcomes.as_of_ms));
}

std::string skipped_clause(const Outcomes& outcomes) {
    if (!outcomes.event || outcomes.skipped_sessions == 0) return {};
    return fmt::format(" The event is of {}; newer sessions that are unknown: {}.",
                       date_text(outcomes.event->session), outcomes.skipped_sessions);
}

}  // namespace

std::string similar_sentence(const Outcomes& outcomes) {
    const Similarity& similarity = outcomes.similarity;
    const std::string_view side = side_word(similarity.side);
    const int known = outcomes.sessions - outcomes.unknown_sessions;
    if (similarity.premium_to.digits == 0) return no_event_sentence(outcomes);
    const std::string skipped = skipped_clause(outcomes);
    if (outcomes.sessions == 0)
        return "Similar events before: unknown, no earlier session is stored." + skipped;
    if (known == 0)
        return fmt::format(
            "Similar events before: unknown, of {} stored none is known whole (gaps, or orders that weren't "
            "joined).{}",
            counted(outcomes.sessions, "session"), skipped);
    const auto found = outcomes.analogues.size();
    std::string text =
        fmt::format("Similar events before ({} to {} of one {} {} in 30 minutes): {} in {} from {} to {}",
                    money_text(similarity.premium_from), money_text(similarity.premium_to), similarity.ticker,
                    side, found == 0 ? "none" : std::to_string(found), counted(known, "known session"),
                    date_text(outcomes.first), date_text(outcomes.last));
    if (outcomes.unknown_sessions > 0)
        text += fmt::format("; {} unknown", counted(outcomes.unknown_sessions, "session"));
    return text + "." + skipped;
}

std::string followed_sentence(const Outcomes& outcomes, std::size_t horizon) {
    if (outcomes.analogues.empty()) return {};
    const HorizonOutcome& outcome = outcomes.horizons[horizon];
    std::string text =
        fmt::format("What followed {}: {}", span_text(outcome.sessions), followed_clause(outcome));
    if (outcome.incomplete > 0)
        text += fmt::format("; not over or without bars: {}", count_text(outcome.incomplete));
    // Beside a single event even what is ordinary invites a comparison.
    if (outcome.tradable.n() == 1) return text + ".";
    return text + "; " + ordinary_clause(outcomes.similarity.ticker, outcome) + ".";
}

std::string verdict_sentence(const Outcomes& outcomes, std::size_t horizon) {
    const HorizonOutcome& outcome = outcomes.horizons[horizon];
    switch (outcome.verdict) {
        case OutcomeVerdict::kNoDifference:
            return "No difference from ordinary sessions shows.";
        case OutcomeVerdict::kDiffers:
            return fmt::format(
                "The share of ups differs from the ordinary one, by {} to {} points (95 %); not corrected "
                "for "
                "how many questions were asked.",
                points_text(outcome.independent.difference->low),
                points_text(outcome.independent.difference->high));
        case OutcomeVerdict::kInsufficient:
            break;
    }
    if (outcome.tradable.n() < kAnaloguesNeeded) return "Too few to claim an effect.";
    if (outcome.independent.analogues.n < kAnaloguesNeeded)
        return "Too few that don't overlap to claim an effect.";
    if (outcome.base_tradable.n() < kAnaloguesNeeded) return "Too few ordinary sessions to claim an effect.";
    return "Too few ordinary sessions that don't overlap to claim an effect.";
}

std::string last_time_sentence(const Outcomes& outcomes) {
    if (outcomes.analogues.empty()) return {};
    const FlowEvent& last = outcomes.analogues.front();
    const auto& followed = last.returns.tradable.front();
    // One return alone isn't said at all: it reads like a rule.
    const bool alone = outcomes.horizons.front().tradable.n() == 1;
    const std::string what =
        !followed ? "what followed isn't known"
        : alone   ? "what followed stands in the evidence"
                  : fmt::format(
                      "{} from the open to the close of {}, the first session to open after it could "
                        "be known",
                      return_text(*followed), date_text(last.entry));
    const std::size_t all = outcomes.analogues.size();
    const std::string rank = all == 1 ? "the only one, no pattern" : fmt::format("one of {}", all);
    return fmt::format("Last time: the event was on {}; {} ({}).", date_text(last.session), what, rank);
}

std::string outcomes_statement(const Outcomes& outcomes) {
    std::string text = similar_sentence(outcomes);
    for (std::size_t h = 0; h < kHorizons.size(); ++h) {
        // Without analogues all horizons say the same.
        if (outcomes.analogues.empty() && h > 0) break;
        const std::string followed = followed_sentence(outcomes, h);
        if (!followed.empty()) text += " " + followed;
        text += " " + verdict_sentence(outcomes, h);
    }
    return text;
}

}  // namespace pulse::flow
