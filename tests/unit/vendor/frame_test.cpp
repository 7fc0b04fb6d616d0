#include "vendor/frame.hpp"

#include <fmt/format.h>

#include "catch.hpp"

using namespace pulse;

namespace {

const std::string kApple =
    R"({"ev":"T","sym":"O:AAPL251219C00190000","x":302,"p":8.5,"s":100,"c":[209],"t":1764948620676,"q":651921857})";
const std::string kTesla =
    R"({"ev":"T","sym":"O:TSLA251219P00400000","x":313,"p":1.25,"s":3,"c":[209],"t":1764948620700,"q":12})";
const std::string kCostco =
    R"({"ev":"T","sym":"O:COST251219P00900000","x":313,"p":1.25,"s":3,"c":[209],"t":1764948620800,"q":13})";
const std::string kQuote =
    R"({"ev":"Q","sym":"O:AAPL251219C00190000","bx":302,"ax":313,"bp":8.4,"ap":8.6,"bs":1,"as":2,"t":1764948620677,"q":2})";
const std::string kAck = R"({"ev":"status","status":"success","message":"subscribed to: T.*"})";

FrameContent read(const std::string& frame, const char* underlyings = "AAPL,TSLA",
                  std::uint64_t max_passed = ~0ULL) {
    FrameReader reader(Underlyings::parse(underlyings));
    FrameContent content;
    const std::string padded = frame + std::string(kScanPadding, '\0');
    reader.read({padded.data(), frame.size()}, content, max_passed);
    return content;
}

}  // namespace

TEST_CASE("selected trades are cut out of an array byte for byte") {
    const auto content = read("[" + kApple + "," + kCostco + "," + kTesla + "]");
    CHECK(content.lines == kApple + "\n" + kTesla + "\n");
    CHECK(content.passed == 2);
    CHECK(content.other_root == 1);
    CHECK(content.received() == 3);
    CHECK(content.times.first == 1764948620676);
    CHECK(content.times.lowest == 1764948620676);
    CHECK(content.times.highest == 1764948620800);  // of trades that aren't selected too
}

TEST_CASE("a bare object is taken like an array of one") {
    CHECK(read(kApple).lines == kApple + "\n");
}

TEST_CASE("an empty array, blanks and an empty frame hold nothing") {
    for (const char* frame : {"[]", " [ ] ", "", "\n"}) {
        const auto content = read(frame);
        CHECK(content.received() == 0);
        CHECK(content.times.empty());
    }
}

TEST_CASE("a frame may mix status, trades and other events") {
    const auto content = read("[" + kTesla + "," + kAck + "," + kQuote + "," + kApple + "]");
    CHECK(content.lines == kTesla + "\n" + kApple + "\n");
    CHECK(content.other_event == 1);
    REQUIRE(content.status.size() == 1);
    CHECK(content.status[0].status == "success");
    CHECK(content.status[0].message == "subscribed to: T.*");
    CHECK(content.times.first == 1764948620676);  // the first one after the acknowledgement
    CHECK(content.times.highest == 1764948620700);
}

TEST_CASE("two acknowledgements in one frame are two statuses") {
    CHECK(read("[" + kAck + "," + kAck + "]").status.size() == 2);
}

TEST_CASE("trades in another shape than the usual one are found and kept as they stand") {
    const std::string no_conditions =
        R"({"ev":"T","sym":"O:AAPL251219C00190000","x":302,"p":8.5,"s":100,"t":1764948620676,"q":1})";
    const std::string unknown_keys =
        R"({"ds":"100","ev":"T","new":{"a":[1,"}{"]},"sym":"O:AAPL251219C00190000","p":8.5,"s":100.0,"t":1764948620676})";
    const std::string blanks =
        R"({ "ev" : "T" , "sym":"O:AAPL251219C00190000","p":8.50e0,"s":1,"t":1764948620676 })";
    const auto content = read("[" + no_conditions + ", " + unknown_keys + ",\n" + blanks + "]");
    CHECK(content.lines == no_conditions + "\n" + unknown_keys + "\n" + blanks + "\n");
    CHECK(content.rejected == 0);
}

TEST_CASE("line breaks inside an object don't break the record") {
    const auto content =
        read("[{\"ev\":\"T\",\r\n\"sym\":\"O:AAPL251219C00190000\",\n\"p\":1,\"s\":1,\"t\":1764948620676}]");
    CHECK(content.lines ==
          "{\"ev\":\"T\",  \"sym\":\"O:AAPL251219C00190000\", \"p\":1,\"s\":1,\"t\":1764948620676}\n");
}

