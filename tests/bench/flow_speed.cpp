// How long the questions about stored trades take in the database that libpq's PG* variables name, filled by
// tests/bench/serve_data: every kind of filter, the ones that match everything, little and nothing. Each is
// asked on a fresh connection and then again a few times; exit 1 when the median of one is over its limit.
// Usage: flow_speed [ROUNDS [LIMIT]]

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <map>
#include <memory>

#include "flow/known.hpp"
#include "flow/summary.hpp"
#include "flow/trades.hpp"
#include "market/calendar.hpp"
#include "market/new_york.hpp"

using namespace pulse;
using namespace pulse::flow;

namespace {

using Question = std::map<std::string, std::string>;

double ms_of(const std::function<void()>& work) {
    const auto begin = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count();
}

TradeFilter filter_of(const Question& question) {
    TradeFilter filter;
    for (const auto& [name, value] : question) filter.set(name, value);
    return filter;
}

/// Runs `work` on a fresh connection, then `rounds` times; prints and judges.
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
    fmt::print("{:7.2f} {:7.2f} {:7.2f}  {} {:6}  {}\n", cold, median, warm.back(), good ? "  " : "<<", what,
               name);
    std::fflush(stdout);
    return good;
}

/// Every one of these values with every one of the other names' values would be too many: singly, and in
/// pairs and triples.
const std::map<std::string, std::vector<std::string>>& values() {
    static const std::map<std::string, std::vector<std::string>> all{
        {"ticker", {"NVDA", "GOOGL", "ZZZZ", "AAPL,MSFT,GOOGL,AMZN,NVDA,META,TSLA"}},
        {"side", {"PUT"}},
        {"min_premium",
         {"50000", "450000", "1000000", "4900000", "9900000", "10000000", "50000000", "900000000"}},
        {"max_dte", {"0", "30"}},
        {"expiry", {"2025-10-17", "2025-12-12", "2031-01-17", "2001-01-05"}},
        {"strike", {"190", "250", "9999", "0.0001"}},
        {"since", {"2025-09-15"}},
        {"until", {"2025-09-20", "2025-12-04"}},
        {"cancelled", {"include"}}};
    return all;
}

std::vector<Question> questions() {
    std::vector<std::pair<std::string, std::string>> single;
    for (const auto& [name, texts] : values())
        for (const auto& text : texts) single.emplace_back(name, text);
    std::vector<Question> all{{}};
    for (std::size_t a = 0; a < single.size(); ++a)
        for (std::size_t b = a; b < single.size(); ++b)
            for (std::size_t c = b; c < single.size(); ++c) {
                const Question question{single[a], single[b], single[c]};
                const std::size_t names = 1 + (b > a ? 1U : 0U) + (c > b ? 1U : 0U);
                if (question.size() == names && (b > a || c == b)) all.push_back(question);
            }
    all.push_back({{"ticker", "AAPL"},
                   {"side", "PUT"},
                   {"min_premium", "4900000"},
                   {"max_dte", "0"},
                   {"strike", "250"},
                   {"since", "2025-09-15"},
                   {"until", "2025-12-04"}});
    all.push_back({{"ticker", "NVDA"},
                   {"side", "PUT"},
                   {"min_premium", "4900000"},
                   {"max_dte", "0"},
                   {"since", "2025-09-15"},
                   {"until", "2025-12-03"}});
    return all;
}

std::string name_of(const Question& question) {
    std::string name;
    for (const auto& [key, value] : question) name += key + "=" + value + " ";
    return name.empty() ? "everything" : name;
}

bool measure_others(int rounds) {
    const auto day =
        newest_day(*std::make_unique<store::Connection>(store::database_from_env("pulse-bench", 10)));
    if (!day) return false;
    SummaryQuestion question;
    question.filter.since_ms = day->from_ms;
    question.filter.until_ms = day->to_ms;
    bool good = measure("summary of a day", rounds, 100, [&](store::Connection& connection) {
        return fmt::format("{}B", summary_json(connection, question).size());
    });
    question.filter.tickers = {"NVDA"};
    good &= measure("summary of a day, NVDA with cells", rounds, 100, [&](store::Connection& connection) {
        return fmt::format("{}B", summary_json(connection, question).size());
    });
    const std::vector<std::string> tickers{"AAPL", "AMZN", "GOOGL", "META", "MSFT", "NVDA", "TSLA"};
    const TimeRange quarter{day->from_ms - 90LL * 86'400'000, day->to_ms};
    good &= measure("coverage of 90 days", rounds, 50, [&](store::Connection& connection) {
        const FeedState state = read_feed_state(connection);
        return fmt::format("{}B", coverage_json(KnownTime(store::read_coverage(connection, quarter)), tickers,
                                                quarter, state)
                                      .size());
    });
    return good;
}

}  // namespace

int main(int argc, char** argv) {
    const int rounds = argc > 1 ? std::atoi(argv[1]) : 3;
    const int limit = argc > 2 ? std::atoi(argv[2]) : 10;
    fmt::print("   cold  median     max     found   question (ms; limit {})\n", limit);
    bool good = true;
    for (const Question& question : questions()) {
        const TradeFilter filter = filter_of(question);
        if (filter.since_ms && filter.until_ms && *filter.since_ms > *filter.until_ms) continue;
        good &= measure(name_of(question), rounds, question.empty() ? 10 : 50,
                        [&](store::Connection& connection) {
                            const auto page = read_trades(connection, filter, limit, std::nullopt);
                            return fmt::format("{}{}", page.trades.size(), page.more ? "+" : "");
                        });
    }
    good &= measure_others(rounds);
    return good ? 0 : 1;
}
