#include "net/fetch_run.hpp"

#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

#include "base/clock.hpp"
#include "base/fd.hpp"
#include "catch.hpp"
#include "net/fetch_transfer.hpp"
#include "pipe/output.hpp"

using namespace pulse;

namespace {

/// Answers each request of a connection by `answer(head)`; an empty answer closes it.
class TinyServer {
  public:
    explicit TinyServer(std::function<std::string(const std::string&)> answer) : answer_(std::move(answer)) {
        listener_ = UniqueFd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        auto* const generic = reinterpret_cast<sockaddr*>(&address);
        REQUIRE(::bind(listener_.get(), generic, size) == 0);
        REQUIRE(::listen(listener_.get(), 16) == 0);
        REQUIRE(::getsockname(listener_.get(), generic, &size) == 0);
        url_ = fmt::format("http://127.0.0.1:{}", ntohs(address.sin_port));
        acceptor_ = std::thread([this] { accept_all(); });
    }
    ~TinyServer() {
        ::shutdown(listener_.get(), SHUT_RDWR);
        acceptor_.join();
        {
            const std::lock_guard lock(mutex_);
            for (const UniqueFd& connection : connections_) ::shutdown(connection.get(), SHUT_RDWR);
        }
        for (std::thread& thread : threads_) thread.join();
    }
    TinyServer(const TinyServer&) = delete;
    TinyServer& operator=(const TinyServer&) = delete;

    [[nodiscard]] const std::string& url() const { return url_; }
    [[nodiscard]] std::size_t connections() const { return threads_.size(); }
    [[nodiscard]] std::vector<std::string> heads() const {
        const std::lock_guard lock(mutex_);
        return heads_;
    }

  private:
    void accept_all() {
        for (;;) {
            UniqueFd connection(::accept(listener_.get(), nullptr, nullptr));
            if (!connection) return;
            const std::lock_guard lock(mutex_);
            threads_.emplace_back([this, fd = connection.get()] { serve(fd); });
            connections_.push_back(std::move(connection));
        }
    }
    void serve(int fd) {
        std::string text;
        char piece[4096];
        for (ssize_t size = 0; (size = ::read(fd, piece, sizeof piece)) > 0;) {
            text.append(piece, static_cast<std::size_t>(size));
            const std::size_t end = text.find("\r\n\r\n");
            if (end == std::string::npos) continue;
            {
                const std::lock_guard lock(mutex_);
                heads_.push_back(text.substr(0, end + 2));
            }
            const std::string reply = answer_(text.substr(0, end + 2));
            text.erase(0, end + 4);
            write_all(fd, reply);
            if (reply.empty()) ::shutdown(fd, SHUT_RDWR);
        }
    }

    std::function<std::string(const std::string&)> answer_;
    UniqueFd listener_;
    std::string url_;
    mutable std::mutex mutex_;
    std::vector<std::string> heads_;
    std::vector<UniqueFd> connections_;
    std::vector<std::thread> threads_;
    std::thread acceptor_;
};

std::string ok(std::string_view body, std::string_view headers = "") {
    return fmt::format("HTTP/1.1 200 OK\r\n{}Content-Length: {}\r\n\r\n{}", headers, body.size(), body);
}

struct Seen {
    std::string body;
    FetchReply reply;
    unsigned ends = 0;
};

class Task : public FetchTask {
  public:
    Task(FetchRequest request, Seen& seen, std::function<void()> on_body = {})
        : request_(std::move(request)), seen_(seen), on_body_(std::move(on_body)) {}
    FetchRequest request() override { return request_; }
    void start(const FetchReply& reply) override {
        seen_.reply = reply;
        seen_.body.clear();
    }
    void body(std::string_view piece) override {
        seen_.body += piece;
        if (on_body_) on_body_();
    }
    FetchNext end() override {
        ++seen_.ends;
        return FetchNext::kDone;
    }
    [[nodiscard]] std::string name() const override { return "test"; }

