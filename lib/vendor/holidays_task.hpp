#pragma once

#include <string>
#include <vector>

#include "vendor/fetch.hpp"
#include "vendor/rest_rows.hpp"

namespace pulse {

/// Asks for the holidays and early closes to come.
class HolidaysTask final : public FetchTask {
  public:
    /// `holidays` gets those of NYSE and NASDAQ, by date, each once; it must outlive the task.
    HolidaysTask(std::string base, std::vector<RestHoliday>& holidays)
        : base_(std::move(base)), holidays_(holidays) {}

    [[nodiscard]] FetchRequest request() override;
    void start(const FetchReply& reply) override;
    void body(std::string_view piece) override;
    FetchNext end() override;
    [[nodiscard]] std::string broken_reason() const override { return broken_; }
    [[nodiscard]] std::string name() const override { return "market holidays"; }

  private:
    std::string base_;
    std::vector<RestHoliday>& holidays_;
    std::string text_;
    std::string broken_;
};

}  // namespace pulse
