#include <array>
#include <map>

#include "catch.hpp"
#include "flow/outcomes.hpp"
#include "flow/outcomes_returns.hpp"
#include "market/new_york.hpp"

using namespace pulse;
using namespace pulse::flow;

namespace {

Decimal dollars(std::string_view text) {
    return parse_decimal(text).value();
}

Day day(unsigned month, unsigned date) {
    return day_from_civil(2025, month, date);
}

std::int64_t at(Day date, int hour, int minute) {
    return new_york_ms(date, hour * 60 + minute);
}

/// Open and close of each session of autumn 2025 are numbers of their own: 100 + place, and 0.5 more.
std::map<Day, Bar> plain_bars() {
    std::map<Day, Bar> bars;
    int place = 0;
    for (const Session& session : sessions_between(day(10, 1), day(12, 31))) {
        bars[session.date] = {dollars(std::to_string(100 + place)),
                              dollars(std::to_string(100 + place) + ".5")};
        ++place;
    }
    return bars;
}

PriceHistory history(const std::map<Day, Bar>& bars, std::int64_t as_of_ms) {
    return {sessions_between(day(10, 1), day(12, 31)), bars, as_of_ms};
}

FlowEvent known_at(std::int64_t known_ms, const PriceHistory& prices) {
    FlowEvent event;
    event.known_ms = known_ms;
    follow(event, prices);
    return event;
}

std::optional<double> between(const Decimal& from, const Decimal& to) {
    return price_return(from, to);
}

FlowEvent with_return(std::optional<double> value) {
    FlowEvent event;
    event.session = day(11, 3);
    event.returns.descriptive.fill(value);
    event.returns.tradable.fill(value);
    return event;
}

/// One a session, or another distance apart.
std::vector<Followed> places_of(const std::vector<Returns>& all, std::size_t apart = 1) {
    std::vector<Followed> found;
    for (const Returns& returns : all) found.push_back({found.size() * apart, returns});
    return found;
}

std::vector<Followed> rises(int up, int down, std::size_t apart = 1) {
    std::vector<Returns> all(static_cast<std::size_t>(up), with_return(0.01).returns);
    all.resize(static_cast<std::size_t>(up + down), with_return(-0.01).returns);
    return places_of(all, apart);
}

Outcomes made_of(int analogues, int ordinary, double value, std::size_t apart = 5) {
    Outcomes outcomes;
    outcomes.similarity = {"AAPL", OptionSide::kCall, dollars("425000"), dollars("1700000")};
    outcomes.first = day(9, 12);
    outcomes.last = day(12, 9);
    outcomes.sessions = analogues + ordinary;
    for (int i = 0; i < analogues; ++i) outcomes.analogues.push_back(with_return(value));
    std::vector<Returns> like, others;
    for (const FlowEvent& event : outcomes.analogues) like.push_back(event.returns);
    for (int i = 0; i < ordinary; ++i) others.push_back(with_return(i % 2 == 0 ? 0.01 : -0.01).returns);
    outcomes.horizons = compare(places_of(like, apart), places_of(others, apart));
    return outcomes;
}

constexpr std::int64_t kLater = kMaxUnixMs;

}  // namespace

TEST_CASE("a return is exact to six decimals, half away from zero") {
    CHECK(price_return(dollars("100"), dollars("103")) == 0.03);
    CHECK(price_return(dollars("2000000"), dollars("2000001")) == 0.000001);   // 5e-7
    CHECK(price_return(dollars("2000000"), dollars("1999999")) == -0.000001);  // -5e-7
    CHECK(price_return(dollars("2000001"), dollars("2000002")) == 0.0);
    CHECK(price_return(dollars("3"), dollars("2")) == -0.333333);
    CHECK(price_return(dollars("0.1"), dollars("0.3")) == 2.0);
    CHECK_FALSE(price_return(dollars("0"), dollars("3")).has_value());
    CHECK_FALSE(price_return(dollars("3"), dollars("0")).has_value());
    CHECK_FALSE(price_return(dollars("-3"), dollars("3")).has_value());
}

