#pragma once

#include <stdexcept>
#include <string>

namespace pulse {

/// What every tool's exit status means. The numbers follow sysexits.h where it has a word for it.
enum class Exit : int {
    kOk = 0,            ///< done, or stopped politely by SIGTERM or SIGINT
    kFailure = 1,       ///< a run-time failure with no better code
    kUsage = 2,         ///< the command line is wrong
    kData = 65,         ///< bad input under --strict
    kUnavailable = 69,  ///< peer or database unreachable after retries
    kIo = 74,           ///< stdin, stdout or a file of ours failed
    kAuth = 77,         ///< credentials refused
    kConfig = 78,       ///< a setting from the environment is missing or wrong
};

/// The one exception that reaches main. Its text says what failed and what the user can do about it;
/// `exit()` is the status the process ends with.
class Error : public std::runtime_error {
  public:
    Error(Exit exit, const std::string& what) : std::runtime_error(what), exit_(exit) {}
    [[nodiscard]] Exit exit() const noexcept { return exit_; }

  private:
    Exit exit_;
};

}  // namespace pulse
