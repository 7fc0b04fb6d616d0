#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace pulse::mcp {

/// Longest message taken, in bytes without its newline.
inline constexpr std::size_t kMaxMessage = std::size_t{1} << 20;

/// Error codes of JSON-RPC 2.0, and the one that the Model Context Protocol adds (revision 2026-07-28).
inline constexpr int kParseError = -32700;
inline constexpr int kInvalidRequest = -32600;
inline constexpr int kMethodNotFound = -32601;
inline constexpr int kInvalidParams = -32602;
inline constexpr int kUnsupportedVersion = -32022;

/// An argument of a tool call as a parameter of a question: a string's or a number's text, true, false, a
/// list with commas. What no parameter can hold (an object, a list of lists, null, control characters) has a
/// `problem` instead: what to send.
struct Argument {
    std::string name;
    std::string value;
    std::string problem;
};

/// What the reserved keys of params._meta say of a request; the revision 2026-07-28 wants them with each one.
struct Envelope {
    bool versioned = false;              ///< the key of the protocol version is there
    std::optional<std::string> version;  ///< its value, when it is a string
    bool capabilities = false;           ///< the client's capabilities are there, an object
};

/// One request or notification, taken apart. `id` and `method` are what the client sent.
struct Request {
    std::string id;  ///< JSON text, byte for byte as it came; empty: a notification
    std::string method;
    Envelope envelope;
    std::optional<std::string> protocol_version;  ///< params.protocolVersion, of initialize
    std::optional<std::string> tool;              ///< params.name
    std::vector<Argument> arguments;              ///< params.arguments, in their order
    std::string params_problem;                   ///< why params can't be used; empty: they can

    [[nodiscard]] bool notification() const noexcept { return id.empty(); }
};

/// A message that is none.
struct BadMessage {
    std::string id = "null";  ///< JSON text
    int code = kInvalidRequest;
    std::string reason;
};

/// A response to a request of ours. We send none, so there is nothing to do.
struct Ignored {};

/// Reads messages, one JSON text each. Keys given twice are refused wherever a value is read: programs
/// disagree on which one counts.
class MessageReader {
  public:
    MessageReader();
    ~MessageReader();
    MessageReader(MessageReader&&) noexcept;
    MessageReader& operator=(MessageReader&&) noexcept;

    std::variant<Request, BadMessage, Ignored> read(std::string_view text);

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace pulse::mcp
