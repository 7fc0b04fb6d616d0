#include "flow/score.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <tuple>

#include "embedded/pulse_flow.hpp"
#include "flow/trade_sql.hpp"
#include "market/flow_cell.hpp"
#include "market/premium_bucket.hpp"

namespace pulse::flow {

namespace {

constexpr std::int64_t kMinuteMs = 60'000;
constexpr std::int64_t kSlotMs = kSlotMinutes * kMinuteMs;
constexpr std::int64_t kStepMs = 5 * kMinuteMs;

std::optional<int> slot_of(const Session& session, std::int64_t to_ms) {
    if (to_ms <= session.open_ms || to_ms > session.close_ms) return std::nullopt;
    return static_cast<int>((to_ms - 1 - session.open_ms) / kSlotMs);
}

struct Cell {
    std::string ticker;
    OptionSide side = OptionSide::kCall;
    int dte_bucket = 0;
    int slot = 0;
    friend auto operator<=>(const Cell&, const Cell&) = default;
};

/// Numbers what it is shown in the order it comes, each once.
template <typename Key>
class Numbering {
  public:
    std::size_t operator()(const Key& key) {
        const auto [found, added] = numbers_.try_emplace(key, all_.size());
        if (added) all_.push_back(key);
        return found->second;
    }
    [[nodiscard]] const std::vector<Key>& all() const { return all_; }

  private:
    std::map<Key, std::size_t> numbers_;
    std::vector<Key> all_;
};

using Wanted = std::pair<std::size_t, int>;  // cell, bucket of the premium

/// Reads the history of the cells that some premiums of one session belong to.
class ScoreReader {
  public:
    ScoreReader(const Session& session, int window_min, const Snapshot& snapshot)
        : session_(session),
          window_min_(window_min),
          snapshot_(snapshot),
          first_(session.date - kHistoryDays) {
        earlier_ = sessions_between(first_, session.date - 1);
    }

    std::vector<Score> read(store::Connection& connection, const std::vector<Scored>& premiums,
                            const std::vector<std::string>& looks);

  private:
    [[nodiscard]] std::string known_days(const std::string& ticker, int slot);
    [[nodiscard]] const std::vector<Knowledge>& known_sessions(const std::string& ticker);
    [[nodiscard]] bool has_gap(const Scored& premium) const;
    std::vector<Score> read_histories(store::Connection& connection, const std::vector<std::string>& looks);
    Statement statement(const std::vector<std::string>& looks);
    [[nodiscard]] bool counted(store::Connection& connection) const;
    static void judge(Score& score, bool gap, bool counted);

