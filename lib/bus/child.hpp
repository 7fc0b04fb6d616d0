#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace pulse::bus {

/// How a command ended.
struct ChildEnd {
    int code = 0;           ///< its exit status; 128 + signal when a signal ended it
    bool read_all = false;  ///< all of the input was read
    [[nodiscard]] bool ok() const { return code == 0 && read_all; }
};

/// Runs a command with `input` as its standard input and waits for its end. `tick` is called at least every
/// `tick_ms` meanwhile. The command is a process group of its own in which TERM and INT are blocked: a Ctrl-C
/// or a TERM to a whole service must not make its stages stop politely in the middle of the input, which
/// would look like success. Throws Error(kConfig) when it can't be started, Error(kFailure) without
/// descriptors.
ChildEnd run_child(const std::vector<std::string>& argv, std::string_view input, int tick_ms,
                   const std::function<void()>& tick);

/// True when a program of this name can be run.
bool can_run(const std::string& program);

}  // namespace pulse::bus
