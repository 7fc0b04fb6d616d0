#pragma once

#include <optional>
#include <string>

#include "base/env.hpp"
#include "net/http_server.hpp"

namespace pulse::serve {

/// Who may ask, and the headers that every answer carries.
class Access {
  public:
    /// Without a token everybody may. `cors_origin`: the web origin that may read answers from a page of its
    /// own (`https://desk.example`), `*` for any, empty for none but ours.
    Access(std::optional<Secret> token, std::string cors_origin);

    /// True when no token is asked for, or the request's Authorization header is `Bearer TOKEN`. Takes as
    /// long for a nearly right token as for any other.
    [[nodiscard]] bool allows(const WebRequest& request) const;
    [[nodiscard]] static WebAnswer unauthorized();

    /// The answer to OPTIONS: what a browser asks before it lets a foreign page ask.
    [[nodiscard]] WebAnswer preflight(const WebRequest& request) const;
    /// Adds the security and CORS headers, and makes a 304 of what the client has already.
    void finish(const WebRequest& request, WebAnswer& answer) const;
    /// The security and CORS headers alone, for a stream.
    void add_headers(const WebRequest& request,
                     std::vector<std::pair<std::string, std::string>>& headers) const;

  private:
    [[nodiscard]] bool knows_origin(std::string_view origin) const;

    std::optional<Secret> token_;
    std::string cors_origin_;
};

/// Reads the token from a file: one line of at least 16 printable characters. Throws Error(kConfig) saying
/// what to do; the message never repeats the content.
Secret read_token(const std::string& path);

/// The token of PULSE_AUTH_TOKEN, or of the file that PULSE_AUTH_TOKEN_FILE names; nothing when neither is
/// set. Throws like read_token().
std::optional<Secret> token_from_env();

}  // namespace pulse::serve
