#include "net/http_server.hpp"

#include <unistd.h>

#include <utility>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "net/http_loop.hpp"

namespace pulse {

namespace {

constexpr int kDeadlineCheckMs = 100;

}  // namespace

HttpServer::HttpServer(const HttpServerOptions& options, Handler handler, OnStreamEnd on_stream_end)
    : impl_(std::make_unique<Impl>(options, std::move(handler), std::move(on_stream_end))) {
    Impl& impl = *impl_;
    impl.create_context();
    impl.listening = impl.adopt(::dup(impl.listener.fd()), kListener);
    if (impl.listening == nullptr) throw Error(Exit::kFailure, "libwebsockets can't watch the port");
    if (options.heeds_signals && stop_fd() >= 0 && impl.adopt(::dup(stop_fd()), kStop) == nullptr)
        throw Error(Exit::kFailure, "libwebsockets can't watch for stop signals");
    every(kDeadlineCheckMs, [&impl] { impl.connections.check_deadlines(); });
}

HttpServer::~HttpServer() = default;

int HttpServer::port() const {
    return impl_->listener.port();
}

void HttpServer::reply(Ticket ticket, WebAnswer answer) {
    impl_->connections.reply(ticket, answer);
}

void HttpServer::open_stream(Ticket ticket, std::vector<std::pair<std::string, std::string>> headers) {
    impl_->connections.open_stream(ticket, std::move(headers));
}

void HttpServer::send(Ticket stream, std::shared_ptr<const std::string> piece) {
    impl_->connections.send(stream, std::move(piece));
}

void HttpServer::end_stream(Ticket stream) {
    impl_->connections.end_stream(stream);
}

void HttpServer::set_farewell(std::string piece) {
    impl_->connections.set_farewell(std::move(piece));
}

void HttpServer::post(std::function<void()> work) {
    const std::lock_guard lock(impl_->post_mutex);
    impl_->posted.push_back(std::move(work));
    lws_cancel_service(impl_->context.get());
}

void HttpServer::every(int interval_ms, std::function<void()> work) {
    impl_->timers.push_back({interval_ms, mono_ms() + interval_ms, std::move(work)});
}

void HttpServer::run(const std::function<void()>& on_stop) {
    while (!impl_->stop_wanted()) impl_->turn();
    impl_->drain(on_stop);
}

void HttpServer::stop() {
    impl_->stopping = true;
    lws_cancel_service(impl_->context.get());
}

HttpServerCounts HttpServer::counts() const {
    return impl_->connections.counts();
}

}  // namespace pulse
