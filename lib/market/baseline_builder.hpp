#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "market/date.hpp"
#include "market/occ_symbol.hpp"
#include "market/tape_print.hpp"

namespace pulse {

/// What was ordinary in one cell of one session.
struct BaselineCell {
    Day session{};
    std::string ticker;
    OptionSide side = OptionSide::kCall;
    int dte_bucket = 0;  ///< index into kDteBuckets (market/flow_cell.hpp)
    int slot = 0;        ///< half hour of the session, from 0: see slot_name()
    int window_min = 30;
    std::int64_t contracts =
        0;  ///< contracts of ticker, side and bucket that traded in this session, in whichever slot
    /// Bucket (market/premium_bucket.hpp) and number of windows, ascending, none empty. Their sum is
    /// contracts × windows of the slot: windows without premium are counted in bucket 0.
    std::vector<std::pair<int, std::int64_t>> histogram;
};

/// Gathers what is ordinary from an unfiltered tape.
///
/// Every `step_min` minutes of a regular session a window of `window_min` minutes ends (the first ones begin
/// at the open and are shorter); a print at the very instant of its end belongs to the next. Of each contract
/// that traded in the session, the premium of each window is counted in the half hour that the window ends
/// in: a window that ends at 10:00:00 sharp belongs to 09:30. A contract traded when a print of it is
/// counted, be its premium zero.
///
/// Left out are prints outside the regular session (its close excluded), multi-leg, stock-tied and late
/// prints, and those of more than 30 or less than 0 days to expiry. Premium is exact to 1/10,000 dollar: of a
/// price with more than six decimals the rest is cut off, print by print. Prints of $100 billion or 2^32
/// contracts and more are damage and ignored.
///
/// A cancel in the session takes back the newest print of its contract, exchange, price and size that is not
/// later; one that finds none waits for such a print to be delivered behind it. A print or cancel delivered
/// twice (same sequence, time, exchange, price, size) counts once. Both look back kRememberMs from the
/// contract's newest print or cancel of the session; one with a sequence that lies before that is a
/// repetition, too.
///
/// What is told doesn't depend on how contracts are interleaved, nor, for a live tape, on where its ranges
/// stand among the prints (that is a matter of the wall clock). Live and history are kept apart, because
/// nothing tells which prints they have in common: each gives cells of its own.
///
/// Half hours are told only where the tape is known to be complete: `complete` ranges cover everything their
/// windows look at, ends less than a second apart counting as one and so for the open and the close. Only a
/// live tape that never gave a range is taken at its word; history never is, because one that is broken off
/// looks like one that is over. When a session is told:
/// - live: when a range reaches a minute past its close (for the range's tickers) or a later session (for the
///   rest), or the second session after it begins (so without ranges, one session late).
///   The minute lets stragglers in; it comes in the evening, since other underlyings trade until 16:15.
/// - history: a ticker's, when a range of it reaches the close.
/// - finish() tells the others, but what the tape broke off in: live when its latest print or range lies
///   before the session's last second, history when no range of the ticker reaches it. Contracts that trade
///   later would be missing.
/// Once told, prints of the ticker's session are ignored, and its contracts take no memory any more; after a
/// range of `*` all prints of the session.
///
/// When a history source starts over, some contracts come again and others go on. A contract comes again when
/// its next print (or cancel) of a session isn't later than its newest one of it: what was counted of it in
/// that session and later ones that aren't told is dropped. Otherwise it goes on.
class BaselineBuilder {
  public:
    static constexpr std::int64_t kRememberMs = 60 * 60 * 1000;

    struct Options {
        int window_min = 30;  ///< a multiple of step_min, at most 390
        int step_min = 5;     ///< divides 30
    };
    using Tell = std::function<void(const BaselineCell&)>;

    /// `tell` gets what is told of a session at one time by ticker, side (calls first), bucket, slot.
    BaselineBuilder(Options options, Tell tell);
    ~BaselineBuilder();
    BaselineBuilder(BaselineBuilder&&) noexcept;
    BaselineBuilder& operator=(BaselineBuilder&&) noexcept;

    void add(const TapePrint& print);
    /// Every trade of these tickers (`*`: of all) in [from_ms, to_ms] has been added. `history`: the range is
    /// the whole of what its source will say about it.
    void complete(const std::vector<std::string>& tickers, std::int64_t from_ms, std::int64_t to_ms,
                  bool history);
    /// A history source starts over: what comes of each contract next tells whether that comes again.
    void start_over();
    void finish();

    /// Sessions in which something live was dropped at the end because the tape broke off in them, ascending:
    /// worth a word to the user.
    [[nodiscard]] const std::vector<Day>& unfinished() const;
    /// The same for history: sessions with prints whose close no range of their ticker reached.
    [[nodiscard]] const std::vector<Day>& uncovered() const;

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace pulse
