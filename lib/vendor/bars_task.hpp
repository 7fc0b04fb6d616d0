#pragma once

#include <cstdint>
#include <string>

#include "market/new_york.hpp"
#include "vendor/backfill_outlet.hpp"
#include "vendor/fetch.hpp"
#include "vendor/page_chain.hpp"
#include "vendor/rest_rows.hpp"

namespace pulse {

/// What the bars tasks of one job counted.
struct BarsCounts {
    std::uint64_t received = 0;
    std::uint64_t written = 0;
    std::uint64_t outside = 0;  ///< of other days than asked for
    std::uint64_t rejected = 0;
    std::uint64_t without = 0;  ///< tickers that have none
};

/// Fetches the split-adjusted daily bars of one stock and writes them as records, a page at a time:
/// `{"ev":"D","ticker":"AAPL","date":"2025-12-05","o":278.78,"h":281.14,"l":278.05,"c":278.78,"v":47265845}`.
/// The date is the New York date of the bar's start, the numbers are the vendor's texts.
class BarsTask final : public FetchTask {
  public:
    /// `first` to `last`, both inclusive. `outlet`, `edge` and `counts` outlive the task.
    BarsTask(const std::string& base, std::string ticker, Day first, Day last, BackfillOutlet& outlet,
             BackfillEdge& edge, BarsCounts& counts);

    [[nodiscard]] FetchRequest request() override { return {pages_.url(), {}, true, true}; }
    void start(const FetchReply& reply) override;
    void body(std::string_view piece) override;
    FetchNext end() override;
    [[nodiscard]] std::string broken_reason() const override { return pages_.broken_reason(); }
    [[nodiscard]] std::string name() const override { return pages_.name(); }

  private:
    void take_row(std::string_view row);

    std::string ticker_;
    Day first_;
    Day last_;
    std::string first_url_;
    PageChain pages_;
    BackfillOutlet& outlet_;
    BackfillEdge& edge_;
    BarsCounts& counts_;
    RestRowReader reader_;
    RestBar bar_;
    NewYorkClock clock_;
    std::uint64_t row_ = 0;
    std::uint64_t written_ = 0;
};

}  // namespace pulse
