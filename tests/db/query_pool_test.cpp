// The pool of sessions for questions, against the server that DATABASE_URL names; PULSE_SERVER is a
// command that takes stop, start or kill (see query_pool.sh).
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.hpp"
#include "base/fd.hpp"
#include "base/log.hpp"
#include "catch.hpp"
#include "session.hpp"
#include "store/query_pool.hpp"

using namespace pulse;
using namespace pulse::store;
using namespace pulse::store::test;

namespace {

[[maybe_unused]] const bool kQuiet =
    (log::configure("db_query_pool", log::Level::kError, log::Format::kText), true);

QueryPoolOptions options(int connections = 4) {
    QueryPoolOptions options;
    options.database = database_from_env("pulse-test-pool", 2);
    options.connections = connections;
    return options;
}

/// Gathers what became of jobs.
class Outcomes {
  public:
    QueryPool::Failed failed() {
        return [this](const std::exception_ptr& reason) {
            try {
                std::rethrow_exception(reason);
            } catch (const DbError& error) {
                add(fmt::format("{} {}: {}", static_cast<int>(error.kind()), error.sqlstate(), error.what()));
            } catch (const std::exception& error) {
                add(fmt::format("other: {}", error.what()));
            }
        };
    }
    /// A job that tells the first value of a statement.
    QueryPool::Job asks(const std::string& statement) {
        return [this, statement](Connection& connection) {
            add(std::string(connection.run(statement).front().text(0, 0)));
        };
    }
    void add(const std::string& what) {
        // Nothing of what a user may see shows the password.
        const std::string secret = std::getenv("PULSE_SECRET");
        const std::lock_guard lock(mutex_);
        leaked_ = leaked_ || what.find(secret) != std::string::npos;
        all_.push_back(what);
        changed_.notify_all();
    }
    /// All of them once there are `count`, in order of arrival; fewer after 10 s.
    std::vector<std::string> wait(std::size_t count) {
        std::unique_lock lock(mutex_);
        changed_.wait_for(lock, std::chrono::seconds(10), [&] { return all_.size() >= count; });
        CHECK_FALSE(leaked_);
        return all_;
    }
    std::string ask(QueryPool& pool, const std::string& statement) {
        const std::size_t before = wait(0).size();
        REQUIRE(pool.submit(asks(statement), failed()));
        const auto all = wait(before + 1);
        return all.size() > before ? all[before] : "nothing";
    }

  private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<std::string> all_;
    bool leaked_ = false;
};

/// Statements of this program that the server is working on, seen from a session of its own.
std::string busy_sessions() {
    return sql(
        "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND application_name = "
        "'pulse-test-pool'");
}

/// A port that takes connections and never says a word.
class SilentHost {
  public:
    SilentHost() : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        auto* const any = reinterpret_cast<sockaddr*>(&address);
        REQUIRE(::bind(fd_.get(), any, size) == 0);
        REQUIRE(::listen(fd_.get(), 8) == 0);
        REQUIRE(::getsockname(fd_.get(), any, &size) == 0);
        port_ = ntohs(address.sin_port);
    }
    [[nodiscard]] std::string url() const {
        return fmt::format("postgresql://nobody@127.0.0.1:{}/nowhere?sslmode=disable", port_);
    }

  private:
    UniqueFd fd_;
    std::uint16_t port_ = 0;
};

}  // namespace

TEST_CASE("jobs run side by side on sessions that are kept") {
    QueryPool pool(options());
    Outcomes outcomes;
    CHECK(pool.connected() == 0);  // when first needed, not before
    const std::int64_t begin = mono_ms();
    for (int i = 0; i < 4; ++i)
        REQUIRE(pool.submit(outcomes.asks("SELECT pg_backend_pid() FROM pg_sleep(0.5)"), outcomes.failed()));
    const auto pids = outcomes.wait(4);
    CHECK(mono_ms() - begin < 1500);
    CHECK(std::set<std::string>(pids.begin(), pids.end()).size() == 4);
    CHECK(pool.connected() == 4);
    for (int i = 0; i < 200; ++i)
        REQUIRE(pool.submit(outcomes.asks("SELECT pg_backend_pid()"), outcomes.failed()));
    const auto more = outcomes.wait(204);
    CHECK(more.size() == 204);
    CHECK(std::set<std::string>(more.begin(), more.end()).size() == 4);
    CHECK(pool.failures() == 0);
    CHECK(pool.waiting() == 0);
}

