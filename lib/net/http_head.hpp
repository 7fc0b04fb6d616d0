#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "net/http_server.hpp"

/// Heads of HTTP/1.1 messages as text (RFC 9112). Pure: no socket, no library.
namespace pulse {

/// Where a request's head ends in what arrived so far, behind its empty line; npos: it isn't whole yet.
/// `scanned` bytes were looked at before without success.
std::size_t find_head_end(std::string_view bytes, std::size_t scanned);

/// What a head says beside the request itself.
struct HttpHead {
    WebRequest request;
    bool keep_alive = true;
    /// 0: the request can be answered. Else the status that refuses it; the connection must then be closed,
    /// because nobody knows where the next request would start.
    int refusal = 0;
    std::string_view reason;  ///< of the refusal, for people
};

/// Takes a whole head apart, as strictly as RFC 9112 allows: no bare line feeds, no folded lines, no blanks
/// before a colon, no control characters, exactly one Host. Of an absolute URI (`http://host/path`) the path
/// is kept. Requests with a body are refused with 413, of WebSockets with 400; other upgrades are ignored.
HttpHead parse_http_head(std::string_view head);

/// The words behind a status number.
std::string_view reason_phrase(int status);

/// RFC 9110 §6.4.1: some answers never have a body.
bool may_have_body(int status);

/// Status line and headers of an answer with Date, Connection and, where a body may follow, Content-Length;
/// with its empty line. Control characters in headers' values become blanks. `streamed`: the body ends with
/// the connection.
std::string web_answer_head(const WebAnswer& answer, bool keep_alive, bool streamed);

/// An answer of the server itself: `{"error":{"code","message"}}`.
WebAnswer refusal_answer(int status, std::string_view reason);

}  // namespace pulse
