#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "base/env.hpp"
#include "vendor/fetch_scheduler.hpp"

namespace pulse {

/// How the network is used to fetch. Proxies come from the environment as curl reads it (https_proxy,
/// NO_PROXY …).
struct FetchNetOptions {
    std::optional<Secret> bearer_key;  ///< sent with the requests that ask for it, never printed
    std::string ca_file;  ///< PEM file of a private certificate authority to trust as well; may be empty
    unsigned connections = 16;                 ///< kept open between requests
    std::int64_t connect_timeout_ms = 10'000;  ///< until a connection is ready, TLS included
    std::int64_t stall_timeout_ms = 30'000;    ///< without a byte; then the attempt has failed
};

struct FetchStatistics {
    std::uint64_t bytes = 0;  ///< of bodies, unpacked
    bool stopped = false;     ///< a stop was requested: requests under way were abandoned
};

/// Makes the requests the scheduler wants, on the calling thread, until it is finished or a stop is
/// requested. `tick` is called with mono_ms() about four times a second. Time spent in tasks and in `tick`,
/// for instance because our stdout is slow, is not counted as the server's. Throws what tasks, the scheduler
/// and `tick` throw, and Error: kConfig for a bad CA file, kUnavailable for a server whose certificate isn't
/// trusted, kUsage for a url that is none. The texts of errors are free of the key, whatever a server says.
FetchStatistics run_fetches(FetchScheduler& scheduler, const FetchNetOptions& options,
                            const std::function<void(std::int64_t now_ms)>& tick);

}  // namespace pulse
