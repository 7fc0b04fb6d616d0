#include "market/session_days.hpp"

#include <algorithm>
#include <iterator>

namespace pulse {

const SessionDays::Date& SessionDays::date_at(std::int64_t unix_ms) {
    const auto holds = [&](const Date& date) { return unix_ms >= date.start_ms && unix_ms < date.end_ms; };
    if (last_ < dates_.size() && holds(dates_[last_])) return dates_[last_];
    auto at = std::upper_bound(dates_.begin(), dates_.end(), unix_ms,
                               [](std::int64_t ms, const Date& date) { return ms < date.end_ms; });
    if (at == dates_.end() || !holds(*at)) {
        const auto session = session_of(clock_.date_of(unix_ms));
        at = dates_.insert(at, {clock_.day_start_ms(), clock_.day_end_ms(), session.has_value(),
                                session.value_or(Session{})});
    }
    last_ = static_cast<std::size_t>(std::distance(dates_.begin(), at));
    return *at;
}

const Session* SessionDays::session_at(std::int64_t unix_ms) {
    const Date& date = date_at(unix_ms);
    if (!date.has_session || unix_ms < date.session.open_ms || unix_ms >= date.session.close_ms)
        return nullptr;
    return &date.session;
}

}  // namespace pulse
