// Single sessions, against the server that DATABASE_URL names.
#include <sys/eventfd.h>

#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.hpp"
#include "base/fd.hpp"
#include "session.hpp"

using namespace pulse;
using namespace pulse::store;
using namespace pulse::store::test;

TEST_CASE("a session for questions can't write, and its statements end in time") {
    Connection session(here());
    session.limit_to_questions(100);
    CHECK(failure(session, "CREATE TABLE no (x int)") == kind(kLost) + "25006");
    const std::int64_t begin = mono_ms();
    CHECK(failure(session, "SELECT pg_sleep(5)") == kind(kBusy) + "57014");
    CHECK(mono_ms() - begin < 1000);
    CHECK(session.run("SHOW jit").front().text(0, 0) == "off");
}

TEST_CASE("a statement is cancelled from another thread, and the session goes on") {
    Connection session(here());
    session.cancel();  // nothing under way: nothing happens
    std::thread other([&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(200));
        session.cancel();
    });
    const std::int64_t begin = mono_ms();
    CHECK(failure(session, "SELECT pg_sleep(10)") == kind(kBusy) + "57014");
    CHECK(mono_ms() - begin < 3000);
    other.join();
    CHECK(session.run("SELECT 5").front().integer(0, 0) == 5);
}

TEST_CASE("a descriptor ends the wait for an answer and for a connection") {
    const UniqueFd wake(::eventfd(0, EFD_CLOEXEC));
    auto settings = here();
    settings.wake_fd = wake.get();
    Connection session(settings);
    CHECK(session.run("SELECT 1").front().integer(0, 0) == 1);
    ::eventfd_write(wake.get(), 1);
    CHECK(failure(session, "SELECT pg_sleep(10)") == kind(kLost));
    CHECK_THROWS_AS(Connection(settings), DbError);
}

TEST_CASE("a rollback waits for a silent server no longer than a question") {
    const UniqueFd wake(::eventfd(0, EFD_CLOEXEC));
    auto settings = here();
    settings.wake_fd = wake.get();
    Connection asked(settings);
    Connection idle(settings);
    for (Connection* session : {&asked, &idle}) {
        session->limit_to_questions(100);
        session->run("BEGIN");
        session->run("SELECT 1");
    }
    server("pause");
    const std::int64_t begin = mono_ms();
    CHECK(failure(asked, "SELECT 2") == kind(kLost));
    asked.rollback();
    idle.rollback();
    CHECK(mono_ms() - begin < 6000);
    CHECK(failure(asked, "SELECT 3") == kind(kLost));
    CHECK(failure(idle, "SELECT 3") == kind(kLost));
    server("resume");
}

TEST_CASE("a rollback ends a transaction in any state, also amid a COPY") {
    Connection session(here());
    session.rollback();  // none: nothing happens
    session.run("BEGIN; CREATE TABLE undone (n int)");
    session.rollback();
    session.run("BEGIN; CREATE TABLE undone (n int)");
    CHECK_THROWS_AS(session.run("SELECT 1/0"), DbError);
    session.rollback();
    session.run("BEGIN; CREATE TABLE undone (n int)");
    session.begin_copy("COPY undone FROM STDIN");
    session.send_copy("1\n");
    session.rollback();
    CHECK(session.run("SELECT to_regclass('undone') IS NULL").front().text(0, 0) == "t");
}

TEST_CASE("waiting for notifications ends by one, by time, by the descriptor and with the session") {
    const UniqueFd wake(::eventfd(0, EFD_CLOEXEC));
    Connection session(here());
    session.listen("some \"channel");
    std::int64_t begin = mono_ms();
    CHECK(session.wait_notifications(150, wake.get()).empty());
    CHECK(mono_ms() - begin >= 150);
    sql("SELECT pg_notify('some \"channel', 'one'), pg_notify('some \"channel', 'two'), pg_notify('x', "
        "'three')");
    CHECK(session.wait_notifications(5000, wake.get()) == std::vector<std::string>{"one", "two"});
    sql("NOTIFY \"some \"\"channel\", 'early'");
    session.run("SELECT 1");  // its answer brings the word along
    CHECK(session.wait_notifications(0, wake.get()) == std::vector<std::string>{"early"});
    begin = mono_ms();
    ::eventfd_write(wake.get(), 1);
    CHECK(session.wait_notifications(5000, wake.get()).empty());
    CHECK(mono_ms() - begin < 1000);
    sql("SELECT pg_terminate_backend(" +
        std::string(session.run("SELECT pg_backend_pid()").front().text(0, 0)) + ")");
    CHECK_THROWS_AS(session.wait_notifications(5000, -1), DbError);
}
