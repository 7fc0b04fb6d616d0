#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pulse::bus {

/// Most partitions of a stream: nats-put keeps a thread for each.
inline constexpr unsigned kMaxPartitions = 64;

/// The partition of an underlying, 0 … partitions - 1: the same on every machine and in every version, since
/// the order of an underlying's records rests on it. `partitions` ≥ 1.
unsigned partition_of(std::string_view ticker, unsigned partitions);

/// `NAME.P.TICKER`; what a subject can't hold in a ticker becomes `_`.
std::string subject_of(std::string_view stream, unsigned partition, std::string_view ticker);

/// `NAME.P.>`: everything of one partition.
std::string partition_subjects(std::string_view stream, unsigned partition);

/// Last part of the subject of watermarks, and of records without a ticker. No ticker looks like these.
inline constexpr std::string_view kWatermarkToken = "_watermark";
inline constexpr std::string_view kOtherToken = "_other";

/// True for names of streams and consumers: 1 … 64 letters, digits, `-` and `_`.
bool valid_name(std::string_view name);

/// `all`, or a list such as `0,2,5-7`, ascending, each once. Nothing when it is none, or names a partition
/// that isn't there.
std::optional<std::vector<unsigned>> parse_partitions(std::string_view text, unsigned partitions);

}  // namespace pulse::bus
