#include "vendor/sim_rest.hpp"

#include <algorithm>

#include "sim_bench.hpp"

using namespace pulse;

namespace {

constexpr auto kCall = "O:AAPL260320C00190000";
const std::string kTrades = std::string("/v3/trades/") + kCall;

// 10 trades a millisecond of one contract, sizes 1 … 30, and three other contracts.
std::string busy_tape() {
    std::string tape;
    for (int i = 0; i < 30; ++i) tape += tape_line(kCall, kMarch6 + i / 10, i + 1, i == 0 ? "" : "209");
    tape += tape_line("O:AAPL1260320C00190500", kMarch6, 1) +
            tape_line("O:AAPL260305P00200000", kMarch6 - 24 * kHour, 1);
    return tape + tape_line("O:TSLA260306P00002500", kMarch6, 1);
}

struct Bench {
    std::string tape = busy_tape();
    SimHistory history{tape};
    SimRest rest{std::optional<std::string>("k"), [this]() -> const SimHistory& { return history; }};

    [[nodiscard]] HttpAnswer ask(const HttpRequest& request, SimTwist twist = {}) const {
        return rest.answer({request, twist, kMarch6});
    }
    [[nodiscard]] std::vector<std::string> contracts(HttpFields query) const {
        return all_pages<std::string>(rest, get("/v3/reference/options/contracts", std::move(query)),
                                      "ticker");
    }
    [[nodiscard]] std::vector<std::int64_t> sizes(HttpFields query) const {
        return all_pages<std::int64_t>(rest, get(kTrades, std::move(query)), "size");
    }
};

std::vector<std::int64_t> numbers(std::int64_t from, std::int64_t to) {
    std::vector<std::int64_t> out;
    for (auto i = from; i <= to; ++i) out.push_back(i);
    return out;
}

std::string ns(std::int64_t ms) {
    return std::to_string(ms) + "000000";
}

using Tickers = std::vector<std::string>;

}  // namespace

TEST_CASE("a page of trades has the vendor's rows, newest first unless asked otherwise", "[sim_rest]") {
    const Bench bench;
    const auto answer = bench.ask(get(kTrades, {{"limit", "1"}}));
    CHECK(answer.status == 200);
    CHECK(answer.body != nullptr);
    const auto newest = whole(bench.ask(get(kTrades, {{"limit", "1"}})));
    CHECK_THAT(newest,
               ContainsSubstring(R"({"results":[{"conditions":[209],"exchange":302,)"
                                 R"("participant_timestamp":1772807400002000000,"price":8.5,)"
                                 R"("sip_timestamp":1772807400002000000,"size":30}],"status":"OK",)"));
    const auto oldest = whole(bench.ask(get(kTrades, {{"limit", "1"}, {"order", "asc"}})));
    CHECK_THAT(oldest, ContainsSubstring(R"({"results":[{"exchange":302,"participant_timestamp")"));
    CHECK(oldest.find("\"q\"") == std::string::npos);
}

