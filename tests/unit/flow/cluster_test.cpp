#include "flow/cluster.hpp"

#include "catch.hpp"
#include "flow/score.hpp"
#include "flow/signals.hpp"
#include "flow/snapshot.hpp"

using namespace pulse;
using namespace pulse::flow;

namespace {

constexpr std::int64_t kMinute = 60'000;

Cluster example() {
    Cluster cluster;
    cluster.option_symbol = "O:AAPL251219P00190000";
    cluster.ticker = "AAPL";
    cluster.side = OptionSide::kPut;
    cluster.strike = {190, 0};
    cluster.expiry = day_from_civil(2025, 12, 19);
    cluster.dte = 14;
    cluster.from_ms = 1'764'948'600'000;
    cluster.to_ms = cluster.from_ms + 30 * kMinute;
    cluster.first_ms = 1'764'948'620'676;
    cluster.last_ms = 1'764'949'620'676;
    cluster.premium = {850'000, 0};
    cluster.orders = 6;
    cluster.prints = 41;
    cluster.size = 1'000;
    cluster.exchanges = 9;
    cluster.left_out = {120'000, 0};
    cluster.auction = {2'125'005, 1};
    return cluster;
}

FeedState feed_at(std::int64_t now_ms) {
    FeedState feed;
    feed.now_ms = now_ms;
    return feed;
}

const Session& example_session() {
    static const Session session = session_of(day_from_civil(2025, 12, 5)).value();
    return session;
}

}  // namespace

TEST_CASE("a cluster as JSON: what is unknown is null, p is spelled to the last digit") {
    Cluster cluster = example();
    std::string json;
    append_json(json, cluster);
    const std::string head =
        R"({"option_symbol":"O:AAPL251219P00190000","ticker":"AAPL","side":"PUT","strike":190,)"
        R"("expiry":"2025-12-19","dte":14,"window":{"minutes":30,"from":"2025-12-05T15:30:00.000Z",)"
        R"("to":"2025-12-05T16:00:00.000Z"},"premium":850000,"orders":6,"prints":41,"size":1000,"exchanges":9,)"
        R"("first":"2025-12-05T15:30:20.676Z","last":"2025-12-05T15:47:00.676Z",)";
    CHECK(json ==
          head +
              R"("share_of_side":null,"hhi":null,"left_out_premium":120000,"auction_premium":212500.5,)"
              R"("auction_share":0.2500,"hits":[],"unusual":{"status":"no_baseline","p":null,"larger":0,)"
              R"("windows":0,"sessions":0,"sessions_needed":20,"looks_per_day":0,"expected_per_day":null}})");
    cluster.share_of_side = 0.38;
    cluster.hhi = 1;
    cluster.hits = {{1'764'948'620'676, {6'000'025, 2}, 3, "split"}, {1'764'948'620'777, {1, 0}, 1, "block"}};
    cluster.score = {ScoreStatus::kScored, 2, 4'300, 61, 3.0 / 4'301, 142'000.5, 99.04};
    json.clear();
    append_json(json, cluster);
    CHECK(
        json ==
        head +
            R"("share_of_side":0.3800,"hhi":1.0000,"left_out_premium":120000,"auction_premium":212500.5,)"
            R"("auction_share":0.2500,"hits":[{"at":"2025-12-05T15:30:20.676Z","premium":60000.25,"prints":3,)"
            R"("kind":"split"},{"at":"2025-12-05T15:30:20.777Z","premium":1,"prints":1,"kind":"block"}],)"
            R"("unusual":{"status":"scored","p":0.0006975122064636131,"larger":2,"windows":4300,)"
            R"("sessions":61,"sessions_needed":20,"looks_per_day":142000.5,"expected_per_day":99.04}})");
}

TEST_CASE("each status has a name") {
    CHECK(name_of(ScoreStatus::kScored) == "scored");
    CHECK(name_of(ScoreStatus::kInsufficientHistory) == "insufficient_history");
    CHECK(name_of(ScoreStatus::kNoBaseline) == "no_baseline");
    CHECK(name_of(ScoreStatus::kNoCell) == "no_cell");
    CHECK(name_of(ScoreStatus::kGap) == "gap");
}

TEST_CASE("whole dollars of a premium are cut, never rounded") {
    CHECK(whole_dollars({850'000, 0}) == 850'000);
    CHECK(whole_dollars({4'999'999, 2}) == 49'999);
    CHECK(whole_dollars({99, 2}) == 0);
    CHECK(whole_dollars({}) == 0);
}

TEST_CASE("a half hour's windows look back to where its first one begins, within the session") {
    const Session& session = example_session();
    const auto minutes = [&](const TimeRange& range) {
        return std::pair((range.from_ms - session.open_ms) / kMinute,
                         (range.to_ms + 1 - session.open_ms) / kMinute);
    };
    CHECK(minutes(looked_at(session, 0, 30)) == std::pair<std::int64_t, std::int64_t>(0, 30));
    CHECK(minutes(looked_at(session, 1, 30)) == std::pair<std::int64_t, std::int64_t>(5, 60));
    CHECK(minutes(looked_at(session, 1, 5)) == std::pair<std::int64_t, std::int64_t>(30, 60));
    CHECK(minutes(looked_at(session, 12, 30)) == std::pair<std::int64_t, std::int64_t>(335, 390));
    CHECK(minutes(looked_at(session, 2, 390)) == std::pair<std::int64_t, std::int64_t>(0, 90));
}

TEST_CASE("something could be known a quarter of an hour and a minute after its last print") {
    CHECK(known_at_ms(1'000'000) == 1'000'000 + 16 * kMinute);
}

TEST_CASE("looks are those of the tickers watched and those asked about") {
    CHECK(looked_over({"AAPL", "MSFT"}, {"AAPL", "F"}) == std::vector<std::string>{"AAPL", "F", "MSFT"});
    CHECK(looked_over({}, {"F"}) == std::vector<std::string>{"F"});
    CHECK(looked_over({}, {}).empty());
}

TEST_CASE("now, for questions about the flow, is market time that could be known") {
    const Session& session = example_session();
    const std::int64_t noon = session.open_ms + 150 * kMinute;
    CHECK(market_now_ms(feed_at(noon)) == noon - 16 * kMinute);
    // After the close, over the weekend, and before anything of Monday could have come: Friday's close.
    CHECK(market_now_ms(feed_at(session.close_ms + 17 * kMinute)) == session.close_ms);
    CHECK(market_now_ms(feed_at(session.close_ms + 40 * 60 * kMinute)) == session.close_ms);
    const Session monday = session_of(session.date + 3).value();
    CHECK(market_now_ms(feed_at(monday.open_ms + 15 * kMinute)) == session.close_ms);
    CHECK(market_now_ms(feed_at(monday.open_ms + 17 * kMinute)) == monday.open_ms + kMinute);
    // An invented session plays when it likes.
    FeedState simulated = feed_at(noon + 1'000 * 86'400'000LL);
    simulated.simulated = true;
    simulated.live_to_ms = noon;
    CHECK(market_now_ms(simulated) == noon);
}
