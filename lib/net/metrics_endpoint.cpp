#include "net/metrics_endpoint.hpp"

#include <exception>
#include <string>
#include <thread>

#include "base/log.hpp"
#include "net/http_head.hpp"
#include "net/http_server.hpp"

namespace pulse {

namespace {

// A scraper or two and somebody who looks; few enough that nobody fills the process with connections.
HttpServerOptions endpoint_options(const std::string& host, int port) {
    HttpServerOptions options;
    options.host = host;
    options.port = port;
    options.max_connections = 64;
    options.max_streams = 0;
    options.drain_ms = 500;
    options.heeds_signals = false;  // a tool that drains can still be watched
    return options;
}

WebAnswer answer(const Metrics& metrics, const WebRequest& request) {
    if (request.method != "GET" && request.method != "HEAD") {
        WebAnswer refusal = refusal_answer(405, "only GET and HEAD are answered here");
        refusal.headers.emplace_back("Allow", "GET, HEAD");
        return refusal;
    }
    WebAnswer good;
    if (request.path == "/metrics") {
        good.headers = {{"Content-Type", std::string(Metrics::kContentType)}};
        good.body = std::make_shared<const std::string>(metrics.text());
    } else if (request.path == "/healthz") {
        good.headers = {{"Content-Type", "application/json"}};
        good.body = std::make_shared<const std::string>(R"({"status":"ok"})");
    } else {
        return refusal_answer(404, "there are /metrics and /healthz here");
    }
    return good;
}

}  // namespace

struct MetricsEndpoint::Impl {
    HttpServer server;
    std::thread thread;

    Impl(const Metrics& metrics, int port, const std::string& host)
        : server(endpoint_options(host, port),
                 [this, &metrics](const WebRequest& request, HttpServer::Ticket ticket) {
                     server.reply(ticket, answer(metrics, request));
                 }),
          thread([this] { run(); }) {}
    ~Impl() {
        server.stop();
        thread.join();
    }

    // A tool's work goes on without its metrics.
    void run() {
        try {
            server.run();
        } catch (const std::exception& error) {
            log::error("metrics are no longer served: {}", error.what());
        }
    }
};

MetricsEndpoint::MetricsEndpoint(const Metrics& metrics, int port, const std::string& host)
    : impl_(std::make_unique<Impl>(metrics, port, host)) {
    log::info("metrics on http://{}:{}/metrics",
              host.find(':') == std::string::npos ? host : "[" + host + "]", impl_->server.port());
}

MetricsEndpoint::~MetricsEndpoint() = default;

int MetricsEndpoint::port() const {
    return impl_->server.port();
}

}  // namespace pulse
