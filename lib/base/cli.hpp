#pragma once

#include <functional>
#include <string>

#include "base/error.hpp"

namespace CLI {
class App;
}

namespace pulse {

/// What a tool is, for --help and --version.
struct ToolInfo {
    std::string name;     ///< as typed: `occ-filter`
    std::string summary;  ///< one line
    std::string footer;   ///< shown below the options: examples
};

/// A tool's life, the same for all of them: declare options (the shared logging options are added here),
/// parse without touching the outside world, install the stop signals, run `body`, and turn whatever it
/// throws into one log line and an exit status. --help and --version print to stdout and end with 0; a wrong
/// command line ends with 2.
int run_tool(int argc, char** argv, const ToolInfo& info, const std::function<void(CLI::App&)>& declare,
             const std::function<Exit()>& body);

}  // namespace pulse
