#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "market/decimal.hpp"
#include "market/new_york.hpp"
#include "market/occ_symbol.hpp"
#include "market/tape_print.hpp"

namespace pulse {

/// Whether the prices of an order's prints, in time order, rose, fell, stayed, or did both. Evidence, not a
/// side.
enum class PriceTrend { kUp, kDown, kFlat, kMixed };
std::string_view name_of(PriceTrend trend);

/// Prints of one contract that stand close together, joined: one order, as far as the tape can tell.
struct JoinedOrder {
    std::string sym;  ///< with `O:`
    OccSymbol symbol;
    int dte =
        0;  ///< calendar days from the New York date of the first print to expiry, negative when expired
    std::int64_t t_first = 0;  ///< Unix ms, of all prints, also of those taken back
    std::int64_t t_last = 0;
    std::int64_t prints =
        0;  ///< without those taken back; 0: all were taken back, or what is left is too small
    std::int64_t size = 0;  ///< contracts
    Decimal premium;        ///< dollars, exact
    Decimal vwap;           ///< dollars a share, 6 decimals, half up
    Decimal price_min, price_max;
    PriceTrend trend = PriceTrend::kFlat;
    std::vector<std::int16_t> exchanges;   ///< ascending, each once; 0 (unknown) isn't listed
    std::vector<std::int16_t> conditions;  ///< ascending, each once
    bool iso = false;                      ///< some print has a sweep condition (219, 228, 230)
    bool multileg = false;                 ///< some print is of a multi-leg or stock-tied trade
    Decimal
        left_out;  ///< of the premium: multi-leg, stock-tied and late prints, which concentration leaves out
    Decimal auction;  ///< of the rest: auction prints (227, 228): mostly retail
    std::int64_t cancelled =
        0;  ///< prints taken back, or all when `prints` is 0; an order told is told again when this grows
};

/// Joins prints into orders. Goes by event time alone: the same prints in the same order give the same
/// orders, however fast they come. Orders of a contract depend on the prints of that contract alone, as long
/// as no live one comes more than kDisorderMs late. So history sorted by contract gives the same orders as
/// sorted by time; a live tape can't be sorted so, because its prints share one clock.
///
/// A print joins the open order of its contract when it lies within `window_ms` of it, before or behind. An
/// order of a live tape is closed when the tape's clock, the newest live print so far, has passed it by the
/// window and kDisorderMs; a print that comes later than that is an order of its own. A single print more
/// than kLeapMs ahead doesn't move the clock, though it is joined like others: it takes two, one right after
/// the other, and then the earlier one is believed. So after a pause orders are told one print later. One of
/// history (whose contracts come side by side, each at a time of its own) is closed only by a print of its
/// contract as much later, by that contract's tape beginning anew, by another contract in a flat file, or by
/// a watermark of history. Only closed orders with at least the premium asked for are told, in the order they
/// close, which is by last print, ties by first print and symbol.
///
/// Where a live watermark stands among the trades depends on the time of day, not on the tape. If it closed
/// orders as soon as it could, how fast a tape is replayed would decide where they are told. So live
/// watermarks close only what no print has closed within kQuietMs: the last orders before a long silence. By
/// then nothing comes that could make a difference, unless it is reported later than that.
///
/// A cancel (conditions 201, 203, 205, 207) takes back the newest print of the contract with its exchange,
/// price and size that is not later; one that finds none waits kDisorderMs for it. Orders already told are
/// remembered for kRememberMs of event time: when a cancel takes back one of their prints they are told
/// again. t_first and t_last stay what they were, so that both tellings are known for the same order.
///
/// A print or cancel delivered twice counts once: same sequence, time, exchange, price and size as another of
/// its contract, or with a sequence and more than kRememberMs older than the contract's newest live one.
/// However late a print is otherwise, it counts. Live prints of more than kRememberMs before the clock that
/// are no repetition are the beginning of another tape: everything is closed. A print with more than six
/// decimals or 10^12 dollars a share belongs to no order.
///
/// When a history source starts over, some contracts come again and others go on. A contract comes again when
/// its next print of history isn't later than its newest one: its orders and remembered prints from there on
/// are dropped, and those that were told may be told once more. Otherwise it goes on, an open order, too.
class OrderJoiner {
  public:
    static constexpr std::int64_t kDisorderMs = 1000;
    static constexpr std::int64_t kRememberMs = 60 * 60 * 1000;
    static constexpr std::int64_t kQuietMs = 20 * 60 * 1000;
    static constexpr std::int64_t kLeapMs = 60 * 1000;

    struct Options {
        std::int64_t window_ms = 100;    ///< 0 … 3,600,000
        Decimal min_premium{50'000, 0};  ///< dollars, inclusive
    };
    using Tell = std::function<void(const JoinedOrder&)>;  ///< the order is valid during the call

    OrderJoiner(Options options, Tell tell);
    ~OrderJoiner();
    OrderJoiner(OrderJoiner&&) noexcept;
    OrderJoiner& operator=(OrderJoiner&&) noexcept;

    /// Orders that this print closes are told before the call returns.
    void add(const TapePrint& print);
    /// Every trade of these tickers (`*`: of all) that history has with a time up to `to_ms` has been added:
    /// closes their orders of history that ended more than the window before, and forgets those told.
    void complete(const std::vector<std::string>& tickers, std::int64_t to_ms);
    /// A live watermark says that the vendor's tape stands at `to_ms`, also where no print of ours does:
    /// closes live orders that ended kQuietMs before.
    void live_clock(std::int64_t to_ms);
    /// A history source starts over: what comes of each contract next tells whether that comes again.
    void start_over();
    /// The end of the tape: closes what is open.
    void finish();

    /// Orders open now: what the memory is for, beside the orders remembered.
    [[nodiscard]] std::size_t open_orders() const;

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace pulse
