#include "wire/trade_filter.hpp"

#include <array>
#include <random>

#include "catch.hpp"
#include "changes.hpp"
#include "padded.hpp"

using namespace pulse;

namespace {

constexpr std::string_view kUsual =
    R"({"ev":"T","sym":"O:AAPL251219C00190000","x":302,"p":8.5,"s":100,"c":[209],"t":1764948620676,"q":651921857})";
constexpr std::string_view kDerived =
    R"("ticker":"AAPL","expiry":"2025-12-19","side":"CALL","strike":190,"premium":85000,"dte":14)";

struct Outcome {
    std::string output;
    std::vector<std::string> rejected;  // text
    std::array<std::uint64_t, kVerdicts> verdicts{};
    std::uint64_t lines = 0;
};

Outcome filter(std::string_view text, bool fast, std::string_view underlyings = kMag7) {
    FilterOptions options;
    options.rule.underlyings = Underlyings::parse(underlyings);
    options.log_hits = false;
    options.fast_path = fast;
    TradeFilter trade_filter(options);
    FilterResult result;
    const Padded padded(text);
    trade_filter.filter(padded.view(), result);
    Outcome outcome{result.output, {}, result.verdicts, result.lines};
    for (const auto& rejected : result.rejected) outcome.rejected.emplace_back(rejected.text);
    return outcome;
}

}  // namespace

TEST_CASE("a hit gets the derived fields appended and is otherwise untouched") {
    const std::string expected =
        std::string(kUsual.substr(0, kUsual.size() - 1)) + "," + std::string(kDerived) + "}\n";
    CHECK(filter(std::string(kUsual) + "\n", true).output == expected);
    CHECK(filter(std::string(kUsual) + "\r\n", true).output == expected);
    CHECK(filter(kUsual, true).output == expected);
    CHECK(filter(kUsual, false).output == expected);
}

TEST_CASE("a trade that carries derived fields keeps them") {
    const std::string carried =
        std::string(kUsual.substr(0, kUsual.size() - 1)) + "," + std::string(kDerived) + "}\n";
    CHECK(filter(carried, true).output == carried);
    const std::string own =
        R"({"ev":"T","sym":"O:AAPL251219C00190000","dte":99,"p":8.5,"s":100,"t":1764948620676})";
    CHECK_THAT(filter(own, true).output, ContainsSubstring(R"("dte":99,"p")"));
    CHECK_THAT(filter(own, true).output, ContainsSubstring(R"("premium":85000})"));
}

TEST_CASE("other records pass unchanged and in order") {
    const std::string text = "{\"ev\":\"W\",\"a\": 1}\n" + std::string(kUsual) + "\n{\"ev\":\"Z\"}\n";
    const std::string output = filter(text, true).output;
    CHECK(output.starts_with("{\"ev\":\"W\",\"a\": 1}\n{\"ev\":\"T\""));
    CHECK(output.ends_with("}\n{\"ev\":\"Z\"}\n"));
}

TEST_CASE("a bad line costs nothing but itself") {
    const std::string good = std::string(kUsual) + "\n";
    for (const char* bad :
         {R"({"ev":"T","sym":"O:AAPL251219C00190000","x":302,"p":8.5,"s":100,"c":[209],"t":17)", "\"", "{",
          "\\", "\x01"}) {
        const Outcome outcome = filter(good + bad + "\n" + good, true);
        CHECK(outcome.verdicts[0] == 2);
        REQUIRE(outcome.rejected.size() == 1);
        CHECK(outcome.rejected[0] == bad);
    }
}

TEST_CASE("a line too long is rejected, its neighbours pass") {
    const std::string good = std::string(kUsual) + "\n";
    const Outcome outcome = filter(good + std::string(kMaxLine + 1, ' ') + "\n" + good, true);
    CHECK(outcome.verdicts[0] == 2);
    CHECK(outcome.rejected.size() == 1);
    CHECK(outcome.lines == 3);
}

