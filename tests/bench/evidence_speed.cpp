// How long the questions about orders, concentration and signals take in the database that libpq's PG*
// variables name, filled by tests/bench/evidence_data: each on a fresh connection and then again a few times;
// exit 1 when the median of one is over its limit. Usage: evidence_speed [ROUNDS [LIMIT]]

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>

#include "flow/concentration.hpp"
#include "flow/orders.hpp"
#include "flow/signals.hpp"
#include "market/calendar.hpp"
#include "store/gaps.hpp"

using namespace pulse;
using namespace pulse::flow;

namespace {

constexpr double kOrdersMs = 50;
constexpr double kEvidenceMs = 200;

using Question = std::vector<std::pair<std::string, std::string>>;

double ms_of(const std::function<void()>& work) {
    const auto begin = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count();
}

bool measure(const std::string& name, int rounds, double limit_ms,
             const std::function<std::string(store::Connection&)>& work) {
    store::Connection connection(store::database_from_env("pulse-bench", 10));
    std::string what;
    const double cold = ms_of([&] { what = work(connection); });
    std::vector<double> warm;
    for (int i = 0; i < rounds; ++i) warm.push_back(ms_of([&] { what = work(connection); }));
    std::sort(warm.begin(), warm.end());
    const double median = warm[warm.size() / 2];
    const bool good = median <= limit_ms;
    fmt::print("{:7.2f} {:7.2f} {:7.2f}  {} {:14}  {}\n", cold, median, warm.back(), good ? "  " : "<<", what,
               name);
    std::fflush(stdout);
    return good;
}

TradeFilter filter_of(const Question& question) {
    TradeFilter filter;
    for (const auto& [name, value] : question) filter.set(name, value);
    return filter;
}

std::string name_of(const Question& question) {
    std::string name;
    for (const auto& [key, value] : question) name += key + "=" + value + " ";
    return name.empty() ? "everything" : name;
}

/// Each value alone and every pair of values of different names: what everything, little and nothing meets.
std::vector<Question> questions() {
    const Question single{{"ticker", "NVDA"},
                          {"ticker", "GOOGL"},
                          {"ticker", "ZZZZ"},
                          {"ticker", "ZZZZ,GOOGL"},
                          {"side", "PUT"},
                          {"min_premium", "450000"},
                          {"min_premium", "900000"},
                          {"min_premium", "1000000"},
                          {"min_premium", "10000000"},
                          {"min_premium", "900000000"},
                          {"max_dte", "0"},
                          {"max_dte", "30"},
                          {"expiry", "2025-10-17"},
                          {"expiry", "2031-01-17"},
                          {"strike", "190"},
                          {"strike", "9999"},
                          {"since", "2025-09-15"},
                          {"until", "2025-09-20"}};
    std::vector<Question> all{{}};
    for (std::size_t a = 0; a < single.size(); ++a) {
        all.push_back({single[a]});
        for (std::size_t b = a + 1; b < single.size(); ++b)
            if (single[a].first != single[b].first) all.push_back({single[a], single[b]});
    }
    all.push_back({{"ticker", "AAPL"}, {"side", "PUT"}, {"min_premium", "900000"}, {"max_dte", "0"}});
    all.push_back({{"ticker", "META"}, {"max_dte", "0"}, {"strike", "190"}});
    return all;
}

bool measure_orders(int rounds, int limit) {
    bool good = true;
    for (const Question& question : questions()) {
        const TradeFilter filter = filter_of(question);
        good &= measure(name_of(question), rounds, kOrdersMs, [&](store::Connection& connection) {
            const auto page = read_orders(connection, filter, limit, std::nullopt);
            return fmt::format("{}{}", page.orders.size(), page.more ? "+" : "");
        });
    }
    return good;
}

bool measure_evidence(int rounds) {
    const std::vector<std::string> tickers{"AAPL", "AMZN", "GOOGL", "META", "MSFT", "NVDA", "TSLA"};
    store::Connection connection(store::database_from_env("pulse-bench", 10));
    const auto rows =
        connection.run("SELECT (extract(epoch FROM max(first_time)) * 1000)::bigint FROM smart_money_orders");
    const Session session = last_session(rows.front().integer(0, 0));
    // As it was after that session: what is measured doesn't grow old.
    Snapshot snapshot = read_snapshot(connection);
    snapshot.feed.now_ms = session.close_ms + 3'600'000;
    snapshot.coverage = KnownTime(store::read_coverage(connection, {0, snapshot.feed.now_ms}));
    bool good = measure("snapshot", rounds, kOrdersMs, [&](store::Connection& own) {
        return fmt::format("v{}", read_snapshot(own).feed.schema_version);
    });
    for (const std::int64_t minute : {5, 30, 200, 390}) {
        ConcentrationQuestion question;
        question.until_ms = session.open_ms + minute * 60'000;
        for (const int limit : {20, 200}) {
            question.limit = limit;
            good &= measure(fmt::format("concentration, minute {} of the session, limit {}", minute, limit),
                            rounds, kEvidenceMs, [&](store::Connection& own) {
                                const auto answer = read_concentration(own, question, snapshot, tickers);
                                return fmt::format("{} p {}", answer.cluster_count,
                                                   answer.clusters.front().score.p.value_or(0));
                            });
        }
    }
    SignalsQuestion question;
    question.session = session.date;
    for (const double max_p : {0.001, 1.0}) {
        question.max_p = max_p;
        for (const int limit : {20, 200}) {
            question.limit = limit;
            good &= measure(fmt::format("signals, p {}, limit {}", max_p, limit), rounds, kEvidenceMs,
                            [&](store::Connection& own) {
                                const auto answer = read_signals(own, question, snapshot, tickers);
                                return fmt::format("{} of {}", answer.signals.size(), answer.contracts);
                            });
        }
    }
    return good;
}

}  // namespace

int main(int argc, char** argv) {
    const int rounds = argc > 1 ? std::atoi(argv[1]) : 3;
    const int limit = argc > 2 ? std::atoi(argv[2]) : 10;
    fmt::print("   cold  median     max     found           question (ms; limit {})\n", limit);
    const bool orders = measure_orders(rounds, limit);
    const bool evidence = measure_evidence(rounds);
    return orders && evidence ? 0 : 1;
}
