#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vendor/http_message.hpp"
#include "vendor/sim_http_faults.hpp"
#include "vendor/sim_rest.hpp"
#include "vendor/sim_s3.hpp"

namespace pulse {

/// How the HTTP side of the simulated vendor behaves.
struct SimHttpConfig {
    bool gzip = false;             ///< pack REST answers for clients that offer it
    std::int64_t latency_ms = 0;   ///< each answer begins so much later
    std::uint64_t rate_limit = 0;  ///< REST requests a minute before 429; 0: any number
    std::vector<SimHttpFault> faults;
};

/// All that the simulated vendor answers over HTTP: REST, flat files, and what goes wrong. Free of sockets
/// and clocks.
class SimHttp {
  public:
    /// `rest` and `s3` must outlive this. `log` gets a line for each request once it is answered:
    /// `GET /v3/trades/O:…?order=asc 200`, without keys.
    SimHttp(SimHttpConfig config, const SimRest& rest, const SimS3& s3,
            std::function<void(std::string_view)> log)
        : config_(std::move(config)), rest_(rest), s3_(s3), log_(std::move(log)) {}

    /// Nothing while the answer is being prepared: ask again soon with the same request. `now_ms`: of a clock
    /// that never goes back; `wall_ms`: Unix ms.
    std::optional<HttpAnswer> answer(HttpRequest& request, std::int64_t now_ms, std::int64_t wall_ms);

    [[nodiscard]] std::uint64_t requests() const { return requests_; }

  private:
    std::optional<HttpAnswer> healthy(const HttpRequest& request, const SimTwist& twist,
                                      std::int64_t wall_ms) const;
    bool over_the_limit(std::int64_t now_ms);

    SimHttpConfig config_;
    const SimRest& rest_;
    const SimS3& s3_;
    std::function<void(std::string_view)> log_;
    std::uint64_t requests_ = 0;
    std::deque<std::int64_t> recent_;  ///< REST requests of the last minute that weren't over the limit
};

}  // namespace pulse
