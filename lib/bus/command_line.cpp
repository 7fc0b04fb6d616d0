#include "bus/command_line.hpp"

namespace pulse::bus {

bool needs_shell(const std::vector<std::string>& command) {
    return command.size() == 1 &&
           command[0].find_first_of(" \t\n|&;<>()$`\\\"'*?[]#~=%") != std::string::npos;
}

std::vector<std::string> argv_of(const std::vector<std::string>& command, bool bash) {
    if (!needs_shell(command)) return command;
    if (bash) return {"bash", "-o", "pipefail", "-c", command[0]};
    return {"sh", "-c", command[0]};
}

}  // namespace pulse::bus