TEST_CASE("a job's failure goes to its handler and spoils nothing") {
    auto few = options(1);
    few.statement_timeout_ms = 200;
    QueryPool pool(few);
    Outcomes outcomes;
    CHECK_THAT(outcomes.ask(pool, "SELECT pg_sleep(5)"), ContainsSubstring(kind(kBusy) + "57014"));
    CHECK_THAT(outcomes.ask(pool, "SELECT nonsense"), ContainsSubstring("42703"));
    REQUIRE(pool.submit([](Connection&) { throw std::runtime_error("its own"); }, outcomes.failed()));
    CHECK(outcomes.wait(3).back() == "other: its own");
    // A transaction left open is not the next one's.
    REQUIRE(pool.submit([](Connection& connection) { connection.run("BEGIN; SET LOCAL work_mem = '77MB'"); },
                        outcomes.failed()));
    CHECK(outcomes.ask(pool, "SELECT current_setting('work_mem') <> '77MB'") == "t");
    CHECK(pool.failures() == 3);
    CHECK(pool.connected() == 1);
}

TEST_CASE("too many are refused, and none waits too long") {
    auto few = options(1);
    few.max_waiting = 3;
    few.max_wait_ms = 300;
    QueryPool pool(few);
    Outcomes outcomes;
    std::atomic<bool> started{false};
    REQUIRE(pool.submit(
        [&](Connection& connection) {
            started = true;
            connection.run("SELECT pg_sleep(1.5)");
            outcomes.add("slept");
        },
        outcomes.failed()));
    while (!started) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    const std::int64_t begin = mono_ms();
    for (int i = 0; i < 3; ++i) REQUIRE(pool.submit(outcomes.asks("SELECT 1"), outcomes.failed()));
    CHECK_FALSE(pool.submit(outcomes.asks("SELECT 2"), outcomes.failed()));
    CHECK(pool.waiting() == 3);
    // They are told while the only session is still busy.
    const auto told = outcomes.wait(3);
    CHECK(mono_ms() - begin >= 300);
    CHECK(mono_ms() - begin < 1000);
    for (const auto& one : told) CHECK_THAT(one, ContainsSubstring(kind(kBusy) + ": waited longer"));
    CHECK(outcomes.wait(4).back() == "slept");
    CHECK(outcomes.ask(pool, "SELECT 3") == "3");
}

TEST_CASE("a lost session is replaced without the asker's notice") {
    QueryPool pool(options(2));
    Outcomes outcomes;
    const std::string pid = outcomes.ask(pool, "SELECT pg_backend_pid()");
    for (int i = 0; i < 20; ++i) {
        sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = "
            "'pulse-test-pool'");
        CHECK(outcomes.ask(pool, "SELECT 7") == "7");
    }
    CHECK(outcomes.ask(pool, "SELECT pg_backend_pid()") != pid);
    CHECK(pool.failures() == 0);
    // One that dies under its first job is the job's failure: it may be what kills it.
    QueryPool other(options(1));
    CHECK_THAT(outcomes.ask(other, "SELECT pg_terminate_backend(pg_backend_pid())"),
               ContainsSubstring(kind(kLost)));
    CHECK(outcomes.ask(other, "SELECT 8") == "8");
}

TEST_CASE("while the database is away every job is told at once; it comes back by itself") {
    QueryPool pool(options());
    Outcomes outcomes;
    for (int i = 0; i < 4; ++i)
        REQUIRE(pool.submit(outcomes.asks("SELECT 1 FROM pg_sleep(0.2)"), outcomes.failed()));
    outcomes.wait(4);
    for (const std::string how : {"stop", "kill"}) {
        server(how);
        const std::size_t before = outcomes.wait(0).size();
        const std::int64_t begin = mono_ms();
        for (int i = 0; i < 50; ++i) REQUIRE(pool.submit(outcomes.asks("SELECT 1"), outcomes.failed()));
        const auto all = outcomes.wait(before + 50);
        CHECK(mono_ms() - begin < 1000);
        REQUIRE(all.size() == before + 50);
        for (std::size_t i = before; i < all.size(); ++i)
            CHECK_THAT(all[i], ContainsSubstring(kind(kLost) + ": no database: "));
        CHECK(pool.connected() == 0);
        server("start");
        const std::int64_t back = mono_ms();
        while (pool.connected() == 0 && mono_ms() - back < 5000)
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
        CHECK(mono_ms() - back < 2500);
        CHECK(outcomes.ask(pool, "SELECT 9") == "9");
    }
}