TEST_CASE("pages of any size give each trade once and in order, also where a millisecond is cut",
          "[sim_rest]") {
    const Bench bench;
    const auto up = numbers(1, 30);
    auto down = up;
    std::reverse(down.begin(), down.end());
    for (const int limit : {1, 3, 7, 10, 29, 30, 31, 50'000}) {
        const auto text = std::to_string(limit);
        CHECK(bench.sizes({{"order", "asc"}, {"limit", text}}) == up);
        CHECK(bench.sizes({{"order", "desc"}, {"limit", text}}) == down);
    }
    CHECK(bench.sizes({{"sort", "timestamp"}}) == down);
}

TEST_CASE("trades are picked by nanoseconds or New York dates", "[sim_rest]") {
    const Bench bench;
    const auto asc = [&](HttpFields query) {
        query.emplace_back("order", "asc");
        query.emplace_back("limit", "4");
        return bench.sizes(std::move(query));
    };
    CHECK(asc({{"timestamp.gte", ns(kMarch6 + 1)}}) == numbers(11, 30));
    CHECK(asc({{"timestamp.gt", ns(kMarch6 + 1)}}) == numbers(21, 30));
    CHECK(asc({{"timestamp.lt", ns(kMarch6 + 1)}}) == numbers(1, 10));
    CHECK(asc({{"timestamp.lte", ns(kMarch6 + 1)}}) == numbers(1, 20));
    CHECK(asc({{"timestamp", ns(kMarch6 + 1)}}) == numbers(11, 20));
    CHECK(asc({{"timestamp.gte", std::to_string(kMarch6 * 1'000'000 + 1)}}) == numbers(11, 30));
    CHECK(asc({{"timestamp.lt", std::to_string(kMarch6 * 1'000'000 + 1)}}) == numbers(1, 10));
    CHECK(asc({{"timestamp", "2026-03-06"}}) == numbers(1, 30));
    CHECK(asc({{"timestamp.gte", "2026-03-06"}, {"timestamp.lt", "2026-03-07"}}) == numbers(1, 30));
    CHECK(asc({{"timestamp.gt", "2026-03-06"}}).empty());
    CHECK(asc({{"timestamp.lte", "2026-03-05"}}).empty());
    CHECK(asc({{"timestamp.gte", ns(kMarch6 + 2)}, {"timestamp.lt", ns(kMarch6 + 1)}}).empty());
}

TEST_CASE("an unknown contract has no trades, and that is no error", "[sim_rest]") {
    const Bench bench;
    const auto answer = bench.ask(get("/v3/trades/O:NONE260320C00190000"));
    CHECK(answer.status == 200);
    CHECK_THAT(whole(bench.ask(get("/v3/trades/O:NONE260320C00190000"))),
               ContainsSubstring(R"({"results":[],)"));
}

TEST_CASE("contracts are filtered as the vendor does", "[sim_rest]") {
    const Bench bench;
    const Tickers live{"O:AAPL1260320C00190500", kCall, "O:TSLA260306P00002500"};
    CHECK(bench.contracts({}) == live);
    CHECK(bench.contracts({{"limit", "1"}}) == live);
    CHECK(bench.contracts({{"expired", "true"}}) == Tickers{"O:AAPL260305P00200000"});
    CHECK(bench.contracts({{"as_of", "2026-03-05"}, {"expired", "true"}}).empty());
    CHECK(bench.contracts({{"as_of", "2026-03-07"}}) == Tickers{live[0], live[1]});
    CHECK(bench.contracts({{"underlying_ticker", "AAPL"}}) == Tickers{live[0], live[1]});
    CHECK(bench.contracts({{"contract_type", "put"}}) == Tickers{live[2]});
    CHECK(bench.contracts({{"expiration_date", "2026-03-06"}}) == Tickers{live[2]});
    CHECK(bench.contracts({{"expiration_date.gt", "2026-03-06"}}) == Tickers{live[0], live[1]});
    CHECK(bench.contracts({{"expiration_date.lte", "2026-03-06"}}) == Tickers{live[2]});
    CHECK(bench.contracts({{"strike_price.gt", "190"}}) == Tickers{live[0]});
    CHECK(bench.contracts({{"strike_price.gte", "190.0001"}}) == Tickers{live[0]});
    CHECK(bench.contracts({{"strike_price", "190.5"}}) == Tickers{live[0]});
    CHECK(bench.contracts({{"strike_price", "190.5001"}}).empty());
    CHECK(bench.contracts({{"strike_price.lt", "190"}, {"limit", "1"}}) == Tickers{live[2]});
    CHECK(bench.contracts({{"order", "desc"}, {"limit", "2"}}) == Tickers{live[2], live[1], live[0]});
    CHECK(bench.contracts({{"sort", "expiration_date"}}) == Tickers{live[2], live[0], live[1]});
    CHECK(bench.contracts({{"sort", "strike_price"}, {"order", "desc"}, {"limit", "1"}}) ==
          Tickers{live[0], live[1], live[2]});
}

TEST_CASE("a contract's row has the vendor's shape", "[sim_rest]") {
    const Bench bench;
    const auto body =
        whole(bench.ask(get("/v3/reference/options/contracts", {{"ticker", "O:TSLA260306P00002500"}})));
    CHECK_THAT(body,
               ContainsSubstring(
                   R"({"cfi":"OPASPS","contract_type":"put","exercise_style":"american",)"
                   R"("expiration_date":"2026-03-06","primary_exchange":"BATO","shares_per_contract":100,)"
                   R"("strike_price":2.5,"ticker":"O:TSLA260306P00002500","underlying_ticker":"TSLA"})"));
}

TEST_CASE("limits have the vendor's defaults and bounds", "[sim_rest]") {
    std::string tape;
    for (int i = 0; i < 1'200; ++i)
        tape += tape_line(fmt::format("O:A260320C{:08}", 1'000 * (i + 1)), kMarch6, 1);
    for (int i = 0; i < 1'200; ++i) tape += tape_line(kCall, kMarch6, 1);
    const SimHistory history(tape);
    const SimRest rest(std::nullopt, [&]() -> const SimHistory& { return history; });
    const auto rows = [&](const HttpRequest& request) {
        simdjson::dom::parser parser;
        const std::string body = whole(rest.answer({request, {}, kMarch6}));
        return simdjson::dom::array(parser.parse(body)["results"]).size();
    };
    CHECK(rows(get("/v3/reference/options/contracts")) == 10);
    CHECK(rows(get("/v3/reference/options/contracts", {{"limit", "1000"}})) == 1'000);
    CHECK(rows(get(kTrades)) == 1'000);
    CHECK(rows(get(kTrades, {{"limit", "50000"}})) == 1'200);
}

TEST_CASE("bad parameters are answered 400 with the reason", "[sim_rest]") {
    const Bench bench;
    const auto refused = [&](const std::string& path, const HttpFields& query, const std::string& why) {
        const auto answer = bench.ask(get(path, query));
        CHECK(answer.status == 400);
        CHECK_THAT(answer.text,
                   ContainsSubstring(R"({"status":"ERROR","request_id":")") && ContainsSubstring(why));
    };
    const std::string contracts = "/v3/reference/options/contracts";
    refused(contracts, {{"limit", "1001"}}, "'limit' must be between 1 and 1000");
    refused(contracts, {{"limit", "0"}}, "'limit'");
    refused(contracts, {{"sort", "size"}}, "'sort'");
    refused(contracts, {{"expired", "yes"}}, "'expired'");
    refused(contracts, {{"as_of", "2026-02-30"}}, "'as_of'");
    refused(contracts, {{"strike_price.gt", "much"}}, "'strike_price.gt'");
    refused(contracts, {{"cursor", "!"}}, "the cursor");
    refused(kTrades, {{"limit", "50001"}}, "'limit' must be between 1 and 50000");
    refused(kTrades, {{"order", "up"}}, "'order'");
    refused(kTrades, {{"timestamp.gte", "yesterday"}}, "'timestamp.gte'");
    refused(kTrades, {{"sort", "price"}}, "'sort'");
    refused("/v2/aggs/ticker/AAPL/range/5/minute/2026-03-02/2026-03-06", {}, "bars of one day");
    refused("/v2/aggs/ticker/AAPL/range/1/day/2026-03-02", {}, "the path");
}

TEST_CASE("keys come in the header or in the query, and the vendor says which is wrong", "[sim_rest]") {
    const Bench bench;
    auto request = get(kTrades);
    CHECK(bench.ask(request).status == 200);
    request.headers = {{"authorization", "Bearer wrong"}};
    CHECK(bench.ask(request).status == 401);
    CHECK_THAT(bench.ask(request).text, ContainsSubstring(R"("error":"Unknown API Key")"));
    request.headers.clear();
    CHECK_THAT(bench.ask(request).text, ContainsSubstring(R"("error":"API Key was not provided")"));
    request.query = {{"apiKey", "k"}, {"limit", "3"}};
    const auto body = whole(bench.ask(request));
    CHECK_THAT(body, ContainsSubstring("\"next_url\":\"http://localhost/v3/trades/"));
    CHECK(body.find("apiKey") == std::string::npos);
    CHECK(bench.ask(get("/v3/nothing")).status == 404);
}

TEST_CASE("twisted pages", "[sim_rest]") {
    const Bench bench;
    const auto request = get(kTrades, {{"limit", "20"}, {"order", "asc"}});
    CHECK_THAT(whole(bench.ask(request, {.delayed = true})), ContainsSubstring(R"("status":"DELAYED")"));
    CHECK_THAT(whole(bench.ask(request, {.next = SimTwist::Next::kOtherHost})),
               ContainsSubstring(R"("next_url":"https://other-host.example/v3/trades/)"));
    CHECK_THAT(whole(bench.ask(request, {.next = SimTwist::Next::kLoop})),
               ContainsSubstring(
                   R"("next_url":"http://sim:8080/v3/trades/O:AAPL260320C00190000?limit=20&order=asc")"));
    const auto empty = whole(bench.ask(request, {.no_results = true}));
    CHECK(empty.find("results") == std::string::npos);
    const auto next = next_page(empty);
    REQUIRE(next);
    CHECK(all_pages<std::int64_t>(bench.rest, *next, "size") == numbers(1, 30));
    // Twice in a row are two different addresses: no loop.
    auto again = *next;
    again.number = 8;
    CHECK(next_page(whole(bench.ask(again, {.no_results = true})))->query != next->query);
}

TEST_CASE("daily bars depend on ticker and date only and cover sessions only", "[sim_rest]") {
    const Bench bench;
    const auto bars = [&](std::string_view from, std::string_view to, HttpFields query = {}) {
        return all_pages<std::int64_t>(
            bench.rest,
            get(fmt::format("/v2/aggs/ticker/AAPL/range/1/day/{}/{}", from, to), std::move(query)), "t",
            kMarch6 + 240 * kHour);
    };
    const auto week = bars("2026-03-06", "2026-03-10");
    CHECK(week == std::vector<std::int64_t>{1'772'773'200'000, 1'773'028'800'000,
                                            1'773'115'200'000});  // EST, then EDT
    CHECK(bars("2026-03-06", "2026-03-10", {{"limit", "1"}}) == week);
    CHECK(bars("2026-03-06", "2026-03-10", {{"sort", "desc"}}) ==
          std::vector<std::int64_t>{week[2], week[1], week[0]});
    const auto text = [&](const std::string& path) { return whole(bench.ask(get(path))); };
    const auto one = text("/v2/aggs/ticker/TSLA/range/1/day/2026-03-05/2026-03-05");
    CHECK(one == text("/v2/aggs/ticker/TSLA/range/1/day/2026-03-05/2026-03-05"));
    for (const auto* none : {"/v2/aggs/ticker/AAPL/range/1/day/2026-03-07/2026-03-08",
                             "/v2/aggs/ticker/AAPL/range/1/day/2026-04-01/2026-04-08",
                             "/v2/aggs/ticker/QZQZQ/range/1/day/2026-03-02/2026-03-06"}) {
        CHECK(bench.ask(get(none)).status == 200);
        CHECK(text(none).find("\"results\":") == std::string::npos);
    }
}

TEST_CASE("the market's status follows the calendar", "[sim_rest]") {
    const Bench bench;
    const auto now = [&](std::int64_t wall_ms) {
        return bench.rest.answer({get("/v1/marketstatus/now"), {}, wall_ms}).text;
    };
    CHECK_THAT(now(kMarch6), ContainsSubstring(R"("market":"open")"));
    CHECK_THAT(now(kMarch6 - 1), ContainsSubstring(R"("market":"extended-hours")"));
    CHECK_THAT(now(kMarch6 + 24 * kHour), ContainsSubstring(R"("market":"closed")"));
    const auto upcoming = bench.ask(get("/v1/marketstatus/upcoming")).text;
    CHECK(upcoming.starts_with(
        R"([{"date":"2026-04-03","exchange":"NASDAQ","name":"Good Friday","status":"closed"},)"
        R"({"date":"2026-04-03","exchange":"NYSE",)"));
    CHECK_THAT(upcoming, ContainsSubstring(R"({"date":"2026-11-27","exchange":"NYSE","name":"Thanksgiving",)"
                                           R"("status":"early-close","open":"2026-11-27T14:30:00.000Z",)"
                                           R"("close":"2026-11-27T18:00:00.000Z"})"));
    CHECK_THAT(upcoming, ContainsSubstring(R"("name":"New Years Day")"));
}
