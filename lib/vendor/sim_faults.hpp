#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "vendor/ws_peer.hpp"

namespace pulse {

/// One scripted misbehaviour of the simulated vendor.
struct SimFault {
    enum class Kind {
        kDrop,   ///< TCP ends without a close frame
        kClose,  ///< close frame with `value` as its code
        kStall,  ///< for `value` ms nothing is sent and nothing read, so pings stay unanswered; kNever: for
                 ///< good
        kSlowHandshake,  ///< each answer to the client waits `value` ms
        kHalf,           ///< half a frame, then drop
        kAckSilence,     ///< no more events, all else goes on
        kStatus,         ///< status `text`; see SimSession for what follows it
        kGarbage,        ///< malformed frames of the variant `text`, or of every variant when empty
        kMixed,          ///< one frame with events and status objects
        kAuthRefused,    ///< every key is refused
        kPingSilence,    ///< events go on, but nothing from the client is read, pings included
    };
    unsigned connection = 1;  ///< 1-based; 0: every connection
    std::uint64_t event = 0;  ///< fires when exactly so many events were sent
    Kind kind = Kind::kDrop;
    std::int64_t value = 0;
    std::string text;
};

/// Reads `[C/]N:FAULT[:ARG],…`, for example `1000:drop,2/0:auth-refused,*/50:close:1011`. C is the connection
/// (1-based,
/// `*` for every one, default 1), N the number of events sent before. Leaves entries that begin
/// with `http/` to parse_http_faults(). Throws Error(kUsage) naming the bad entry.
std::vector<SimFault> parse_sim_faults(std::string_view spec);

/// The faults of one connection in the order they fire (by event, then as written).
std::vector<SimFault> faults_of(const std::vector<SimFault>& all, unsigned connection);

/// One line for each fault, for --help.
std::string_view sim_faults_help();

}  // namespace pulse
