#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "flow/parameters.hpp"
#include "flow/snapshot.hpp"
#include "mcp/session.hpp"
#include "store/connection.hpp"

namespace pulse::mcp {

struct DeskOptions {
    /// Where the database is; asked when a session is opened. May throw Error(kConfig).
    std::function<store::DatabaseSettings()> database;
    int statement_timeout_ms = 3000;
    std::vector<std::string> tickers;  ///< those that are watched, for questions that name none
};

/// Runs the tools against a database, on one read-only session. It is opened at the first question and once
/// more when it was lost; whatever goes wrong is an answer that says what to change.
class Desk {
  public:
    explicit Desk(DeskOptions options) : options_(std::move(options)) {}

    /// As ToolRunner wants it. Never throws.
    ToolAnswer call(std::string_view tool, const std::vector<Argument>& arguments);

  private:
    using Question = std::function<std::string(store::Connection&, const flow::Snapshot&)>;

    ToolAnswer answer(std::string_view tool, const std::vector<Argument>& arguments);
    Question read(std::string_view tool, const flow::Parameters& parameters);
    std::string ask(const Question& question);
    std::string ask_here(const Question& question);

    DeskOptions options_;
    std::optional<store::Connection> connection_;
    std::optional<flow::Snapshot> snapshot_;
    std::int64_t snapshot_ms_ = 0;  ///< when it was read, monotonic
};

}  // namespace pulse::mcp
