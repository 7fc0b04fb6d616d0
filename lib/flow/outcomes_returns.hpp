#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "flow/outcomes.hpp"
#include "market/calendar.hpp"
#include "market/date.hpp"
#include "market/decimal.hpp"

namespace pulse::flow {

/// Two prices of a split-adjusted daily bar, dollars.
struct Bar {
    Decimal open, close;
};

/// `to` / `from` - 1, computed exactly and rounded to 6 decimals, half away from zero. Nothing when one of
/// them is no price.
std::optional<double> price_return(const Decimal& from, const Decimal& to);

/// The bars of one stock that were over at one instant, by session. No later bar is in it, so none can leak.
class PriceHistory {
  public:
    /// `sessions`: ascending, without holes. A bar of a session that closes after `as_of_ms` is dropped, as
    /// is one of a day that is no session.
    PriceHistory(std::vector<Session> sessions, const std::map<Day, Bar>& bars, std::int64_t as_of_ms);

    [[nodiscard]] const std::vector<Session>& sessions() const { return sessions_; }
    /// Places in sessions(), or its size: the first that closes or opens later than the instant, the first
    /// that isn't before the date.
    [[nodiscard]] std::size_t first_close_after(std::int64_t unix_ms) const;
    [[nodiscard]] std::size_t first_open_after(std::int64_t unix_ms) const;
    [[nodiscard]] std::size_t place_of(Day date) const;

    /// From the close of `base` to the closes 1, 3, 5 sessions later, and from the open of `entry` to the
    /// closes of the 1st, 3rd, 5th session from it on. Of a horizon of which one of these bars is missing
    /// there is neither return, so that both kinds are about the same events.
    [[nodiscard]] Returns returns_from(std::size_t base, std::size_t entry) const;

  private:
    [[nodiscard]] const std::optional<Bar>& bar(std::size_t place) const;

    std::vector<Session> sessions_;
    std::vector<std::optional<Bar>> bars_;  ///< of each session, and one more: none
};

/// Sets base, entry and returns, from known_ms.
void follow(FlowEvent& event, const PriceHistory& prices);

/// What happened after a session, and where it stands: two are so many sessions apart as their places.
struct Followed {
    std::size_t place = 0;  ///< of the session whose open the tradable returns begin with
    Returns returns;
};

/// What happened to a stock after an event that follow() was told of.
Followed followed(const FlowEvent& event, const PriceHistory& prices);
/// After a session without a similar event: entered at the next one's open.
Followed ordinary(Day session, const PriceHistory& prices);

/// Sorts and describes them.
Distribution distribution_of(std::vector<double> returns);

/// All horizons of the analogues beside those of the ordinary sessions. A horizon that lacks returns counts
/// as incomplete for an analogue and is passed over for an ordinary session.
std::array<HorizonOutcome, kHorizons.size()> compare(const std::vector<Followed>& analogues,
                                                     const std::vector<Followed>& ordinary);

}  // namespace pulse::flow
