#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <set>
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

    /// A print or cancel within the session; ignored when that is over. `pass`: grows with each marker. True
    /// when it shows that the contract comes again: what was counted of it before is dropped.
    bool add(const TapePrint& print, std::uint32_t pass);
    /// Forgets what was counted of a contract.
    void drop(std::string_view symbol);

    /// Tickers of contracts that count and weren't told yet, ascending.
    [[nodiscard]] std::vector<std::string> waiting() const;
    /// Tells the cells of a ticker in the half hours whose windows see none of the gaps, and gives the memory
    /// of its contracts back: what comes of them later is ignored. Does nothing for a ticker told before.
    void tell(std::string_view ticker, const std::vector<TimeRange>& gaps, const BaselineBuilder::Tell& tell);
    /// Forgets everything; later prints are ignored.
    void end();

  private:
    static constexpr std::size_t kCells = 2 * kDteBuckets.size();  ///< calls, then puts
    struct Ticker {
        std::array<std::vector<ContractDay*>, kCells> cells;
    };
    using Histograms = std::vector<std::array<std::int64_t, 416>>;  ///< by slot, then bucket

    void enroll(ContractDay& contract, std::string_view symbol);
    void count(ContractDay& contract, const TapePrint& print, std::uint32_t since_open);
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
    std::map<std::string, Ticker, std::less<>> tickers_;  ///< not told yet
    std::set<std::string, std::less<>> told_;
};

}  // namespace pulse
