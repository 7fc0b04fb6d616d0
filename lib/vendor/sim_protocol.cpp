#include "vendor/sim_protocol.hpp"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <array>

namespace pulse {

namespace {

constexpr std::array<std::string_view, 5> kTopics{"T", "Q", "A", "AM", "FMV"};

std::vector<std::string_view> split(std::string_view params) {
    std::vector<std::string_view> out;
    while (!params.empty()) {
        const auto comma = std::min(params.find(','), params.size());
        auto param = params.substr(0, comma);
        params.remove_prefix(std::min(comma + 1, params.size()));
        param.remove_prefix(std::min(param.find_first_not_of(' '), param.size()));
        while (param.ends_with(' ')) param.remove_suffix(1);
        if (!param.empty()) out.push_back(param);
    }
    return out;
}

bool known_topic(std::string_view param) {
    const auto dot = param.find('.');
    return dot != param.npos && dot + 1 < param.size() &&
           std::find(kTopics.begin(), kTopics.end(), param.substr(0, dot)) != kTopics.end();
}

}  // namespace

std::string json_text(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\')
            out.append({'\\', c});
        else if (static_cast<unsigned char>(c) < 0x20)
            out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
        else
            out += c;
    }
    return out += '"';
}

std::optional<SimRequest> parse_sim_request(std::string_view text) {
    simdjson::dom::parser parser;
    simdjson::dom::object object;
    if (parser.parse(text.data(), text.size()).get(object) != simdjson::SUCCESS) return std::nullopt;
    std::string_view action;
    if (object["action"].get(action) != simdjson::SUCCESS) return std::nullopt;
    std::string_view params;
    if (object["params"].get(params) != simdjson::SUCCESS) params = {};
    return SimRequest{std::string(action), std::string(params)};
}

std::string status_object(std::string_view status, std::string_view message) {
    return fmt::format(R"({{"ev":"status","status":{},"message":{}}})", json_text(status),
                       json_text(message));
}

std::vector<std::string> SimSubscriptions::subscribe(std::string_view params, bool& refuse_first) {
    std::vector<std::string> answers;
    for (const auto param : split(params)) {
        if (!known_topic(param) || held_.contains(param)) continue;
        if (refuse_first) {
            refuse_first = false;
            answers.push_back(status_object("error", "not authorized"));
            continue;
        }
        held_.emplace(param);
        update(param, true);
        answers.push_back(status_object("success", fmt::format("subscribed to: {}", param)));
    }
    return answers;
}

std::vector<std::string> SimSubscriptions::unsubscribe(std::string_view params) {
    std::vector<std::string> answers;
    for (const auto param : split(params)) {
        const auto at = held_.find(param);
        if (at == held_.end()) continue;
        held_.erase(at);
        update(param, false);
        answers.push_back(status_object("success", fmt::format("unsubscribed to: {}", param)));
    }
    return answers;
}

void SimSubscriptions::update(std::string_view param, bool held) {
    if (!param.starts_with("T.")) return;
    const auto symbol = param.substr(2);
    if (symbol == "*")
        everything_ = held;
    else if (held)
        symbols_.emplace(symbol);
    else
        symbols_.erase(std::string(symbol));
}

}  // namespace pulse
