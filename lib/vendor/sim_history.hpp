#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "market/date.hpp"
#include "market/occ_symbol.hpp"
#include "vendor/sim_tape_trade.hpp"

namespace pulse {

/// A tape as history has it: its contracts, and the trades of each in the order of their time. Sixteen bytes
/// a trade; the rest is read from the tape's text when it is asked for, which must outlive this.
class SimHistory {
  public:
    /// Reads all of the tape, which may hold several dates. Lines that no tool would take as a trade aren't
    /// history.
    explicit SimHistory(std::string_view tape);

    struct Contract {
        std::string symbol;  ///< with `O:`
        OccSymbol parts;
        std::string underlying;  ///< AAPL for the adjusted root AAPL1, SPX for SPXW
        std::size_t first = 0;   ///< of its trades
        std::size_t count = 0;
    };
    struct Trade {
        std::int64_t t_ms;     ///< SIP time, Unix ms
        std::uint64_t offset;  ///< of its line in the tape
    };

    /// In the order of their symbols.
    [[nodiscard]] const std::vector<Contract>& contracts() const { return contracts_; }
    /// The contract of that symbol, or nullptr.
    [[nodiscard]] const Contract* find(std::string_view symbol) const;
    /// A contract's trades by time; those of one millisecond in the tape's order.
    [[nodiscard]] std::span<const Trade> trades(const Contract& contract) const {
        return std::span(trades_).subspan(contract.first, contract.count);
    }
    /// The line of a trade.
    [[nodiscard]] std::string_view line(const Trade& trade) const;
    /// Has the processor fetch a line that is needed soon: the lines of a contract lie all over the tape.
    void expect(const Trade& trade) const { __builtin_prefetch(tape_.data() + trade.offset); }
    /// The New York dates that have trades, ascending.
    [[nodiscard]] const std::vector<Day>& dates() const { return dates_; }
    [[nodiscard]] std::uint64_t size() const { return trades_.size(); }

  private:
    class Builder;

    std::string_view tape_;
    std::vector<Contract> contracts_;
    std::vector<Trade> trades_;
    std::vector<Day> dates_;
};

/// The underlying a root's contracts are listed under.
std::string sim_underlying(std::string_view root);

}  // namespace pulse
