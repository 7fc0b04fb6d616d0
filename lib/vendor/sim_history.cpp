#include "vendor/sim_history.hpp"

#include <algorithm>
#include <array>
#include <numeric>
#include <set>
#include <unordered_map>
#include <utility>

#include "market/new_york.hpp"
#include "vendor/sim_tape.hpp"

namespace pulse {

namespace {

constexpr std::int64_t kMaxMs = INT64_MAX / 1'000'000;  // history's times are nanoseconds
constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kIndexRoots{
    {{"SPXW", "SPX"}, {"NDXP", "NDX"}, {"RUTW", "RUT"}, {"VIXW", "VIX"}}};

}  // namespace

std::string sim_underlying(std::string_view root) {
    for (const auto& [weekly, index] : kIndexRoots)
        if (root == weekly) return std::string(index);
    const auto end = root.find_last_not_of("0123456789");
    return std::string(end == root.npos ? root : root.substr(0, end + 1));
}

/// Reads the tape once; knows each trade's contract by a number that is given as they appear.
class SimHistory::Builder {
  public:
    explicit Builder(std::string_view tape) : tape_(tape) {}

    void read_tape() {
        TapeTradeReader reader;
        TapeTrade trade;
        for (TapeCursor cursor(tape_); !cursor.at_end(); cursor.advance()) {
            if (!reader.read(cursor.line(), trade) || trade.t_ms < 0 || trade.t_ms > kMaxMs) continue;
            const int number = number_of(trade.symbol);
            if (number < 0) continue;
            note_date(trade.t_ms);
            ++contracts_[static_cast<std::size_t>(number)].count;
            numbers_.push_back(static_cast<std::uint32_t>(number));
            trades_.push_back({trade.t_ms, static_cast<std::uint64_t>(cursor.line().data() - tape_.data())});
        }
    }

    void finish(SimHistory& history) {
        std::vector<std::size_t> order(contracts_.size());
        std::iota(order.begin(), order.end(), std::size_t{0});
        std::sort(order.begin(), order.end(),
                  [&](auto a, auto b) { return contracts_[a].symbol < contracts_[b].symbol; });
        std::vector<std::size_t> next(contracts_.size());
        std::size_t first = 0;
        for (const auto number : order) {
            contracts_[number].first = next[number] = first;
            first += contracts_[number].count;
            history.contracts_.push_back(std::move(contracts_[number]));
        }
        history.trades_.resize(trades_.size());
        for (std::size_t i = 0; i < trades_.size(); ++i) history.trades_[next[numbers_[i]]++] = trades_[i];
        const auto earlier = [](const Trade& a, const Trade& b) {
            return a.t_ms != b.t_ms ? a.t_ms < b.t_ms : a.offset < b.offset;
        };
        for (const auto& contract : history.contracts_) {
            const auto begin = history.trades_.begin() + static_cast<std::ptrdiff_t>(contract.first);
            std::sort(begin, begin + static_cast<std::ptrdiff_t>(contract.count), earlier);
        }
        history.dates_.assign(dates_.begin(), dates_.end());
    }

  private:
    void note_date(std::int64_t t_ms) {
        const Day day = clock_.date_of(t_ms);
        if (day != last_date_) dates_.insert(last_date_ = day);
    }

    // -1 when the symbol is no OCC symbol.
    int number_of(std::string_view symbol) {
        const auto known = by_symbol_.find(symbol);
        if (known != by_symbol_.end()) return known->second;
        Contract contract;
        int number = -1;
        if (parse_occ_symbol(symbol, contract.parts) == SymbolError::kNone) {
            number = static_cast<int>(contracts_.size());
            contract.symbol = symbol;
            contract.underlying = sim_underlying(contract.parts.root());
            contracts_.push_back(std::move(contract));
        }
        by_symbol_.emplace(symbol, number);
        return number;
    }

    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
    };

    std::string_view tape_;
    std::vector<Contract> contracts_;
    std::vector<Trade> trades_;
    std::vector<std::uint32_t> numbers_;  // of each trade's contract
    std::unordered_map<std::string, int, Hash, std::equal_to<>> by_symbol_;
    NewYorkClock clock_;
    std::set<Day> dates_;
    Day last_date_ = -1;
};

SimHistory::SimHistory(std::string_view tape) : tape_(tape) {
    Builder builder(tape);
    builder.read_tape();
    builder.finish(*this);
}

const SimHistory::Contract* SimHistory::find(std::string_view symbol) const {
    const auto at = std::lower_bound(contracts_.begin(), contracts_.end(), symbol,
                                     [](const Contract& c, std::string_view s) { return c.symbol < s; });
    return at != contracts_.end() && at->symbol == symbol ? &*at : nullptr;
}

std::string_view SimHistory::line(const Trade& trade) const {
    return TapeCursor(tape_.substr(trade.offset)).line();
}

}  // namespace pulse
