#pragma once

#include <string>
#include <vector>

namespace pulse::bus {

/// How a command is run: as it is, or by a shell when it is a single text that needs one (`occ-filter |
/// pg-sink`). `bash`: one is there. It is asked to fail when any stage of a pipeline fails; plain sh knows
/// the last stage alone.
std::vector<std::string> argv_of(const std::vector<std::string>& command, bool bash);

/// True when the command is a single text that needs a shell.
bool needs_shell(const std::vector<std::string>& command);

}  // namespace pulse::bus
