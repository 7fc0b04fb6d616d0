#include "mcp/words.hpp"

#include <fmt/format.h>

#include <string>
#include <utility>
#include <vector>

#include "catch.hpp"

using namespace pulse::mcp;

namespace {

constexpr std::string_view kComplete =
    R"({"from":"2025-12-05T14:30:00.000Z","to":"2025-12-05T21:00:00.000Z","state":"complete","known_share":1,"tickers":{},)"
    R"("gaps":[],"gap_count":0,"live_share":1,"feed_delay_s":905,"live_until":"2025-12-05T20:45:00.000Z","simulated":false})";
constexpr std::string_view kPartial =
    R"({"from":"2025-12-05T14:30:00.000Z","to":"2025-12-05T21:00:00.000Z","state":"partial","known_share":0.75,"tickers":{},)"
    R"("gaps":[{"ticker":"AAPL","from":"2025-12-05T15:00:00.000Z","to":"2025-12-05T16:00:00.000Z"}],"gap_count":3,)"
    R"("live_share":null,"feed_delay_s":null,"live_until":null,"simulated":true})";
constexpr std::string_view kUnknown =
    R"({"from":"2025-12-05T14:30:00.000Z","to":"2025-12-05T21:00:00.000Z","state":"unknown","known_share":null,"tickers":{},)"
    R"("gaps":[],"gap_count":0,"live_share":null,"feed_delay_s":null,"live_until":null,"simulated":false})";
constexpr std::string_view kPending =
    R"({"from":null,"to":null,"state":"pending","known_share":null,"tickers":{},)"
    R"("gaps":[],"gap_count":0,"live_share":null,"feed_delay_s":null,"live_until":null,"simulated":false})";

constexpr std::string_view kLast = R"("next":null)";

std::string trades(std::string_view list, std::string_view rest = kLast,
                   std::string_view coverage = kComplete) {
    return words_for("smart_money_trades",
                     fmt::format(R"({{"trades":{},{},"coverage":{}}})", list, rest, coverage));
}

std::string cluster(std::string_view unusual) {
    return fmt::format(
        R"({{"option_symbol":"O:AAPL251212C00220000","ticker":"AAPL","side":"CALL","strike":222.5,"expiry":"2025-12-12",)"
        R"("premium":2147707.4,"orders":5,"prints":256,"unusual":{}}})",
        unusual);
}

std::string concentration(std::string_view clusters, int count, std::string_view coverage = kComplete) {
    return words_for(
        "strike_concentration",
        fmt::format(
            R"({{"window":{{"minutes":30,"from":"2025-12-05T17:05:00.000Z","to":"2025-12-05T17:35:00.000Z"}},)"
            R"("clusters":[{}],"cluster_count":{},"sides":[],"coverage":{}}})",
            clusters, count, coverage));
}

constexpr std::string_view kScored =
    R"({"status":"scored","p":0.00044903457,"larger":0,"windows":2226,"sessions":53,"sessions_needed":20,)"
    R"("looks_per_day":6405,"expected_per_day":2.876})";
}  // namespace

TEST_CASE("what is known is said beside every answer") {
    const std::string complete = trades("[]");
    CHECK_THAT(complete,
               ContainsSubstring("No stored trade matches. All market time from 2025-12-05T14:30:00.000Z to "
                                 "2025-12-05T21:00:00.000Z is known."));
    CHECK(complete.find("unknown") == std::string::npos);
    CHECK_THAT(trades("[]", kLast, kPartial),
               ContainsSubstring("only 75 %") && ContainsSubstring("3 gaps") &&
                   ContainsSubstring("AAPL, 2025-12-05T15:00:00.000Z to 2025-12-05T16:00:00.000Z") &&
                   ContainsSubstring("nothing found in a gap means unknown, not none"));
    CHECK_THAT(trades("[]", kLast, kUnknown), ContainsSubstring("nothing found means unknown, not none"));
    CHECK_THAT(trades("[]", kLast, kPending),
               ContainsSubstring("Nothing of this time is known") && ContainsSubstring("unknown, not none"));
}

TEST_CASE("the feed's delay is said, and how far behind the question it is") {
    const auto behind = [](std::string_view live_until) {
        std::string coverage(kComplete);
        coverage.replace(coverage.find("2025-12-05T20:45:00.000Z"), 24, live_until);
        return trades("[]", kLast, coverage);
    };
    CHECK_THAT(behind("2025-12-05T20:45:00.000Z"),
               ContainsSubstring("15 min late, stored up to 2025-12-05T20:45:00.000Z.") &&
                   ContainsSubstring("It is behind: 15 min of what is asked about"));
    CHECK_THAT(behind("2025-12-04T21:00:00.000Z"), ContainsSubstring("It is behind: "));
    CHECK(behind("2025-12-05T20:59:30.000Z").find("behind") == std::string::npos);
    CHECK(behind("2025-12-05T23:00:00.000Z").find("behind") == std::string::npos);
    CHECK_THAT(trades("[]", kLast, kPartial), ContainsSubstring("nobody knows the feed's delay"));
}