  private:
    FetchRequest request_;
    Seen& seen_;
    std::function<void()> on_body_;
};

FetchRequest get(const std::string& url, bool bearer_key = false, bool accept_gzip = false) {
    return {url, {}, bearer_key, accept_gzip};
}

/// Runs tasks made by `make` until it has none.
FetchStatistics run(std::function<std::unique_ptr<FetchTask>()> make, const FetchNetOptions& options = {},
                    FetchLimits limits = {1, 0, 2}) {
    FetchScheduler scheduler(limits, std::move(make), [] { return 0.0; });
    return run_fetches(scheduler, options, {});
}

auto times(unsigned count, std::function<std::unique_ptr<FetchTask>()> make) {
    return [count, make = std::move(make)]() mutable { return count == 0 ? nullptr : (--count, make()); };
}

}  // namespace

TEST_CASE("answers reach their tasks over one connection") {
    TinyServer server([](const std::string&) { return ok("hello", "ETag: \"x\"\r\nRetry-After: 7\r\n"); });
    Seen seen;
    const auto statistics =
        run(times(3, [&] { return std::make_unique<Task>(get(server.url() + "/a?b=c"), seen); }));
    CHECK(seen.ends == 3);
    CHECK(seen.body == "hello");
    CHECK(seen.reply.status == 200);
    CHECK(seen.reply.etag == "\"x\"");
    CHECK(seen.reply.retry_after == "7");
    CHECK(seen.reply.length == 5);
    CHECK(statistics.bytes == 15);
    CHECK_FALSE(statistics.stopped);
    CHECK(server.connections() == 1);
    CHECK(server.heads().front().starts_with("GET /a?b=c HTTP/1.1\r\n"));
}

TEST_CASE("the key goes only with requests that ask for it, packing is offered only by those that do") {
    TinyServer server([](const std::string&) { return ok(""); });
    FetchNetOptions options;
    options.bearer_key = Secret("s3cr3t");
    Seen seen;
    run(times(1, [&] { return std::make_unique<Task>(get(server.url()), seen); }), options);
    run(times(1, [&] { return std::make_unique<Task>(get(server.url(), true, true), seen); }), options);
    const auto heads = server.heads();
    REQUIRE(heads.size() == 2);
    CHECK(heads[0].find("Authorization") == std::string::npos);
    CHECK(heads[0].find("Accept-Encoding") == std::string::npos);
    CHECK_THAT(heads[1], ContainsSubstring("Authorization: Bearer s3cr3t\r\n"));
    CHECK_THAT(heads[1], ContainsSubstring("Accept-Encoding: gzip\r\n"));
    CHECK_THAT(heads[1], ContainsSubstring("User-Agent: pulse/"));
}

TEST_CASE("redirects are not followed") {
    TinyServer server([](const std::string&) {
        return "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n";
    });
    Seen seen;
    CHECK_THROWS_AS(run(times(1, [&] { return std::make_unique<Task>(get(server.url()), seen); })), Error);
    CHECK(server.heads().size() == 1);
}

TEST_CASE("a body nobody accepted explains the refusal") {
    TinyServer server([](const std::string&) {
        const std::string body = R"({"status":"ERROR","error":"Could not parse the date"})";
        return fmt::format("HTTP/1.1 400 Bad Request\r\nContent-Length: {}\r\n\r\n{}", body.size(), body);
    });
    Seen seen;
    CHECK_THROWS_WITH(run(times(1, [&] { return std::make_unique<Task>(get(server.url()), seen); })),
                      ContainsSubstring("Could not parse the date"));
    CHECK(seen.ends == 0);
}

TEST_CASE("an answer cut short is tried again") {
    std::atomic<int> answers = 0;
    TinyServer server([&](const std::string&) {
        if (++answers == 1) return std::string();
        return answers == 2
                   ? "HTTP/1.1 200 OK\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"
                   : ok("whole");
    });
    Seen seen;
    run(times(1, [&] { return std::make_unique<Task>(get(server.url()), seen); }));
    CHECK(seen.body == "whole");
    CHECK(seen.ends == 1);
}