    const Session& session_;
    int window_min_;
    const Snapshot& snapshot_;
    Day first_;
    std::vector<Session> earlier_;
    std::map<std::string, std::vector<Knowledge>> whole_sessions_;
    Numbering<Cell> cells_;
    Numbering<Wanted> wanted_;
};

// Of most sessions everything is known or nothing: then their half hours need no look of their own. Later
// than now nothing is known, so "pending" can't stand for a session that is over.
const std::vector<Knowledge>& ScoreReader::known_sessions(const std::string& ticker) {
    const auto [found, added] = whole_sessions_.try_emplace(ticker);
    if (added)
        for (const Session& session : earlier_)
            found->second.push_back(known_of(snapshot_.coverage, ticker, {session},
                                             {session.open_ms, session.close_ms},
                                             std::numeric_limits<std::int64_t>::max())
                                        .knowledge);
    return found->second;
}

std::string ScoreReader::known_days(const std::string& ticker, int slot) {
    std::string days(static_cast<std::size_t>(kHistoryDays), '0');
    const auto& whole = known_sessions(ticker);
    for (std::size_t i = 0; i < earlier_.size(); ++i) {
        bool known = whole[i] == Knowledge::kComplete;
        if (whole[i] == Knowledge::kPartial)
            known =
                known_of(snapshot_.coverage, ticker, {earlier_[i]}, looked_at(earlier_[i], slot, window_min_),
                         std::numeric_limits<std::int64_t>::max())
                    .knowledge == Knowledge::kComplete;
        if (known) days[static_cast<std::size_t>(earlier_[i].date - first_)] = '1';
    }
    return days;
}

// Of a window younger than what could be known nothing is missing: what it holds so far is a lower bound of
// its premium, and p an upper bound.
bool ScoreReader::has_gap(const Scored& premium) const {
    return !known_of(snapshot_.coverage, premium.ticker, {session_}, {premium.from_ms, premium.to_ms - 1},
                     horizon_ms(snapshot_.feed))
                .gaps.empty();
}

Statement ScoreReader::statement(const std::vector<std::string>& looks) {
    std::vector<std::string> tickers, sides, dtes, slots, known;
    std::map<std::pair<std::string, int>, std::string> days;
    for (const Cell& cell : cells_.all()) {
        auto& text = days[{cell.ticker, cell.slot}];
        if (text.empty()) text = known_days(cell.ticker, cell.slot);
        tickers.push_back(cell.ticker);
        sides.emplace_back(side_name(cell.side));
        dtes.emplace_back(kDteBuckets[static_cast<std::size_t>(cell.dte_bucket)]);
        slots.push_back(slot_name(cell.slot));
        known.push_back(text);
    }
    std::vector<std::size_t> cells;
    std::vector<int> buckets;
    for (const auto& [cell, bucket] : wanted_.all()) {
        cells.push_back(cell + 1);
        buckets.push_back(bucket);
    }
    Statement statement(sql::score_sql);
    statement.fill_in(":wanted_cells", statement.bind(number_array(cells), "bigint[]"));
    statement.fill_in(":wanted_buckets", statement.bind(number_array(buckets), "int[]"));
    statement.fill_in(":tickers", statement.bind(text_array(tickers), "text[]"));
    statement.fill_in(":sides", statement.bind(text_array(sides), "text[]"));
    statement.fill_in(":dtes", statement.bind(text_array(dtes), "text[]"));
    statement.fill_in(":slots", statement.bind(text_array(slots), "text[]"));
    statement.fill_in(":known", statement.bind(text_array(known), "varbit[]"));
    statement.fill_in(":looked", statement.bind(text_array(looks), "text[]"));
    statement.fill_in(":window", statement.bind(std::to_string(window_min_), "int"));
    statement.fill_in(":first", statement.bind(date_text(first_), "date"));
    statement.fill_in(":last", statement.bind(date_text(session_.date), "date"));
    return statement;
}

// A score without p for each wanted pair.
std::vector<Score> ScoreReader::read_histories(store::Connection& connection,
                                               const std::vector<std::string>& looks) {
    std::vector<Score> scores(wanted_.all().size());
    if (scores.empty()) return scores;
    const auto result = statement(looks).run(connection);
    for (int i = 0; i < result.rows(); ++i) {
        Score& score = scores[static_cast<std::size_t>(result.integer(i, 0) - 1)];
        score.larger = result.integer(i, 1);
        score.windows = result.integer(i, 2);
        score.sessions = static_cast<int>(result.integer(i, 3));
        score.looks_per_day = static_cast<double>(result.integer(i, 4)) / static_cast<double>(score.sessions);
    }
    return scores;
}

bool ScoreReader::counted(store::Connection& connection) const {
    Statement statement("SELECT EXISTS (SELECT FROM flow_baselines WHERE window_min = :window)");
    statement.fill_in(":window", statement.bind(std::to_string(window_min_), "int"));
    return statement.run(connection).text(0, 0) == "t";
}

void ScoreReader::judge(Score& score, bool gap, bool counted) {
    if (gap) {
        score.status = ScoreStatus::kGap;
    } else if (score.sessions < kSessionsNeeded) {
        score.status = counted ? ScoreStatus::kInsufficientHistory : ScoreStatus::kNoBaseline;
    } else {
        score.status = ScoreStatus::kScored;
        score.p = static_cast<double>(1 + score.larger) / static_cast<double>(1 + score.windows);
        // Where nobody's windows were counted, nothing is known of how many looks there are.
        if (score.looks_per_day > 0) score.expected_per_day = *score.p * score.looks_per_day;
    }
}

std::vector<Score> ScoreReader::read(store::Connection& connection, const std::vector<Scored>& premiums,
                                     const std::vector<std::string>& looks) {
    std::vector<std::optional<std::size_t>> places;
    for (const Scored& premium : premiums) {
        const auto slot = slot_of(session_, premium.to_ms);
        const auto bucket = dte_bucket(premium.dte);
        places.emplace_back();
        if (slot && bucket && premium.from_ms < premium.to_ms)
            places.back() = wanted_({cells_({premium.ticker, premium.side, *bucket, *slot}),
                                     premium_bucket(whole_dollars(premium.premium))});
    }
    const auto histories = read_histories(connection, looks);
    const bool nothing = std::all_of(histories.begin(), histories.end(),
                                     [](const Score& score) { return score.sessions == 0; });
    const bool windows_counted = !histories.empty() && (!nothing || counted(connection));
    std::map<std::tuple<std::string, std::int64_t, std::int64_t>, bool> gaps;
    std::vector<Score> scores;
    for (std::size_t i = 0; i < premiums.size(); ++i) {
        Score& score = scores.emplace_back();
        if (!places[i]) {
            score.status = ScoreStatus::kNoCell;
            continue;
        }
        const Scored& premium = premiums[i];
        const auto [gap, added] = gaps.try_emplace({premium.ticker, premium.from_ms, premium.to_ms});
        if (added) gap->second = has_gap(premium);
        score = histories[*places[i]];
        judge(score, gap->second, windows_counted);
    }
    return scores;
}

}  // namespace

std::int64_t whole_dollars(const Decimal& premium) {
    std::int64_t dollars = premium.digits;
    for (int i = 0; i < premium.scale; ++i) dollars /= 10;
    return dollars;
}

std::vector<std::string> looked_over(const std::vector<std::string>& watched,
                                     const std::vector<std::string>& asked) {
    std::vector<std::string> all = watched;
    all.insert(all.end(), asked.begin(), asked.end());
    std::sort(all.begin(), all.end());
    all.erase(std::unique(all.begin(), all.end()), all.end());
    return all;
}

TimeRange looked_at(const Session& session, int slot, int window_min) {
    const std::int64_t begin = session.open_ms + slot * kSlotMs;
    return {std::max(session.open_ms, begin + kStepMs - window_min * kMinuteMs),
            std::min(session.close_ms, begin + kSlotMs) - 1};
}

std::vector<Score> read_scores(store::Connection& connection, const std::vector<Scored>& premiums,
                               const Session& session, int window_min, const Snapshot& snapshot,
                               const std::vector<std::string>& looks) {
    return ScoreReader(session, window_min, snapshot).read(connection, premiums, looks);
}

}  // namespace pulse::flow
