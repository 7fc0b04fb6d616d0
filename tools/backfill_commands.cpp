#include "backfill_commands.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <functional>
#include <set>

#include "base/clock.hpp"
#include "base/log.hpp"
#include "base/signals.hpp"
#include "capture/capture_direct.hpp"
#include "market/new_york.hpp"
#include "net/flat_backfill.hpp"
#include "pipe/progress_line.hpp"
#include "vendor/source_choice.hpp"

namespace pulse {

namespace {

/// A session counts as over when its close is so long past: late prints, and the delay of most plans.
constexpr std::int64_t kSettledMs = 35 * 60'000;

bool is_over(const Session& session) {
    return session.close_ms + kSettledMs <= wall_ms();
}

/// What a capture of this command's records may say of them.
CaptureSettings capture_settings(const Command& o) {
    const FilterOptions filter = filter_options(o.selection, o.working.strict);
    CaptureSettings settings{o.capture.directory, "history", "", o.capture.keep()};
    if (!filter.unfiltered)
        settings.scope =
            capture_scope(decimal_text(filter.rule.min_premium), filter.rule.min_dte, filter.rule.max_dte);
    return settings;
}

/// Where the records and the rejected rows go.
struct Outlets {
    explicit Outlets(const Command& o)
        : output(STDOUT_FILENO, "stdout"), rejects(o.working.rejects, o.working.strict) {
        if (o.capture.on()) output.copy_to(&copy.emplace(capture_settings(o)));
        grow_pipe(STDOUT_FILENO);
    }
    /// All records are out.
    void finish() {
        if (copy) copy->finish();
    }
    std::optional<CaptureDirect> copy;
    Output output;
    Rejects rejects;
};

/// Runs `work` and tells what came of it, also when it failed.
template <typename Work, typename Tell>
void run_and_tell(Outlets& outlets, const Work& work, const Tell& tell) {
    try {
        work();
    } catch (...) {
        tell();
        throw;
    }
    outlets.rejects.finish();
    tell();
}

// --- flat ----------------------------------------------------------------------------------------

/// Gives the sessions that have no file.
std::vector<Day> fetch_flat(const Command& o, FlatBackfillOptions settings, const std::string& state,
                            Outlets& outlets) {
    settings.net = net_options(o.working);
    settings.max_retries = o.working.max_retries;
    std::optional<Journal> journal;
    if (!state.empty()) journal.emplace(state, FlatRecords::journal_header(settings.filter));
    ProgressLine progress(parse_progress_mode(o.working.progress));
    settings.on_progress = [&](const FlatProgress& files, std::int64_t now_ms) {
        if (progress.due(now_ms)) progress.show(flat_progress_text(files, settings.sessions.size()), now_ms);
    };
    FlatBackfillResult result;
    run_and_tell(
        outlets,
        [&] {
            run_flat_backfill(settings, outlets.output, outlets.rejects, journal ? &*journal : nullptr,
                              result);
        },
        [&] {
            log::info("{}", flat_files_text(result.files));
            log::info("{}", result.summary.text());
        });
    return result.files.missing_sessions;
}

}  // namespace

Exit run_flat(const Command& o) {
    FlatBackfillOptions settings;
    settings.filter = filter_options(o.selection, o.working.strict);
    settings.files = o.files;
    const bool asks_vendor = o.files.empty() || o.selection.names_dates();
    if (!asks_vendor && !o.working.state.empty())
        throw Error(Exit::kUsage,
                    "--state is for the vendor's files: local ones are read whenever they are named");
    if (asks_vendor) {
        settings.source = flat_source(o.s3_endpoint);
        for (const Session& session : sessions_of(o.selection, today() - 1))
            settings.sessions.push_back(session.date);
    }
    if (!settings.sessions.empty()) check_capture_keeps(o.capture, settings.sessions.front(), today());
    Outlets outlets(o);
    fetch_flat(o, std::move(settings), o.working.state, outlets);
    outlets.finish();
    return Exit::kOk;
}

namespace {

// --- windows of tickers, from whichever source is less work -----------------------------------------

bool prefers_flat(const Command& o, const FilterOptions& filter, const std::vector<HistoryWindow>& windows) {
    if (o.source != "auto") return o.source == "flat";
    SourceQuestion question;
    std::set<Day> sessions;
    std::set<std::string> tickers;
    for (const HistoryWindow& window : windows) {
        sessions.insert(window.session);
        tickers.insert(window.ticker);
    }
    question.tickers = tickers.size();
    question.sessions.assign(sessions.begin(), sessions.end());
    question.unfiltered = filter.unfiltered;
    question.min_dte = filter.rule.min_dte;
    question.max_dte = filter.rule.max_dte;
    question.rate = o.rest.rate;
    question.concurrency = o.rest.concurrency;
    question.flat_credentials = has_s3_key();
    question.now_ms = wall_ms();
    const SourceChoice choice = choose_source(question);
    log::info("source: {}: {}", choice.flat ? "flat files" : "REST", choice.why);
    return choice.flat;
}

void fetch_rest(const Command& o, const FilterOptions& filter, std::vector<HistoryWindow> windows,
                const std::string& state, Outlets& outlets) {
    TradesBackfillOptions settings;
    settings.job = {base_of(o.rest), std::move(windows), filter};
    settings.rest = rest_options(o.rest, o.working);
    settings.whole_sessions = o.working.whole_sessions;
    std::optional<Journal> journal;
    if (!state.empty()) journal.emplace(state, trades_state_header(filter.rule, filter.unfiltered));
    ProgressLine progress(parse_progress_mode(o.working.progress));
    settings.on_progress = [&](const BackfillProgress& so_far, std::int64_t now_ms) {
        if (progress.due(now_ms)) progress.show(so_far.text(), now_ms);
    };
    RestBackfillResult result;
    run_and_tell(
        outlets,
        [&] {
            run_trades_backfill(settings, outlets.output, outlets.rejects, journal ? &*journal : nullptr,
                                result);
        },
        [&] {
            log::info("contracts={} watermarks={} requests={} retries={} throttled={}",
                      result.trades.contracts, result.trades.watermarks, result.requests.requests,
                      result.requests.retries, result.requests.throttled);
            log::info("{}", result.trades.summary.text());
        });
}

}  // namespace

// Files first; sessions that have none, or not yet, come over REST all the same.
Exit fetch_windows(const Command& o, std::vector<HistoryWindow> windows, const std::string& state) {
    const FilterOptions filter = filter_options(o.selection, o.working.strict);
    for (const HistoryWindow& window : windows) check_capture_keeps(o.capture, window.session, today());
    Outlets outlets(o);
    if (prefers_flat(o, filter, windows)) {
        std::set<Day> asked;
        for (const HistoryWindow& window : windows)
            if (o.source == "flat" || flat_file_published_ms(window.session) <= wall_ms())
                asked.insert(window.session);
        FlatBackfillOptions settings;
        settings.filter = filter;
        settings.source = flat_source(o.s3_endpoint);
        settings.sessions.assign(asked.begin(), asked.end());
        const auto missing =
            fetch_flat(o, std::move(settings), state.empty() ? state : state + ".flat", outlets);
        if (o.source == "flat") {
            outlets.finish();
            return Exit::kOk;
        }
        for (const Day session : missing) asked.erase(session);
        std::erase_if(windows, [&](const HistoryWindow& window) { return asked.contains(window.session); });
    }
    if (!windows.empty() && !stop_requested()) fetch_rest(o, filter, std::move(windows), state, outlets);
    outlets.finish();
    return Exit::kOk;
}

std::vector<std::string> tickers_of(const Selection& o) {
    const auto underlyings = Underlyings::parse(o.rule.underlyings);
    if (underlyings.all())
        throw Error(Exit::kUsage, "this takes a list of underlyings; only `flat` can take ALL");
    return underlyings.roots();
}

Exit run_trades(const Command& o) {
    const auto tickers = tickers_of(o.selection);
    std::vector<HistoryWindow> windows;
    for (const Session& session : sessions_of(o.selection, today())) {
        // What is remembered as finished is not asked again: late prints may come until midnight.
        const bool over = o.working.state.empty() ? is_over(session) : session.date < today();
        if (!over) {
            log::info("the session of {} is not over{}: it is left out", date_text(session.date),
                      o.working.state.empty() ? "" : " for a state file before midnight in New York");
            continue;
        }
        for (const std::string& ticker : tickers)
            windows.push_back({ticker, session.date, new_york_ms(session.date, 0),
                               new_york_ms(session.date + 1, 0), session.open_ms, session.close_ms});
    }
    return windows.empty() ? Exit::kOk : fetch_windows(o, std::move(windows), o.working.state);
}

// --- bars ----------------------------------------------------------------------------------------

Exit run_bars(const Command& o) {
    DateSpan dates = dates_of(o.selection, today() - 1);
    // A session that goes on has a bar already, but not its last one.
    const auto now = session_of(today());
    dates.last = std::min(dates.last, now && is_over(*now) ? today() : today() - 1);
    if (dates.first > dates.last) {
        log::info("no session is over since {}: there are no bars yet", date_text(dates.first));
        return Exit::kOk;
    }
    BarsBackfillOptions settings{base_of(o.rest), tickers_of(o.selection), dates.first, dates.last,
                                 rest_options(o.rest, o.working)};
    Outlets outlets(o);
    BarsBackfillResult result;
    run_and_tell(
        outlets, [&] { run_bars_backfill(settings, outlets.output, outlets.rejects, result); },
        [&] { log::info("{}", result.summary().text()); });
    return Exit::kOk;
}

Day today() {
    return NewYorkClock().date_of(wall_ms());
}

}  // namespace pulse
