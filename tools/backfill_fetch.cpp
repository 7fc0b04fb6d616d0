// backfill-fetch: history from the vendor, as the records that polygon-stream would have written.

#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <functional>
#include <set>

#include "backfill_options.hpp"
#include "base/cli.hpp"
#include "base/clock.hpp"
#include "base/log.hpp"
#include "base/signals.hpp"
#include "market/new_york.hpp"
#include "net/flat_backfill.hpp"
#include "pipe/progress_line.hpp"
#include "store/gaps.hpp"
#include "vendor/source_choice.hpp"

namespace {

using namespace pulse;

const ToolInfo kInfo{
    "backfill-fetch",
    "Writes option trades and daily bars from the vendor's history to stdout, one JSON object a line.",
    "Each subcommand has a --help of its own.\n\n"
    "Exit codes: 0 done or stopped politely, 1 the vendor refused a request or a file is damaged, 2 usage,\n"
    "65 bad row under --strict, 69 vendor or database unreachable, 74 stdout or a file failed, 77 "
    "credentials\n"
    "refused, 78 no key or another setting is wrong.\n\n"
    "Examples:\n"
    "  backfill-fetch trades --days 90 --state backfill.state | pg-sink\n"
    "  backfill-fetch flat 2025-12-05.csv.gz --underlyings TSLA --max-dte 7\n"
    "  backfill-fetch bars --days 90 | pg-sink\n"
    "  backfill-fetch heal | pg-sink"};

/// A session counts as over when its close is so long past: late prints, and the delay of most plans.
constexpr std::int64_t kSettledMs = 35 * 60'000;
/// History of delayed plans ends there.
constexpr std::int64_t kDelayMs = 16 * 60'000;
constexpr std::size_t kGapsTold = 20;

struct Command {
    Selection selection;
    Working working;
    RestSettings rest;
    std::string s3_endpoint;
    std::string source = "auto";
    std::vector<std::string> files;
    bool before_live = false;
    bool dry_run = false;
};

Day today() {
    return NewYorkClock().date_of(wall_ms());
}

/// Where the records and the rejected rows go.
struct Outlets {
    explicit Outlets(const Working& o) : output(STDOUT_FILENO, "stdout"), rejects(o.rejects, o.strict) {
        grow_pipe(STDOUT_FILENO);
    }
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

void fetch_flat(const Command& o, FlatBackfillOptions settings, const std::string& state, Outlets& outlets) {
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
}

Exit run_flat(const Command& o) {
    FlatBackfillOptions settings;
    settings.filter = filter_options(o.selection, o.working.strict);
    settings.files = o.files;
    if (o.files.empty() || o.selection.names_dates())
        for (const Session& session : sessions_of(o.selection, today() - 1))
            settings.sessions.push_back(session.date);
    if (settings.sessions.empty() && !o.working.state.empty())
        throw Error(Exit::kUsage,
                    "--state is for the vendor's files: local ones are read whenever they are named");
    if (!settings.sessions.empty()) settings.source = flat_source(o.s3_endpoint);
    Outlets outlets(o.working);
    fetch_flat(o, std::move(settings), o.working.state, outlets);
    return Exit::kOk;
}

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

/// Files first; sessions whose file isn't out yet come over REST all the same.
Exit fetch_windows(const Command& o, std::vector<HistoryWindow> windows, const std::string& state) {
    const FilterOptions filter = filter_options(o.selection, o.working.strict);
    Outlets outlets(o.working);
    if (prefers_flat(o, filter, windows)) {
        FlatBackfillOptions settings;
        settings.filter = filter;
        settings.source = flat_source(o.s3_endpoint);
        std::set<Day> published;
        std::erase_if(windows, [&](const HistoryWindow& window) {
            if (o.source != "flat" && flat_file_published_ms(window.session) > wall_ms()) return false;
            published.insert(window.session);
            return true;
        });
        settings.sessions.assign(published.begin(), published.end());
        fetch_flat(o, std::move(settings), state.empty() ? state : state + ".flat", outlets);
    }
    if (!windows.empty() && !stop_requested()) fetch_rest(o, filter, std::move(windows), state, outlets);
    return Exit::kOk;
}

std::vector<std::string> tickers_of(const Selection& o) {
    const auto underlyings = Underlyings::parse(o.underlyings);
    if (underlyings.all())
        throw Error(Exit::kUsage, "this takes a list of underlyings; only `flat` can take ALL");
    return underlyings.roots();
}

Exit run_trades(const Command& o) {
    const auto tickers = tickers_of(o.selection);
    std::vector<HistoryWindow> windows;
    const auto sessions = sessions_of(o.selection, today());
    for (const Session& session : sessions) {
        // What is remembered as finished is not asked again: late prints may come until midnight.
        const bool over =
            o.working.state.empty() ? session.close_ms + kSettledMs <= wall_ms() : session.date < today();
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

// --- heal ----------------------------------------------------------------------------------------

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

Exit run_heal(const Command& o) {
    const DateSpan dates = dates_of(o.selection, today());
    auto sessions = sessions_of(o.selection, today());
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

// --- bars ----------------------------------------------------------------------------------------

Exit run_bars(const Command& o) {
    const DateSpan dates = dates_of(o.selection, today() - 1);
    BarsBackfillOptions settings{base_of(o.rest), tickers_of(o.selection), dates.first, dates.last,
                                 rest_options(o.rest, o.working)};
    Outlets outlets(o.working);
    BarsBackfillResult result;
    run_and_tell(
        outlets, [&] { run_bars_backfill(settings, outlets.output, outlets.rejects, result); },
        [&] { log::info("{}", result.summary().text()); });
    return Exit::kOk;
}

// --- the command line ----------------------------------------------------------------------------

constexpr const char* kRestFooter =
    "The key comes from POLYGON_API_KEY or MASSIVE_API_KEY (or ..._FILE); POLYGON_API_URL, "
    "POLYGON_S3_ENDPOINT "
    "and\nPOLYGON_CA_FILE stand in for --base-url, --s3-endpoint and --ca-file.";

void declare_source(CLI::App& app, Command& o) {
    app.add_option("--source", o.source, "rest, flat, or auto: whichever is less work")
        ->check(CLI::IsMember({"auto", "rest", "flat"}))
        ->capture_default_str();
    declare_rest(app, o.rest);
    declare_s3(app, o.s3_endpoint);
}

void declare_trades(CLI::App& app, Command& o) {
    declare_dates(app, o.selection);
    declare_rule(app, o.selection);
    declare_source(app, o);
    declare_state(app, o.working);
    declare_working(app, o.working);
    app.footer(kRestFooter);
}

void declare_flat(CLI::App& app, Command& o) {
    app.add_option("FILE", o.files, "local .csv.gz or .csv files instead of the vendor's; -: standard input");
    declare_dates(app, o.selection);
    declare_rule(app, o.selection);
    declare_s3(app, o.s3_endpoint);
    declare_state(app, o.working);
    declare_working(app, o.working);
    app.footer(
        "The key pair comes from POLYGON_S3_ACCESS_KEY_ID and POLYGON_S3_SECRET_ACCESS_KEY (or ..._FILE); it "
        "is not\n"
        "the API key. POLYGON_S3_ENDPOINT and POLYGON_CA_FILE stand in for --s3-endpoint and --ca-file. A "
        "day's file\n"
        "is there at about 11:00 New York on the next day.");
}

void declare_bars(CLI::App& app, Command& o) {
    declare_dates(app, o.selection);
    declare_underlyings(app, o.selection);
    declare_rest(app, o.rest);
    declare_working(app, o.working);
    app.footer(kRestFooter);
}

void declare_heal(CLI::App& app, Command& o) {
    declare_dates(app, o.selection);
    declare_rule(app, o.selection);
    app.add_flag("--before-live", o.before_live,
                 "only what lies before the newest interval of the live stream");
    app.add_flag("--dry-run", o.dry_run, "tell what is missing and fetch nothing");
    declare_source(app, o);
    declare_working(app, o.working);
    app.footer("The database is DATABASE_URL (or DATABASE_URL_FILE), else libpq's PG* variables.\n" +
               std::string(kRestFooter));
}

struct Subcommand {
    const char* name;
    const char* summary;
    void (*declare)(CLI::App&, Command&);
    Exit (*run)(const Command&);
};

constexpr std::array kSubcommands{
    Subcommand{"trades", "trades of the last days, over REST or from the daily files", declare_trades,
               run_trades},
    Subcommand{"flat", "trades from the vendor's daily files, or local ones", declare_flat, run_flat},
    Subcommand{"bars", "split-adjusted daily bars of the stocks", declare_bars, run_bars},
    Subcommand{"heal", "the trades of which the database knows that they are missing", declare_heal,
               run_heal}};

}  // namespace

int main(int argc, char** argv) {
    std::array<Command, kSubcommands.size()> commands;
    std::function<Exit()> chosen;
    return run_tool(
        argc, argv, kInfo,
        [&](CLI::App& app) {
            app.require_subcommand(1);
            app.fallthrough();
            for (std::size_t i = 0; i < kSubcommands.size(); ++i) {
                CLI::App* const sub = app.add_subcommand(kSubcommands[i].name, kSubcommands[i].summary);
                kSubcommands[i].declare(*sub, commands[i]);
                sub->callback([&chosen, &commands, i] {
                    chosen = [&commands, i] { return kSubcommands[i].run(commands[i]); };
                });
            }
        },
        [&] { return chosen(); });
}
