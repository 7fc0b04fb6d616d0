#include "vendor/sim_flat.hpp"

#include <algorithm>
#include <charconv>

#include "market/new_york.hpp"

namespace pulse {

namespace {

constexpr std::size_t kPieceBytes = 56 << 10;
constexpr std::size_t kAhead = 12;  // rows whose lines are fetched while earlier ones are written

}  // namespace

SimFlatFile::Bounds SimFlatFile::new_york_day(Day date) {
    return {new_york_ms(date, 0), new_york_ms(date + 1, 0)};
}

bool SimFlatFile::append(std::string& out) {
    const std::size_t before = out.size(), full = before + kPieceBytes;
    if (!begun_) {
        out += layout_ == FlatLayout::kCurrent
                   ? "ticker,conditions,correction,exchange,price,sip_timestamp,size\n"
                   : "ticker,conditions,correction,exchange,participant_timestamp,price,sip_timestamp,size\n";
        begun_ = true;
    }
    while (out.size() < full && (at_ < trades_.size() || next_contract())) {
        if (at_ + kAhead < trades_.size()) history_.expect(trades_[at_ + kAhead]);
        append_row(out, trades_[at_++]);
    }
    return out.size() > before;
}

bool SimFlatFile::next_contract() {
    for (; contract_ < history_.contracts().size(); ++contract_) {
        const auto all = history_.trades(history_.contracts()[contract_]);
        const auto before = [&](std::int64_t ms) {
            return std::partition_point(all.begin(), all.end(),
                                        [&](const SimHistory::Trade& t) { return t.t_ms < ms; });
        };
        trades_ = {before(bounds_.begin_ms), before(bounds_.end_ms)};
        at_ = 0;
        if (trades_.empty()) continue;
        ++contract_;
        return true;
    }
    return false;
}

void SimFlatFile::append_row(std::string& out, const SimHistory::Trade& trade) {
    if (!reader_.read(history_.line(trade), trade_)) return;
    char time[24];
    const auto end = std::to_chars(time, time + sizeof time, trade_.t_ms * 1'000'000).ptr;
    const std::string_view ns(time, static_cast<std::size_t>(end - time));
    const std::string_view quote = trade_.conditions.find(',') == std::string_view::npos ? "" : "\"";
    out.append(trade_.symbol).append(",").append(quote).append(trade_.conditions).append(quote);
    out.append(layout_ == FlatLayout::kCurrent ? ",0," : ",,").append(trade_.exchange).append(",");
    if (layout_ == FlatLayout::kOlder) out.append(ns).append(",");
    out.append(trade_.price).append(",").append(ns).append(",").append(trade_.size).append("\n");
}

}  // namespace pulse
