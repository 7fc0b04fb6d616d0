#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace pulse {

using HttpFields = std::vector<std::pair<std::string, std::string>>;

/// A request as an HTTP server hands it on.
struct HttpRequest {
    std::string method;
    std::string path;    ///< percent-decoded, without the query
    HttpFields query;    ///< percent-decoded, in the order sent
    HttpFields headers;  ///< names in lower case, `host` among them
    bool tls = false;
    std::uint64_t number = 0;  ///< 1 for the first of all; 0 until the handler has counted it

    /// The first header of that lower-case name, or empty.
    [[nodiscard]] std::string_view header(std::string_view name) const;
    /// The first query parameter of that name, or nullptr.
    [[nodiscard]] const std::string* parameter(std::string_view name) const;
};

/// A body that is made while it is sent.
class HttpBody {
  public:
    HttpBody() = default;
    HttpBody(const HttpBody&) = delete;
    HttpBody& operator=(const HttpBody&) = delete;
    virtual ~HttpBody() = default;

    /// Appends the next piece, some tens of KiB. False: that was the last one.
    virtual bool append(std::string& out) = 0;
};

/// What to do after the part of the body that is sent.
enum class HttpEnding {
    kWhole,  ///< all of it is sent
    kDrop,   ///< half is sent, then the TCP connection ends
    kStall,  ///< half is sent, the rest after `stall_ms`
};

/// What a server answers.
struct HttpAnswer {
    int status = 200;
    HttpFields headers;              ///< beside Content-Length, Transfer-Encoding and Connection
    std::string text;                ///< the body, unless there is a `body`
    std::unique_ptr<HttpBody> body;  ///< sent chunked when `length` is unknown
    std::int64_t length = -1;        ///< of `body` in bytes; -1: unknown
    std::int64_t delay_ms = 0;       ///< the answer begins so much later
    HttpEnding ending = HttpEnding::kWhole;
    std::int64_t stall_ms = 0;  ///< kNever: for good
};

/// Makes the whole body, so that its length is known.
void materialize(HttpAnswer& answer);

}  // namespace pulse
