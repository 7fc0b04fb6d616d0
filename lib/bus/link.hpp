#pragma once

#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "bus/link_options.hpp"
#include "bus/nats_handles.hpp"
#include "bus/patience.hpp"

namespace pulse::bus {

/// A failure of the peer that may pass: a lost connection, an election of leaders, a timeout.
class Passing : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

/// A stop was requested while something that may pass hadn't passed.
class Stopped : public Error {
  public:
    explicit Stopped(const std::string& what) : Error(Exit::kUnavailable, what) {}
};

/// Returns when `status` is NATS_OK. Throws Passing, or Error: kUnavailable when the connection is closed for
/// good, kFailure otherwise. `what`: what was tried, for the text; `code`: JetStream's own error, 0 for none.
void check(natsStatus status, jsErrCode code, const std::string& what);

/// A connection to NATS with JetStream, which reconnects by itself. Safe from any thread.
class Link {
  public:
    /// Connects. Throws Error: kUnavailable when no server answered in all attempts or a stop was requested,
    /// kAuth when one refused the credentials, kConfig when a setting is wrong.
    explicit Link(const LinkOptions& options);

    [[nodiscard]] natsConnection* connection() const { return connection_.get(); }
    [[nodiscard]] jsCtx* jetstream() const { return jetstream_.get(); }
    [[nodiscard]] int max_retries() const { return max_retries_; }
    /// Bytes of the largest message the server takes.
    [[nodiscard]] std::size_t max_payload() const;

    /// Calls `attempt` until it doesn't throw Passing. Throws Error(kUnavailable) when it did so too often,
    /// Stopped when a stop was requested meanwhile.
    void persist(const std::function<void()>& attempt) const;

  private:
    void connect(const LinkOptions& options);

    std::vector<std::string> servers_;
    int max_retries_;
    Handle<natsOptions> options_;
    Handle<natsConnection> connection_;
    Handle<jsCtx> jetstream_;
};

}  // namespace pulse::bus
