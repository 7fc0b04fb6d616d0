#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/metrics.hpp"

namespace pulse {

/// `GET /metrics` (and `/healthz`) of a pipe tool, on a thread of its own: the tool's work never waits for
/// it.
class MetricsEndpoint {
  public:
    /// Listens on 127.0.0.1:`port` (0: any free one), or on `host`. `metrics` must outlive this object.
    /// Throws Error(kUnavailable) when the port is taken.
    MetricsEndpoint(const Metrics& metrics, int port, const std::string& host = "127.0.0.1");
    ~MetricsEndpoint();
    MetricsEndpoint(const MetricsEndpoint&) = delete;
    MetricsEndpoint& operator=(const MetricsEndpoint&) = delete;

    [[nodiscard]] int port() const;

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace pulse
