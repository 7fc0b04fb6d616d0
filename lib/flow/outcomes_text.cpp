#include "flow/outcomes_text.hpp"

#include <fmt/format.h>

#include "flow/briefing_text.hpp"

namespace pulse::flow {

namespace {

std::string span_text(int sessions) {
    return fmt::format("from the next open to the close of session +{}", sessions);
}

std::string ordinary_clause(const std::string& ticker, const Distribution& base) {
    if (!base.median) return fmt::format("ordinary {} sessions: none known", ticker);
    if (base.n() == 1) return fmt::format("ordinary {} sessions: known of one only", ticker);
    return fmt::format("ordinary {} sessions: up in {} of {} ({}), median {}", ticker, base.up, base.n(),
                       percent_text(base.up, base.n()), return_text(*base.median));
}

std::string followed_clause(const Distribution& followed) {
    if (!followed.median) return "not known of any";
    // Up in 1 of 1 reads like a rule.
    if (followed.n() == 1) return "known of one only, which shows nothing";
    return fmt::format("up in {} of {} (Wilson {}), median {}", followed.up, followed.n(),
                       interval_text(followed.wilson.low, followed.wilson.high),
                       return_text(*followed.median));
}

}  // namespace

std::string similar_sentence(const Outcomes& outcomes) {
    const Similarity& similarity = outcomes.similarity;
    const std::string_view side = side_word(similarity.side);
    const int known = outcomes.sessions - outcomes.unknown_sessions;
    if (similarity.premium_to.digits == 0)
        return fmt::format("Similar events before: nothing to compare with, no {} {} order is known.",
                           similarity.ticker, side);
    if (outcomes.sessions == 0) return "Similar events before: unknown, no earlier session is stored.";
    if (known == 0)
        return fmt::format("Similar events before: unknown, coverage has gaps in {}.",
                           outcomes.sessions == 1 ? "the one session stored"
                                                  : fmt::format("all {} sessions stored", outcomes.sessions));
    const auto found = outcomes.analogues.size();
    std::string text =
        fmt::format("Similar events before ({} to {} of one {} {} in 30 minutes): {} in {} from {} to {}",
                    money_text(similarity.premium_from), money_text(similarity.premium_to), similarity.ticker,
                    side, found == 0 ? "none" : std::to_string(found), counted(known, "known session"),
                    date_text(outcomes.first), date_text(outcomes.last));
    if (outcomes.unknown_sessions > 0)
        text += fmt::format("; {} unknown", counted(outcomes.unknown_sessions, "session"));
    return text + ".";
}

std::string followed_sentence(const Outcomes& outcomes, std::size_t horizon) {
    if (outcomes.analogues.empty()) return {};
    const HorizonOutcome& outcome = outcomes.horizons[horizon];
    std::string text =
        fmt::format("What followed {}: {}", span_text(outcome.sessions), followed_clause(outcome.tradable));
    if (outcome.incomplete > 0)
        text += fmt::format("; not over or without bars: {}", count_text(outcome.incomplete));
    return text + "; " + ordinary_clause(outcomes.similarity.ticker, outcome.base_tradable) + ".";
}

std::string verdict_sentence(const Outcomes& outcomes, std::size_t horizon) {
    const HorizonOutcome& outcome = outcomes.horizons[horizon];
    switch (outcome.verdict) {
        case OutcomeVerdict::kNoDifference:
            return "No difference from ordinary sessions shows.";
        case OutcomeVerdict::kDiffers:
            return "The ordinary share lies outside the interval; not corrected for how many questions were "
                   "asked.";
        case OutcomeVerdict::kInsufficient:
            break;
    }
    if (outcome.tradable.n() >= kAnaloguesNeeded) return "Too few ordinary sessions to claim an effect.";
    return "Too few to claim an effect.";
}

std::string last_time_sentence(const Outcomes& outcomes) {
    if (outcomes.analogues.empty()) return {};
    const FlowEvent& last = outcomes.analogues.front();
    const auto& followed = last.returns.tradable.front();
    const std::string what = followed ? return_text(*followed) + " " + span_text(kHorizons.front())
                                      : std::string("what followed isn't known");
    const std::size_t all = outcomes.analogues.size();
    const std::string rank = all == 1 ? "the only one, no pattern" : fmt::format("one of {}", all);
    return fmt::format("Last time: {}, {} ({}).", date_text(last.session), what, rank);
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
