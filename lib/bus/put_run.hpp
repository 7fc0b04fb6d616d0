#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "bus/link_options.hpp"

namespace pulse::bus {

struct PutOptions {
    LinkOptions link;
    std::string stream = "pulse";
    std::optional<unsigned> partitions;
    int replicas = 1;
    std::int64_t max_age_hours = 168;
    std::int64_t duplicate_window_s = 120;
    std::uint32_t max_pending = 2'000;  ///< records of a partition on the way at once
    int ack_wait_ms = 5'000;
    std::string rejects;
    bool strict = false;
};

/// What nats-put does: reads standard input to its end or a requested stop and stores it in the stream.
/// Throws Error: kUnavailable when records are left unacknowledged, telling how many; what Rejects,
/// LineBlocks, Link and ensure_stream() throw. The counts are logged in any case.
void put_records(const PutOptions& options);

}  // namespace pulse::bus
