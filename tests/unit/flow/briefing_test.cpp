#include "flow/briefing.hpp"

#include <algorithm>
#include <random>

#include "briefing_reader.hpp"
#include "catch.hpp"
#include "flow/briefing_text.hpp"
#include "market/new_york.hpp"
#include "random_evidence.hpp"

using namespace pulse;
using namespace pulse::flow;
using pulse::flow::test::objections_to;
using pulse::flow::test::RandomEvidence;

namespace {

constexpr Day kToday = day_from_civil(2026, 12, 4);

std::int64_t today(int hour, int minute) {
    return new_york_ms(kToday, hour * 60 + minute);
}

/// The example of the design.
Evidence example() {
    Cluster cluster;
    cluster.option_symbol = "O:AAPL261218C00195000";
    cluster.ticker = "AAPL";
    cluster.strike = {195, 0};
    cluster.expiry = day_from_civil(2026, 12, 18);
    cluster.dte = 14;
    cluster.from_ms = today(14, 2);
    cluster.to_ms = today(14, 32);
    cluster.first_ms = today(14, 2) + 1'500;
    cluster.last_ms = today(14, 31) + 59'999;
    cluster.premium = {850'000, 0};
    cluster.orders = 6;
    cluster.prints = 41;
    cluster.exchanges = 9;
    cluster.share_of_side = 0.38;
    cluster.left_out = {120'000, 0};
    cluster.score = {ScoreStatus::kScored, 2, 4300, 61, 3.0 / 4301, 156'000, 3.0 / 4301 * 156'000};
    Evidence evidence;
    evidence.tickers = {"AAPL"};
    evidence.from_ms = cluster.from_ms;
    evidence.to_ms = cluster.to_ms;
    evidence.cluster = cluster;
    evidence.knowledge = Knowledge::kComplete;
    evidence.delay_ms = 903'000;
    return evidence;
}

std::string text_of(const Evidence& evidence) {
    std::string text;
    for (const Sentence& sentence : briefing_sentences(evidence)) text += sentence.text + "\n";
    return text;
}

/// The briefing without its evidence object, and the rest.
std::pair<std::string, std::string> split(const std::string& json) {
    const auto at = json.find(",\"evidence\":");
    return {json.substr(0, at), json.substr(at)};
}

}  // namespace

TEST_CASE("the briefing of the example reads like the example") {
    CHECK(text_of(example()) ==
          "AAPL 195 C 2026-12-18 (14 DTE): $850K premium in 6 orders (41 prints, 9 exchanges) between 14:02 "
          "and "
          "14:31 ET on 2026-12-04, 38 % of AAPL call order premium in that window.\n"
          "Comparable windows in 61 earlier sessions: at most 2 of 4,300 had as much premium or more "
          "(p ≤ 0.0007; about 110 such alarms a day are expected by chance over all tickers watched or asked "
          "about).\n"
          "Side unknown: no quotes.\n"
          "Multi-leg, stock-tied and late premium left out: $120K.\n"
          "Premium in auctions, mostly retail orders: none.\n"
          "Feed delayed 15 min; no gap in the window.\n");
    CHECK(objections_to(briefing_json(example())).empty());
}

TEST_CASE("nothing found is none where all is known, and unknown elsewhere") {
    Evidence evidence = example();
    evidence.cluster.reset();
    CHECK_THAT(text_of(evidence), ContainsSubstring("AAPL: none, the window 14:02 to 14:32 ET on 2026-12-04 "
                                                    "holds no order."));
    for (const Knowledge knowledge : {Knowledge::kPartial, Knowledge::kUnknown, Knowledge::kPending}) {
        evidence.knowledge = knowledge;
        CHECK_THAT(text_of(evidence), ContainsSubstring("AAPL: unknown"));
        CHECK(text_of(evidence).find("none") == std::string::npos);
        CHECK(text_of(evidence).find("no gap") == std::string::npos);
    }
    evidence.tickers.clear();
    CHECK_THAT(text_of(evidence), ContainsSubstring("All tickers watched: unknown"));
}

TEST_CASE("what wasn't found is named as it was asked for") {
    Evidence evidence = example();
    evidence.cluster.reset();
    evidence.tickers = {"AAPL", "MSFT"};
    TradeFilter filter;
    for (const auto& [name, value] : {std::pair("side", "CALL"),
                                      {"strike", "999"},
                                      {"expiry", "2026-12-18"},
                                      {"max_dte", "7"},
                                      {"min_premium", "100000"}})
        REQUIRE(filter.set(name, value));
    evidence.filter = filter_words(filter);
    CHECK_THAT(text_of(evidence),
               ContainsSubstring("AAPL, MSFT (calls, strike 999, expiry 2026-12-18, at most 7 DTE, at least "
                                 "$100000): none, the window 14:02 to 14:32 ET on 2026-12-04 holds no "
                                 "matching order."));
    evidence.filter.clear();
    evidence.tickers = {"A", "B", "C", "D", "E", "F", "G"};
    CHECK(text_of(evidence).starts_with("A, B, C, D, E, F, G: none"));
    evidence.tickers.emplace_back("H");
    CHECK(text_of(evidence).starts_with("8 tickers: none"));
    CHECK(filter_words({}).empty());
}

TEST_CASE("a window of left out prints isn't said to hold none") {
    Evidence evidence = example();
    evidence.cluster.reset();
    evidence.left_out = {5'000'000, 0};
    CHECK(
        text_of(evidence).starts_with("AAPL: the window 14:02 to 14:32 ET on 2026-12-04 holds only "
                                      "multi-leg, stock-tied or late prints: $5M.\n"));
    for (const Knowledge knowledge :
         {Knowledge::kPartial, Knowledge::kUnknown, Knowledge::kPending, Knowledge::kComplete}) {
        evidence.knowledge = knowledge;
        CHECK_THAT(text_of(evidence), ContainsSubstring("late prints: $5M."));
        CHECK(text_of(evidence).find("none") == std::string::npos);
    }
}

TEST_CASE("where orders weren't joined, nothing is said of them") {
    Evidence evidence = example();
    evidence.unjoined = {"AAPL"};
    CHECK_THAT(text_of(evidence), ContainsSubstring("no gap in the window; trades are stored, but their "
                                                    "orders weren't joined."));
    evidence.cluster.reset();
    CHECK(text_of(evidence).starts_with(
        "AAPL: unknown: trades are stored, but their orders weren't joined: run "
        "scripts/backfill, or the pipeline without PULSE_CHAIN=basic.\n"));
    evidence.tickers = {"AAPL", "MSFT"};
    CHECK(text_of(evidence).starts_with("AAPL, MSFT: unknown: trades of AAPL are stored, but"));
    CHECK(text_of(evidence).find("none") == std::string::npos);
}

TEST_CASE("without looks no alarms are expected, and none larger is none") {
    Evidence evidence = example();
    evidence.cluster->score.expected_per_day.reset();
    evidence.cluster->score.larger = 0;
    CHECK_THAT(text_of(evidence),
               ContainsSubstring("Comparable windows in 61 earlier sessions: none of 4,300 "
                                 "had as much premium or more (p ≤ 0.0007).\n"));
}

TEST_CASE(
    "the last of several is told with the date of the event and of what followed, an only one without") {
    RandomEvidence random(8);
    int alone = 0, several = 0;
    for (int i = 0; i < 3000; ++i) {
        const Evidence evidence = random.next();
        if (!evidence.outcomes || evidence.outcomes->horizons[0].tradable.n() == 0) continue;
        const auto said = briefing_sentences(evidence);
        const auto text_in = [&](std::string_view part) {
            const auto found = std::find_if(said.begin(), said.end(),
                                            [&](const Sentence& sentence) { return sentence.part == part; });
            return found == said.end() ? std::string() : found->text;
        };
        const Outcomes& outcomes = *evidence.outcomes;
        CAPTURE(text_in("history"), text_in("last_time"));
        if (outcomes.horizons[0].tradable.n() == 1) {
            ++alone;
            CHECK(text_in("last_time").find('%') == std::string::npos);
            if (outcomes.similarity.premium_to.digits > 0)
                CHECK(text_in("history").find('%') == std::string::npos);
        } else if (outcomes.analogues.front().returns.tradable[0]) {
            ++several;
            CHECK_THAT(
                text_in("last_time"),
                ContainsSubstring("the event was on " + date_text(outcomes.analogues.front().session)));
            CHECK_THAT(text_in("last_time"),
                       ContainsSubstring("close of " + date_text(outcomes.analogues.front().entry)));
        }
    }
    CHECK(alone > 10);
    CHECK(several > 100);
}

TEST_CASE("what puts everything else in doubt comes first") {
    Evidence evidence = example();
    evidence.behind_ms = 86'400'000 + 5;
    evidence.live_until_ms = today(14, 31) - 86'400'000;
    CHECK(text_of(evidence).starts_with("Behind by 1 day: stored up to 14:31 ET on 2026-12-03.\nAAPL 195 C"));
    evidence.simulated = true;
    CHECK(text_of(evidence).starts_with("Simulated data: every trade is invented.\nBehind by 1 day"));
}

TEST_CASE("in a window with a gap the premium is a lower bound") {
    Evidence evidence = example();
    evidence.knowledge = Knowledge::kPartial;
    evidence.gap_count = 2;
    evidence.cluster->score.status = ScoreStatus::kGap;
    CHECK_THAT(text_of(evidence), ContainsSubstring("at least $850K premium"));
    CHECK_THAT(text_of(evidence), ContainsSubstring("2 gaps in the window, what happened there is unknown"));
    CHECK_THAT(text_of(evidence), ContainsSubstring("not compared, this window isn't known whole; no p."));
}

TEST_CASE("a briefing says what nobody can know from this feed") {
    const std::string json = briefing_json(example());
    CHECK_THAT(json, ContainsSubstring("\"cannot_say\":[\"who bought and who sold: "));
    CHECK_THAT(json, ContainsSubstring("\"outcomes\":null"));
    CHECK_THAT(json, ContainsSubstring("\"feed_delay_s\":903,\"live_until\":null,\"behind_s\":null"));
}

TEST_CASE("numbers are spelled by rules that can be checked") {
    const auto money = [](std::string_view text) { return money_text(parse_decimal(text).value()); };
    CHECK(money("850000") == "$850K");
    CHECK(money("849499.99") == "$849K");
    CHECK(money("849500") == "$850K");
    CHECK(money("999499") == "$999K");
    CHECK(money("999500") == "$1M");
    CHECK(money("1234567") == "$1.23M");
    CHECK(money("2000000000") == "$2B");
    CHECK(money("12.345") == "$12.3");
    CHECK(money("950") == "$950");
    CHECK(money("0") == "$0");
    CHECK(count_text(4300) == "4,300");
    CHECK(count_text(1234567) == "1,234,567");
    CHECK(count_text(999) == "999");
    CHECK(share_text(0.38) == "38 %");
    CHECK(share_text(0.385) == "39 %");
    CHECK(share_text(0) == "0 %");
    CHECK(share_text(0.001) == "under 1 %");
    CHECK(share_text(0.9999) == "over 99 %");
    CHECK(share_text(1) == "100 %");
    CHECK(percent_text(1, 200) == "1 %");
    CHECK(percent_text(27, 51) == "53 %");
    CHECK(return_text(0.03) == "+3.0 %");
    CHECK(return_text(-0.0005) == "-0.1 %");
    CHECK(return_text(0.000499) == "0.0 %");
    CHECK(return_text(-0.000499) == "0.0 %");
    CHECK(bound_text(3.0 / 4301) == "0.0007");
    CHECK(bound_text(0.0007) == "0.0007");
    CHECK(bound_text(0.0701) == "0.071");
    CHECK(bound_text(0.991) == "1");
    CHECK(bound_text(1) == "1");
    CHECK(nearby_text(108.8) == "110");
    CHECK(nearby_text(4251) == "4,300");
    CHECK(nearby_text(1.46) == "1.5");
    CHECK(nearby_text(99.6) == "100");
    CHECK(nearby_text(0) == "0");
    CHECK(points_text(0.125) == "+13");
    CHECK(points_text(-0.125) == "-13");
    CHECK(points_text(-0.004) == "0");
    CHECK(names_text({"AAPL", "F"}) == "AAPL, F");
    CHECK(duration_text(903) == "15 min");
    CHECK(duration_text(59) == "59 s");
    CHECK(duration_text(-3) == "0 s");
    CHECK(duration_text(7'200) == "2 h");
    CHECK(duration_text(200'000) == "2 days");
    // The Sunday on which the clocks go back: 1:30 comes twice, noon is thirteen hours after midnight.
    CHECK(clock_text(new_york_ms(day_from_civil(2026, 11, 1), 12 * 60)) == "12:00");
    CHECK(clock_text(new_york_ms(day_from_civil(2026, 3, 8), 12 * 60) + 59'999) == "12:00");
}

TEST_CASE("every number and claim of a briefing follows from its evidence") {
    RandomEvidence random(5);
    for (int i = 0; i < 3000; ++i) {
        const std::string json = briefing_json(random.next());
        const auto objections = objections_to(json);
        CAPTURE(i, json);
        REQUIRE(objections == std::vector<std::string>{});
    }
}

TEST_CASE("a briefing with another digit than its evidence is objected to") {
    RandomEvidence random(6);
    std::mt19937_64 dice(7);
    for (int i = 0; i < 2000; ++i) {
        auto [said, evidence] = split(briefing_json(random.next()));
        const auto sentences = said.find("\"sentences\"");
        std::vector<std::size_t> digits;
        for (std::size_t at = sentences; at < said.size(); ++at)
            if (said[at] >= '0' && said[at] <= '9') digits.push_back(at);
        const std::size_t at = digits[dice() % digits.size()];
        said[at] = static_cast<char>('0' + (said[at] - '0' + 1 + static_cast<int>(dice() % 9)) % 10);
        CAPTURE(i, said, evidence);
        const auto objections = objections_to(said + evidence);
        // That the whole text differs from its sentences isn't what is asked for here.
        const auto other = [](const std::string& what) { return !what.starts_with("the text isn't"); };
        REQUIRE(std::any_of(objections.begin(), objections.end(), other));
    }
}

TEST_CASE("a briefing that claims what its evidence doesn't hold is objected to") {
    const auto with = [](std::string json, std::string_view was, std::string_view is) {
        bool found = false;
        for (auto at = json.find(was); at != std::string::npos; at = json.find(was, at + is.size())) {
            if (at > json.find(",\"evidence\":")) break;
            json.replace(at, was.size(), is);
            found = true;
        }
        REQUIRE(found);
        return json;
    };
    Evidence evidence = example();
    const std::string json = briefing_json(evidence);
    CHECK_FALSE(objections_to(with(json, "premium in 6 orders", "premium bought in 6 orders")).empty());
    CHECK_FALSE(objections_to(with(json, "Side unknown: no quotes.", "Side: calls.")).empty());
    CHECK_FALSE(objections_to(with(json, "$850K premium", "at least $850K premium")).empty());
    CHECK_FALSE(objections_to(with(json, "between 14:02 and 14:31", "at 14:31")).empty());
    CHECK_FALSE(objections_to(with(json, "orders: none", "orders: $1K")).empty());

    evidence.cluster.reset();
    evidence.knowledge = Knowledge::kPartial;
    const std::string partial = briefing_json(evidence);
    CHECK_FALSE(objections_to(with(partial, "AAPL: unknown,", "AAPL: none,")).empty());
    CHECK_FALSE(objections_to(with(partial, "the window isn't covered whole, the rest is unknown",
                                   "no gap in the window"))
                    .empty());
}
