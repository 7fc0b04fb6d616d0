// pg-sink: stores records in PostgreSQL, exactly once.
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <optional>
#include <string>

#include "base/cli.hpp"
#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/log.hpp"
#include "net/metrics_endpoint.hpp"
#include "pipe/line_blocks.hpp"
#include "pipe/rejects.hpp"
#include "pipe/summary.hpp"
#include "store/intake.hpp"
#include "store/sink.hpp"
#include "store/sink_metrics.hpp"
#include "store/store_lanes.hpp"

namespace {

using namespace pulse;

struct Options {
    bool migrate_only = false;
    std::size_t batch_rows = 20'000;
    int flush_ms = 250;
    int connect_timeout_s = 10;
    int max_retries = 30;
    std::string rejects;
    bool strict = false;
    std::optional<int> metrics_port;
};

constexpr std::size_t kBatchBytes = std::size_t{16} << 20;
constexpr std::size_t kWorthwhileRows = 2'000;
constexpr int kWriterPollMs = 5;

void declare_options(CLI::App& app, Options& options) {
    app.add_flag("--migrate-only", options.migrate_only, "create or migrate the tables, read nothing, end");
    app.add_option("--batch-rows", options.batch_rows, "most records in one transaction")
        ->check(CLI::Range(1, 1'000'000))
        ->capture_default_str();
    app.add_option("--flush-ms", options.flush_ms,
                   "longest a record waits for its batch to fill while input flows")
        ->check(CLI::Range(0, 600'000))
        ->capture_default_str();
    app.add_option("--connect-timeout", options.connect_timeout_s, "seconds one attempt to connect may take")
        ->check(CLI::Range(1, 3600))
        ->capture_default_str();
    app.add_option(
           "--max-retries", options.max_retries,
           "attempts to reach the database after the first, 0.25 s to 10 s apart (30: about 4 minutes)")
        ->check(CLI::Range(0, 1'000'000))
        ->capture_default_str();
    app.add_option("--rejects", options.rejects, "file for lines that can't be stored, as they came")
        ->type_name("FILE");
    app.add_flag("--strict", options.strict, "end with 65 at the first line that can't be stored");
    app.add_option("--metrics-port", options.metrics_port,
                   "serve Prometheus metrics on this port of 127.0.0.1, 0 = any free one")
        ->check(CLI::Range(0, 65'535));
}

/// Reads stdin to its end and stores it.
class Run {
  public:
    explicit Run(const Options& options)
        : options_(options),
          rejects_(options.rejects, options.strict),
          intake_(rejects_),
          sink_(store::database_from_env("pg-sink", options.connect_timeout_s), options.max_retries) {
        if (!options.metrics_port || options.migrate_only) return;
        shown_.emplace(metrics_);
        sink_.on_database([this](bool up) { shown_->on_database(up); });
        endpoint_ = std::make_unique<MetricsEndpoint>(metrics_, *options.metrics_port);
    }

    void migrate() {
        if (!sink_.open()) throw Error(Exit::kUnavailable, "stopped before the database was reached");
    }

    void all() {
        if (!sink_.open()) return report();  // nothing was read, nothing is lost
        store::StoreLanes writer(
            {.send_ahead = [this](std::size_t lane,
                                  const store::Batch& batch) { sink_.send_ahead(batch, lane); },
             .take_back = [this](std::size_t lane) { sink_.take_back(lane); },
             .store =
                 [this](std::size_t lane, const store::Batch& batch) {
                     return shown_ ? shown_->store(sink_, batch, lane) : sink_.store(batch, lane);
                 }});
        LineBlocks input(STDIN_FILENO, "stdin", kMaxLine);
        try {
            while (step(input, writer)) {
            }
            store_rest(writer);
            tell(writer.collect());
        } catch (const Error& error) {
            // The lines before the one that ended it (under --strict, or with the rejects file full) are
            // good: keep them.
            if (error.exit() == Exit::kData || error.exit() == Exit::kIo) {
                store_rest(writer);
                count(writer.collect());
            }
            report();
            throw;
        }
        rejects_.finish();
        report();
    }

  private:
    // One piece of input; false at its end.
    bool step(LineBlocks& input, store::StoreLanes& writer) {
        switch (input.next(wait_ms(writer))) {
            case LineBlocks::Status::kLines:
                take(input.text());
                break;
            case LineBlocks::Status::kLongLine:
                intake_.take_piece(input.text());
                break;
            case LineBlocks::Status::kLongEnd:
                intake_.end_long_line();
                break;
            case LineBlocks::Status::kTimeout:
                break;
            case LineBlocks::Status::kEnd:
            case LineBlocks::Status::kStopped:
                return false;
        }
        const bool full = batch_.size() >= options_.batch_rows || batch_.bytes() >= kBatchBytes;
        // An idle database is worth more than a full batch, once the batch pays for its transaction.
        const bool due =
            full || batch_.size() >= kWorthwhileRows || overdue() || (input.drained() && !input.ready());
        // While the database works on a batch, what comes in gathers: fewer, larger transactions under load.
        show();
        if (!batch_.empty() && due && (full || !writer.busy())) submit(writer);
        tell(writer.collect());
        return true;
    }

    void take(std::string_view lines) {
        if (batch_.empty()) first_ms_ = mono_ms();
        intake_.take(lines, batch_);
    }

    [[nodiscard]] bool overdue() const { return mono_ms() - first_ms_ >= options_.flush_ms; }

    // The input's poll can't see the writer finish, so look again soon while it works.
    int wait_ms(store::StoreLanes& writer) const {
        if (writer.busy()) return kWriterPollMs;
        return batch_.empty()
                   ? -1
                   : static_cast<int>(std::max<std::int64_t>(0, first_ms_ + options_.flush_ms - mono_ms()));
    }

    void submit(store::StoreLanes& writer) {
        batch_.place();
        writer.submit(batch_);
        show();
    }

    void show() {
        if (shown_) shown_->on_input(intake_, rejects_.count(), batch_.size());
    }

    void store_rest(store::StoreLanes& writer) {
        if (!batch_.empty()) submit(writer);
        writer.wait();
    }

    void count(const store::StoreResult& result) {
        stored_ += result.stored;
        duplicates_ += result.duplicates;
    }

    void tell(const store::StoreResult& result) {
        count(result);
        for (const auto& refused : result.refused)
            rejects_.reject("stdin", refused.line_number, refused.line, refused.reason);
    }

    void report() const {
        const Summary summary{
            intake_.received(),
            stored_,
            {{"duplicate", duplicates_}, {"other", intake_.unknown()}, {"marker", intake_.markers()}},
            rejects_.count()};
        log::info("{} batches_copied={} batches_merged={}", summary.text(), sink_.copied_batches(),
                  sink_.merged_batches());
    }

    const Options& options_;
    Rejects rejects_;
    store::Intake intake_;
    store::Sink sink_;
    store::Batch batch_;
    std::int64_t first_ms_ = 0;  ///< when the batch got its first line
    std::uint64_t stored_ = 0;
    std::uint64_t duplicates_ = 0;
    Metrics metrics_;
    std::optional<store::SinkMetrics> shown_;    // only when asked for
    std::unique_ptr<MetricsEndpoint> endpoint_;  // the same
};

}  // namespace

int main(int argc, char** argv) {
    Options options;
    const ToolInfo info{
        "pg-sink", "Store records in PostgreSQL, exactly once.",
        "The database is DATABASE_URL (or the file named by DATABASE_URL_FILE), else libpq's PG* variables.\n"
        "Example: polygon-stream | occ-filter | pg-sink\n"};
    return run_tool(
        argc, argv, info, [&](CLI::App& app) { declare_options(app, options); },
        [&] {
            Run run(options);
            if (options.migrate_only)
                run.migrate();
            else
                run.all();
            return Exit::kOk;
        });
}
