// pulse-mcp: what pg-sink stored, for an AI: the Model Context Protocol over stdin and stdout.
#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/cli.hpp"
#include "base/error.hpp"
#include "base/signals.hpp"
#include "market/underlyings.hpp"
#include "mcp/desk.hpp"
#include "mcp/session.hpp"
#include "pipe/line_blocks.hpp"
#include "pipe/output.hpp"

namespace {

using namespace pulse;

struct Options {
    std::string underlyings{kMag7};
    int statement_timeout_ms = 3000;
    int connect_timeout_s = 5;
};

const ToolInfo kInfo{
    "pulse-mcp",
    "Answers an AI's questions about what pg-sink stored: Model Context Protocol over stdin and stdout.",
    "An AI client starts it and talks to it; five tools, all of them read-only. The database is DATABASE_URL "
    "(or the\n"
    "file named by DATABASE_URL_FILE), else libpq's PG* variables; a role with SELECT is enough. It is "
    "reached at the\n"
    "first question. A database that is away is an answer that says so, never an end.\n\n"
    "Exit codes: 0 end of input or stopped politely, 2 usage, 74 the client went away.\n\n"
    "Examples:\n"
    "  claude mcp add --env DATABASE_URL_FILE=$HOME/.pulse-database pulse -- /path/to/pulse-mcp\n"
    "  any other client: {\"mcpServers\":{\"pulse\":{\"command\":\"pulse-mcp\",\n"
    "                     \"env\":{\"DATABASE_URL_FILE\":\"/home/me/.pulse-database\"}}}}"};

void declare(CLI::App& app, Options& o) {
    app.add_option("--underlyings", o.underlyings,
                   "the tickers that are watched: what a question without a ticker is about")
        ->capture_default_str();
    app.add_option("--statement-timeout-ms", o.statement_timeout_ms, "longest a question may take")
        ->check(CLI::Range(10, 600'000))
        ->capture_default_str();
    app.add_option("--connect-timeout", o.connect_timeout_s,
                   "seconds one attempt to reach the database may take")
        ->check(CLI::Range(1, 3600))
        ->capture_default_str();
}

std::vector<std::string> watched(const Options& o) {
    const auto underlyings = Underlyings::parse(o.underlyings);
    if (underlyings.all())
        throw Error(Exit::kUsage, "--underlyings names the tickers whose coverage is told: ALL is none");
    return underlyings.roots();
}

// After poll() a pipe or a socket takes this much without blocking, so that a stop is noticed between two.
constexpr std::size_t kPiece = 4096;

// Writes an answer out before the next question is read: a client that doesn't read stops us, it doesn't fill
// memory. Returns early when a stop was requested.
void send(std::string_view line) {
    while (!line.empty()) {
        std::array<pollfd, 2> waiting{{{STDOUT_FILENO, POLLOUT, 0}, {stop_fd(), POLLIN, 0}}};
        if (::poll(waiting.data(), waiting.size(), -1) < 0 && errno != EINTR)
            throw Error(Exit::kIo, fmt::format("cannot wait for stdout: {}", std::strerror(errno)));
        if (stop_requested()) return;
        if (waiting[0].revents == 0) continue;
        const ssize_t sent = ::write(STDOUT_FILENO, line.data(), std::min(line.size(), kPiece));
        if (sent >= 0)
            line.remove_prefix(static_cast<std::size_t>(sent));
        else if (errno == EPIPE)
            throw ReaderGone("stdout");
        else if (errno != EINTR && errno != EAGAIN)
            throw Error(Exit::kIo, fmt::format("cannot write stdout: {}", std::strerror(errno)));
    }
}

void answer_lines(std::string_view lines, mcp::Session& session) {
    while (!lines.empty() && !stop_requested()) {
        const auto end = std::min(lines.find('\n'), lines.size());
        if (const auto answer = session.answer(lines.substr(0, end))) send(*answer);
        lines.remove_prefix(std::min(end + 1, lines.size()));
    }
}

Exit run(const Options& o, std::vector<std::string> tickers) {
    mcp::Desk desk({[&o] {
                        auto settings = store::database_from_env("pulse-mcp", o.connect_timeout_s);
                        settings.wake_fd = stop_fd();
                        return settings;
                    },
                    o.statement_timeout_ms, std::move(tickers)});
    mcp::Session session([&desk](std::string_view tool, const std::vector<mcp::Argument>& arguments) {
        return desk.call(tool, arguments);
    });
    LineBlocks input(STDIN_FILENO, "stdin", mcp::kMaxMessage);
    for (;;) {
        switch (input.next()) {
            case LineBlocks::Status::kLines:
                answer_lines(input.text(), session);
                break;
            case LineBlocks::Status::kLongEnd:
                send(mcp::Session::too_long());
                break;
            case LineBlocks::Status::kLongLine:
            case LineBlocks::Status::kTimeout:
                break;
            case LineBlocks::Status::kEnd:
            case LineBlocks::Status::kStopped:
                return Exit::kOk;
        }
    }
}

}  // namespace

int main(int argc, char** argv) {
    Options options;
    std::vector<std::string> tickers;
    return run_tool(
        argc, argv, kInfo,
        [&](CLI::App& app) {
            declare(app, options);
            app.callback([&] { tickers = watched(options); });
        },
        [&] { return run(options, std::move(tickers)); });
}
