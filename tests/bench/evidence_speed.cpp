// How long the questions about orders, concentration, signals, outcomes and briefing take in the database
// that libpq's PG* variables name, filled by tests/bench/evidence_data: each on a fresh connection and then
// again a few times; exit 1 when the median of one is over its bound. Usage: evidence_speed [ROUNDS
// [LIMIT…]], the limits of pages of orders; default 3 10 1000.

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>

#include "answer/flow_answers.hpp"
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
                          {"min_premium", "249999"},
                          {"min_premium", "250000"},
                          {"min_premium", "999999"},
                          {"min_premium", "1000000"},
                          {"min_premium", "10000000"},
                          {"min_premium", "900000000"},
                          {"max_dte", "0"},
                          {"max_dte", "3"},
                          {"max_dte", "4"},
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
    for (const char* premium : {"249999", "250000", "999999"})
        for (const char* days : {"0", "3", "4"}) {
            all.push_back({{"ticker", "NVDA"}, {"max_dte", days}, {"min_premium", premium}});
            all.push_back(
                {{"ticker", "GOOGL"}, {"side", "PUT"}, {"max_dte", days}, {"min_premium", premium}});
            all.push_back({{"side", "PUT"}, {"max_dte", days}, {"min_premium", premium}});
            all.push_back(
                {{"expiry", "2025-10-17"}, {"side", "PUT"}, {"max_dte", days}, {"min_premium", premium}});
        }
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

const std::vector<std::string> kTickers{"AAPL", "AMZN", "GOOGL", "META", "MSFT", "NVDA", "TSLA"};

Session newest_session(store::Connection& connection) {
    const auto rows =
        connection.run("SELECT (extract(epoch FROM max(first_time)) * 1000)::bigint FROM smart_money_orders");
    return last_session(rows.front().integer(0, 0));
}

// As it was after that session: what is measured doesn't grow old.
Snapshot snapshot_after(store::Connection& connection, const Session& session) {
    Snapshot snapshot = read_snapshot(connection);
    snapshot.feed.now_ms = session.close_ms + 3'600'000;
    snapshot.coverage = KnownTime(store::read_coverage(connection, {0, snapshot.feed.now_ms}));
    return snapshot;
}

// The whole answers that look back over every session.
bool measure_answers(int rounds, const Session& session, const Snapshot& snapshot) {
    bool good = true;
    const std::vector<Question> pasts{{{"ticker", "NVDA"}, {"side", "CALL"}},
                                      {{"ticker", "NVDA"}, {"side", "CALL"}, {"premium", "40000000"}},
                                      {{"ticker", "TSLA"}, {"side", "PUT"}},
                                      {{"ticker", "GOOGL"}, {"side", "PUT"}}};
    for (const Question& question : pasts)
        good &= measure("outcomes, " + name_of(question), rounds, kEvidenceMs, [&](store::Connection& own) {
            const auto call = answer::read_outcomes_call(question);
            return fmt::format("{} B", answer::outcomes_answer(own, call, snapshot, kTickers).size());
        });
    for (const std::int64_t minute : {30, 200, 390}) {
        auto call = answer::read_briefing_call({{"ticker", "NVDA"}, {"side", "CALL"}});
        for (const bool all : {false, true}) {
            if (all) call = answer::read_briefing_call({});
            call.until_ms = session.open_ms + minute * 60'000;
            good &= measure(fmt::format("briefing, minute {} of the session, {}", minute,
                                        all ? "all tickers" : "NVDA calls"),
                            rounds, kEvidenceMs, [&](store::Connection& own) {
                                return fmt::format(
                                    "{} B", answer::briefing_answer(own, call, snapshot, kTickers).size());
                            });
        }
    }
    return good;
}

bool measure_evidence(int rounds, const Session& session, const Snapshot& snapshot) {
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
                                const auto answer = read_concentration(own, question, snapshot, kTickers);
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
                                const auto answer = read_signals(own, question, snapshot, kTickers);
                                return fmt::format("{} of {}", answer.signals.size(), answer.contracts);
                            });
        }
    }
    return good;
}

}  // namespace

int main(int argc, char** argv) {
    const int rounds = argc > 1 ? std::atoi(argv[1]) : 3;
    std::vector<int> limits;
    for (int i = 2; i < argc; ++i) limits.push_back(std::atoi(argv[i]));
    if (limits.empty()) limits = {10, 1000};
    bool good = true;
    for (const int limit : limits) {
        fmt::print("   cold  median     max     found           orders, at most {} (ms; << over {:.0f})\n",
                   limit, kOrdersMs);
        good &= measure_orders(rounds, limit);
    }
    store::Connection connection(store::database_from_env("pulse-bench", 10));
    const Session session = newest_session(connection);
    const Snapshot snapshot = snapshot_after(connection, session);
    fmt::print("   cold  median     max     found           evidence (ms; << over {:.0f})\n", kEvidenceMs);
    good &= measure_evidence(rounds, session, snapshot);
    good &= measure_answers(rounds, session, snapshot);
    return good ? 0 : 1;
}
