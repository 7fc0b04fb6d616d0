#include <fmt/format.h>

#include <cmath>

#include "base/clock.hpp"
#include "base/json_text.hpp"
#include "flow/outcomes.hpp"

namespace pulse::flow {

namespace {

constexpr std::string_view kRule =
    "same ticker and side, one event a session: its largest 30-minute premium of one contract, from half of "
    "the premium asked about to twice it";

// Returns are whole millionths.
std::string fraction(const std::optional<double>& value) {
    if (!value) return "null";
    return decimal_text(make_decimal(std::llround(*value * 1'000'000), 6).value_or(Decimal{}));
}

void append_distribution(std::string& out, const Distribution& all) {
    out += fmt::format(
        R"({{"n":{},"up":{},"mean":{},"median":{},"wilson":{{"low":{:.4f},"high":{:.4f}}},"returns":[)",
        all.n(), all.up, fraction(all.mean), fraction(all.median), all.wilson.low, all.wilson.high);
    for (const double value : all.returns) {
        if (out.back() != '[') out += ',';
        out += fraction(value);
    }
    out += "]}";
}

void append_horizon(std::string& out, const HorizonOutcome& outcome) {
    out += fmt::format(R"({{"sessions":{},"descriptive":)", outcome.sessions);
    append_distribution(out, outcome.descriptive);
    out += ",\"tradable\":";
    append_distribution(out, outcome.tradable);
    out += ",\"base\":{\"descriptive\":";
    append_distribution(out, outcome.base_descriptive);
    out += ",\"tradable\":";
    append_distribution(out, outcome.base_tradable);
    const auto& [like, base, difference] = outcome.independent;
    out += fmt::format(R"(}},"incomplete":{},"independent":{{"n":{},"up":{},"base":{{"n":{},"up":{}}}}},)",
                       outcome.incomplete, like.n, like.up, base.n, base.up);
    out += fmt::format(
        R"("difference":{},"verdict":"{}","analogues_needed":{}}})",
        difference ? fmt::format(R"({{"low":{:.4f},"high":{:.4f}}})", difference->low, difference->high)
                   : "null",
        name_of(outcome.verdict), kAnaloguesNeeded);
}

void append_event(std::string& out, const FlowEvent& event) {
    const Cluster& cluster = event.cluster;
    out += fmt::format(R"({{"session":"{}","option_symbol":)", date_text(event.session));
    append_json_string(out, cluster.option_symbol);
    out += fmt::format(
        R"(,"strike":{},"expiry":"{}","dte":{},"window":{{"from":"{}","to":"{}"}},"premium":{},"orders":{},"prints":{},)",
        decimal_text(cluster.strike), date_text(cluster.expiry), cluster.dte, rfc3339_ms(cluster.from_ms),
        rfc3339_ms(cluster.to_ms), decimal_text(cluster.premium), cluster.orders, cluster.prints);
    out += fmt::format(R"("known_at":"{}","base":"{}","entry":"{}","returns":{{)", rfc3339_ms(event.known_ms),
                       date_text(event.base), date_text(event.entry));
    for (std::size_t h = 0; h < kHorizons.size(); ++h)
        out += fmt::format(R"({}"{}":{{"descriptive":{},"tradable":{}}})", h > 0 ? "," : "", kHorizons[h],
                           fraction(event.returns.descriptive[h]), fraction(event.returns.tradable[h]));
    out += "}}";
}

void append_similarity(std::string& out, const Similarity& similarity) {
    const bool any = similarity.premium_to.digits != 0;
    out += "\"similarity\":{\"ticker\":";
    append_json_string(out, similarity.ticker);
    out += fmt::format(R"(,"side":"{}","premium_from":{},"premium_to":{},"rule":"{}"}})",
                       side_name(similarity.side), any ? decimal_text(similarity.premium_from) : "null",
                       any ? decimal_text(similarity.premium_to) : "null", kRule);
}

void append_period(std::string& out, const Outcomes& outcomes) {
    const auto date = [&](Day day) {
        return outcomes.sessions > 0 ? fmt::format("\"{}\"", date_text(day)) : std::string("null");
    };
    const auto events = static_cast<int>(outcomes.analogues.size());
    out += fmt::format(
        R"("period":{{"days":{},"from":{},"to":{},"sessions":{},"unknown_sessions":{},"skipped_sessions":{},"events":{},"ordinary":{}}})",
        outcomes.days, date(outcomes.first), date(outcomes.last), outcomes.sessions,
        outcomes.unknown_sessions, outcomes.skipped_sessions, events,
        outcomes.sessions - outcomes.unknown_sessions - events);
}

template <typename Items, typename Append>
void append_list(std::string& out, std::string_view name, const Items& items, Append append) {
    out += fmt::format(",\"{}\":[", name);
    for (const auto& item : items) {
        if (out.back() != '[') out += ',';
        append(out, item);
    }
    out += ']';
}

}  // namespace

std::string outcomes_json(const Outcomes& outcomes) {
    std::string out = "\"event\":";
    if (outcomes.event)
        append_event(out, *outcomes.event);
    else
        out += "null";
    out += ',';
    append_similarity(out, outcomes.similarity);
    out += fmt::format(",\"as_of\":\"{}\",", rfc3339_ms(outcomes.as_of_ms));
    append_period(out, outcomes);
    append_list(out, "horizons", outcomes.horizons, append_horizon);
    append_list(out, "analogues", outcomes.analogues, append_event);
    out += ",\"statement\":";
    append_json_string(out, outcomes_statement(outcomes));
    return out;
}

}  // namespace pulse::flow
