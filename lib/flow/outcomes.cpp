#include "flow/outcomes.hpp"

#include <algorithm>
#include <set>

#include "flow/outcomes_events.hpp"
#include "flow/outcomes_returns.hpp"
#include "flow/signals.hpp"
#include "flow/trade_sql.hpp"
#include "flow/unjoined.hpp"
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
        out_.days = days;
        source_ = {question.ticker, question.side, question.as_of_ms - kKnownLagMs};
        newest_day_ = last_session(question.as_of_ms).date;
    }

    Outcomes answer() {
        std::optional<Session> asked;
        if (!question_.premium) asked = newest_event();
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
    struct Sessions {
        std::vector<Session> known;  ///< every market minute that can be known is, and orders were joined
        std::vector<Session> unknown;
    };

    /// Those of these dates of which something could be known.
    Sessions sessions_of(Day first, Day last) const {
        const std::int64_t horizon = std::min(horizon_ms(snapshot_.feed), question_.as_of_ms);
        Sessions found;
        std::vector<TickerSession> covered;
        for (const Session& session : sessions_between(std::max(kFirstDay, first), last)) {
            const TimeRange span{session.open_ms, session.close_ms};
            const Knowledge knowledge =
                known_of(snapshot_.coverage, question_.ticker, {session}, span, horizon).knowledge;
            if (knowledge == Knowledge::kComplete) covered.push_back({question_.ticker, session});
            if (knowledge == Knowledge::kPartial || knowledge == Knowledge::kUnknown)
                found.unknown.push_back(session);
        }
        const auto unjoined = unjoined_places(connection_, covered);
        for (std::size_t i = 0; i < covered.size(); ++i) {
            const bool without = std::binary_search(unjoined.begin(), unjoined.end(), i);
            (without ? found.unknown : found.known).push_back(covered[i].session);
        }
        return found;
    }

    std::optional<Session> newest_event() {
        const Sessions sessions = sessions_of(newest_day_ - days_, newest_day_);
        const auto found = newest_with_event(connection_, source_, sessions.known);
        if (found)
            out_.skipped_sessions = static_cast<int>(
                std::count_if(sessions.unknown.begin(), sessions.unknown.end(),
                              [&](const Session& session) { return session.date > found->date; }));
        return found;
    }

    void read_prices(Day first) {
        NewYorkClock clock;
        const Day today = clock.date_of(std::clamp<std::int64_t>(question_.as_of_ms, 0, kMaxUnixMs));
        prices_ = PriceHistory(sessions_between(first, today + kDaysAfter),
                               read_bars(connection_, question_.ticker, first, today), question_.as_of_ms);
    }

    void read_all_events(Day first, Day last, const std::optional<Session>& asked) {
        known_ = sessions_of(first, last).known;
        std::vector<Session> wanted = known_;
        if (asked) wanted.push_back(*asked);
        events_ = read_events(connection_, source_, wanted);
        for (FlowEvent& event : events_) {
            event.known_ms = known_at_ms(event.cluster.last_ms);
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
        std::vector<Followed> like, base;
        for (const FlowEvent& event : out_.analogues) like.push_back(followed(event, prices_));
        for (const Session& session : known_)
            if (!eventful.contains(session.date)) base.push_back(ordinary(session.date, prices_));
        out_.horizons = compare(like, base);
    }

    store::Connection& connection_;
    const OutcomesQuestion& question_;
    const Snapshot& snapshot_;
    int days_;
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
