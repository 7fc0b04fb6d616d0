#pragma once

#include <cstdint>
#include <exception>
#include <functional>
#include <memory>

#include "store/connection.hpp"

namespace pulse::store {

struct QueryPoolOptions {
    DatabaseSettings database;
    int connections = 4;
    int statement_timeout_ms = 3000;  ///< PostgreSQL ends a longer statement: DbError(kBusy), 57014
    std::size_t max_waiting = 256;    ///< jobs in line; further ones are refused
    int max_wait_ms = 3000;           ///< a job in line for longer fails instead of running
};

/// Answers questions on several read-only sessions, a thread each. Sessions are opened when first needed and
/// again when lost; while the database is away, jobs fail at once instead of waiting for it one by one, and
/// one more thread looks for it every 250 ms to 2 s. A role with nothing but SELECT will do. Choose a short
/// database.connect_timeout_s: the first jobs after a host has vanished wait for it.
class QueryPool {
  public:
    /// Runs on a pool thread. What it throws goes to its Failed; after DbError(kLost) on a session that had
    /// been idle it is tried again on another, so it must be repeatable: it answers last of all. A
    /// transaction it leaves open is rolled back.
    using Job = std::function<void(Connection&)>;
    /// Runs on a pool thread, when the job threw or could not run: DbError (kLost: no database; kBusy:
    /// statement timeout or too long in line), or whatever the job threw. Must not throw. The message may
    /// name host, database and user, never the password.
    using Failed = std::function<void(std::exception_ptr)>;

    explicit QueryPool(QueryPoolOptions options);
    /// Drops what is in line (neither its Job nor its Failed is called), cancels the statements under way
    /// (their Failed is), joins the threads: within a second. Jobs must not wait for anything but their
    /// statements.
    ~QueryPool();
    QueryPool(const QueryPool&) = delete;
    QueryPool& operator=(const QueryPool&) = delete;

    /// False: too many in line, nothing was taken. Any thread.
    [[nodiscard]] bool submit(Job job, Failed failed);

    [[nodiscard]] std::size_t waiting() const;     ///< jobs in line
    [[nodiscard]] int connected() const;           ///< sessions open
    [[nodiscard]] std::uint64_t failures() const;  ///< jobs that went to their Failed

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace pulse::store
