// A server for tests: says what it was asked, slowly, at length, or for ever. Prints its port.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <memory>
#include <set>
#include <string>
#include <thread>

#include "base/cli.hpp"
#include "base/error.hpp"
#include "net/http_server.hpp"

namespace {

using namespace pulse;

constexpr std::size_t kBigBytes = 10 << 20;

class Echo {
  public:
    explicit Echo(const HttpServerOptions& options)
        : server_(
              options,
              [this](WebRequest request, HttpServer::Ticket ticket) { take(std::move(request), ticket); },
              [this](HttpServer::Ticket ticket) { streams_.erase(ticket); }) {
        server_.set_farewell("event: end\ndata: too slow\n\n");
    }

    void run() {
        fmt::print("{}\n", server_.port());
        std::fflush(stdout);
        server_.run([this] { tell("event: end\ndata: stopping\n\n"); });
        for (auto& thread : slow_) thread.join();
    }

  private:
    void take(WebRequest request, HttpServer::Ticket ticket) {
        if (request.path == "/slow") return answer_slowly(ticket);
        if (request.path == "/throw") throw Error(Exit::kFailure, "asked to throw");
        if (request.path == "/stream") {
            streams_.insert(ticket);
            server_.open_stream(ticket, {{"X-Stream", "yes"}});
            // More than a stream may be behind, before its head went out.
            if (request.query == "too-much") server_.send(ticket, big_);
            return server_.send(ticket, text("data: hello\n\n"));
        }
        WebAnswer answer;
        if (request.path == "/big") {
            answer.body = big_;
        } else if (request.path == "/tell") {
            tell("data: " + request.query + "\n\n");
        } else if (request.path == "/flood") {
            tell("data: " + std::string(100'000, 'x') + "\n\n");
        } else if (request.path == "/counts") {
            answer.body = text(counts());
        } else if (request.path == "/not-modified") {
            answer.status = 304;
            answer.body = text("never sent");
        } else if (request.path == "/header") {
            answer.headers = {{"X-Odd", "a\r\nX-Injected: b"}};
        } else {
            answer.body = text(described(request));
        }
        server_.reply(ticket, std::move(answer));
    }

    // Each stays until the end: the thread that answers is not the server's.
    void answer_slowly(HttpServer::Ticket ticket) {
        slow_.emplace_back([this, ticket] {
            std::this_thread::sleep_for(std::chrono::milliseconds(200));
            server_.post([this, ticket] {
                WebAnswer answer;
                answer.body = text("slow");
                server_.reply(ticket, std::move(answer));
            });
        });
    }

    void tell(std::string piece) {
        const auto shared = text(std::move(piece));
        for (const auto ticket : streams_) server_.send(ticket, shared);
    }

    std::string counts() const {
        const auto c = server_.counts();
        return fmt::format(
            "connections={} refused={} slow_heads={} slow_streams={} open={} streams={} mine={}",
            c.connections, c.refused, c.slow_heads, c.slow_streams, c.open_connections, c.open_streams,
            streams_.size());
    }

    static std::string described(const WebRequest& request) {
        std::string all = fmt::format("{} {} ?{}\n", request.method, request.path, request.query);
        for (const auto& [name, value] : request.headers) all += fmt::format("{}={}\n", name, value);
        return all;
    }

    static std::shared_ptr<const std::string> text(std::string words) {
        return std::make_shared<const std::string>(std::move(words));
    }

    std::set<HttpServer::Ticket> streams_;
    std::vector<std::thread> slow_;
    std::shared_ptr<const std::string> big_ = text(std::string(kBigBytes, 'b'));
    HttpServer server_;
};

}  // namespace

int main(int argc, char** argv) {
    HttpServerOptions options;
    const ToolInfo info{"http-echo", "A server for tests.", ""};
    return run_tool(
        argc, argv, info,
        [&](CLI::App& app) {
            app.add_option("--host", options.host);
            app.add_option("--port", options.port);
            app.add_option("--max-connections", options.max_connections);
            app.add_option("--max-streams", options.max_streams);
            app.add_option("--head-timeout", options.head_timeout_s);
            app.add_option("--idle-timeout", options.idle_timeout_s);
            app.add_option("--write-timeout", options.write_timeout_s);
        },
        [&] {
            Echo(options).run();
            return Exit::kOk;
        });
}
