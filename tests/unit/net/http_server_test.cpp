#include "net/http_server.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <memory>
#include <string>
#include <thread>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/fd.hpp"
#include "base/metrics.hpp"
#include "catch.hpp"
#include "net/metrics_endpoint.hpp"

using namespace pulse;

namespace {

UniqueFd connected(int port) {
    UniqueFd fd(::socket(AF_INET, SOCK_STREAM, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) fd.reset();
    return fd;
}

// All that comes until the server closes, or until `enough` is in it.
std::string received(const UniqueFd& fd, std::string_view enough = {}) {
    std::string all;
    std::string piece(65'536, '\0');
    while (enough.empty() || all.find(enough) == std::string::npos) {
        if (!readable(fd.get(), 5000)) return all + "(timed out)";
        const ssize_t got = ::recv(fd.get(), piece.data(), piece.size(), 0);
        if (got <= 0) break;
        all.append(piece, 0, static_cast<std::size_t>(got));
    }
    return all;
}

std::string asked(int port, std::string_view path) {
    const UniqueFd fd = connected(port);
    write_all(fd.get(), "GET " + std::string(path) + " HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
    return received(fd);
}

HttpServerOptions plain() {
    HttpServerOptions options;
    options.heeds_signals = false;
    options.drain_ms = 1000;
    return options;
}

std::shared_ptr<const std::string> text(std::string words) {
    return std::make_shared<const std::string>(std::move(words));
}

// A server on a thread of its own; `take` answers.
struct Running {
    HttpServer server;
    std::thread thread;

    explicit Running(HttpServer::Handler take, HttpServer::OnStreamEnd on_end = {})
        : server(plain(), std::move(take), std::move(on_end)), thread([this] { server.run(); }) {}
    ~Running() {
        server.stop();
        if (thread.joinable()) thread.join();
    }
};

}  // namespace

TEST_CASE("a request is answered by another thread through post()") {
    std::thread other;
    {
        std::unique_ptr<Running> running;
        running = std::make_unique<Running>([&](const WebRequest& request, HttpServer::Ticket ticket) {
            other = std::thread([&, ticket, path = request.path] {
                running->server.post([&running, ticket, path] {
                    WebAnswer answer;
                    answer.body = text("you asked for " + path);
                    running->server.reply(ticket, answer);
                    running->server.reply(ticket, answer);  // gone: nothing happens
                });
            });
        });
        CHECK_THAT(asked(running->server.port(), "/x"), ContainsSubstring("\r\n\r\nyou asked for /x"));
        other.join();
    }
}

TEST_CASE("streams share a piece, and their end is told once") {
    std::atomic<int> ended = 0;
    std::vector<HttpServer::Ticket> streams;
    std::unique_ptr<Running> running;
    running = std::make_unique<Running>(
        [&](const WebRequest&, HttpServer::Ticket ticket) {
            streams.push_back(ticket);
            running->server.open_stream(ticket, {{"X-Mine", "1"}});
        },
        [&](HttpServer::Ticket) { ++ended; });
    const UniqueFd first = connected(running->server.port());
    const UniqueFd second = connected(running->server.port());
    for (const auto* fd : {&first, &second}) write_all(fd->get(), "GET /s HTTP/1.1\r\nHost: h\r\n\r\n");
    CHECK_THAT(received(first, "\r\n\r\n"),
               ContainsSubstring("X-Mine: 1\r\nContent-Type: text/event-stream"));
    received(second, "\r\n\r\n");
    running->server.post([&] {
        const auto piece = text("data: 1\n\n");
        for (const auto stream : streams) running->server.send(stream, piece);
        running->server.end_stream(streams[0]);
        running->server.send(streams[0], piece);  // too late
    });
    CHECK(received(second, "\n\n") == "data: 1\n\n");
    const std::string all = received(first);
    CHECK(all == "data: 1\n\n");
    running->server.stop();
    running->thread.join();
    CHECK(received(second).empty());
    CHECK(ended == 2);
}

TEST_CASE("work repeats, and what it throws comes out of run()") {
    HttpServer server(plain(), [](const WebRequest&, HttpServer::Ticket) {});
    int times = 0;
    server.every(10, [&] {
        if (++times == 3) throw Error(Exit::kData, "three times");
    });
    const std::int64_t begin = mono_ms();
    CHECK_THROWS_AS(server.run(), Error);
    CHECK(times == 3);
    CHECK(mono_ms() - begin >= 30);
}

TEST_CASE("a stop before run() ends it at once, and tells it") {
    HttpServer server(plain(), [](const WebRequest&, HttpServer::Ticket) {});
    server.stop();
    bool told = false;
    server.run([&] { told = true; });
    CHECK(told);
    CHECK_FALSE(connected(server.port()));
}

TEST_CASE("a taken port is an error that says so") {
    const HttpServer first(plain(), [](const WebRequest&, HttpServer::Ticket) {});
    auto options = plain();
    options.port = first.port();
    CHECK_THROWS_WITH(HttpServer(options, [](const WebRequest&, HttpServer::Ticket) {}),
                      ContainsSubstring("another program has it"));
    options.host = "localhost";
    CHECK_THROWS_WITH(HttpServer(options, [](const WebRequest&, HttpServer::Ticket) {}),
                      ContainsSubstring("no IPv4 or IPv6 address"));
}

TEST_CASE("the metrics endpoint shows what is counted at that moment") {
    Metrics metrics;
    Counter& counter = metrics.counter("t_total", "h");
    int port = 0;
    {
        const MetricsEndpoint endpoint(metrics, 0);
        port = endpoint.port();
        counter.add(41);
        CHECK_THAT(asked(port, "/metrics"), ContainsSubstring("\nt_total 41\n"));
        counter.add();
        CHECK_THAT(asked(port, "/metrics?x"), ContainsSubstring("\nt_total 42\n"));
        CHECK_THAT(asked(port, "/metrics"), ContainsSubstring("Content-Type: text/plain; version=0.0.4"));
        CHECK_THAT(asked(port, "/healthz"), ContainsSubstring("200 OK"));
        CHECK_THAT(asked(port, "/"), ContainsSubstring("404 Not Found"));
        CHECK_THROWS_AS(MetricsEndpoint(metrics, port), Error);
    }
    CHECK_FALSE(connected(port));
}
