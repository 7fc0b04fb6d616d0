#include "wire/usual_trade.hpp"

#include "catch.hpp"
#include "market/underlyings.hpp"
#include "padded.hpp"

using namespace pulse;

namespace {
constexpr const char* kUsual =
    R"({"ev":"T","sym":"O:AAPL251219C00190000","x":302,"p":8.5,"s":100,"c":[209],"t":1764948620676,"q":651921857})";

bool usual(std::string_view text) {
    UsualTrade trade;
    const Padded line(text);
    return read_usual_trade(line.begin(), line.end(), trade) && trade.end == line.end();
}

std::string with(std::string_view from, std::string_view to) {
    std::string text = kUsual;
    return text.replace(text.find(from), from.size(), to);
}
}  // namespace

TEST_CASE("the vendor's usual line is read field by field") {
    UsualTrade trade;
    const Padded line(kUsual);
    REQUIRE(read_usual_trade(line.begin(), line.end(), trade));
    CHECK(trade.end == line.end());
    CHECK(trade.symbol == "O:AAPL251219C00190000");
    CHECK(trade.root_key == Underlyings::key_of("AAPL"));
    CHECK(trade.price_digits == 85);
    CHECK(trade.price_scale == 1);
    CHECK(trade.size == 100);
    CHECK(trade.t_ms == 1'764'948'620'676);
}

TEST_CASE("numbers of every usual length fit") {
    for (const char* price : {"0", "8", "1234567", "0.5", "0.0001", "123.7891", "123456.7", "10.05"})
        CHECK(usual(with("8.5", price)));
    for (const char* size : {"0", "1", "9999999"})
        CHECK(usual(with(R"("s":100)", std::string(R"("s":)") + size)));
    for (const char* conditions : {"", "0", "9999", "209,219", "1,2,3"})
        CHECK(usual(with("[209]", "[" + std::string(conditions) + "]")));
    for (const char* q : {"0", "1", "9999999999999"}) CHECK(usual(with("651921857", q)));
    for (const char* x : {"0", "9", "3020"}) CHECK(usual(with("302", x)));
}

TEST_CASE("every other spelling is left to the full parser") {
    for (const char* price : {"", ".5", "8.", "08.5", "-8.5", "8.5e1", "12345678", "0.00001", "1234567.8",
                              "123456789.12", "8..5", "8.5.1", "\"8.5\""})
        CHECK_FALSE(usual(with("8.5", price)));
    for (const char* size : {"", "01", "-1", "1.0", "10000000", "100000000", "1e2"})
        CHECK_FALSE(usual(with(R"("s":100)", std::string(R"("s":)") + size)));
    for (const char* conditions :
         {"[209", "[209,]", "[,209]", "[-1]", "[20999]", "[209 ]", "209", "[[209]]", "[0209]"})
        CHECK_FALSE(usual(with("[209]", conditions)));
    for (const char* t :
         {"176494862067", "17649486206760", "0764948620676", "176494862067x", "-764948620676"})
        CHECK_FALSE(usual(with("1764948620676", t)));
    for (const char* q : {"", "0651921857", "-1", "1.5", "12345678901234567890"})
        CHECK_FALSE(usual(with("651921857", q)));
    CHECK_FALSE(usual(with("\"x\":302,", "")));
    CHECK_FALSE(usual(with("\"p\"", "\"P\"")));
    CHECK_FALSE(usual(with("}", ",\"z\":1}")));
    CHECK_FALSE(usual(with("}", "]")));
}

TEST_CASE("an object cut short is never completed by what lies behind it") {
    const std::string text = std::string(kUsual) + std::string(kUsual);
    const Padded line(text);
    const std::size_t size = std::string_view(kUsual).size();
    UsualTrade trade;
    for (std::size_t cut = 0; cut < size; ++cut)
        CHECK_FALSE(read_usual_trade(line.begin(), line.begin() + cut, trade));
    CHECK(read_usual_trade(line.begin(), line.begin() + size, trade));
}
