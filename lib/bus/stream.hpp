#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "bus/link.hpp"

namespace pulse::bus {

/// The stream as it is to be made when it isn't there.
struct StreamSettings {
    std::string name;
    std::optional<unsigned> partitions;  ///< nothing: what the stream has, or kDefaultPartitions
    int replicas = 1;
    std::int64_t max_age_s = 0;             ///< how long messages are kept; 0: for ever
    std::int64_t duplicate_window_s = 120;  ///< how long the server remembers message ids
};

inline constexpr unsigned kDefaultPartitions = 8;

/// What a stream of ours is.
struct StreamFacts {
    unsigned partitions = 0;
    int replicas = 1;
};

/// Finds the stream, or makes it: on disk, with one subject `NAME.P.>` for each partition, so that the number
/// of partitions is a property of the stream that nobody can differ about. Throws Error(kConfig) when there
/// is a stream of that name with other subjects or another number of partitions than asked for, and what
/// Link::persist() throws.
StreamFacts ensure_stream(const Link& link, const StreamSettings& settings);

/// The stream, which must be there. Throws Error(kConfig) when it isn't, or is no stream of ours.
StreamFacts find_stream(const Link& link, const std::string& name);

/// Makes the stream of leases beside a stream, unless it is there; returns its name.
std::string ensure_lease_stream(const Link& link, const std::string& name, int replicas);

}  // namespace pulse::bus
