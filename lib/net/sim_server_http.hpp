#pragma once

#include <libwebsockets.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

#include "vendor/http_message.hpp"

/// The HTTP side of SimServer. Included by .cpp files only: it brings the library's header.
namespace pulse {

/// A request whose answer isn't sent yet.
class SimExchange;

/// What libwebsockets' callbacks of HTTP connections do. Each returns what the callback has to.
class SimExchanges {
  public:
    using Answer = std::function<std::optional<HttpAnswer>(HttpRequest& request, std::int64_t now_ms)>;

    SimExchanges(Answer answer, bool tls);
    ~SimExchanges();
    SimExchanges(const SimExchanges&) = delete;
    SimExchanges& operator=(const SimExchanges&) = delete;

    int on_request(lws* wsi);
    int on_writable(lws* wsi);
    int on_close(lws* wsi);

  private:
    Answer answer_;
    bool tls_;
    std::unordered_map<lws*, std::unique_ptr<SimExchange>> open_;
};

/// Reads a request's head from the library.
HttpRequest read_request(lws* wsi);

/// The head of an answer: status line and headers, with the empty line.
std::string answer_head(const HttpAnswer& answer, bool with_body, bool chunked, bool close);

}  // namespace pulse
