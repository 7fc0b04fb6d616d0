#include "wire/line_ends.hpp"

#include <random>
#include <vector>

#include "catch.hpp"
#include "padded.hpp"

TEST_CASE("line ends equal a search byte by byte") {
    std::mt19937 random(5);
    pulse::LineEnds line_ends;
    for (int round = 0; round < 400; ++round) {
        std::string text(random() % 700, 'x');
        const auto sparse = 1 + random() % 100;
        for (char& c : text)
            if (random() % sparse == 0) c = '\n';
        std::vector<std::uint32_t> expected;
        for (std::uint32_t i = 0; i < text.size(); ++i)
            if (text[i] == '\n') expected.push_back(i);
        if (!text.empty() && text.back() != '\n') expected.push_back(static_cast<std::uint32_t>(text.size()));
        const Padded padded(text);
        const auto ends = line_ends.find(padded.view());
        REQUIRE(std::vector<std::uint32_t>(ends.begin(), ends.end()) == expected);
    }
}