TEST_CASE("credentials that are refused, and a role that may only read") {
    Outcomes outcomes;
    auto wrong = options(1);
    const std::string secret = std::getenv("PULSE_SECRET");
    std::string url = std::getenv("DATABASE_URL");
    url.replace(url.find(secret), secret.size(), secret + "-wrong");
    wrong.database.conninfo = Secret(url);
    QueryPool refused(wrong);
    CHECK_THAT(outcomes.ask(refused, "SELECT 1"), ContainsSubstring("no database: "));

    sql("CREATE TABLE IF NOT EXISTS things (n int); GRANT SELECT ON things TO reader");
    auto reading = options(1);
    url = std::getenv("DATABASE_URL");
    url.replace(url.find("pulse:"), 5, "reader");
    reading.database.conninfo = Secret(url);
    QueryPool pool(reading);
    CHECK(outcomes.ask(pool, "SELECT current_user || count(*) FROM things") == "reader0");
}

TEST_CASE("sessions that can't be had leave the work to those there are") {
    sql("ALTER ROLE reader CONNECTION LIMIT 2");
    auto four = options(4);
    std::string url = std::getenv("DATABASE_URL");
    url.replace(url.find("pulse:"), 5, "reader");
    four.database.conninfo = Secret(url);
    // Several rounds, so that a refusal also comes before the first session is open.
    for (int round = 0; round < 10; ++round) {
        // The sessions of the round before count until the server has noticed their end.
        while (sql("SELECT count(*) FROM pg_stat_activity WHERE usename = 'reader'") != "0")
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        QueryPool pool(four);
        Outcomes outcomes;
        for (int i = 0; i < 40; ++i)
            REQUIRE(pool.submit(outcomes.asks("SELECT 1 FROM pg_sleep(0.005)"), outcomes.failed()));
        const auto all = outcomes.wait(40);
        CHECK(std::count(all.begin(), all.end(), "1") == 40);
        CHECK(pool.failures() == 0);
    }
    sql("ALTER ROLE reader CONNECTION LIMIT -1");
}

TEST_CASE("the end doesn't wait for statements, nor for what is in line, nor for a silent host") {
    Outcomes outcomes;
    std::int64_t begin = 0;
    {
        QueryPool pool(options(1));
        REQUIRE(pool.submit(outcomes.asks("SELECT pg_sleep(60)"), outcomes.failed()));
        REQUIRE(pool.submit(outcomes.asks("SELECT 2"), outcomes.failed()));
        for (int i = 0; i < 200 && busy_sessions() == "0"; ++i)
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
        REQUIRE(busy_sessions() == "1");
        begin = mono_ms();
    }
    CHECK(mono_ms() - begin < 1000);
    const auto all = outcomes.wait(1);
    REQUIRE(all.size() == 1);  // the one in line was dropped
    CHECK_THAT(all[0], ContainsSubstring(kind(kBusy) + "57014"));
    // The server doesn't work on for nobody.
    CHECK(busy_sessions() == "0");
    {
        auto silent = options(2);
        const SilentHost host;
        silent.database.conninfo = Secret(host.url());
        silent.database.connect_timeout_s = 30;
        QueryPool pool(silent);
        REQUIRE(pool.submit(outcomes.asks("SELECT 1"), outcomes.failed()));
        std::this_thread::sleep_for(std::chrono::milliseconds(200));
        begin = mono_ms();
    }
    CHECK(mono_ms() - begin < 1000);
    {
        QueryPool pool(options(1));
        CHECK(outcomes.ask(pool, "SELECT 4") == "4");
        server("pause");
        REQUIRE(pool.submit(outcomes.asks("SELECT 5"), outcomes.failed()));
        std::this_thread::sleep_for(std::chrono::milliseconds(200));
        begin = mono_ms();
    }
    CHECK(mono_ms() - begin < 1000);
    server("resume");
}

TEST_CASE("a server that says nothing counts as lost") {
    auto hasty = options(1);
    hasty.statement_timeout_ms = 100;
    hasty.max_wait_ms = 10'000;
    QueryPool pool(hasty);
    Outcomes outcomes;
    CHECK(outcomes.ask(pool, "SELECT 1") == "1");
    server("pause");
    const std::int64_t begin = mono_ms();
    // The session had been idle, so it is tried again on a new one, which can't be had.
    CHECK_THAT(outcomes.ask(pool, "SELECT 2"), ContainsSubstring(kind(kLost) + ": no database: "));
    CHECK(mono_ms() - begin < 6000);
    server("resume");

    // Without the time for that it hears the same reason, not that others were in its way.
    hasty.max_wait_ms = 1000;
    QueryPool shorter(hasty);
    CHECK(outcomes.ask(shorter, "SELECT 3") == "3");
    server("pause");
    CHECK_THAT(outcomes.ask(shorter, "SELECT 4"),
               ContainsSubstring(kind(kLost) + ": no database: a session got no answer"));
    server("resume");
}
