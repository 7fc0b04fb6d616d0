#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "bus/link_options.hpp"

namespace pulse::bus {

struct EachOptions {
    LinkOptions link;
    std::string stream = "pulse";
    std::string partitions;         ///< `all`, or a list
    std::string durable = "pulse";  ///< processes with the same name share the work
    int batch = 1'000;              ///< messages
    int idle_ms = 250;
    int ack_wait_s = 30;
    int max_failures = 5;
    bool until_empty = false;
    std::vector<std::string> command;
};

/// What nats-each does: takes batches of the partitions in turn and runs the command on each. Returns the
/// exit status: 0 after a requested stop, or with until_empty when everything is acknowledged; the command's
/// own when it failed too often in a row. Throws Error as Link, find_stream() and run_child() do.
int run_each(const EachOptions& options);

}  // namespace pulse::bus
