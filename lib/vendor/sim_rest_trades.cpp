// /v3/trades/{contract} of the simulated vendor.
#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "market/new_york.hpp"
#include "vendor/sim_rest.hpp"

namespace pulse {

namespace {

constexpr std::int64_t kNsPerMs = 1'000'000;
constexpr std::size_t kPieceBytes = 56 << 10;
constexpr std::size_t kAhead = 12;  // rows whose lines are fetched while earlier ones are written

// A number of nanoseconds, or a date: that whole day in New York. The vendor doesn't say which zone it takes.
SimRange time_range(std::string_view name, std::string_view text) {
    if (const auto ns = sim_number(text)) return {*ns, *ns};
    constexpr Day kLastDay = 106'750;  // 2262-04-10: later days don't fit
    const Day day = sim_date(name, text);
    if (day < 1 || day > kLastDay) throw SimBadRequest(fmt::format("Could not parse '{}'", name));
    return {new_york_ms(day, 0) * kNsPerMs, new_york_ms(day + 1, 0) * kNsPerMs - 1};
}

std::span<const SimHistory::Trade> in_range(std::span<const SimHistory::Trade> trades, SimRange ns) {
    const std::int64_t first_ms = ns.first / kNsPerMs + (ns.first % kNsPerMs != 0 ? 1 : 0);
    const std::int64_t last_ms = ns.last < 0 ? -1 : ns.last / kNsPerMs;
    const auto begin = std::partition_point(trades.begin(), trades.end(),
                                            [&](const SimHistory::Trade& t) { return t.t_ms < first_ms; });
    const auto end = std::partition_point(begin, trades.end(),
                                          [&](const SimHistory::Trade& t) { return t.t_ms <= last_ms; });
    return {begin, end};
}

// Trades as JSON rows, read from the tape while they are sent.
class TradesBody : public HttpBody {
  public:
    TradesBody(const SimHistory& history, std::span<const SimHistory::Trade> rows, bool descending,
               std::string end)
        : history_(history), rows_(rows), descending_(descending), end_(std::move(end)) {}

    bool append(std::string& out) override {
        const std::size_t full = out.size() + kPieceBytes;
        if (at_ == 0) out += R"({"results":[)";
        for (; at_ < rows_.size() && out.size() < full; ++at_) {
            if (at_ + kAhead < rows_.size()) history_.expect(row(at_ + kAhead));
            if (reader_.read(history_.line(row(at_)), trade_)) append_row(out);
        }
        if (at_ < rows_.size()) return true;
        out.append("],").append(end_);
        return false;
    }

  private:
    [[nodiscard]] const SimHistory::Trade& row(std::size_t index) const {
        return rows_[descending_ ? rows_.size() - 1 - index : index];
    }

    void append_row(std::string& out) {
        char time[24];
        const auto time_end = std::to_chars(time, time + sizeof time, trade_.t_ms * kNsPerMs).ptr;
        const std::string_view ns(time, static_cast<std::size_t>(time_end - time));
        if (at_ > 0) out += ',';
        if (trade_.has_conditions)
            out.append(R"({"conditions":[)").append(trade_.conditions).append(R"(],"exchange":)");
        else
            out.append(R"({"exchange":)");
        out.append(trade_.exchange).append(R"(,"participant_timestamp":)").append(ns);
        out.append(R"(,"price":)").append(trade_.price).append(R"(,"sip_timestamp":)").append(ns);
        out.append(R"(,"size":)").append(trade_.size).append("}");
    }

    const SimHistory& history_;
    std::span<const SimHistory::Trade> rows_;
    bool descending_;
    std::string end_;
    std::size_t at_ = 0;
    TapeTradeReader reader_;
    TapeTrade trade_;
};

}  // namespace

HttpAnswer sim_trades(const SimCall& call, const SimHistory& history, std::string_view contract) {
    const SimQuery query(call.request);
    const bool ascending = query.is_second("order", "desc", "asc");
    const auto limit = query.limit(1'000, 50'000);
    if (const auto sort = query.text("sort"); !sort.empty() && sort != "timestamp")
        throw SimBadRequest(fmt::format("Could not parse 'sort': trades have no order by '{}'", sort));
    const SimRange ns = sim_range(query, "timestamp", {0, INT64_MAX}, time_range);
    const auto* known = history.find(contract);
    std::span<const SimHistory::Trade> rows;
    if (known != nullptr) rows = in_range(history.trades(*known), ns);
    const std::size_t skipped = std::min<std::size_t>(query.place(), rows.size());
    const std::size_t count = std::min<std::size_t>(limit, rows.size() - skipped);
    std::optional<std::uint64_t> next;
    if (skipped + count < rows.size()) next = skipped + count;
    HttpAnswer answer;
    answer.headers = {{"Content-Type", "application/json"}};
    std::string end = sim_page_end(call, query, next);
    if (call.twist.no_results) {
        answer.text = "{" + end;
        return answer;
    }
    rows = rows.subspan(ascending ? skipped : rows.size() - skipped - count, count);
    answer.body = std::make_unique<TradesBody>(history, rows, !ascending, std::move(end));
    return answer;
}

}  // namespace pulse