TEST_CASE("with all underlyings every symbol is checked") {
    CHECK(
        filter(
            R"({"ev":"T","sym":"O:ZZ:251219C00190000","x":302,"p":8.5,"s":100,"c":[209],"t":1764948620676,"q":1})",
            true, "ALL")
            .rejected.size() == 1);
    CHECK(
        filter(
            R"({"ev":"T","sym":"O:ZZ251319C00190000","x":302,"p":8.5,"s":100,"c":[209],"t":1764948620676,"q":1})",
            true, "ALL")
            .rejected.size() == 1);
    CHECK(
        filter(
            R"({"ev":"T","sym":"O:ZZ251219C00190000","x":302,"p":8.5,"s":100,"c":[209],"t":1764948620676,"q":1})",
            true, "ALL")
            .verdicts[0] == 1);
}

// The one licence the fast path has: a line that starts like a trade of another root may be dropped for that
// although something behind the symbol is wrong.
TEST_CASE("fast path and full parse agree on lines changed at random") {
    std::mt19937 random(11);
    constexpr std::string_view alphabet = "0123456789.,:{}[]\"\\-eETPCOAx \t\x01\x80";
    const std::string usual(kUsual), derived(kDerived);
    const std::string history =
        usual.substr(0, usual.find(",\"q\"")) + R"(,"ns":1764948620676123456,"src":"rest"})";
    const auto with_derived = [&](const std::string& line) {
        return line.substr(0, line.size() - 1) + "," + derived + "}";
    };
    const std::array lines{usual, with_derived(usual), history, with_derived(history)};
    for (int round = 0; round < 40'000; ++round) {
        std::string line = lines[static_cast<std::size_t>(round) % lines.size()];
        for (auto edits = 1 + random() % 3; edits > 0; --edits) change_one(random, line, alphabet);
        // Behind a line as it should be, whose layout is known then.
        const std::string text = usual + "\n" + line + "\n" + usual;
        const Outcome fast = filter(text, true);
        const Outcome full = filter(text, false);
        INFO(line);
        REQUIRE(fast.output == full.output);
        const bool dropped_unread = fast.verdicts[1] == 1;
        if (!dropped_unread) {
            REQUIRE(fast.verdicts == full.verdicts);
            REQUIRE(fast.rejected == full.rejected);
        }
        REQUIRE(filter(line, true, "ALL").output == filter(line, false, "ALL").output);
    }
}

TEST_CASE("a block may end anywhere, whatever lies behind it") {
    const std::string text = std::string(kUsual) + "\n" + std::string(kUsual) + "\n";
    for (std::size_t size = 0; size <= text.size(); ++size) {
        const Outcome fast = filter(text.substr(0, size), true);
        const Outcome full = filter(text.substr(0, size), false);
        INFO(size);
        REQUIRE(fast.lines == full.lines);
        REQUIRE(fast.output == full.output);
        REQUIRE(fast.rejected == full.rejected);
    }
}

TEST_CASE("prices on the threshold fall the same way on both paths") {
    std::mt19937 random(13);
    for (int round = 0; round < 20'000; ++round) {
        const auto contracts = 1 + static_cast<int>(random() % 400);
        const int cents = 50'000 * 100 / (contracts * 100) + static_cast<int>(random() % 3) - 1;
        std::string line(kUsual);
        line.replace(
            line.find("8.5"), 3,
            std::to_string(cents / 100) + "." + (cents % 100 < 10 ? "0" : "") + std::to_string(cents % 100));
        line.replace(line.find("100,\"c\""), 3, std::to_string(contracts));
        const Outcome fast = filter(line, true);
        INFO(line);
        REQUIRE(fast.verdicts[0] == (static_cast<std::int64_t>(cents) * contracts >= 50'000 ? 1U : 0U));
        REQUIRE(fast.output == filter(line, false).output);
    }
}
