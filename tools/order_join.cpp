// order-join: joins the prints of one split order into one order.

#include <CLI/CLI.hpp>

#include "base/cli.hpp"
#include "base/log.hpp"
#include "market/order_joiner.hpp"
#include "wire/order_record.hpp"
#include "wire/tape_tool.hpp"

namespace {

using namespace pulse;

struct Options {
    std::int64_t window_ms = 100;
    std::string min_premium = "50000";
    std::string trades = "keep";
    std::string rejects;
    bool strict = false;
};

const ToolInfo kInfo{
    "order-join",
    "Joins the prints of one split order into one order. Large orders are cut into pieces, each too small to "
    "be\n"
    "noticed: prints of one contract that follow each other within the window are taken for one order, and "
    "an "
    "order is\n"
    "told when all its prints together reach the premium. Reads trades from standard input, unfiltered, and "
    "writes them on\n"
    "with the orders (records with \"ev\":\"O\") between them. Other records pass through unchanged.",
    "An order stands behind its prints, about a second of the tape's own time later: a print that comes late "
    "can\n"
    "still join. When a cancel takes back a print of an order already written, the order is written again.\n"
    "\n"
    "Examples:\n"
    "  polygon-stream | occ-filter --min-premium 0 | order-join | occ-filter | pg-sink\n"
    "  occ-filter --min-premium 0 --quiet-hits captured.jsonl | order-join --trades drop > orders.jsonl\n"
    "  order-join --window-ms 250 --min-premium 100000 --trades drop < captured.jsonl"};

void declare(CLI::App& app, Options& o) {
    app.add_option("--window-ms", o.window_ms,
                   "longest pause between two prints of one order, in milliseconds")
        ->check(CLI::Range(0, 3'600'000))
        ->type_name("N")
        ->capture_default_str();
    app.add_option("--min-premium", o.min_premium,
                   "least premium of an order in dollars; one equal to it is told")
        ->check([](const std::string& text) {
            const auto value = parse_decimal(text);
            return value && value->digits >= 0 ? "" : "not an amount in dollars: " + text;
        })
        ->type_name("USD")
        ->capture_default_str();
    app.add_option("--trades", o.trades,
                   "keep: write the trades on; drop: write only orders and other records")
        ->check(CLI::IsMember({"keep", "drop"}))
        ->capture_default_str();
    app.add_option("--rejects", o.rejects, "write rejected lines there as they came")->type_name("FILE");
    app.add_flag("--strict", o.strict, "end with 65 at the first rejected line");
}

/// Shows the tape to the joiner and makes records of the orders it tells.
class JoinStage final : public TapeStage {
  public:
    explicit JoinStage(OrderJoiner::Options options)
        : joiner_(options, [this](const JoinedOrder& order) {
              append_order(*out_, order);
              ++orders_;
          }) {}

    void on_trade(const TapePrint& print, std::string& out) override {
        out_ = &out;
        joiner_.add(print);
    }
    void on_watermark(const Watermark& watermark, std::string& out) override {
        out_ = &out;
        if (!is_history_source(watermark.source))
            joiner_.live_clock(watermark.to_ms);
        else if (watermark.tickers.empty())
            joiner_.start_over();
        else
            joiner_.complete(watermark.tickers, watermark.to_ms);
    }
    void on_end(std::string& out) override {
        out_ = &out;
        joiner_.finish();
    }
    [[nodiscard]] std::uint64_t orders() const { return orders_; }

  private:
    std::string* out_ = nullptr;  ///< where orders told during a call go
    std::uint64_t orders_ = 0;
    OrderJoiner joiner_;
};

Exit run(const Options& o) {
    JoinStage stage({o.window_ms, parse_decimal(o.min_premium).value_or(Decimal{})});
    run_tape_tool(stage, {.keep_trades = o.trades == "keep"}, o.rejects, o.strict,
                  [&](const Summary& summary) { log::info("{} orders={}", summary.text(), stage.orders()); });
    return Exit::kOk;
}

}  // namespace

int main(int argc, char** argv) {
    Options options;
    return run_tool(
        argc, argv, kInfo, [&](CLI::App& app) { declare(app, options); }, [&] { return run(options); });
}
