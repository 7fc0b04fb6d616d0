#include "flow/concentration.hpp"

#include <algorithm>

#include "embedded/pulse_flow.hpp"
#include "flow/cluster_reader.hpp"
#include "flow/result_values.hpp"
#include "flow/score.hpp"
#include "flow/trade_sql.hpp"
#include "flow/unjoined.hpp"

namespace pulse::flow {

namespace {

constexpr std::int64_t kMinuteMs = 60'000;

std::vector<FlowPlace> read_places(store::Connection& connection, const TradeFilter& filter,
                                   std::int64_t from_ms, std::int64_t to_ms) {
    TradeFilter about;  // what says whose side it is: the rest is about clusters
    about.tickers = filter.tickers;
    about.side = filter.side;
    about.cancelled = true;
    Statement statement(sql::window_sides_sql);
    statement.fill_in(":lo", statement.bind_ms(from_ms));
    statement.fill_in(":hi", statement.bind_ms(to_ms));
    statement.fill_in(":conditions", conditions_sql(statement, about));
    const auto result = statement.run(connection);
    std::vector<FlowPlace> places;
    for (int i = 0; i < result.rows(); ++i)
        places.push_back({std::string(result.text(i, 0)), side_in(result.text(i, 1)), from_ms, to_ms, {}});
    return places;
}

Decimal read_left_out(store::Connection& connection, TradeFilter filter, std::int64_t from_ms,
                      std::int64_t to_ms) {
    filter.min_premium.reset();  // is about clusters
    filter.cancelled = true;
    Statement statement(sql::window_left_out_sql);
    statement.fill_in(":lo", statement.bind_ms(from_ms));
    statement.fill_in(":hi", statement.bind_ms(to_ms));
    statement.fill_in(":conditions", conditions_sql(statement, filter));
    return decimal_in(statement.run(connection), 0, 0);
}

}  // namespace

Concentration read_concentration(store::Connection& connection, const ConcentrationQuestion& question,
                                 const Snapshot& snapshot, const std::vector<std::string>& watched) {
    const Session session = last_session(question.until_ms);
    Concentration answer;
    answer.to_ms = question.until_ms;
    answer.from_ms = std::max(question.until_ms - question.window_min * kMinuteMs, session.open_ms);
    const ReadTransaction transaction(connection, ReadTransaction::kJoins);
    const auto places = read_places(connection, question.filter, answer.from_ms, answer.to_ms);
    auto found = read_clusters(connection, places, question.filter, question.limit);
    answer.clusters = std::move(found.clusters);
    answer.cluster_count = found.count;
    answer.sides = read_sides(connection, places);
    answer.left_out = read_left_out(connection, question.filter, answer.from_ms, answer.to_ms);
    const auto& asked = question.filter.tickers;
    answer.unjoined = unjoined_tickers(connection, asked.empty() ? watched : asked, session);
    for (Cluster& cluster : answer.clusters) cluster.window_min = question.window_min;
    if (question.unscored) return answer;
    std::vector<Scored> premiums;
    for (const Cluster& c : answer.clusters)
        premiums.push_back({c.ticker, c.side, c.dte, c.from_ms, c.to_ms, c.premium});
    auto scores = read_scores(connection, premiums, session, question.window_min, snapshot,
                              looked_over(watched, asked));
    for (std::size_t i = 0; i < scores.size(); ++i) answer.clusters[i].score = scores[i];
    return answer;
}

}  // namespace pulse::flow
