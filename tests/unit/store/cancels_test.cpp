#include "market/cancels.hpp"

#include <algorithm>
#include <random>
#include <string>

#include "catch.hpp"

using namespace pulse;

namespace {

/// Events written as letters, one a millisecond: p print, c cancel. Gives the time each print was cancelled
/// at, or -.
std::string matched(const std::string& letters) {
    std::vector<ClassEvent> events;
    for (std::size_t i = 0; i < letters.size(); ++i)
        events.push_back({static_cast<std::int64_t>(i), letters[i] == 'c'});
    std::string text;
    for (const auto& at : match_cancels(events).cancelled_at) text += at ? std::to_string(*at) : "-";
    return text;
}

/// The rule as it is told: each cancel in time order looks for the newest print before it that stands.
std::vector<std::optional<std::int64_t>> by_searching(const std::vector<ClassEvent>& events) {
    std::vector<std::optional<std::int64_t>> at(events.size());
    for (std::size_t c = 0; c < events.size(); ++c) {
        if (!events[c].is_cancel) continue;
        for (std::size_t p = c; p-- > 0;) {
            if (events[p].is_cancel || at[p]) continue;
            at[p] = events[c].t_ms;
            break;
        }
    }
    return at;
}

}  // namespace

TEST_CASE("a cancel takes back the newest print that stands") {
    CHECK(matched("pc") == "1-");
    CHECK(matched("ppc") == "-2-");
    CHECK(matched("ppcc") == "32--");
    CHECK(matched("pcpc") == "1-3-");
    CHECK(matched("ppcpc") == "-2-4-");
}

TEST_CASE("a cancel never reaches a later print, and is told when it finds none") {
    CHECK(matched("cp") == "--");
    const std::vector<ClassEvent> events{{1, true}, {2, false}, {3, true}, {7, true}, {9, false}};
    const CancelMatch match = match_cancels(events);
    CHECK(match.last_unmatched == 7);
    CHECK(match.cancelled_at[1] == 3);
    CHECK_FALSE(match.cancelled_at[4].has_value());
}

TEST_CASE("a print and a cancel of the same instant match") {
    const std::vector<ClassEvent> events{{1, false}, {1, true}};
    CHECK(match_cancels(events).cancelled_at[0] == 1);
}

TEST_CASE("matching agrees with searching on random classes") {
    std::mt19937 random(7);
    for (int round = 0; round < 500; ++round) {
        std::vector<ClassEvent> events(random() % 30);
        for (auto& event : events) event = {static_cast<std::int64_t>(random() % 20), random() % 2 == 0};
        std::sort(events.begin(), events.end(), [](const auto& a, const auto& b) {
            return std::pair(a.t_ms, a.is_cancel) < std::pair(b.t_ms, b.is_cancel);
        });
        REQUIRE(match_cancels(events).cancelled_at == by_searching(events));
    }
}

TEST_CASE("a stretch in which every cancel finds its print gives what the whole gives") {
    std::mt19937 random(8);
    int compared = 0;
    for (int round = 0; round < 500; ++round) {
        std::vector<ClassEvent> events(20);
        for (std::size_t i = 0; i < events.size(); ++i)
            events[i] = {static_cast<std::int64_t>(i), random() % 3 == 0};
        const std::size_t from = random() % events.size();
        const std::vector<ClassEvent> tail(events.begin() + static_cast<std::ptrdiff_t>(from), events.end());
        const CancelMatch part = match_cancels(tail);
        if (part.last_unmatched) continue;
        const auto whole = match_cancels(events).cancelled_at;
        REQUIRE(std::equal(part.cancelled_at.begin(), part.cancelled_at.end(),
                           whole.begin() + static_cast<std::ptrdiff_t>(from)));
        ++compared;
    }
    CHECK(compared > 100);
}