TEST_CASE("base and entry are the first close and the first open after an event could be known") {
    const auto bars = plain_bars();
    const PriceHistory prices = history(bars, kLater);
    struct Case {
        std::int64_t known_ms;
        Day base, entry;
        std::array<Day, 3> exits;  ///< of base; those of entry are the sessions 1, 3, 5 from it on
    };
    // 2025-11-27 is Thanksgiving, the 28th closes at 13:00.
    const std::array cases{
        Case{at(day(11, 4), 14, 15), day(11, 4), day(11, 5), {day(11, 5), day(11, 7), day(11, 11)}},
        Case{at(day(11, 4), 16, 6), day(11, 5), day(11, 5), {day(11, 6), day(11, 10), day(11, 12)}},
        Case{at(day(11, 4), 16, 0), day(11, 5), day(11, 5), {day(11, 6), day(11, 10), day(11, 12)}},
        Case{at(day(11, 5), 9, 30), day(11, 5), day(11, 6), {day(11, 6), day(11, 10), day(11, 12)}},
        Case{at(day(11, 26), 15, 0), day(11, 26), day(11, 28), {day(11, 28), day(12, 2), day(12, 4)}},
        Case{at(day(11, 28), 13, 1), day(12, 1), day(12, 1), {day(12, 2), day(12, 4), day(12, 8)}},
        Case{at(day(11, 8), 12, 0), day(11, 10), day(11, 10), {day(11, 11), day(11, 13), day(11, 17)}}};
    for (const Case& one : cases) {
        CAPTURE(date_text(one.base), one.known_ms);
        const FlowEvent event = known_at(one.known_ms, prices);
        CHECK(date_text(event.base) == date_text(one.base));
        CHECK(date_text(event.entry) == date_text(one.entry));
        for (std::size_t h = 0; h < one.exits.size(); ++h) {
            const Decimal exit = bars.at(one.exits[h]).close;
            CHECK(event.returns.descriptive[h] == between(bars.at(one.base).close, exit));
            auto left = bars.find(one.entry);
            std::advance(left, kHorizons[h] - 1);
            CHECK(event.returns.tradable[h] == between(bars.at(one.entry).open, left->second.close));
        }
    }
}

TEST_CASE("an event of the last minutes is held as long as one of the morning and as an ordinary session") {
    const auto bars = plain_bars();
    const PriceHistory prices = history(bars, kLater);
    const FlowEvent early = known_at(at(day(11, 4), 11, 0), prices);
    const FlowEvent late = known_at(at(day(11, 4), 16, 6), prices);
    CHECK(late.returns.tradable == early.returns.tradable);
    CHECK(late.returns.tradable == ordinary(day(11, 4), prices).returns.tradable);
    CHECK(late.returns.tradable[0] == between(bars.at(day(11, 5)).open, bars.at(day(11, 5)).close));
    CHECK(followed(late, prices).place == ordinary(day(11, 4), prices).place);
}

TEST_CASE("an ordinary session is followed from its close and from the next open") {
    const auto bars = plain_bars();
    const Returns returns = ordinary(day(11, 26), history(bars, kLater)).returns;
    CHECK(returns.descriptive[0] == between(bars.at(day(11, 26)).close, bars.at(day(11, 28)).close));
    CHECK(returns.tradable[1] == between(bars.at(day(11, 28)).open, bars.at(day(12, 2)).close));
}

TEST_CASE("no bar from before an event was known, and none that wasn't over, moves a return") {
    const std::int64_t known_ms = at(day(11, 4), 14, 15);
    const std::int64_t as_of_ms = at(day(11, 7), 16, 0);  // the third session after it is just over
    auto bars = plain_bars();
    const FlowEvent plain = known_at(known_ms, history(bars, as_of_ms));
    REQUIRE(plain.returns.tradable[1].has_value());
    CHECK_FALSE(plain.returns.tradable[2].has_value());  // five sessions aren't over

    const Decimal planted = dollars("100000");
    for (auto& [date, bar] : bars) {
        if (date < day(11, 4) || date > day(11, 7)) bar = {planted, planted};
        if (date == day(11, 4)) bar.open = planted;  // before 14:15
    }
    const FlowEvent same = known_at(known_ms, history(bars, as_of_ms));
    CHECK(same.returns.descriptive == plain.returns.descriptive);
    CHECK(same.returns.tradable == plain.returns.tradable);
    // A millisecond earlier the last close wasn't known.
    CHECK_FALSE(known_at(known_ms, history(bars, as_of_ms - 1)).returns.tradable[1].has_value());
    // What may be looked at does move it.
    bars.at(day(11, 7)).close = planted;
    CHECK(known_at(known_ms, history(bars, as_of_ms)).returns.tradable[1] != plain.returns.tradable[1]);
}

