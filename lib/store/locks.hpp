#pragma once

#include <string>
#include <string_view>

namespace pulse::store {

/// Advisory locks, two-key form: the first key says Pulse, the second what for. Always taken in this order.
enum class Lock {
    kSchema = 1,    ///< migrations
    kCancels = 2,   ///< shared: this transaction stores prints, or has copied them just now; exclusive: it
                    ///< stores cancels
    kMerge = 3,     ///< exclusive: this transaction reads stored prints to decide what to write
    kBatchLog = 4,  ///< exclusive: this transaction tells its batch and commits, and does nothing else
    kRederive = 5,  ///< exclusive, held by a session: a scripts/rederive is at work, so no other one may be
};

enum class LockMode { kShared, kExclusive };

/// A statement that takes the lock until the end of the transaction.
inline std::string lock_sql(Lock lock, LockMode mode) {
    std::string sql = "SELECT pg_advisory_xact_lock";
    if (mode == LockMode::kShared) sql += "_shared";
    return sql + "(1886747507, " + std::to_string(static_cast<int>(lock)) + ")";  // "puls" as a number
}

}  // namespace pulse::store
