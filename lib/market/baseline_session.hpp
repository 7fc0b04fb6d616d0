#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "market/baseline_builder.hpp"
#include "market/calendar.hpp"
#include "market/contract_table.hpp"
#include "market/coverage.hpp"
#include "market/flow_cell.hpp"

namespace pulse {

/// What BaselineBuilder gathers in one session from one kind of source.
class BaselineSession {
  public:
    BaselineSession(const Session& session, const BaselineBuilder::Options& options);

    [[nodiscard]] const Session& session() const { return session_; }
    [[nodiscard]] std::int64_t next_open_ms() const { return next_open_ms_; }
    /// All tickers were told or dropped: nothing more is gathered.
    [[nodiscard]] bool is_over() const { return over_; }

    /// A print or cancel within the session; ignored when that is over.
    void add(const TapePrint& print);

    /// Tickers of contracts that count and weren't told yet, ascending.
    [[nodiscard]] std::vector<std::string> waiting() const;
    /// Tells the cells of a ticker in the half hours whose windows see none of the gaps, and forgets its
    /// contracts: what comes of them later is ignored. Does nothing for a ticker told before.
    void tell(std::string_view ticker, const std::vector<TimeRange>& gaps, const BaselineBuilder::Tell& tell);
    /// Forgets what was gathered of tickers that weren't told.
    void drop_waiting();
    /// Forgets everything; later prints are ignored.
    void end();

  private:
    static constexpr std::size_t kCells = 2 * kDteBuckets.size();  ///< calls, then puts
    struct Ticker {
        bool told = false;
        std::array<std::vector<ContractDay*>, kCells> cells;
    };
    using Histograms = std::vector<std::array<std::int64_t, 416>>;  ///< by slot, then bucket

    void enroll(ContractDay& contract, std::string_view symbol);
    [[nodiscard]] bool is_known(int slot, const std::vector<TimeRange>& gaps) const;
    void count_windows(const ContractDay& contract, Histograms& histograms) const;
    void tell_cell(BaselineCell& cell, const std::vector<ContractDay*>& contracts,
                   const std::vector<TimeRange>& gaps, const BaselineBuilder::Tell& tell) const;

    Session session_;
    std::int64_t next_open_ms_;
    BaselineBuilder::Options options_;
    std::int64_t step_ms_;
    int slots_;
    bool over_ = false;
    ContractTable contracts_;
    std::map<std::string, Ticker, std::less<>> tickers_;
};

}  // namespace pulse
