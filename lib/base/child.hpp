#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "base/fd.hpp"

namespace pulse {

/// A command that runs beside us, in a process group of its own, so that Ctrl-C reaches us alone and it is
/// for us to pass it on. It gets SIGTERM when we die, however we die. Standard input, output and error are
/// ours. Destroying it neither stops nor reaps the command. Call from the main thread alone: the kernel takes
/// the end of the thread that started the command for our death.
class Child {
  public:
    /// Starts `command`, found by PATH. Throws Error(kUsage) when it doesn't exist or may not be executed.
    /// @param command the program and its arguments, at least one
    explicit Child(const std::vector<std::string>& command);

    /// Readable once the command has ended: for a poll set. Owned by this object.
    [[nodiscard]] int end_fd() const noexcept { return pidfd_.get(); }
    /// Sends SIGTERM; nothing when the command has ended.
    void terminate() const noexcept;
    /// Ends what the command, which has ended, left in its process group: SIGTERM, then up to `patience_ms`
    /// for it to go. False when there was nothing; true otherwise, also when something is still there.
    bool end_group(int patience_ms) const;
    /// Takes away other processes that have ended and whose parents are gone: the kernel hands them to
    /// process 1, which we are in a container.
    void reap_orphans() const noexcept;
    /// Waits for the end. Gives the exit status, or 128 + signal as shells do.
    int wait();

  private:
    [[nodiscard]] bool group_gone(int patience_ms) const;

    pid_t pid_ = -1;
    UniqueFd pidfd_;
    std::optional<int> status_;
};

}  // namespace pulse