TEST_CASE("a missing bar empties both returns of the horizons that need it") {
    auto bars = plain_bars();
    bars.erase(day(11, 5));  // entry, and the first exit
    CHECK_FALSE(known_at(at(day(11, 4), 14, 15), history(bars, kLater)).returns.descriptive[1].has_value());
    bars = plain_bars();
    bars.erase(day(11, 7));
    const Returns returns = known_at(at(day(11, 4), 14, 15), history(bars, kLater)).returns;
    CHECK(returns.tradable[0].has_value());
    CHECK_FALSE(returns.tradable[1].has_value());
    CHECK_FALSE(returns.descriptive[1].has_value());
    CHECK(returns.tradable[2].has_value());
}

TEST_CASE("a distribution holds all its returns and counts what is above zero") {
    const Distribution all = distribution_of({0.03, -0.02, 0.0, 0.000001});
    CHECK(all.returns == std::vector<double>{-0.02, 0.0, 0.000001, 0.03});
    CHECK(all.up == 2);
    CHECK(all.mean == 0.0025);      // 0.01000100 / 4 = 0.00250025
    CHECK(all.median == 0.000001);  // 0.0000005, away from zero
    CHECK(distribution_of({-0.000001, 0.0}).median == -0.000001);
    CHECK(distribution_of({0.01, 0.02, 0.5}).median == 0.02);
    CHECK_FALSE(distribution_of({}).mean.has_value());
    CHECK(distribution_of({}).wilson.high == 1);
}

TEST_CASE("analogues whose horizon isn't over are counted, not used") {
    const auto outcomes = compare(
        places_of({with_return(0.01).returns, with_return(std::nullopt).returns, with_return(-0.02).returns}),
        places_of({with_return(std::nullopt).returns, with_return(0.5).returns}));
    for (const HorizonOutcome& outcome : outcomes) {
        CHECK(outcome.incomplete == 1);
        CHECK(outcome.tradable.returns == std::vector<double>{-0.02, 0.01});
        CHECK(outcome.base_tradable.n() == 1);
    }
    CHECK(outcomes[2].sessions == 5);
}

TEST_CASE("fewer than twenty analogues, or ordinary sessions, claim nothing") {
    CHECK(made_of(19, 60, 0.05).horizons[0].verdict == OutcomeVerdict::kInsufficient);
    CHECK(made_of(20, 60, 0.05).horizons[0].verdict == OutcomeVerdict::kDiffers);
    CHECK(made_of(20, 60, -0.05).horizons[0].verdict == OutcomeVerdict::kDiffers);
    CHECK(made_of(40, 19, 0.05).horizons[0].verdict == OutcomeVerdict::kInsufficient);
    CHECK(made_of(20, 20, 0.05).horizons[0].verdict == OutcomeVerdict::kDiffers);
    CHECK(compare(rises(10, 10), rises(20, 0))[0].verdict == OutcomeVerdict::kDiffers);
    CHECK(compare(rises(10, 10), rises(10, 10))[0].verdict == OutcomeVerdict::kNoDifference);
}

TEST_CASE("the ordinary share is no exact number: both sides' chance counts") {
    // Half of 24 lies outside of what 17 ups of 24 allow alone (Wilson 51 to 85 %), but not of what both do.
    const auto outcome = compare(rises(17, 7), rises(12, 12))[0];
    CHECK(outcome.tradable.wilson.low > 0.5);
    CHECK(outcome.independent.difference->low < 0);
    CHECK(outcome.verdict == OutcomeVerdict::kNoDifference);
}

