#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/env.hpp"
#include "net/http_server.hpp"
#include "serve/webhook.hpp"
#include "store/connection.hpp"

namespace pulse::serve {

struct ServiceOptions {
    HttpServerOptions http;
    store::DatabaseSettings database;
    int connections = 4;               ///< to PostgreSQL, beside the one that listens
    int statement_timeout_ms = 3000;   ///< longest a question may take
    std::optional<Secret> token;       ///< what callers must show; nothing: nobody has to
    std::string cors_origin;           ///< see Access
    std::vector<std::string> tickers;  ///< those that are watched: their coverage is told with every answer
    std::optional<WebhookSettings> webhook;  ///< where signals are posted to; nothing: nowhere
};

/// pulse-serve: the HTTP interface, the live stream, the dashboard, health and metrics. Runs without a
/// database too, and says so.
class Service {
  public:
    /// Listens at once. Throws what HttpServer throws.
    explicit Service(ServiceOptions options);
    ~Service();
    Service(const Service&) = delete;
    Service& operator=(const Service&) = delete;

    [[nodiscard]] int port() const;
    /// Serves until a stop is requested, then lets answers under way finish.
    void run();

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace pulse::serve
