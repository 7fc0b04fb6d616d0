#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

#include "market/print_memory.hpp"

namespace pulse {

/// Premium of a contract in one step of the session.
struct StepSum {
    std::uint64_t units = 0;  ///< 1/10,000 dollar; modulo 2^64, so that taking back is always exact
    std::int32_t step = 0;    ///< from 0
};

/// What one session knows of one contract.
struct ContractDay {
    std::array<std::uint64_t, 3> name{};  ///< the symbol behind `O:`, padded with zeros
    std::int8_t cell = -1;                ///< side and DTE bucket; below 0: nothing is counted
    std::int32_t newest = -1;             ///< of all prints and cancels, ms since the open; -1: none
    std::uint32_t pass = 0;               ///< of the newest
    std::uint32_t prints = 0;             ///< counted and not taken back
    std::uint32_t number = 0;             ///< the table's
    std::vector<StepSum> steps;           ///< by step, only those that had prints
    PrintMemory memory;

    void add(std::int32_t step, std::uint64_t units);
    /// Forgets what was counted.
    void drop();
};

/// The contracts of one session by symbol: open addressing over an array of places, since every print of the
/// tape looks one up.
class ContractTable {
  public:
    /// The contract of a valid symbol (with `O:`); `is_new` tells whether it was put in by this call.
    /// References stay valid until release() or clear().
    ContractDay& find_or_add(std::string_view symbol, bool& is_new);
    /// The contract, or null.
    [[nodiscard]] ContractDay* find(std::string_view symbol);
    /// Gives the contract's memory back.
    void release(ContractDay& contract);
    void clear() { *this = ContractTable(); }

  private:
    struct Place {
        std::uint32_t hash = 0;
        std::uint32_t number = 0;  ///< of the contract, from 1; 0: free
    };
    using Name = std::array<std::uint64_t, 3>;
    [[nodiscard]] std::size_t place_of(const Name& name, std::uint32_t hash) const;
    void make_room();

    std::vector<Place> places_ = std::vector<Place>(64);
    std::vector<std::unique_ptr<ContractDay>> contracts_;  ///< null: released
    std::size_t released_ = 0;
};

}  // namespace pulse
