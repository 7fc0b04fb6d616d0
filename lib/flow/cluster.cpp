#include "flow/cluster.hpp"

#include <fmt/format.h>

#include <iterator>

#include "base/clock.hpp"
#include "base/json_text.hpp"

namespace pulse::flow {

namespace {

std::string share(const std::optional<double>& value) {
    return value ? fmt::format("{:.4f}", *value) : "null";
}

std::string number(const std::optional<double>& value) {
    return value ? fmt::format("{}", *value) : "null";
}

double to_double(const Decimal& value) {
    double number = static_cast<double>(value.digits);
    for (int i = 0; i < value.scale; ++i) number /= 10;
    return number;
}

void append_window(std::string& out, const Cluster& cluster) {
    fmt::format_to(std::back_inserter(out), R"(,"window":{{"minutes":{},"from":"{}","to":"{}"}})",
                   cluster.window_min, rfc3339_ms(cluster.from_ms), rfc3339_ms(cluster.to_ms));
}

void append_hits(std::string& out, const std::vector<Hit>& hits) {
    out += ",\"hits\":[";
    for (const Hit& hit : hits) {
        if (out.back() != '[') out += ',';
        fmt::format_to(std::back_inserter(out), R"({{"at":"{}","premium":{},"prints":{},"kind":"{}"}})",
                       rfc3339_ms(hit.first_ms), decimal_text(hit.premium), hit.prints, hit.kind);
    }
    out += ']';
}

void append_score(std::string& out, const Score& score) {
    fmt::format_to(
        std::back_inserter(out),
        R"(,"unusual":{{"status":"{}","p":{},"larger":{},"windows":{},"sessions":{},"sessions_needed":{},)"
        R"("looks_per_day":{},"expected_per_day":{}}})",
        name_of(score.status), number(score.p), score.larger, score.windows, score.sessions, kSessionsNeeded,
        score.looks_per_day, number(score.expected_per_day));
}

}  // namespace

std::string_view name_of(ScoreStatus status) {
    switch (status) {
        case ScoreStatus::kScored:
            return "scored";
        case ScoreStatus::kInsufficientHistory:
            return "insufficient_history";
        case ScoreStatus::kNoCell:
            return "no_cell";
        case ScoreStatus::kGap:
            return "gap";
        case ScoreStatus::kNoBaseline:
            break;
    }
    return "no_baseline";
}

void append_json(std::string& out, const Cluster& cluster) {
    out += "{\"option_symbol\":";
    append_json_string(out, cluster.option_symbol);
    out += ",\"ticker\":";
    append_json_string(out, cluster.ticker);
    const auto auction_share = cluster.premium.digits > 0
                                   ? std::optional(to_double(cluster.auction) / to_double(cluster.premium))
                                   : std::nullopt;
    fmt::format_to(std::back_inserter(out), R"(,"side":"{}","strike":{},"expiry":"{}","dte":{})",
                   side_name(cluster.side), decimal_text(cluster.strike), date_text(cluster.expiry),
                   cluster.dte);
    append_window(out, cluster);
    fmt::format_to(
        std::back_inserter(out),
        R"(,"premium":{},"orders":{},"prints":{},"size":{},"exchanges":{},"first":"{}","last":"{}",)"
        R"("share_of_side":{},"hhi":{},"left_out_premium":{},"auction_premium":{},"auction_share":{})",
        decimal_text(cluster.premium), cluster.orders, cluster.prints, cluster.size, cluster.exchanges,
        rfc3339_ms(cluster.first_ms), rfc3339_ms(cluster.last_ms), share(cluster.share_of_side),
        share(cluster.hhi), decimal_text(cluster.left_out), decimal_text(cluster.auction),
        share(auction_share));
    append_hits(out, cluster.hits);
    append_score(out, cluster.score);
    out += '}';
}

}  // namespace pulse::flow