TEST_CASE("horizons that overlap count once") {
    const auto all = compare(rises(30, 30), rises(100, 0));
    CHECK(all[0].independent.analogues.n == 60);
    CHECK(all[1].independent.analogues.n == 20);
    CHECK(all[2].independent.analogues.n == 12);
    CHECK(all[1].independent.analogues.up == 10);
    CHECK(all[2].independent.ordinary.n == 20);
    CHECK(all[1].verdict == OutcomeVerdict::kDiffers);
    CHECK(all[2].verdict == OutcomeVerdict::kInsufficient);
    // Of those within three sessions of one counted none does, whatever the order they come in; one that
    // isn't over hides none.
    std::vector<Followed> some = rises(0, 7);
    some[0].returns = with_return(std::nullopt).returns;
    std::swap(some[1], some[6]);
    CHECK(compare(some, {})[1].independent.analogues.n == 2);
    CHECK(compare(some, {})[1].tradable.n() == 6);
    CHECK_FALSE(compare(some, {})[1].independent.difference.has_value());
}

TEST_CASE("the statement says what was counted, and no more") {
    CHECK(outcomes_statement(made_of(0, 30, 0)) ==
          "Similar events before ($425K to $1.7M of one AAPL call in 30 minutes): none in 30 known sessions "
          "from 2025-09-12 to 2025-12-09. Too few to claim an effect.");
    const std::string one = outcomes_statement(made_of(1, 30, 0.03));
    CHECK_THAT(one, ContainsSubstring("known of one only, which shows nothing; it stands in the evidence."));
    CHECK_THAT(one, ContainsSubstring("Too few to claim an effect."));
    CHECK(one.find('%') == std::string::npos);
    CHECK(one.find("up in") == std::string::npos);
    const std::string two = outcomes_statement(made_of(2, 30, 0.03));
    CHECK_THAT(two,
               ContainsSubstring("What followed from the next open to the close of session +5: up in 2 of "
                                 "2 (Wilson 34–100 %), median +3.0 %; ordinary AAPL sessions: up in 15 of "
                                 "30 (50 %), median 0.0 %. Too few to claim an effect."));
    CHECK_THAT(
        outcomes_statement(made_of(20, 60, 0.05)),
        ContainsSubstring("The share of ups differs from the ordinary one, by +30 to +62 points (95 %); "
                          "not corrected for how many questions were asked."));
    const std::string close_by = outcomes_statement(made_of(20, 60, 0.05, 1));
    CHECK_THAT(close_by,
               ContainsSubstring("median +5.0 %, 7 of them don't overlap; ordinary AAPL sessions: up "
                                 "in 30 of 60 (50 %), median 0.0 %, 20 of them don't overlap. Too few "
                                 "that don't overlap to claim an effect."));
    CHECK_THAT(outcomes_statement(made_of(100, 40, 0.05, 1)),
               ContainsSubstring("Too few ordinary sessions that don't overlap to claim an effect."));
    CHECK_THAT(outcomes_statement(made_of(20, 10, 0.05)), ContainsSubstring("Too few ordinary sessions"));

    Outcomes gaps = made_of(0, 30, 0);
    gaps.unknown_sessions = 30;
    CHECK_THAT(outcomes_statement(gaps),
               ContainsSubstring("unknown, of 30 sessions stored none is known whole"));
    CHECK_THAT(outcomes_statement(made_of(0, 0, 0)),
               ContainsSubstring("unknown, no earlier session is stored"));
    Outcomes none = made_of(0, 30, 0);
    none.similarity.premium_from = none.similarity.premium_to = {};
    none.days = 90;
    none.as_of_ms = at(day(12, 10), 12, 0);
    CHECK_THAT(outcomes_statement(none),
               ContainsSubstring("nothing to compare with, no AAPL call order in 30 known sessions from "
                                 "2025-09-12 to 2025-12-09."));
    // Where something is unknown, or before what was looked at, there may have been some.
    none.unknown_sessions = 1;
    CHECK_THAT(outcomes_statement(none),
               ContainsSubstring("unknown: no completely known session with AAPL call orders in the 90 days "
                                 "before 2025-12-10."));
    none.sessions = none.unknown_sessions = 0;
    CHECK_THAT(outcomes_statement(none), ContainsSubstring("before: unknown: no completely known session"));

    Outcomes skipped = made_of(2, 30, 0.03);
    skipped.event = with_return(std::nullopt);
    CHECK(outcomes_statement(skipped).find("newer") == std::string::npos);
    skipped.skipped_sessions = 4;
    CHECK_THAT(outcomes_statement(skipped),
               ContainsSubstring(" The event is of 2025-11-03; newer sessions that are unknown: 4. What"));
}
