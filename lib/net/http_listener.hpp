#pragma once

#include <sys/resource.h>

#include <string>

#include "base/fd.hpp"

namespace pulse {

/// A listening TCP socket. libwebsockets' own listener isn't used: it opens all interfaces when it can't use
/// the one it was given (see listen_address.hpp), and it can't stop listening without dropping its
/// connections.
class HttpListener {
  public:
    /// `host`: numeric address; `0.0.0.0` is all of IPv4, `::` all of both. Throws Error: kUsage for a host
    /// that is no address, kUnavailable when it can't be listened on.
    HttpListener(const std::string& host, int port);

    [[nodiscard]] int fd() const { return fd_.get(); }
    [[nodiscard]] int port() const { return port_; }
    /// The next connection, non-blocking; empty when there is none now. Out of descriptors, connections that
    /// wait are closed: they would keep the listener readable for ever.
    UniqueFd accept();
    /// From now on connecting is refused.
    void close();

  private:
    UniqueFd fd_;
    UniqueFd reserve_;
    int port_ = 0;
};

/// Sets the process' soft limit of descriptors to `wanted` (at most the hard one) while it lives: by it
/// libwebsockets sizes its tables when its context is made, and limits in the millions would cost as many
/// megabytes. Afterwards the limit is what it was, or `wanted` if that is higher.
class FdLimit {
  public:
    explicit FdLimit(rlim_t wanted);
    ~FdLimit();
    FdLimit(const FdLimit&) = delete;
    FdLimit& operator=(const FdLimit&) = delete;

    [[nodiscard]] rlim_t value() const { return value_; }

  private:
    rlimit before_{};
    rlim_t value_ = 0;
};

}  // namespace pulse
