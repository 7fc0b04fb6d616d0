#include "serve/signal_news.hpp"

#include "catch.hpp"

using namespace pulse;
using namespace pulse::serve;

namespace {

constexpr std::int64_t kMinute = 60'000;
constexpr std::int64_t kNoon = 1'764'954'000'000;

SeenSignal signal(int minute, std::int64_t premium, const std::string& symbol = "O:AAPL251219C00190000",
                  Day session = 20'427) {
    SeenSignal made;
    made.contract.option_symbol = symbol;
    made.contract.ticker = symbol.substr(2, 4);
    made.contract.premium = *make_decimal(premium, 0);
    made.contract.dte = 14;
    made.session = session;
    made.p = 0.0005;
    made.last_ms = kNoon + minute * kMinute;
    made.known_ms = made.last_ms + 16 * kMinute;
    return made;
}

std::string refusal(const flow::Parameters& parameters) {
    try {
        read_signal_filter(parameters);
    } catch (const flow::ParameterError& error) {
        return error.code() + " " + error.parameter();
    }
    return "none";
}

}  // namespace

TEST_CASE("a contract is news once, and again only after the cooldown and with more premium") {
    SignalNews news{SignalFilter()};
    CHECK(news.take(signal(0, 500'000)));
    CHECK_FALSE(news.take(signal(0, 500'000)));
    CHECK_FALSE(news.take(signal(29, 900'000)));
    CHECK_FALSE(news.take(signal(45, 500'000)));  // late enough, but no more than was told
    CHECK(news.take(signal(30, 500'001)));
    CHECK_FALSE(news.take(signal(59, 700'000)));  // the cooldown begins anew
    CHECK(news.take(signal(60, 700'000)));
    CHECK(news.take(signal(61, 1, "O:TSLA251219C00190000")));  // another contract has its own
}

TEST_CASE("the cooldown can be chosen") {
    SignalNews news{SignalFilter(), 5 * kMinute};
    CHECK(news.take(signal(0, 100)));
    CHECK_FALSE(news.take(signal(4, 200)));
    CHECK(news.take(signal(5, 200)));
}

TEST_CASE("what is remembered is no news until it has grown") {
    SignalNews news{SignalFilter()};
    news.remember(signal(0, 500'000));
    CHECK_FALSE(news.take(signal(10, 600'000)));
    CHECK(news.take(signal(31, 600'000)));
}

TEST_CASE("each session begins anew, and a past one is over") {
    SignalNews news{SignalFilter()};
    CHECK(news.take(signal(0, 500'000)));
    CHECK(news.take(signal(1, 1, "O:AAPL251219C00190000", 20'428)));
    CHECK_FALSE(news.take(signal(200, 900'000, "O:MSFT251219C00190000", 20'427)));
}

TEST_CASE("who was too small or too ordinary becomes news when it matches") {
    SignalNews news{{.contracts = {}, .max_p = 0.001}};
    auto ordinary = signal(0, 500'000);
    ordinary.p = 0.0011;
    CHECK_FALSE(news.take(ordinary));
    news.remember(ordinary);
    CHECK(news.take(signal(1, 600'000)));
    auto edge = signal(2, 10, "O:TSLA251219C00190000");
    edge.p = 0.001;
    CHECK(news.take(edge));
    const SignalNews large{read_signal_filter({{"min_premium", "1000000"}})};
    CHECK_FALSE(large.filter().matches(signal(0, 999'999)));
    CHECK(large.filter().matches(signal(0, 1'000'000)));
}

TEST_CASE("a stream of signals takes these parameters and no other") {
    const auto filter = read_signal_filter({{"ticker", "aapl"},
                                            {"side", "CALL"},
                                            {"min_premium", "250000"},
                                            {"max_dte", "14"},
                                            {"max_p", "0.01"}});
    CHECK(filter.canonical() == "ticker=AAPL;side=CALL;min_premium=250000;max_dte=14;max_p=0.01");
    CHECK(read_signal_filter({}).canonical() == "ticker=;max_p=0.001");
    for (const char* name : {"limit", "date", "until", "expiry", "strike", "max_bytes", "colour"})
        CHECK(refusal({{name, "5"}}) == std::string("unknown_parameter ") + name);
    for (const char* p : {"0", "-1", "0.011", "1", "nan", "x", ""})
        CHECK(refusal({{"max_p", p}}) == "bad_parameter max_p");
}

TEST_CASE("a signal's id is its time and its contract") {
    CHECK(id_of(signal(0, 1)) == "1764954960000-O:AAPL251219C00190000");
}
