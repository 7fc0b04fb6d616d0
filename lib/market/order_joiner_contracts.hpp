#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string_view>
#include <vector>

#include "market/occ_symbol.hpp"
#include "market/order_joiner_order.hpp"
#include "market/seen_prints.hpp"

/// What the order joiner knows of each contract. Nobody else's.
namespace pulse::joining {

/// What cancels may need of a contract, for as long as orders of it are remembered.
struct Memory {
    struct Loose {
        std::int64_t t_ms;
        PrintClass what;
    };
    std::vector<Number> told;    ///< orders, as they were told
    std::deque<Loose> loose;     ///< prints that belong to no order told: a cancel must not pass them over
    std::vector<Loose> waiting;  ///< cancels that found no print, for as long as one may still come
};

/// What every print asks for comes first: with many contracts each look is a miss of the caches.
struct Contract {
    std::array<char, 24> sym{};  ///< as in the tape, with zeros behind
    std::uint8_t sym_size = 0;
    bool used = false;
    Number last_open = kNone;   ///< the newest open order; they lie further apart than the window
    std::int64_t live_ms = -1;  ///< newest live print, but never ahead of the tape's clock
    SeenPrints seen;            ///< live prints and cancels of the hour before that
    std::unique_ptr<Memory> memory;
    std::int64_t history_ms = -1;  ///< newest of its pass through history
    std::uint32_t pass = 0;        ///< markers that stood before the newest print of history
    OccSymbol symbol;

    [[nodiscard]] std::string_view name() const { return {sym.data(), sym_size}; }
};

/// Contracts by symbol, with numbers that last as long as the contract. Open addressing.
class Contracts {
  public:
    Contracts() { clear(); }

    /// The number of the contract, which is added when it is new; kNone when `sym` is no OCC symbol.
    /// Contracts without orders whose last live print is older than `forget_before` (≥ 0) may be dropped to
    /// make room.
    Number find_or_add(std::string_view sym, std::int64_t forget_before);

    Contract& operator[](Number number) { return contracts_[number]; }
    [[nodiscard]] Number numbers() const { return contracts_.size(); }  ///< some may be unused
    void clear();

  private:
    struct Slot {
        std::uint32_t hash = 0;  ///< nearly always spares a look at another contract
        Number number = kNone;
    };
    Number add(std::string_view sym, std::uint32_t hash, std::int64_t forget_before);
    void make_room(std::int64_t forget_before);
    void place(std::uint32_t hash, Number number);

    Chunks<Contract> contracts_;
    std::vector<Number> unused_;
    std::vector<Slot> slots_;  ///< a power of two of them, at most half taken
    std::size_t taken_ = 0;
};

}  // namespace pulse::joining