TEST_CASE("invented trades are called that, real ones are not") {
    CHECK_THAT(trades("[]", kLast, kPartial),
               ContainsSubstring("SIMULATED") && ContainsSubstring("invented"));
    CHECK(trades("[]").find("SIMULATED") == std::string::npos);
    CHECK_THAT(concentration("", 0, kPartial), ContainsSubstring("SIMULATED"));
}

TEST_CASE("trades are counted, dated and followed by what nobody knows") {
    constexpr std::string_view kTwo =
        R"([{"timestamp":"2025-12-05T15:30:20.676Z"},{"timestamp":"2025-12-05T14:31:00.000Z"}])";
    CHECK_THAT(trades(kTwo),
               ContainsSubstring("2 trades, newest first, from 2025-12-05T15:30:20.676Z back to "
                                 "2025-12-05T14:31:00.000Z") &&
                   ContainsSubstring("no more") && ContainsSubstring("who bought or sold"));
    CHECK_THAT(trades(kTwo, R"("next":"abc")"),
               ContainsSubstring("More follow") && ContainsSubstring("cursor"));
    CHECK_THAT(trades(kTwo, R"("truncated":true,"next":"abc")"), ContainsSubstring("cut to max_bytes"));
    CHECK(trades(kTwo, R"("truncated":false,"next":"abc")").find("cut to") == std::string::npos);
    CHECK_THAT(trades(R"([{"timestamp":"2025-12-05T15:30:20.676Z"}])"), ContainsSubstring("1 trade, newest"));
    // `fields` may have left the times out.
    CHECK_THAT(trades(R"([{"ticker":"AAPL"}])"), ContainsSubstring("1 trade, newest first."));
}

TEST_CASE("the largest cluster is told with its p, its n and the alarms of chance") {
    CHECK_THAT(concentration(cluster(kScored), 7),
               ContainsSubstring("7 contracts") && ContainsSubstring("2025-12-05T17:05:00.000Z") &&
                   ContainsSubstring("2025-12-05T17:35:00.000Z") &&
                   ContainsSubstring("AAPL 222.5 CALL 2025-12-12, $2,147,707 in 5 orders (256 prints)") &&
                   ContainsSubstring("of 2,226 windows in 53 earlier sessions 0 had as much or more") &&
                   ContainsSubstring("p ≤ 0.00045") && ContainsSubstring("2.9 such alarms") &&
                   ContainsSubstring("Nobody knows who bought or sold"));
    CHECK_THAT(concentration("", 0), ContainsSubstring("No stored order from 2025-12-05T17:05:00.000Z"));
}

TEST_CASE("without a score there is no p, but the reason") {
    const std::vector<std::pair<std::string, std::string>> reasons{
        {"insufficient_history", "no score: 19 of 20 sessions needed"},
        {"gap", "no score: this window isn't known whole"},
        {"no_cell", "no score: none is kept"},
        {"no_baseline", "no score: no baseline of such windows is stored"}};
    for (const auto& [status, words] : reasons) {
        const std::string text = concentration(
            cluster(fmt::format(
                R"({{"status":"{}","p":null,"larger":0,"windows":798,"sessions":19,"sessions_needed":20,)"
                R"("looks_per_day":0,"expected_per_day":null}})",
                status)),
            1);
        CHECK_THAT(text, ContainsSubstring(words) && ContainsSubstring("1 contract with orders"));
        CHECK(text.find("(p ") == std::string::npos);
    }
}

TEST_CASE("what followed is told in the answer's own statement") {
    const std::string words = words_for(
        "similar_events",
        fmt::format(R"({{"statement":"2 similar events: too few to claim an effect.","coverage":{}}})",
                    kPartial));
    CHECK_THAT(words, ContainsSubstring("2 similar events: too few to claim an effect.") &&
                          ContainsSubstring("unknown, not none"));
}

TEST_CASE("a briefing is its own text, with nothing added") {
    CHECK(words_for("flow_briefing", fmt::format(R"({{"text":"AAPL 220 C: quiet.","coverage":{}}})",
                                                 kPartial)) == "AAPL 220 C: quiet.");
}

TEST_CASE("sessions are counted and dated") {
    const auto sessions = [](std::string_view list) {
        return words_for("data_coverage", fmt::format(R"({{"sessions":{},"coverage":{}}})", list, kPartial));
    };
    CHECK_THAT(
        sessions(R"([{"date":"2025-12-05"},{"date":"2025-12-04"}])"),
        ContainsSubstring("2 sessions, 2025-12-05 back to 2025-12-04.") && ContainsSubstring("only 75 %"));
    CHECK_THAT(sessions("[]"), ContainsSubstring("No session"));
}
