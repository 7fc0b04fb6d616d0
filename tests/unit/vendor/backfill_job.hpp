#pragma once

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "backfill_fixture.hpp"
#include "vendor/trades_backfill.hpp"

namespace pulse::test {

constexpr Day kMonday = day_from_civil(2025, 12, 1);
inline const std::string kNear = "O:AAPL251205C00190000";

/// Unix ns of `minutes` after midnight in New York.
inline std::int64_t at(Day day, int minutes, std::int64_t more_ns = 0) {
    return new_york_ms(day, minutes) * 1'000'000 + more_ns;
}

/// One run of a backfill over the fake vendor: premium from 50,000, up to 10 days to expiry.
struct JobRun {
    FakeEdge edge;
    TradesBackfill backfill;
    Driver driver;

    JobRun(FakeVendor& vendor, std::vector<HistoryWindow> windows, bool unfiltered = false,
           TradesState state = {}, unsigned seed = 1)
        : backfill(job_of(std::move(windows), unfiltered), std::move(state), edge),
          driver(
              vendor, [this] { return backfill.next_task(); }, seed),
          vendor_(vendor) {}

    void finish() {
        driver.run();
        backfill.finish();
    }
    [[nodiscard]] std::set<std::string> contracts_asked() const {
        std::set<std::string> contracts;
        for (const auto& url : vendor_.requests)
            if (url.find("/v3/trades/") != std::string::npos) contracts.insert(FakeVendor::contract_of(url));
        return contracts;
    }
    [[nodiscard]] int trades_asked() const {
        int count = 0;
        for (const auto& url : vendor_.requests)
            count += url.find("/v3/trades/") != std::string::npos ? 1 : 0;
        return count;
    }

  private:
    static TradesJob job_of(std::vector<HistoryWindow> windows, bool unfiltered) {
        TradesJob job{kBase, std::move(windows), {}};
        job.filter.rule.max_dte = 10;
        job.filter.log_hits = false;
        job.filter.unfiltered = unfiltered;
        return job;
    }
    FakeVendor& vendor_;
};

}  // namespace pulse::test
