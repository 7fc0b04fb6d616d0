#include "market/baseline_builder.hpp"

#include <algorithm>
#include <map>

#include "market/baseline_session.hpp"
#include "market/known_ranges.hpp"
#include "market/session_days.hpp"

namespace pulse {

namespace {

constexpr std::string_view kAll = "*";
constexpr std::int64_t kLiveMarginMs = 60'000;
constexpr std::size_t kLiveSessions = 2;

/// One kind of source: history tells nothing of what the stream delivered twice, so they are kept apart.
struct Account {
    std::map<Day, BaselineSession> sessions;  ///< also those that are over, which hold nothing
    BaselineSession* current = nullptr;       ///< the one used last
    std::vector<Day> begun;                   ///< those not over, in the order they came up
    KnownRanges ranges;
    bool promises = false;  ///< some range was given, or history: nothing is taken at its word
    std::uint32_t pass = 0;
};

}  // namespace

struct BaselineBuilder::Impl {
    Impl(Options given, Tell given_tell) : options(given), tell(std::move(given_tell)) {
        history.promises = true;
    }

    BaselineSession& session_of(Account& account, const Session& session);
    void tell_ticker(const Account& account, BaselineSession& session, std::string_view ticker);
    void tell_named(Account& account, BaselineSession& session, const std::vector<std::string>& tickers);
    void tell_all(Account& account, BaselineSession& session);
    void end_earlier();
    void live_range(const std::vector<std::string>& tickers, std::int64_t to_ms);
    void history_range(const std::vector<std::string>& tickers, const TimeRange& range);
    void add_history(const TapePrint& print, const Session& at);
    bool is_whole(const Account& account, const BaselineSession& session, std::string_view ticker) const;
    void finish_all(Account& account, std::vector<Day>& broken_off);

    Options options;
    Tell tell;
    SessionDays days;
    Account live, history;
    std::int64_t live_clock_ms = 0;  ///< latest time of a live print or range
    std::vector<Day> unfinished, uncovered;
};

BaselineSession& BaselineBuilder::Impl::session_of(Account& account, const Session& session) {
    if (account.current == nullptr || account.current->session().date != session.date) {
        const auto [at, is_new] = account.sessions.try_emplace(session.date, session, options);
        if (is_new) account.begun.push_back(session.date);
        account.current = &at->second;
    }
    return *account.current;
}

void BaselineBuilder::Impl::tell_ticker(const Account& account, BaselineSession& session,
                                        std::string_view ticker) {
    const auto gaps =
        account.promises ? account.ranges.gaps(ticker, session.session()) : std::vector<TimeRange>();
    session.tell(ticker, gaps, tell);
}

void BaselineBuilder::Impl::tell_named(Account& account, BaselineSession& session,
                                       const std::vector<std::string>& tickers) {
    if (std::find(tickers.begin(), tickers.end(), kAll) != tickers.end()) return tell_all(account, session);
    std::vector<std::string> names = tickers;
    std::sort(names.begin(), names.end());
    for (const std::string& name : names) tell_ticker(account, session, name);
}

void BaselineBuilder::Impl::tell_all(Account& account, BaselineSession& session) {
    for (const std::string& name : session.waiting()) tell_ticker(account, session, name);
    session.end();
    std::erase(account.begun, session.session().date);
}

/// Not at once when a later session begins: how far watermarks lag behind the prints is a matter of speed.
void BaselineBuilder::Impl::end_earlier() {
    while (live.begun.size() > kLiveSessions) tell_all(live, live.sessions.at(live.begun.front()));
}

void BaselineBuilder::Impl::live_range(const std::vector<std::string>& tickers, std::int64_t to_ms) {
    live_clock_ms = std::max(live_clock_ms, to_ms);
    std::vector<Day> open = live.begun;
    std::sort(open.begin(), open.end());
    for (const Day day : open) {
        BaselineSession& session = live.sessions.at(day);
        if (to_ms < session.session().close_ms + kLiveMarginMs) break;
        tell_named(live, session, tickers);
        if (to_ms >= session.next_open_ms()) tell_all(live, session);
    }
}

void BaselineBuilder::Impl::history_range(const std::vector<std::string>& tickers, const TimeRange& range) {
    for (auto& [day, gathered] : history.sessions) {
        const Session& session = gathered.session();
        if (session.close_ms > range.from_ms && reaches_close(range.to_ms, session))
            tell_named(history, gathered, tickers);
    }
}

/// Whether the tape got to the session's close with this ticker.
bool BaselineBuilder::Impl::is_whole(const Account& account, const BaselineSession& session,
                                     std::string_view ticker) const {
    if (!account.promises) return true;
    if (&account == &live) return reaches_close(live_clock_ms, session.session());
    const auto gaps = account.ranges.gaps(ticker, session.session());
    return gaps.empty() || gaps.back().to_ms < session.session().close_ms - 1;
}

void BaselineBuilder::Impl::finish_all(Account& account, std::vector<Day>& broken_off) {
    for (auto& [day, session] : account.sessions) {
        if (session.is_over()) continue;
        bool whole = true;
        for (const std::string& ticker : session.waiting()) {
            if (is_whole(account, session, ticker))
                tell_ticker(account, session, ticker);
            else
                whole = false;
        }
        if (!whole) broken_off.push_back(day);
        session.end();
    }
    account.begun.clear();
}

void BaselineBuilder::Impl::add_history(const TapePrint& print, const Session& at) {
    if (!session_of(history, at).add(print, history.pass)) return;
    for (auto later = history.sessions.upper_bound(at.date); later != history.sessions.end(); ++later)
        later->second.drop(print.sym);
}

BaselineBuilder::BaselineBuilder(Options options, Tell tell)
    : impl_(std::make_unique<Impl>(options, std::move(tell))) {}
BaselineBuilder::~BaselineBuilder() = default;
BaselineBuilder::BaselineBuilder(BaselineBuilder&&) noexcept = default;
BaselineBuilder& BaselineBuilder::operator=(BaselineBuilder&&) noexcept = default;

void BaselineBuilder::add(const TapePrint& print) {
    Impl& impl = *impl_;
    if (!print.history) impl.live_clock_ms = std::max(impl.live_clock_ms, print.t_ms);
    const Session* at = impl.days.session_at(print.t_ms);
    if (at == nullptr) return;
    if (print.history) return impl.add_history(print, *at);
    BaselineSession& session = impl.session_of(impl.live, *at);
    impl.end_earlier();
    session.add(print, impl.live.pass);
}

void BaselineBuilder::complete(const std::vector<std::string>& tickers, std::int64_t from_ms,
                               std::int64_t to_ms, bool history) {
    from_ms = std::max<std::int64_t>(from_ms, 0);
    to_ms = std::min(to_ms, kMaxUnixMs);
    if (tickers.empty() || from_ms > to_ms) return;
    Account& account = history ? impl_->history : impl_->live;
    account.ranges.add(tickers, {from_ms, to_ms});
    account.promises = true;
    if (history)
        impl_->history_range(tickers, {from_ms, to_ms});
    else
        impl_->live_range(tickers, to_ms);
}

void BaselineBuilder::start_over() {
    ++impl_->history.pass;
}

void BaselineBuilder::finish() {
    impl_->finish_all(impl_->live, impl_->unfinished);
    impl_->finish_all(impl_->history, impl_->uncovered);
}

const std::vector<Day>& BaselineBuilder::unfinished() const {
    return impl_->unfinished;
}
const std::vector<Day>& BaselineBuilder::uncovered() const {
    return impl_->uncovered;
}

}  // namespace pulse
