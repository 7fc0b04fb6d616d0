#include "flow/outcomes.hpp"

#include <algorithm>
#include <set>

#include "flow/outcomes_events.hpp"
#include "flow/outcomes_returns.hpp"
#include "flow/signals.hpp"
#include "flow/trade_sql.hpp"
#include "market/new_york.hpp"

namespace pulse::flow {

namespace {

/// More calendar days than five sessions and a wait for the next open ever take.
constexpr Day kDaysAfter = 21;
/// The calendar knows sessions from here on.
constexpr Day kFirstDay = day_from_civil(2012, 1, 1);

/// A question being answered.
class Inquiry {
  public:
    Inquiry(store::Connection& connection, const OutcomesQuestion& question, const Snapshot& snapshot,
            int days)
        : connection_(connection), question_(question), snapshot_(snapshot), days_(days) {
        out_.as_of_ms = question.as_of_ms;
        out_.similarity.ticker = question.ticker;
        out_.similarity.side = question.side;
        lag_ms_ = known_at_ms(0, snapshot.feed);
        source_ = {question.ticker, question.side, question.as_of_ms - lag_ms_};
        newest_day_ = last_session(question.as_of_ms).date;
    }

    Outcomes answer() {
        std::optional<Session> asked;
        if (!question_.premium)
            asked = newest_with_event(connection_, source_, known_sessions(newest_day_ - days_, newest_day_));
        const Day newest = asked ? asked->date : newest_day_;
        const Day before = std::min(question_.before.value_or(newest), newest);
        const Day first = std::max(kFirstDay, before - days_);
        read_prices(first);
        read_all_events(first, before - 1, asked);
        set_similarity();
        set_period(first, before);
        sort_sessions();
        return std::move(out_);
    }

  private:
    /// Of these dates: the sessions of which every market minute that can be known is.
    std::vector<Session> known_sessions(Day first, Day last) const {
        const std::int64_t horizon = std::min(horizon_ms(snapshot_.feed), question_.as_of_ms);
        std::vector<Session> known;
        for (const Session& session : sessions_between(std::max(kFirstDay, first), last)) {
            const TimeRange span{session.open_ms, session.close_ms};
            if (known_of(snapshot_.coverage, question_.ticker, {session}, span, horizon).knowledge ==
                Knowledge::kComplete)
                known.push_back(session);
        }
        return known;
    }

    void read_prices(Day first) {
        NewYorkClock clock;
        const Day today = clock.date_of(std::clamp<std::int64_t>(question_.as_of_ms, 0, kMaxUnixMs));
        prices_ = PriceHistory(sessions_between(first, today + kDaysAfter),
                               read_bars(connection_, question_.ticker, first, today), question_.as_of_ms);
    }

    void read_all_events(Day first, Day last, const std::optional<Session>& asked) {
        known_ = known_sessions(first, last);
        std::vector<Session> wanted = known_;
        if (asked) wanted.push_back(*asked);
        events_ = read_events(connection_, source_, wanted);
        for (FlowEvent& event : events_) {
            event.known_ms = event.cluster.last_ms + lag_ms_;
            follow(event, prices_);
        }
        if (!asked) return;
        out_.event = std::move(events_.back());
        events_.pop_back();
    }

    void set_similarity() {
        if (!question_.premium && !out_.event) return;
        const Decimal premium = question_.premium ? *question_.premium : out_.event->cluster.premium;
        const auto half = multiply(premium, 5);
        out_.similarity.premium_from =
            half ? make_decimal(half->digits, half->scale + 1).value_or(premium) : premium;
        out_.similarity.premium_to = multiply(premium, 2).value_or(premium);
    }

    void set_period(Day first, Day before) {
        const auto& known = snapshot_.coverage.of(question_.ticker).all;
        std::vector<Session> sessions = sessions_between(first, before - 1);
        std::erase_if(sessions, [&](const Session& session) {
            return known.empty() || session.close_ms <= known.front().from_ms;
        });
        out_.first = sessions.empty() ? before : sessions.front().date;
        out_.last = sessions.empty() ? before - 1 : sessions.back().date;
        out_.sessions = static_cast<int>(sessions.size());
        out_.unknown_sessions = out_.sessions - static_cast<int>(known_.size());
    }

    bool similar(const FlowEvent& event) const {
        return event.cluster.premium >= out_.similarity.premium_from &&
               event.cluster.premium <= out_.similarity.premium_to;
    }

    // Into analogues and ordinary sessions, and what followed both.
    void sort_sessions() {
        for (auto event = events_.rbegin(); event != events_.rend(); ++event)
            if (similar(*event)) out_.analogues.push_back(*event);
        std::set<Day> eventful;
        for (const FlowEvent& event : out_.analogues) eventful.insert(event.session);
        std::vector<Returns> ordinary;
        for (const Session& session : known_)
            if (!eventful.contains(session.date)) ordinary.push_back(ordinary_returns(session.date, prices_));
        out_.horizons = compare(out_.analogues, ordinary);
    }

    store::Connection& connection_;
    const OutcomesQuestion& question_;
    const Snapshot& snapshot_;
    int days_;
    std::int64_t lag_ms_ = 0;  ///< from an order's last print to when it could be known
    EventSource source_;
    Day newest_day_{};  ///< the session of as_of
    PriceHistory prices_{{}, {}, 0};
    std::vector<Session> known_;     ///< of the period
    std::vector<FlowEvent> events_;  ///< of these, oldest first
    Outcomes out_;
};

}  // namespace

Outcomes read_outcomes(store::Connection& connection, const OutcomesQuestion& question,
                       const Snapshot& snapshot, int days) {
    const ReadTransaction transaction(connection, ReadTransaction::kSums);
    return Inquiry(connection, question, snapshot, days).answer();
}

std::string_view name_of(OutcomeVerdict verdict) {
    switch (verdict) {
        case OutcomeVerdict::kNoDifference:
            return "no_difference";
        case OutcomeVerdict::kDiffers:
            return "differs";
        case OutcomeVerdict::kInsufficient:
            break;
    }
    return "insufficient";
}

}  // namespace pulse::flow
