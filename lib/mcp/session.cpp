#include "mcp/session.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/json_text.hpp"
#include "embedded/pulse_mcp.hpp"
#include "mcp/catalog.hpp"

namespace pulse::mcp {

namespace {

constexpr std::string_view kModern = "2026-07-28";
/// Newest first: it is what a client gets that asks for one that nobody knows.
constexpr std::array<std::string_view, 4> kLegacy{"2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"};
/// The tools are the same as long as this program runs, whoever asks.
constexpr std::string_view kCaching = R"("ttlMs":3600000,"cacheScope":"public")";
constexpr std::string_view kCapabilities = R"("capabilities":{"tools":{"listChanged":false}})";

std::string quoted(std::string_view text) {
    std::string out;
    append_json_string(out, text);
    return out;
}

std::string server_info() {
    return R"({"name":"pulse-mcp","title":"Pulse options flow","version":")" PULSE_VERSION R"("})";
}

std::string instructions() {
    std::string_view text = files::instructions_txt;
    while (text.ends_with('\n')) text.remove_suffix(1);
    return quoted(text);
}

std::string supported_versions() {
    return fmt::format(R"(["{}","{}"])", kModern, fmt::join(kLegacy, R"(",")"));
}

std::string tool_result(const ToolAnswer& answer) {
    std::string out = R"("content":[{"type":"text","text":)";
    append_json_string(out, answer.text);
    if (answer.error()) return out + R"(}],"isError":true)";
    out += R"(},{"type":"text","text":)";
    append_json_string(out, answer.json);
    return out + R"(}],"structuredContent":)" + answer.json + R"(,"isError":false)";
}

std::string result_line(std::string_view id, std::string_view members) {
    return fmt::format(R"({{"jsonrpc":"2.0","id":{},"result":{{{}}}}})", id, members) + '\n';
}

std::string error_line(std::string_view id, int code, std::string_view message, std::string_view data = {}) {
    std::string line = fmt::format(R"({{"jsonrpc":"2.0","id":{},"error":{{"code":{},"message":)", id, code);
    append_json_string(line, message);
    if (!data.empty()) line += fmt::format(R"(,"data":{})", data);
    return line + "}}\n";
}

bool is_blank(std::string_view line) {
    return line.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

}  // namespace

/// The members of a result, or an error.
struct Session::Reply {
    std::string members;
    int code = 0;  ///< 0: a result
    std::string message;
    std::string data;

    static Reply result(std::string members) { return {std::move(members), 0, {}, {}}; }
    static Reply error(int code, std::string message, std::string data = {}) {
        return {{}, code, std::move(message), std::move(data)};
    }
    static Reply unknown_method(const Request& request) {
        return error(kMethodNotFound, "no such method here: " + request.method.substr(0, 80));
    }
};

std::optional<std::string> Session::answer(std::string_view line) {
    if (is_blank(line)) return std::nullopt;
    const auto message = reader_.read(line);
    if (const auto* bad = std::get_if<BadMessage>(&message))
        return error_line(bad->id, bad->code, bad->reason);
    const auto* request = std::get_if<Request>(&message);
    // Nothing that a notification could tell changes what we do: requests are answered one after another.
    if (request == nullptr || request->notification()) return std::nullopt;
    const Reply reply = reply_to(*request);
    if (reply.code != 0) return error_line(request->id, reply.code, reply.message, reply.data);
    return result_line(request->id, reply.members);
}

std::string Session::too_long() {
    return error_line("null", kInvalidRequest,
                      fmt::format("a message may have {} bytes at most", kMaxMessage));
}

Session::Reply Session::reply_to(const Request& request) {
    if (!request.params_problem.empty()) return Reply::error(kInvalidParams, request.params_problem);
    if (!request.envelope.versioned) return legacy(request);
    Reply reply = modern(request);
    if (reply.code == 0)
        reply.members +=
            fmt::format(R"({}"resultType":"complete","_meta":{{"io.modelcontextprotocol/serverInfo":{}}})",
                        reply.members.empty() ? "" : ",", server_info());
    return reply;
}

Session::Reply Session::modern(const Request& request) {
    const auto& envelope = request.envelope;
    if (!envelope.version)
        return Reply::error(kInvalidParams,
                            "_meta: io.modelcontextprotocol/protocolVersion must be a string");
    if (*envelope.version != kModern)
        return Reply::error(kUnsupportedVersion, "this protocol version is not supported",
                            fmt::format(R"({{"supported":{},"requested":{}}})", supported_versions(),
                                        quoted(*envelope.version)));
    if (!envelope.capabilities)
        return Reply::error(kInvalidParams,
                            "_meta: io.modelcontextprotocol/clientCapabilities must be an object");
    if (request.method == "server/discover")
        return Reply::result(fmt::format(R"("supportedVersions":{},{},"instructions":{},{})",
                                         supported_versions(), kCapabilities, instructions(), kCaching));
    if (request.method == "tools/list")
        return Reply::result(fmt::format(R"("tools":{},{})", tools_json(), kCaching));
    if (request.method == "tools/call") return call_tool(request);
    return Reply::unknown_method(request);
}

Session::Reply Session::legacy(const Request& request) {
    if (request.method == "initialize") return initialize(request);
    if (request.method == "ping") return Reply::result({});
    if (request.method == "server/discover")
        return Reply::error(kInvalidParams, "_meta: io.modelcontextprotocol/protocolVersion is missing");
    if (request.method != "tools/list" && request.method != "tools/call")
        return Reply::unknown_method(request);
    if (!initialized_)
        return Reply::error(
            kInvalidRequest,
            "send initialize first, or name your protocol version in params._meta: see server/discover");
    if (request.method == "tools/list") return Reply::result(fmt::format(R"("tools":{})", tools_json()));
    return call_tool(request);
}

Session::Reply Session::initialize(const Request& request) {
    if (!request.protocol_version) return Reply::error(kInvalidParams, "protocolVersion must be a string");
    const auto* known = std::find(kLegacy.begin(), kLegacy.end(), *request.protocol_version);
    initialized_ = true;
    return Reply::result(fmt::format(R"("protocolVersion":"{}",{},"serverInfo":{},"instructions":{})",
                                     known == kLegacy.end() ? kLegacy.front() : *known, kCapabilities,
                                     server_info(), instructions()));
}

Session::Reply Session::call_tool(const Request& request) {
    if (!request.tool) return Reply::error(kInvalidParams, "name must be the name of a tool");
    if (!is_tool(*request.tool))
        return Reply::error(kInvalidParams,
                            fmt::format("no such tool: {}; there are {}", request.tool->substr(0, 80),
                                        fmt::join(tool_names(), ", ")));
    return Reply::result(tool_result(run_(*request.tool, request.arguments)));
}

}  // namespace pulse::mcp
