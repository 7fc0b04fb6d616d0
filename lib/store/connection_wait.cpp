// The parts of Connection that wait on more than its socket, or end a wait.
#include <fmt/format.h>
#include <libpq-fe.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>

#include "base/clock.hpp"
#include "store/connection.hpp"

namespace pulse::store {

namespace {

// Beyond the server's own statement timeout: an answer that is on its way gets the time to arrive.
constexpr int kSilenceMs = 2000;
// What a standby says to LISTEN.
constexpr std::string_view kReadOnlyTransaction = "25006";

enum class Woken { kSocket, kOther, kTimeout };

// Waits until the socket or `wake_fd` can be read, at most until `deadline_ms` (monotonic; negative: for
// ever).
Woken wait_readable(int socket, int wake_fd, std::int64_t deadline_ms) {
    for (;;) {
        const std::int64_t left =
            deadline_ms < 0 ? -1 : std::clamp<std::int64_t>(deadline_ms - mono_ms(), 0, 1'000'000);
        std::array<pollfd, 2> wait{pollfd{socket, POLLIN, 0}, pollfd{wake_fd, POLLIN, 0}};
        const int ready = ::poll(wait.data(), wait.size(), static_cast<int>(left));
        if (ready > 0) return wait[1].revents != 0 ? Woken::kOther : Woken::kSocket;
        if (deadline_ms >= 0 && mono_ms() >= deadline_ms) return Woken::kTimeout;
    }
}

std::int64_t deadline_in(int timeout_ms) {
    return timeout_ms < 0 ? -1 : mono_ms() + timeout_ms;
}

}  // namespace

// PQgetResult() would wait for the socket alone. A lost connection is left to it: it knows the reason.
void Connection::await_answer() {
    while (PQisBusy(connection_.get()) != 0) {
        const auto woken =
            wait_readable(PQsocket(connection_.get()), wake_fd_, deadline_in(answer_timeout_ms_));
        if (woken == Woken::kOther) give_up("asked to stop while a statement was under way");
        if (woken == Woken::kTimeout)
            give_up(fmt::format("connection lost: no answer within {} ms", answer_timeout_ms_));
        if (PQconsumeInput(connection_.get()) == 0) return;
    }
}

// libpq still counts on the answer: with its socket shut, no later call can wait for it.
void Connection::give_up(const std::string& reason) {
    ::shutdown(PQsocket(connection_.get()), SHUT_RDWR);
    throw DbError(DbErrorKind::kLost, "", reason);
}

void Connection::limit_to_questions(int statement_timeout_ms) {
    answer_timeout_ms_ = statement_timeout_ms + kSilenceMs;
    // Compiling a statement takes longer than running one that must answer in milliseconds.
    run(fmt::format("SET statement_timeout = {}; SET default_transaction_read_only = on; SET jit = off",
                    statement_timeout_ms));
}

bool Connection::listen(const std::string& channel) {
    char* const name = PQescapeIdentifier(connection_.get(), channel.data(), channel.size());
    if (name == nullptr) fail(nullptr);
    const std::string sql = std::string("LISTEN ") + name;
    PQfreemem(name);
    try {
        run(sql);
    } catch (const DbError& error) {
        if (error.sqlstate() == kReadOnlyTransaction) return false;
        throw;
    }
    return true;
}

void Connection::take_notifications(std::vector<std::string>& payloads) {
    for (PGnotify* notify = PQnotifies(connection_.get()); notify != nullptr;
         notify = PQnotifies(connection_.get())) {
        payloads.emplace_back(notify->extra);
        PQfreemem(notify);
    }
}

std::vector<std::string> Connection::wait_notifications(int timeout_ms, int wake_fd) {
    const std::int64_t deadline_ms = deadline_in(timeout_ms);
    std::vector<std::string> payloads;
    for (;;) {
        // Also what came with an earlier answer, or waits inside the TLS layer where poll() can't see it.
        const bool alive = PQconsumeInput(connection_.get()) != 0;
        take_notifications(payloads);
        if (!payloads.empty()) return payloads;
        if (!alive || PQstatus(connection_.get()) == CONNECTION_BAD) fail(nullptr);
        if (wait_readable(PQsocket(connection_.get()), wake_fd, deadline_ms) != Woken::kSocket) return {};
    }
}

namespace {

void send_cancel(pg_cancel* handle) noexcept {
    std::array<char, 256> reason{};
    // Whether the server took it shows in the statement's end, not here.
    PQcancel(handle, reason.data(), static_cast<int>(reason.size()));
}

}  // namespace

void Connection::cancel() const noexcept {
    send_cancel(cancel_.get());
}

std::function<void()> Connection::canceller() const {
    return [handle = cancel_] { send_cancel(handle.get()); };
}

}  // namespace pulse::store
