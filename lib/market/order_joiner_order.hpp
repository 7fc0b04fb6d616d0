#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "market/order_joiner.hpp"

/// The prints of one order and what they come to. Nobody's but the order joiner's.
namespace pulse::joining {

__extension__ using Int128 = __int128;

/// What cancels and repeated deliveries name a print by, beside its contract.
struct PrintClass {
    std::int64_t price_micro = 0;  ///< millionths of a dollar
    std::int32_t size = 0;
    std::int16_t exchange = 0;
    friend bool operator==(const PrintClass&, const PrintClass&) = default;
    /// One bit that stands for all three.
    [[nodiscard]] std::uint64_t bit() const {
        constexpr std::uint64_t kOdd = 0x9E3779B97F4A7C15U;
        const auto rest = std::uint64_t{static_cast<std::uint32_t>(size)} << 16 |
                          std::uint64_t{static_cast<std::uint16_t>(exchange)};
        return std::uint64_t{1} << (((static_cast<std::uint64_t>(price_micro) * kOdd ^ rest) * kOdd) >> 58);
    }
};

/// A print of an order.
struct Member {
    std::int64_t t_ms = 0;
    std::int64_t sequence = -1;  ///< -1: has none
    PrintClass what;
    bool taken_back = false;
    bool left_out = false;  ///< multi-leg, stock-tied or late
    bool auction = false;
    bool sweep = false;
    bool multileg = false;  ///< or stock-tied
    std::uint32_t condition_count = 0;
    std::uint32_t conditions_at = 0;  ///< index into the order's conditions

    /// Price × size × 100 in ten-thousandths of a dollar.
    [[nodiscard]] Int128 premium() const { return static_cast<Int128>(what.price_micro) * what.size; }
};

/// Nothing for a print that no exchange prices so: more than six decimals, 10^12 dollars, 2^31 contracts.
std::optional<Member> member_of(const TapePrint& print);

/// In ten-thousandths of a dollar, rounded up: what Member::premium() is held against.
Int128 premium_floor(const Decimal& dollars);

using Number = std::uint32_t;  ///< of an order or a contract
inline constexpr Number kNone = UINT32_MAX;

/// Values with numbers, in chunks: a look costs one step more than in a vector, and values never move.
template <typename Value>
class Chunks {
  public:
    [[nodiscard]] Value& operator[](Number number) { return chunks_[number / kChunk][number % kChunk]; }
    [[nodiscard]] const Value& operator[](Number number) const {
        return chunks_[number / kChunk][number % kChunk];
    }
    [[nodiscard]] Number size() const { return size_; }
    Number add() {
        if (size_ % kChunk == 0) chunks_.push_back(std::make_unique<Value[]>(kChunk));
        return size_++;
    }
    void clear() {
        chunks_.clear();
        size_ = 0;
    }

  private:
    static constexpr Number kChunk = 1024;
    std::vector<std::unique_ptr<Value[]>> chunks_;
    Number size_ = 0;
};

struct Order {
    enum class State : std::uint8_t { kFree, kOpen, kTold, kAbsorbed };

    State state = State::kFree;
    bool history = false;  ///< some print is: only its own contract or a watermark closes it
    bool queued = false;   ///< has an entry among the deadlines: its place can't be used anew
    Number contract = 0;
    Number before = kNone;     ///< the contract's next older open order
    std::int64_t t_first = 0;  ///< also when that print was taken back: orders are known by it
    std::int64_t t_last = 0;
    std::uint64_t classes = 0;   ///< bits of the prints' classes: most searches end here
    Int128 premium = 0;          ///< of the prints not taken back
    std::vector<Member> prints;  ///< by time, ties by sequence, then as they came
    std::vector<std::int16_t> conditions;

    /// An order of this print alone.
    void begin(const Member& print, std::span<const std::int16_t> print_conditions);
    void add(Member print, std::span<const std::int16_t> print_conditions);
    void absorb(const Order& other);
    /// The newest print of that class not later than `t_ms` and not taken back, or null.
    [[nodiscard]] Member* newest(const PrintClass& what, std::int64_t t_ms);
    void take_back(Member& print);
    /// Makes the order an empty one and keeps a reasonable part of its memory.
    void clear();
    /// Fills all of `out` but the contract's. Orders whose premium is below `floor` are summed up as if all
    /// prints had been taken back. False when the premium needs more than 18 digits.
    bool sum_up(Int128 floor, JoinedOrder& out) const;
};

}  // namespace pulse::joining
