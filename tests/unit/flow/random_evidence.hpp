#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "flow/briefing.hpp"
#include "flow/outcomes_returns.hpp"
#include "market/calendar.hpp"

namespace pulse::flow::test {

/// Evidence of every kind, likely or not; the same for a seed.
class RandomEvidence {
  public:
    explicit RandomEvidence(std::uint64_t seed) : random_(seed) {}

    Evidence next() {
        const Day first = day_from_civil(2025, 1, 2) + static_cast<Day>(number(0, 600));
        sessions_ = sessions_between(first, first + 450);
        Evidence evidence;
        if (chance(0.8)) evidence.tickers = tickers();
        if (chance(0.5)) evidence.filter = filter_words(filter());
        evidence.from_ms = sessions_.front().open_ms + number(0, 77) * 300'000;
        evidence.to_ms = evidence.from_ms + number(1, 30) * 60'000;
        evidence.knowledge = static_cast<Knowledge>(number(0, 3));
        evidence.gap_count = chance(0.5) ? 0 : static_cast<int>(number(1, 1500));
        if (chance(0.8)) evidence.delay_ms = large(100'000'000) - 2'000;
        if (chance(0.5)) evidence.live_until_ms = evidence.from_ms - large(10'000'000'000);
        if (chance(0.3)) evidence.behind_ms = large(1'000'000'000);
        evidence.simulated = chance(0.1);
        if (chance(0.7)) evidence.cluster = cluster(evidence);
        if (chance(0.4)) evidence.left_out = money(5'000'000);
        if (chance(0.2)) evidence.unjoined = evidence.tickers;
        if (chance(0.1)) evidence.unjoined = {ticker()};
        if (chance(0.8)) evidence.outcomes = outcomes();
        return evidence;
    }

  private:
    std::int64_t number(std::int64_t from, std::int64_t to) {
        return std::uniform_int_distribution<std::int64_t>(from, to)(random_);
    }
    bool chance(double p) { return std::bernoulli_distribution(p)(random_); }
    double unit() { return std::uniform_real_distribution<>(0, 1)(random_); }
    /// 0 … most, of every size equally often.
    std::int64_t large(std::int64_t most) {
        return chance(0.1)
                   ? 0
                   : static_cast<std::int64_t>(std::exp(unit() * std::log(static_cast<double>(most))));
    }
    std::string ticker() {
        static const std::vector<std::string> kTickers{"AAPL", "F", "GOOGL", "SPY1"};
        return kTickers[static_cast<std::size_t>(number(0, 3))];
    }
    /// One to nine.
    std::vector<std::string> tickers() {
        std::vector<std::string> all{ticker()};
        while (all.size() < 9 && chance(0.6)) all.push_back(ticker() + std::to_string(all.size()));
        return all;
    }
    TradeFilter filter() {
        TradeFilter filter;
        if (chance(0.5)) filter.side = chance(0.5) ? OptionSide::kCall : OptionSide::kPut;
        if (chance(0.5)) filter.strike = make_decimal(number(1, 5000) * 125, 2);
        if (chance(0.3)) filter.expiry = sessions_.front().date + static_cast<Day>(number(0, 60));
        if (chance(0.3)) filter.max_dte = static_cast<std::int32_t>(number(0, 30));
        if (chance(0.2)) filter.min_premium = money(5'000'000);
        return filter;
    }
    /// Near a round number as often as not.
    Decimal money(std::int64_t most) {
        const std::int64_t cents = large(most) * 100 + (chance(0.5) ? number(-51, 51) : 0);
        return make_decimal(cents > 0 ? cents : 0, 2).value();
    }
    std::optional<double> share() {
        if (chance(0.1)) return std::nullopt;
        if (chance(0.3)) return static_cast<double>(number(0, 1));
        return chance(0.5) ? unit() : chance(0.5) ? unit() / 100 : 1 - unit() / 100;
    }

    Score score() {
        Score score;
        score.status = static_cast<ScoreStatus>(number(0, 4));
        score.sessions = static_cast<int>(number(0, 62));
        score.windows = large(10'000'000);
        score.larger = number(0, score.windows);
        if (chance(0.7)) score.larger = std::min<std::int64_t>(score.larger, number(0, 9));
        score.looks_per_day = static_cast<double>(large(1'000'000));
        if (score.status != ScoreStatus::kScored) return score;
        score.p = static_cast<double>(1 + score.larger) / static_cast<double>(1 + score.windows);
        if (chance(0.9)) score.expected_per_day = *score.p * score.looks_per_day;
        return score;
    }

    Cluster cluster(const Evidence& evidence) {
        Cluster cluster;
        cluster.ticker = ticker();
        cluster.option_symbol = "O:" + cluster.ticker + "251219C00190000";
        cluster.side = chance(0.5) ? OptionSide::kCall : OptionSide::kPut;
        cluster.strike = make_decimal(number(1, 5000) * 125, chance(0.5) ? 3 : 2).value();
        cluster.dte = static_cast<int>(number(0, 400));
        cluster.expiry = sessions_.front().date + cluster.dte;
        cluster.from_ms = evidence.from_ms;
        cluster.to_ms = evidence.to_ms;
        cluster.first_ms = number(evidence.from_ms, evidence.to_ms - 1);
        cluster.last_ms = chance(0.2) ? cluster.first_ms : number(cluster.first_ms, evidence.to_ms + 100);
        cluster.premium = money(20'000'000'000);
        cluster.orders = 1 + large(2000);
        cluster.prints = cluster.orders + large(20'000);
        cluster.size = large(100'000);
        cluster.exchanges = static_cast<int>(number(1, 18));
        cluster.share_of_side = share();
        cluster.hhi = share();
        cluster.left_out = money(5'000'000);
        cluster.auction = chance(0.5) ? Decimal{} : money(5'000'000);
        cluster.score = score();
        return cluster;
    }

    Returns returns() {
        Returns returns;
        for (std::size_t h = 0; h < kHorizons.size(); ++h) {
            if (chance(0.1)) continue;
            const auto value = [&] {
                const std::int64_t millionths = chance(0.1) ? 0 : number(-60'000, 60'000) * number(1, 3) / 3;
                return static_cast<double>(millionths) / 1e6;
            };
            returns.descriptive[h] = value();
            returns.tradable[h] = value();
        }
        return returns;
    }

    Outcomes outcomes() {
        Outcomes outcomes;
        outcomes.similarity = {ticker(), chance(0.5) ? OptionSide::kCall : OptionSide::kPut, {}, {}};
        outcomes.sessions = static_cast<int>(chance(0.1) ? 0 : number(1, 280));
        outcomes.unknown_sessions = static_cast<int>(chance(0.1)   ? outcomes.sessions
                                                     : chance(0.5) ? 0
                                                                   : number(0, outcomes.sessions));
        const std::int64_t known = outcomes.sessions - outcomes.unknown_sessions;
        outcomes.days = static_cast<int>(number(1, 400));
        outcomes.as_of_ms = sessions_.back().close_ms + large(100'000'000);
        outcomes.first = sessions_.front().date;
        outcomes.last = outcomes.sessions == 0
                            ? outcomes.first - 1
                            : sessions_[static_cast<std::size_t>(outcomes.sessions) - 1].date;
        std::int64_t alike = chance(0.4) ? number(0, known) : std::min(known, number(0, 25));
        if (chance(0.1)) alike = 0;
        if (alike > 0 || chance(0.5)) {
            outcomes.similarity.premium_from = make_decimal(1 + large(2'000'000), 0).value();
            outcomes.similarity.premium_to = multiply(outcomes.similarity.premium_from, 4).value();
        }
        if (chance(0.5)) {
            outcomes.event = FlowEvent{};
            outcomes.event->session = sessions_[300].date;
            if (chance(0.5)) outcomes.skipped_sessions = static_cast<int>(number(1, 60));
        }
        // Of events that are all ups, and of ordinary sessions that aren't, now and then, so that they
        // differ.
        const bool ups = chance(0.2);
        std::vector<Followed> like, base;
        for (std::int64_t i = alike; i-- > 0;) {
            FlowEvent event;
            event.session = sessions_[static_cast<std::size_t>(i)].date;
            event.entry = sessions_[static_cast<std::size_t>(i) + 1].date;
            event.returns = returns();
            if (ups && event.returns.tradable[0]) event.returns.tradable[0] = 0.012;
            outcomes.analogues.push_back(event);
            like.push_back({static_cast<std::size_t>(chance(0.05) ? i / 2 : i), event.returns});
        }
        for (std::int64_t i = alike; i < known; ++i) base.push_back({static_cast<std::size_t>(i), returns()});
        outcomes.horizons = compare(like, base);
        return outcomes;
    }

    std::mt19937_64 random_;
    std::vector<Session> sessions_;  ///< from the day of the evidence on
};

}  // namespace pulse::flow::test