TEST_CASE("only exact roots are selected") {
    const auto trade = [](const char* sym) {
        return fmt::format(
            R"({{"ev":"T","sym":"{}","x":302,"p":8.5,"s":1,"c":[209],"t":1764948620676,"q":1}})", sym);
    };
    const std::string frame = "[" + trade("O:GOOG251219C00190000") + "," + trade("O:GOOGL251219C00190000") +
                              "," + trade("O:GOOGL1251219C00190000") + "," + trade("O:SDS1220204C00003000") +
                              "]";
    CHECK(read(frame, "GOOGL").lines == trade("O:GOOGL251219C00190000") + "\n");
    CHECK(read(frame, "GOOG").lines == trade("O:GOOG251219C00190000") + "\n");
    CHECK(read(frame, "SDS1").lines == trade("O:SDS1220204C00003000") + "\n");
    CHECK(read(frame, "ALL").passed == 4);
}

TEST_CASE("a selected trade with an impossible symbol is rejected, never written") {
    for (const char* sym : {"O:AAPL251319C00190000", "O:AAPL251219X00190000", "AAPL251219C00190000",
                            "O:AAPL251219C000190000"}) {
        const auto content = read(
            fmt::format(
                R"([{{"ev":"T","sym":"{}","x":302,"p":8.5,"s":1,"c":[209],"t":1764948620676,"q":1}},{}])",
                sym, kTesla),
            "ALL");
        CHECK(content.lines == kTesla + "\n");
        CHECK(content.rejected == 1);
    }
}

TEST_CASE("a damaged object costs none of its neighbours") {
    const std::string damage =
        GENERATE(as<std::string>(), R"({"ev":"T","sym":"O:AAPL25)", R"({"ev":"T",,,})", "garbage", "}",
                 R"({"ev":"T","sym":"O:AAPL251219C00190000","p":-1,"s":1,"t":1764948620676})",
                 R"({"ev":"T","sym":"O:AAPL251219C00190000","p":1,"s":1.5,"t":1764948620676})",
                 R"({"ev":"T","sym":"O:AAPL251219C00190000","s":1,"t":1764948620676})", R"({"ev":"T"}})",
                 R"({"ev":"T","x":{"y":[)", "{{{", R"("{\"ev\":")", "\x01\xff");
    const auto content = read("[" + kApple + "," + damage + "," + kTesla + "," + kApple + "]");
    INFO(damage);
    CHECK(content.lines == kApple + "\n" + kTesla + "\n" + kApple + "\n");
    CHECK(content.rejected >= 1);
    CHECK_FALSE(content.reject_reason.empty());
}

TEST_CASE("a frame that ends inside an object keeps the objects before") {
    const auto content = read("[" + kApple + "," + kTesla.substr(0, 40));
    CHECK(content.lines == kApple + "\n");
    CHECK(content.rejected == 1);
    CHECK_THAT(content.reject_reason, ContainsSubstring("ends inside"));
}

TEST_CASE("a text that is no JSON at all is one rejected object") {
    const auto content = read("<html>502 Bad Gateway</html>");
    CHECK(content.rejected == 1);
    CHECK(content.reject_excerpt == "<html>502 Bad Gateway</html>");
}

TEST_CASE("nothing unprintable reaches the excerpt for the log") {
    CHECK(read("a\nb\x1b[31m\xc3\xa9").reject_excerpt == "a?b?[31m??");
}

TEST_CASE("1,500 events in a frame are all read") {
    std::string frame = "[";
    for (int i = 0; i < 1500; ++i) frame += (i > 0 ? "," : "") + (i % 2 == 0 ? kApple : kTesla);
    CHECK(read(frame + "]").passed == 1500);
}

TEST_CASE("reading stops at the wanted number of trades") {
    const auto content = read("[" + kApple + "," + kTesla + "," + kApple + "]", "ALL", 2);
    CHECK(content.lines == kApple + "\n" + kTesla + "\n");
    CHECK(content.received() == 2);
}

TEST_CASE("several frames gather, clear() starts over") {
    FrameReader reader(Underlyings::parse("ALL"));
    FrameContent content;
    const std::string padded = kApple + std::string(kScanPadding, '\0');
    reader.read({padded.data(), kApple.size()}, content);
    reader.read({padded.data(), kApple.size()}, content);
    CHECK(content.passed == 2);
    content.clear();
    CHECK(content.received() == 0);
    CHECK(content.lines.empty());
    CHECK(content.times.empty());
}

TEST_CASE("late and cancelled prints don't start coverage") {
    const std::string late =
        R"({"ev":"T","sym":"O:AAPL251219C00190000","x":302,"p":8.5,"s":1,"c":[202],"t":1764900000000,"q":1})";
    const std::string cancel =
        R"({"ev":"T","sym":"O:AAPL251219C00190000","x":302,"p":8.5,"s":1,"c":[209,203],"t":1764900000001,"q":2})";
    CHECK_FALSE(read("[" + late + "," + cancel + "]").times.has_first);
    const auto content = read("[" + late + "," + cancel + "," + kTesla + "]");
    CHECK(content.times.first == 1764948620700);
    CHECK(content.times.lowest == 1764900000000);
}

TEST_CASE("a frame made to be rescanned for ever ends soon") {
    std::string frame;
    for (int i = 0; i < 200'000; ++i) frame += R"({"ev":)";
    CHECK(read(frame).rejected > 0);
}
