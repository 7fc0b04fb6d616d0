// The hot paths that no tool shows alone, for counting their instructions (tests/bench/instructions): each
// takes prepared input from stdin, does what its tool does with it short of network and server, and prints
// how many trades went through. Usage: hot_paths socket|rest|sink < INPUT

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/log.hpp"
#include "market/calendar.hpp"
#include "market/new_york.hpp"
#include "pipe/line_blocks.hpp"
#include "store/intake.hpp"
#include "store/trade_encoder.hpp"
#include "vendor/live_feed.hpp"
#include "vendor/trades_backfill.hpp"

using namespace pulse;

namespace {

constexpr std::size_t kMaxLine = std::size_t{16} << 20;  // a whole page

struct Counts {
    std::uint64_t trades = 0;
    std::uint64_t bytes = 0;  ///< written
};

void for_each_block(const std::function<void(std::string_view)>& take) {
    LineBlocks input(STDIN_FILENO, "stdin", kMaxLine);
    while (input.next() == LineBlocks::Status::kLines) take(input.text());
}

void for_each_line(const std::function<void(std::string_view)>& take) {
    for_each_block([&](std::string_view text) {
        while (!text.empty()) {
            const std::size_t end = text.find('\n');
            take(text.substr(0, end));
            text.remove_prefix(end + 1);
        }
    });
}

struct CountingPort final : FeedPort {
    std::uint64_t bytes = 0;
    void connect() override {}
    void send(std::string) override {}
    void disconnect(bool) override {}
    bool write(std::string_view lines) override {
        bytes += lines.size();
        return true;
    }
};

// Input: one frame a line, the vendor's status messages first.
Counts run_socket() {
    CountingPort port;
    LiveFeed feed({Underlyings::parse(kMag7), "T.*", Secret("key"), "delayed.example", "s", 60'000, 0, 0},
                  port, [] { return 1.0; });
    constexpr FeedTime kNow{1'000'000, 1'764'950'000'000};
    feed.start();
    feed.on_open(kNow);
    for_each_line([&](std::string_view frame) {
        feed.on_frame(frame, kNow);
        feed.on_burst_end(kNow);
    });
    const FeedCounts& counts = feed.counts();
    if (counts.rejected + counts.lost + counts.other_event > 0)
        throw Error(Exit::kData, "not all are trades");
    return {counts.passed + counts.other_root, port.bytes};
}

struct CountingEdge final : BackfillEdge {
    std::uint64_t bytes = 0;
    void write(std::string_view records) override { bytes += records.size(); }
    void remember(std::string_view) override {}
    void reject(std::string_view, std::uint64_t, std::string_view, std::string_view reason) override {
        throw Error(Exit::kData, std::string(reason));
    }
};

void answer(FetchTask& task, std::string_view body) {
    constexpr std::size_t kPiece = std::size_t{16} * 1024;  // as libcurl gives it
    task.start({});
    for (; !body.empty(); body.remove_prefix(std::min(kPiece, body.size())))
        task.body(body.substr(0, kPiece));
    if (task.end() != FetchNext::kDone) throw Error(Exit::kData, "the answer isn't taken");
}

// Input: one page of trades, in a line, of one contract of the day; what else is asked is answered here.
Counts run_rest() {
    constexpr Day kDay = day_from_civil(2025, 12, 5);
    constexpr std::string_view kListing =
        R"({"results":[{"ticker":"O:AAPL251219C00190000","underlying_ticker":"AAPL"}],"status":"OK"})";
    CountingEdge edge;
    TradesJob job{"http://vendor.test", {}, {}};
    job.filter.unfiltered = true;
    const auto session = session_of(kDay);
    if (!session) throw Error(Exit::kFailure, "no session on that day");
    job.windows.push_back(
        {"AAPL", kDay, new_york_ms(kDay, 0), new_york_ms(kDay + 1, 0), session->open_ms, session->close_ms});
    TradesBackfill backfill(std::move(job), {}, edge);
    for (int listings = 0; listings < 2; ++listings)
        answer(*backfill.next_task(), kListing);  // live, expired
    for_each_line([&](std::string_view page) { answer(*backfill.next_task(), page); });
    backfill.finish();
    return {backfill.progress().kept, edge.bytes};
}

// Input: records as pg-sink takes them.
Counts run_sink() {
    constexpr std::size_t kBatchRows = 10'000;
    Counts counts;
    Rejects rejects("", true);
    store::Intake intake(rejects);
    store::TradeEncoder encoder;
    store::Batch batch;
    const auto encode = [&](const std::vector<store::Placed>& placed,
                            const std::vector<store::TradeRow>& rows) {
        encoder.encode(placed, rows, false, [&](std::string_view piece) { counts.bytes += piece.size(); });
        counts.trades += placed.size();
    };
    const auto store_batch = [&] {
        batch.place();
        encode(batch.placed_trades, batch.trades);
        encode(batch.placed_cancels, batch.cancels);
        batch.clear();
    };
    for_each_block([&](std::string_view lines) {
        intake.take(lines, batch);
        if (batch.size() >= kBatchRows) store_batch();
    });
    store_batch();
    return counts;
}

}  // namespace

int main(int argc, char** argv) {
    log::configure("hot_paths", log::Level::kError, log::Format::kText);
    const std::map<std::string_view, Counts (*)()> paths{
        {"socket", run_socket}, {"rest", run_rest}, {"sink", run_sink}};
    const auto path = argc == 2 ? paths.find(argv[1]) : paths.end();
    if (path == paths.end()) {
        std::fputs("usage: hot_paths socket|rest|sink < INPUT\n", stderr);
        return 64;
    }
    try {
        const Counts counts = path->second();
        fmt::print("{} trades, {} bytes\n", counts.trades, counts.bytes);
        return 0;
    } catch (const std::exception& error) {
        fmt::print(stderr, "hot_paths: {}\n", error.what());
        return 1;
    }
}
