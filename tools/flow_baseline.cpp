// flow-baseline: what is ordinary on an unfiltered tape.

#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "base/cli.hpp"
#include "base/log.hpp"
#include "market/baseline_builder.hpp"
#include "wire/baseline_record.hpp"
#include "wire/record.hpp"
#include "wire/tape_tool.hpp"

namespace {

using namespace pulse;

struct Options {
    BaselineBuilder::Options baseline;
    std::string rejects;
    bool strict = false;
};

const ToolInfo kInfo{
    "flow-baseline",
    "Counts what is ordinary on an unfiltered tape: how much premium each contract traded in 30 minutes, as "
    "one\n"
    "histogram for each underlying, side, days to expiry and half hour of the session. Passes everything on "
    "and\n"
    "writes the rows of a session when it is over, before the line that showed it. It must see every trade: "
    "put "
    "it\n"
    "before the filter by premium.",
    "A file of live trades without watermarks is taken at its word. Trades of history (with \"src\") count "
    "only\n"
    "where watermarks say that they are complete, as backfill-fetch writes them: a backfill that was broken "
    "off\n"
    "gives no rows of what it left open. A flat file that is only unpacked has none; let backfill-fetch "
    "flat\n"
    "read it.\n"
    "\n"
    "Examples:\n"
    "  polygon-stream | occ-filter --min-premium 0 | order-join | flow-baseline | occ-filter | pg-sink\n"
    "  flow-baseline < captured.jsonl | grep '\"ev\":\"B\"' > baseline.jsonl\n"
    "  backfill-fetch trades --min-premium 0 --whole-sessions --days 30 | flow-baseline | occ-filter | "
    "pg-sink\n"
    "  backfill-fetch flat --min-premium 0 2025-12-05.csv.gz | flow-baseline | occ-filter | pg-sink"};

void declare(CLI::App& app, Options& o) {
    app.add_option("--window-min", o.baseline.window_min,
                   "minutes of premium that are looked at together: a multiple of --step-min, at most 390")
        ->check(CLI::Range(1, 390))
        ->capture_default_str();
    app.add_option("--step-min", o.baseline.step_min,
                   "minutes from one window's end to the next one's: a divisor of 30")
        ->check(CLI::IsMember({1, 2, 3, 5, 6, 10, 15, 30}))
        ->capture_default_str();
    app.add_option("--rejects", o.rejects, "write rejected lines there as they came")->type_name("FILE");
    app.add_flag("--strict", o.strict, "end with 65 at the first rejected line");
}

/// 2025-12-05, or the first and the last of several.
std::string text_of(const std::vector<Day>& days) {
    if (days.size() == 1) return date_text(days.front());
    return fmt::format("{} … {}", date_text(days.front()), date_text(days.back()));
}

class BaselineStage : public TapeStage {
  public:
    explicit BaselineStage(const BaselineBuilder::Options& options)
        : builder_(options, [this](const BaselineCell& cell) {
              append_baseline(*out_, cell);
              ++rows_;
          }) {}

    void on_trade(const TapePrint& print, std::string& out) override {
        out_ = &out;
        builder_.add(print);
    }
    void on_watermark(const Watermark& watermark, std::string& out) override {
        out_ = &out;
        const bool history = is_history_source(watermark.source);
        if (!watermark.tickers.empty())
            builder_.complete(watermark.tickers, watermark.from_ms, watermark.to_ms, history);
        else if (history)
            builder_.start_over();
    }
    void on_end(std::string& out) override {
        out_ = &out;
        builder_.finish();
    }

    void report() const {
        log::info("baseline rows: {}", rows_);
        if (!builder_.unfinished().empty())
            log::warn("the tape breaks off before the close of {}: no baseline rows of what was open there",
                      text_of(builder_.unfinished()));
        if (const auto& days = builder_.uncovered(); !days.empty())
            log::warn(
                "history of {} {} without a watermark up to the close ({}): no baseline rows of what was "
                "open there. backfill-fetch writes watermarks when a session is complete; for a file's day, "
                "`backfill-fetch flat FILE.csv.gz` vouches, zcat with occ-filter doesn't",
                days.size(), days.size() == 1 ? "session" : "sessions", text_of(days));
    }

  private:
    std::string* out_ = nullptr;
    std::uint64_t rows_ = 0;
    BaselineBuilder builder_;
};

Exit run(const Options& o) {
    if (o.baseline.window_min % o.baseline.step_min != 0)
        throw Error(Exit::kUsage, fmt::format("--window-min {} is no multiple of --step-min {}",
                                              o.baseline.window_min, o.baseline.step_min));
    BaselineStage stage(o.baseline);
    run_tape_tool(stage, {}, o.rejects, o.strict, [&](const Summary& summary) {
        log::info("{}", summary.text());
        stage.report();
    });
    return Exit::kOk;
}

}  // namespace

int main(int argc, char** argv) {
    Options options;
    return run_tool(
        argc, argv, kInfo, [&](CLI::App& app) { declare(app, options); }, [&] { return run(options); });
}
