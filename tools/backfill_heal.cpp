#include <fmt/format.h>

#include "backfill_commands.hpp"
#include "base/clock.hpp"
#include "base/log.hpp"
#include "market/new_york.hpp"
#include "store/gaps.hpp"

namespace pulse {

namespace {

/// History of delayed plans ends there.
constexpr std::int64_t kDelayMs = 16 * 60'000;
constexpr std::size_t kGapsTold = 20;

/// A database error as the end of this process.
[[noreturn]] void fail(const store::DbError& error) {
    using Kind = store::DbErrorKind;
    const Kind kind = error.kind();
    const Exit exit = kind == Kind::kLost || kind == Kind::kBusy ? Exit::kUnavailable
                      : kind == Kind::kAuth                      ? Exit::kAuth
                      : kind == Kind::kConfig                    ? Exit::kConfig
                                                                 : Exit::kFailure;
    throw Error(exit, fmt::format("can't read the coverage: {}", error.what()));
}

std::vector<store::CoverageRow> coverage_of(const std::vector<Session>& sessions) {
    try {
        store::Connection connection(store::database_from_env("backfill-fetch heal", 10));
        return store::read_coverage(connection, {sessions.front().open_ms, sessions.back().close_ms});
    } catch (const store::DbError& error) {
        fail(error);
    }
}

/// What the vendor says of today's session, as it may know of a closure that no rule foresees.
std::vector<CalendarChange> changes_of_today(const Command& o) {
    std::vector<CalendarChange> changes;
    try {
        for (const RestHoliday& holiday : fetch_holidays(base_of(o.rest), rest_options(o.rest, o.working))) {
            if (holiday.date != today()) continue;
            CalendarChange change{holiday.date, std::nullopt};
            if (!holiday.closed)
                change.close_ms =
                    holiday.close_ms > 0 ? holiday.close_ms : new_york_ms(holiday.date, 13 * 60);
            changes.push_back(change);
        }
    } catch (const Error& error) {
        log::warn("the vendor's list of holidays is not to be had, the rules have to do: {}", error.what());
    }
    return changes;
}

std::string clock_text(Day session, std::int64_t t_ms) {
    const std::int64_t ms =
        t_ms - new_york_ms(session, 12 * 60) + 12 * 3'600'000;  // no clock changes after noon
    return fmt::format("{:02}:{:02}:{:02}", ms / 3'600'000, ms / 60'000 % 60, ms / 1'000 % 60);
}

void tell_gaps(const std::vector<HistoryWindow>& gaps, std::size_t limit) {
    for (std::size_t i = 0; i < std::min(limit, gaps.size()); ++i)
        log::info("missing: {} {} {} to {} New York", gaps[i].ticker, date_text(gaps[i].session),
                  clock_text(gaps[i].session, gaps[i].from_ms), clock_text(gaps[i].session, gaps[i].to_ms));
    if (gaps.size() > limit) log::info("missing: {} more", gaps.size() - limit);
}

}  // namespace

Exit run_heal(const Command& o) {
    const DateSpan dates = dates_of(o.selection, today());
    auto sessions = sessions_of(o.selection, today());
    if (sessions.empty()) return Exit::kOk;
    store::GapRule rule;
    rule.tickers = tickers_of(o.selection);
    rule.until_ms = wall_ms() - kDelayMs;
    rule.before_live = o.before_live;
    const auto coverage = coverage_of(sessions);
    auto gaps = store::missing_windows(coverage, sessions, rule);
    if (!gaps.empty() && dates.last >= today() && !o.dry_run) {
        const auto changes = changes_of_today(o);
        sessions = sessions_between(dates.first, dates.last, changes);
        gaps = store::missing_windows(coverage, sessions, rule);
    }
    if (gaps.empty()) {
        const auto level = o.before_live ? log::Level::kDebug : log::Level::kInfo;
        if (log::enabled(level)) log::write(level, "nothing is missing");
        return Exit::kOk;
    }
    tell_gaps(gaps, o.dry_run ? gaps.size() : kGapsTold);
    return o.dry_run ? Exit::kOk : fetch_windows(o, std::move(gaps), "");
}

}  // namespace pulse
