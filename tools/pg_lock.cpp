// pg-lock: runs a command while it holds an advisory lock, so that it runs once.
#include <fmt/format.h>
#include <poll.h>
#include <sys/epoll.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <optional>

#include "base/child.hpp"
#include "base/cli.hpp"
#include "base/clock.hpp"
#include "base/env.hpp"
#include "base/log.hpp"
#include "base/signals.hpp"
#include "store/run_lock.hpp"

namespace {

using namespace pulse;
using store::DbError;
using store::DbErrorKind;
using store::RunLock;

struct Options {
    std::string name;
    std::string key_of;
    int wait_s = 0;
    int connect_timeout_s = 10;
    std::vector<std::string> command;
};

const ToolInfo kInfo{
    "pg-lock",
    "Runs a command while it holds an advisory lock of PostgreSQL, so that the command runs once wherever it "
    "is\n"
    "started. The vendor allows one connection for a key: a second pipeline would cut the first one off.",
    "The lock is in the database that DATABASE_URL, else PGHOST and the other PG variables name. SIGTERM is "
    "passed\n"
    "on, and the exit status is the command's. When the database goes away the command goes on; when "
    "somebody else\n"
    "has the lock afterwards, the command is stopped.\n"
    "\n"
    "Examples:\n"
    "  pg-lock --key-of POLYGON_API_KEY -- scripts/pipeline\n"
    "  pg-lock --name nightly --wait 600 -- scripts/backfill --days 5"};

constexpr int kRetryMs = 1000;
constexpr int kCheckMs = 10'000;
constexpr int kLeftoversMs = 30'000;

void declare(CLI::App& app, Options& o) {
    auto* name = app.add_option("--name", o.name, "what the lock is called")->type_name("TEXT");
    app.add_option("--key-of", o.key_of,
                   "name it after the secret in this environment variable (or in the file that VARIABLE_FILE "
                   "names): one command for each key")
        ->type_name("VARIABLE")
        ->excludes(name);
    app.add_option("--wait", o.wait_s, "seconds to wait for the lock, and for the database")
        ->check(CLI::Range(0, 1'000'000))
        ->capture_default_str();
    app.add_option("--connect-timeout", o.connect_timeout_s, "seconds one attempt to connect may take")
        ->check(CLI::Range(1, 3600))
        ->capture_default_str();
    app.add_option("command", o.command, "the command and its arguments, behind --")->required();
}

std::int64_t key_of(const Options& o) {
    if (o.key_of.empty()) return store::run_lock_key(o.name.empty() ? "pipeline" : o.name);
    const auto secret = secret_from_env(o.key_of);
    if (!secret)
        throw Error(
            Exit::kConfig,
            fmt::format("{} is not set: pg-lock names the lock after it; set it, or use --name", o.key_of));
    return store::run_lock_key(secret->reveal());
}

/// Both what stops us and the end of the command, as one descriptor.
class Events {
  public:
    explicit Events(const Child& child) : fd_(::epoll_create1(EPOLL_CLOEXEC)) {
        for (const int fd : {stop_fd(), child.end_fd()}) {
            epoll_event event{};
            event.events = EPOLLIN;
            event.data.fd = fd;
            if (::epoll_ctl(fd_.get(), EPOLL_CTL_ADD, fd, &event) != 0)
                throw Error(Exit::kFailure, "cannot watch the command: out of file descriptors");
        }
    }
    [[nodiscard]] int fd() const { return fd_.get(); }

  private:
    UniqueFd fd_;
};

/// Turns what the database says into what to do: nothing for a database that may come back.
void rethrow_if_final(const DbError& error) {
    if (error.kind() == DbErrorKind::kAuth)
        throw Error(Exit::kAuth,
                    fmt::format("the database refuses the credentials: {}; check user and password in "
                                "DATABASE_URL or PGUSER and PGPASSWORD",
                                error.what()));
    if (error.kind() == DbErrorKind::kConfig)
        throw Error(Exit::kConfig,
                    fmt::format("the database can't be used: {}; create it, or correct DATABASE_URL or "
                                "PGDATABASE",
                                error.what()));
    if (error.kind() != DbErrorKind::kLost && error.kind() != DbErrorKind::kBusy)
        throw Error(Exit::kFailure, fmt::format("the database failed: {}", error.what()));
}

class Run {
  public:
    explicit Run(const Options& options)
        : options_(options),
          key_(key_of(options)),
          database_(store::database_from_env("pg-lock", options.connect_timeout_s)) {
        database_.wake_fd = stop_fd();
    }

    /// The command's exit status.
    int all() {
        if (!acquire()) return 0;  // asked to stop before the command ran
        Child child(options_.command);
        const Events events(child);
        while (!readable(child.end_fd(), 0) && !stop_requested()) {
            watch_lock(child, events.fd());
            child.reap_orphans();
        }
        if (!readable(child.end_fd(), 0)) child.terminate();
        const int status = child.wait();
        // What it started and left behind is part of it: the lock isn't free before that has ended, too.
        if (child.end_group(kLeftoversMs))
            log::warn("the command ended with {} and left processes running; stopped them", status);
        if (usurped_)
            throw Error(Exit::kUnavailable,
                        "stopped the command: while the database was away another one took the lock");
        return status;
    }

  private:
    bool acquire() {
        const std::int64_t deadline = mono_ms() + options_.wait_s * std::int64_t{1000};
        bool told = false;
        while (!stop_requested()) {
            std::string problem;
            try {
                if (!lock_) lock_.emplace(database_, key_);
                if (lock_->take()) return true;
                const auto holder = lock_->holder();
                if (!holder) continue;
                problem = fmt::format(
                    "another holds the lock: {}. Only one may run at a time; stop the other one, or give "
                    "--wait more seconds",
                    *holder);
            } catch (const DbError& error) {
                rethrow_if_final(error);
                lock_.reset();
                problem = fmt::format(
                    "no database: {}; start it, or correct DATABASE_URL or PGHOST and PGPORT", error.what());
            }
            if (mono_ms() >= deadline) throw Error(Exit::kUnavailable, problem);
            if (!told) log::info("waiting up to {} s: {}", options_.wait_s, problem);
            told = true;
            readable(stop_fd(), kRetryMs);
        }
        return false;
    }

    /// Until something happens: the command ends, a stop, the lock is lost, or a while went by.
    void watch_lock(const Child& child, int events) {
        try {
            if (lock_) return lock_->hold(kCheckMs, events);
            readable(events, kRetryMs);
            lock_.emplace(database_, key_);
            if (lock_->take()) return log::info("has the lock again");
            usurped_ = true;
            child.terminate();
            readable(child.end_fd(), -1);
        } catch (const DbError& error) {
            if (stop_requested()) return;
            if (lock_)
                log::warn(
                    "lost the lock with the database: {}; the command goes on, and the lock is taken again "
                    "as soon as the database is back",
                    error.what());
            lock_.reset();
        }
    }

    const Options& options_;
    std::int64_t key_;
    store::DatabaseSettings database_;
    std::optional<RunLock> lock_;
    bool usurped_ = false;
};

}  // namespace

int main(int argc, char** argv) {
    Options options;
    return run_tool(
        argc, argv, kInfo, [&](CLI::App& app) { declare(app, options); },
        [&] { return static_cast<Exit>(Run(options).all()); });
}
