#include "vendor/sim_history.hpp"

#include "sim_bench.hpp"
#include "vendor/sim_flat.hpp"
#include "vendor/tape_generator.hpp"

using namespace pulse;

namespace {

constexpr auto kCall = "O:AAPL260320C00190000";
constexpr auto kPut = "O:AAPL260320P00190000";

TapeTrade read(std::string_view line) {
    TapeTrade trade;
    TapeTradeReader reader;
    REQUIRE(reader.read(line, trade));
    // The views may point into the reader: copy what is checked.
    static std::string keep[5];
    keep[0] = trade.symbol, keep[1] = trade.exchange, keep[2] = trade.price, keep[3] = trade.size;
    keep[4] = trade.conditions;
    trade.symbol = keep[0], trade.exchange = keep[1], trade.price = keep[2], trade.size = keep[3];
    trade.conditions = keep[4];
    return trade;
}

std::string flat(const SimHistory& history, Day date, FlatLayout layout = FlatLayout::kCurrent) {
    SimFlatFile file(history, date, layout);
    std::string out;
    while (file.append(out)) continue;
    return out;
}

}  // namespace

TEST_CASE("a tape line is read in the usual spelling and in every other one", "[sim_history]") {
    const std::string_view usual =
        R"({"ev":"T","sym":"O:A260618C00100000","x":302,"p":8.50,"s":100,"c":[232,233],"t":1772807400123,"q":5})";
    const auto trade = read(usual);
    CHECK(trade.price == "8.50");
    CHECK(trade.conditions == "232,233");
    CHECK(trade.t_ms == 1772807400123);
    const auto other = read(
        R"({"t":1772807400123, "sym":"O:A260618C00100000","p":8.5,"s":100.0,"c":[232, 233],"x":302,"ev":"T","k":{}})");
    CHECK(other.symbol == trade.symbol);
    CHECK(other.exchange == "302");
    CHECK(other.price == "8.5");
    CHECK(other.size == "100");
    CHECK(other.conditions == "232,233");
    CHECK(other.t_ms == trade.t_ms);
    CHECK_FALSE(
        read(R"({"ev":"T","sym":"O:A260618C00100000","x":1,"p":1,"s":1,"t":5,"q":5})").has_conditions);

    TapeTradeReader reader;
    TapeTrade out;
    CHECK_FALSE(reader.read(R"({"ev":"T","sym":"O:A260618C00100000","x":1,"p":-1,"s":1,"t":5,"q":5})", out));
    CHECK_FALSE(reader.read(R"({"ev":"T","sym":"O:A260618C00100000","x":1,"p":1,"s":1,"t":5,"q":5}})", out));
    CHECK_FALSE(reader.read(R"({"ev":"T","sym":"O:A260618C00100000","x":1,"p":1,"s":1)", out));
}

TEST_CASE("both readers of a tape line agree on a generated tape", "[sim_history]") {
    TapePlan plan{5'000, 3, *session_of(day_from_civil(2026, 3, 6)), {}};
    std::string tape;
    generate_tape(plan, [&](std::string_view lines) {
        tape += lines;
        return true;
    });
    const SimHistory usual(tape);
    // A blank behind the first brace makes every line unusual.
    std::string spaced;
    for (const char c : tape) {
        spaced += c;
        if (c == '{') spaced += ' ';
    }
    const SimHistory other(spaced);
    CHECK(usual.size() == 5'000);
    CHECK(flat(usual, plan.session.date) == flat(other, plan.session.date));
}

TEST_CASE("history sorts a contract's trades by time and keeps the tape's order within a millisecond",
          "[sim_history]") {
    const std::string tape = tape_line(kPut, kMarch6, 1) + tape_line(kCall, kMarch6 + 5, 2) +
                             tape_line(kCall, kMarch6 + 9, 3) + "\n{\"ev\":\"W\"}\n" +
                             tape_line(kCall, kMarch6 + 5, 4) + tape_line(kCall, kMarch6, 5) +
                             tape_line("O:NOSYMBOL", kMarch6 - 48 * kHour, 6);
    const SimHistory history(tape);
    REQUIRE(history.contracts().size() == 2);
    CHECK(history.contracts()[0].symbol == kCall);
    const auto* call = history.find(kCall);
    REQUIRE(call != nullptr);
    std::vector<std::string> sizes;
    for (const auto& trade : history.trades(*call)) sizes.emplace_back(read(history.line(trade)).size);
    CHECK(sizes == std::vector<std::string>{"5", "2", "4", "3"});
    CHECK(history.find("O:NOSYMBOL") == nullptr);
    CHECK(history.dates() == std::vector<Day>{day_from_civil(2026, 3, 6)});
}

TEST_CASE("adjusted and index roots are listed under their underlying", "[sim_history]") {
    CHECK(sim_underlying("AAPL1") == "AAPL");
    CHECK(sim_underlying("SPXW") == "SPX");
    CHECK(sim_underlying("F") == "F");
    CHECK(sim_underlying("123") == "123");
}

TEST_CASE("a flat file has a date's rows by ticker and time in either layout", "[sim_flat]") {
    const std::string tape = tape_line(kPut, kMarch6, 1, "") + tape_line(kCall, kMarch6 + 5, 2, "232,233") +
                             tape_line(kCall, kMarch6, 3) + tape_line(kCall, kMarch6 + 24 * kHour, 4);
    const SimHistory history(tape);
    CHECK(history.dates().size() == 2);
    CHECK(flat(history, day_from_civil(2026, 3, 6)) ==
          "ticker,conditions,correction,exchange,price,sip_timestamp,size\n"
          "O:AAPL260320C00190000,209,0,302,8.5,1772807400000000000,3\n"
          "O:AAPL260320C00190000,\"232,233\",0,302,8.5,1772807400005000000,2\n"
          "O:AAPL260320P00190000,,0,302,8.5,1772807400000000000,1\n");
    CHECK(flat(history, day_from_civil(2026, 3, 7), FlatLayout::kOlder) ==
          "ticker,conditions,correction,exchange,participant_timestamp,price,sip_timestamp,size\n"
          "O:AAPL260320C00190000,209,,302,1772893800000000000,8.5,1772893800000000000,4\n");
}
