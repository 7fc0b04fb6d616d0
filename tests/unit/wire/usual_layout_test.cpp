#include "wire/usual_layout.hpp"

#include <random>
#include <string>

#include "catch.hpp"
#include "changes.hpp"
#include "padded.hpp"
#include "wire/swar.hpp"
#include "wire/usual_trade.hpp"

using namespace pulse;

namespace {

using Random = std::mt19937;

std::string digits(Random& random, int count, bool leading_zero) {
    std::string text;
    for (int i = 0; i < count; ++i) text += static_cast<char>('0' + random() % 10);
    if (!leading_zero && count > 1 && text[0] == '0') text[0] = '7';
    return text;
}

/// A trade with fields of any usual length.
std::string trade(Random& random) {
    const auto upto = [&](int most) { return 1 + static_cast<int>(random() % static_cast<unsigned>(most)); };
    std::string line = R"({"ev":"T","sym":"O:AAPL251219C00190000","x":)" + digits(random, upto(4), false) +
                       R"(,"p":)" + digits(random, upto(4), false);
    if (random() % 3 != 0) line += "." + digits(random, upto(3), true);
    line += R"(,"s":)" + digits(random, upto(7), false) + R"(,"c":[)";
    for (auto i = random() % 4; i > 0; --i) line += digits(random, upto(4), false) + (i > 1 ? "," : "");
    return line + R"(],"t":1)" + digits(random, 12, true) + R"(,"q":)" + digits(random, upto(13), false) +
           "}";
}

/// The same question to a reader that knows many layouts and to the one that reads field by field.
void compare(UsualLayouts& layouts, const std::string& line, const std::string& behind) {
    const Padded padded(line + behind);
    const char* const begin = padded.begin();
    const char* const end = begin + line.size();
    const UsualHead head = read_usual_head(begin);
    if (!head.ok) return;
    UsualTerms terms;
    UsualTrade expected;
    const bool usual = read_usual_tail(begin, head.symbol_size, end, expected) && expected.end == end;
    INFO(line);
    REQUIRE(layouts.read(begin, head.symbol_size, end, terms) == usual);
    if (!usual) return;
    REQUIRE(terms.price_digits == expected.price_digits);
    REQUIRE(terms.price_scale == expected.price_scale);
    REQUIRE(terms.size == expected.size);
    REQUIRE(std::to_string(expected.t_ms) == std::string(terms.time, 13));
}

}  // namespace

TEST_CASE("a known layout gives what reading field by field gives") {
    Random random(3);
    UsualLayouts layouts;
    const std::string next = "\n" + trade(random);
    for (int round = 0; round < 100'000; ++round) {
        std::string line = trade(random);
        compare(layouts, line, next);
        compare(layouts, line, next);  // known now, unless it is too long
        change_one(random, line, "0123456789.,:{}[]\"eETCx\t\n", 17);
        compare(layouts, line, next);
    }
}

TEST_CASE("a layout that no line has had yet matches nothing") {
    UsualLayouts layouts;
    for (const char filler : {'\0', '5', '\xFF', '}'}) {
        const std::string line = R"({"ev":"T","sym":"O:AAPL251219C00190000")" + std::string(100, filler);
        UsualTerms terms;
        const Padded padded(line);
        CHECK_FALSE(layouts.read(padded.begin(), 21, padded.end(), terms));
    }
}
