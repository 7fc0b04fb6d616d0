#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "store/connection.hpp"

namespace pulse::store {

/// The number that stands for `name` among PostgreSQL's advisory locks: the first eight bytes of a SHA-256,
/// so that a secret may serve as the name. The server sees nothing else of it.
std::int64_t run_lock_key(std::string_view name);

/// An advisory lock that says "this runs already". It belongs to a transaction that stays open and does
/// nothing, so it also holds through a pooler that deals out transactions, keeps VACUUM from nothing, and is
/// gone when its session is.
class RunLock {
  public:
    /// Connects. Throws DbError.
    RunLock(const DatabaseSettings& settings, std::int64_t key);

    /// Tries to take it, at once; true when it's ours. Throws DbError.
    bool take();
    /// Who has it when take() failed, for a message; nothing when nobody does any more. Throws DbError.
    std::optional<std::string> holder();
    /// Waits until `timeout_ms` went by or `wake_fd` can be read, then makes sure that the session lives.
    /// Throws DbError(kLost) as soon as it's gone, and the lock with it.
    void hold(int timeout_ms, int wake_fd);

  private:
    Connection connection_;
    std::int64_t key_;
};

}  // namespace pulse::store