TEST_CASE("what a task throws comes out of the run") {
    TinyServer server([](const std::string&) { return ok("hello"); });
    Seen seen;
    const auto refuse = [] { throw Error(Exit::kIo, "no room"); };
    CHECK_THROWS_WITH(run(times(1, [&] { return std::make_unique<Task>(get(server.url()), seen, refuse); })),
                      "no room");
}

TEST_CASE("errors name the host and neither query nor key") {
    FetchNetOptions options;
    options.bearer_key = Secret("s3cr3t");
    Seen seen;
    try {
        run(times(1,
                  [&] {
                      return std::make_unique<Task>(get("http://127.0.0.1:1/x?apiKey=s3cr3t", true), seen);
                  }),
            options, {1, 0, 0});
        FAIL("nobody listens there");
    } catch (const Error& error) {
        CHECK(error.exit() == Exit::kUnavailable);
        CHECK_THAT(error.what(), ContainsSubstring("127.0.0.1:1"));
        CHECK(std::string(error.what()).find("s3cr3t") == std::string::npos);
    }
}

TEST_CASE("several requests are under way at once, each on its connection") {
    std::atomic<int> waiting = 0;
    TinyServer server([&](const std::string&) {
        ++waiting;
        for (int i = 0; i < 500 && waiting < 4; ++i)
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
        return ok(waiting >= 4 ? "together" : "alone");
    });
    std::array<Seen, 4> seen;
    auto next = seen.begin();
    run(
        [&]() -> std::unique_ptr<FetchTask> {
            return next == seen.end() ? nullptr : std::make_unique<Task>(get(server.url()), *next++);
        },
        {}, {4, 0, 0});
    for (const Seen& one : seen) CHECK(one.body == "together");
}

TEST_CASE("our own time is not the server's") {
    NetworkClock clock;
    const std::int64_t network = clock.now_ms();
    const std::int64_t wall = mono_ms();
    clock.pause_for([] { std::this_thread::sleep_for(std::chrono::milliseconds(80)); });
    CHECK(mono_ms() - wall >= 80);
    CHECK(clock.now_ms() - network < (mono_ms() - wall) - 70);
}

TEST_CASE("a server that repeats the key has it hidden, whoever throws") {
    FetchNetOptions options;
    options.bearer_key = Secret("S3cr3t");
    const auto message = [&](std::string_view status, std::string_view body, std::function<void()> on_body) {
        TinyServer server([&](const std::string&) {
            return fmt::format("HTTP/1.1 {}\r\nContent-Length: {}\r\n\r\n{}", status, body.size(), body);
        });
        Seen seen;
        try {
            run(times(1, [&] { return std::make_unique<Task>(get(server.url(), true), seen, on_body); }),
                options, {1, 0, 0});
        } catch (const ReaderGone&) {
            throw;
        } catch (const Error& error) {
            return fmt::format("{} {}", static_cast<int>(error.exit()), error.what());
        }
        return std::string();
    };
    CHECK_THAT(message("401 Unauthorized", R"({"error":"Unknown API Key: \u00533cr3t"})", {}),
               ContainsSubstring("77 test: HTTP 401: Unknown API Key: ***; "));
    CHECK_THAT(message("403 Forbidden", R"({"detail":"\u00533cr3t"})", {}),
               ContainsSubstring(R"(HTTP 403: {"detail":"***"}; )"));
    CHECK(message("200 OK", "x", [] { throw Error(Exit::kData, "s3CR3T is no host"); }) ==
          "65 *** is no host");
    CHECK_THROWS_AS(message("200 OK", "x", [] { throw ReaderGone("S3cr3t"); }), ReaderGone);
}
