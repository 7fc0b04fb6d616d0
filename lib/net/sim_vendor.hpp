#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "net/sim_server.hpp"
#include "vendor/sim_flat.hpp"
#include "vendor/sim_http.hpp"
#include "vendor/sim_s3.hpp"
#include "vendor/sim_session.hpp"

namespace pulse {

/// A stand-in vendor as a whole.
struct SimVendorOptions {
    SimServerOptions server;
    std::string tape;  ///< path of a file of trade lines
    SimConfig socket;  ///< `tape` is filled in; its key is REST's too
    SimHttpConfig http;
    std::optional<S3Credentials> s3;  ///< unset: any
    FlatLayout flat_layout = FlatLayout::kCurrent;
    std::string http_log;  ///< path of a file that gets a line for each HTTP request; empty: none
};

/// The socket, REST and the daily files of one tape on one port.
class SimVendor {
  public:
    /// Listens at once. Throws Error as SimServer does, and Error(kIo) when a file can't be opened.
    explicit SimVendor(SimVendorOptions options);
    ~SimVendor();
    SimVendor(const SimVendor&) = delete;
    SimVendor& operator=(const SimVendor&) = delete;

    [[nodiscard]] int port() const;
    [[nodiscard]] const SimCounts& counts() const;
    [[nodiscard]] std::uint64_t http_requests() const;

    /// Serves until a stop is requested, or the tape is over under SimAtEnd::kExit.
    void run();

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace pulse
