#include "flow/signals.hpp"

#include <algorithm>
#include <tuple>

#include "embedded/pulse_flow.hpp"
#include "flow/cluster_reader.hpp"
#include "flow/result_values.hpp"
#include "flow/score.hpp"
#include "flow/trade_sql.hpp"
#include "flow/unjoined.hpp"

namespace pulse::flow {

namespace {

constexpr std::int64_t kWindowMs = 30 * 60'000;
constexpr int kWindowMin = 30;

/// The window of a contract that holds most of its premium.
struct BestWindow {
    std::string option_symbol;
    Scored premium;
    Score score;
};

// The conditions on the contract; the premium is judged by window.
TradeFilter contract_filter(TradeFilter filter) {
    filter.min_premium.reset();
    filter.cancelled = true;
    return filter;
}

std::vector<BestWindow> read_best(store::Connection& connection, const SignalsQuestion& question,
                                  const Session& session, std::int64_t until_ms) {
    Statement statement(sql::best_windows_sql);
    statement.fill_in(":lo", statement.bind_ms(session.open_ms));
    statement.fill_in(":hi", statement.bind_ms(until_ms));
    statement.fill_in(":conditions", conditions_sql(statement, contract_filter(question.filter)));
    const auto result = statement.run(connection);
    std::vector<BestWindow> best;
    for (int i = 0; i < result.rows(); ++i) {
        const std::int64_t to_ms = result.integer(i, 4);
        BestWindow window{std::string(result.text(i, 0)),
                          {std::string(result.text(i, 1)), side_in(result.text(i, 2)),
                           static_cast<int>(result.integer(i, 3)),
                           std::max(session.open_ms, to_ms - kWindowMs), to_ms, decimal_in(result, i, 5)},
                          {}};
        if (!question.filter.min_premium || *question.filter.min_premium <= window.premium.premium)
            best.push_back(std::move(window));
    }
    return best;
}

void score_all(store::Connection& connection, std::vector<BestWindow>& best, const Session& session,
               const Snapshot& snapshot, const std::vector<std::string>& looks) {
    std::vector<Scored> premiums;
    for (const BestWindow& window : best) premiums.push_back(window.premium);
    const auto scores = read_scores(connection, premiums, session, kWindowMin, snapshot, looks);
    for (std::size_t i = 0; i < best.size(); ++i) best[i].score = scores[i];
}

std::vector<BestWindow> rarest(std::vector<BestWindow> best, double max_p, int limit) {
    std::erase_if(best, [&](const BestWindow& window) { return !window.score.p || *window.score.p > max_p; });
    std::sort(best.begin(), best.end(), [](const BestWindow& a, const BestWindow& b) {
        return std::tie(*a.score.p, b.premium.premium, a.option_symbol) <
               std::tie(*b.score.p, a.premium.premium, b.option_symbol);
    });
    if (best.size() > static_cast<std::size_t>(limit)) best.resize(static_cast<std::size_t>(limit));
    return best;
}

// The windows whole, in their order. Orders from `until_ms` on don't count: the window's own end may lie
// behind it.
std::vector<Signal> tell(store::Connection& connection, const std::vector<BestWindow>& windows,
                         std::int64_t until_ms) {
    std::vector<FlowPlace> places;
    for (const BestWindow& window : windows)
        places.push_back({window.premium.ticker, window.premium.side, window.premium.from_ms,
                          std::min(window.premium.to_ms, until_ms), window.option_symbol});
    auto found = read_clusters(connection, places, {}, static_cast<int>(places.size()));
    std::vector<Signal> signals(windows.size());
    for (std::size_t i = 0; i < found.clusters.size(); ++i) {
        const std::size_t place = found.places[i];
        Signal& signal = signals[place];
        signal.cluster = std::move(found.clusters[i]);
        signal.cluster.to_ms = windows[place].premium.to_ms;
        signal.cluster.score = windows[place].score;
        signal.known_ms = known_at_ms(signal.cluster.last_ms);
    }
    return signals;
}

}  // namespace

Signals read_signals(store::Connection& connection, const SignalsQuestion& question, const Snapshot& snapshot,
                     const std::vector<std::string>& watched) {
    Signals answer;
    const auto session = session_of(question.session);
    if (!session || question.until_ms <= session->open_ms) return answer;
    const std::int64_t until_ms = std::min(question.until_ms, session->close_ms);
    const ReadTransaction transaction(connection, ReadTransaction::kJoins);
    auto best = read_best(connection, question, *session, until_ms);
    const auto& asked = question.filter.tickers;
    score_all(connection, best, *session, snapshot, looked_over(watched, asked));
    answer.unjoined = unjoined_tickers(connection, asked.empty() ? watched : asked, *session);
    answer.contracts = static_cast<std::int64_t>(best.size());
    for (const BestWindow& window : best) {
        if (window.score.status != ScoreStatus::kScored) ++answer.unscored;
        answer.sessions = std::max(answer.sessions, window.score.sessions);
    }
    answer.signals = tell(connection, rarest(std::move(best), question.max_p, question.limit), until_ms);
    return answer;
}

}  // namespace pulse::flow
