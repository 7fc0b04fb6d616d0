#pragma once

#include <cstdint>
#include <vector>

#include "market/calendar.hpp"
#include "market/new_york.hpp"

namespace pulse {

/// Finds the regular session an instant lies in. Remembers the dates it looked up, so that a tape whose
/// contracts jump between days costs a search in a short list, and one in time order a comparison.
class SessionDays {
  public:
    /// The session that holds the instant (Unix ms, 0 … kMaxUnixMs), its close excluded; null when the market
    /// was closed. Valid until the next call.
    const Session* session_at(std::int64_t unix_ms);

  private:
    struct Date {
        std::int64_t start_ms;  ///< midnight in New York
        std::int64_t end_ms;    ///< the next midnight
        bool has_session;
        Session session;
    };
    const Date& date_at(std::int64_t unix_ms);

    NewYorkClock clock_;
    std::vector<Date> dates_;  ///< ascending
    std::size_t last_ = 0;
};

}  // namespace pulse
