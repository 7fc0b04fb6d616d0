#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "market/occ_symbol.hpp"
#include "vendor/tape_random.hpp"
#include "vendor/tape_roots.hpp"

namespace pulse {

/// One contract of the invented market: small enough to copy around.
struct TapeContract {
    std::uint32_t id = 0;  ///< index for per-contract state, below TapeMarket::contracts()
    std::uint16_t root = 0;
    std::uint16_t expiry = 0;
    std::uint16_t strike = 0;
    OptionSide side = OptionSide::kCall;
};

/// Everything that can be traded on one day: roots × expirations × strikes × sides, and what a print of it
/// costs. Spots wander as prints are priced, so the instance is part of the generator's state.
class TapeMarket {
  public:
    /// `day` is a session; `names` restricts the roots, empty means all.
    TapeMarket(Day day, const std::vector<std::string>& names);

    [[nodiscard]] std::uint32_t contracts() const { return contracts_; }

    /// A root by its weight.
    std::uint16_t pick_root(TapeRandom& random) const {
        return root_table_[static_cast<std::size_t>(random.next() >> 48)];
    }
    /// A contract of the root: near expirations and strikes out of the money, but not far, trade most.
    TapeContract pick_contract(std::uint16_t root, TapeRandom& random) const;
    /// Price of the next print in cents, at least 1, on the tick of its class.
    int price_cents(const TapeContract& contract, TapeRandom& random);

    [[nodiscard]] int days_to_expiry(const TapeContract& contract) const;
    [[nodiscard]] bool mag7(const TapeContract& contract) const { return roots_[contract.root].mag7; }
    /// `O:AAPL251219C00190000`
    void append_symbol(std::string& out, const TapeContract& contract) const;

  private:
    struct Expiry {
        Day day;
        std::array<char, 6> text;  // YYMMDD
        double root_years;         // square root of the time to expiry in years
    };
    struct Listing {  // expirations are shared by all roots of a cycle
        std::vector<Expiry> expiries;
        std::vector<std::uint16_t> by_weight;  // 256 entries, near dates more often
    };
    struct Root {
        std::string name;
        double spot;
        double volatility;
        int first_strike_milli;
        int step_milli;
        std::uint16_t strikes;
        std::uint32_t first_contract;
        const Listing* listing;
        bool penny;  // one-cent ticks at every price
        bool mag7;
    };

    void add_root(const TapeRoot& root);
    void build_root_table(const std::vector<TapeRoot>& roots);
    static Listing make_listing(Day day, ExpiryCycle cycle);

    Day day_;
    std::array<Listing, 5> listings_;  // by ExpiryCycle
    std::vector<Root> roots_;
    std::vector<std::uint16_t> root_table_;  // 65,536 entries
    std::uint32_t contracts_ = 0;
};

}  // namespace pulse
