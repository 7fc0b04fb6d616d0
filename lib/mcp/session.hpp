#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mcp/message.hpp"

namespace pulse::mcp {

/// What a tool answers. An error is for the model that called: it says what to change.
struct ToolAnswer {
    std::string text;  ///< a few plain sentences
    std::string json;  ///< the answer as a JSON object on one line; empty: `text` is an error
    [[nodiscard]] bool error() const noexcept { return json.empty(); }
};

/// Runs a tool of the catalog. Must not throw; may take as long as its timeouts allow.
using ToolRunner = std::function<ToolAnswer(std::string_view tool, const std::vector<Argument>& arguments)>;

/// The server's half of the Model Context Protocol, both eras at once, without any I/O. Each request tells
/// its era: from 2026-07-28 on it names its protocol version in params._meta, without a handshake; before,
/// `initialize` opens the session (2024-11-05 … 2025-11-25).
class Session {
  public:
    explicit Session(ToolRunner run) : run_(std::move(run)) {}

    /// Takes one line (without its newline) and gives the line to send back, with a newline; nothing for
    /// notifications and blank lines.
    std::optional<std::string> answer(std::string_view line);

    /// The answer to a line of more than kMaxMessage bytes, which nobody has kept.
    static std::string too_long();

  private:
    struct Reply;
    Reply reply_to(const Request& request);
    Reply modern(const Request& request);
    Reply legacy(const Request& request);
    Reply initialize(const Request& request);
    Reply call_tool(const Request& request);

    MessageReader reader_;
    ToolRunner run_;
    bool initialized_ = false;
};

}  // namespace pulse::mcp
