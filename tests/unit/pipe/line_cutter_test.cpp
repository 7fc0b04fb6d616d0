#include "pipe/line_cutter.hpp"

#include <stdexcept>
#include <string>
#include <vector>

#include "catch.hpp"

using namespace pulse;

TEST_CASE("lines are cut without their endings, and numbered with the empty ones") {
    LineCutter cutter;
    std::vector<std::string> lines;
    const auto take = [&](std::string_view line) {
        lines.push_back(std::to_string(cutter.number()) + ":" + std::string(line));
    };
    cutter.each("one\ntwo\r\n\n\r\n\rfive\n", take);
    cutter.skip();
    cutter.each("seven", take);
    cutter.each("", take);
    CHECK(lines == std::vector<std::string>{"1:one", "2:two", "5:\rfive", "7:seven"});
    CHECK(cutter.number() == 7);
}

TEST_CASE("what ends a block leaves the number of its line") {
    LineCutter cutter;
    CHECK_THROWS_AS(cutter.each("one\ntwo\nthree\n",
                                [&](std::string_view) {
                                    if (cutter.number() == 2) throw std::runtime_error("enough");
                                }),
                    std::runtime_error);
    CHECK(cutter.number() == 2);
}
