#include "base/env.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <fstream>
#include <iterator>

#include "base/error.hpp"

namespace pulse {

std::optional<std::string> env(const std::string& name) {
    const char* value = std::getenv(name.c_str());
    if (value == nullptr || *value == '\0') return std::nullopt;
    return std::string(value);
}

bool env_enabled(const std::string& name) {
    const auto value = env(name);
    return !value || (*value != "false" && *value != "0");
}

std::string Secret::redact(std::string text) const {
    for (std::size_t at = 0; !value_.empty() && (at = text.find(value_, at)) != std::string::npos; at += 3)
        text.replace(at, value_.size(), "***");
    return text;
}

Secret secret_from_file(const std::string& setting, const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) throw Error(Exit::kConfig, fmt::format("{} names {}, which can't be read", setting, path));
    std::string text{std::istreambuf_iterator<char>(file), {}};
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
    if (text.empty() || text.find('\n') != std::string::npos)
        throw Error(Exit::kConfig,
                    fmt::format("{} names {}, which must hold the secret on a single line", setting, path));
    return Secret(std::move(text));
}

std::optional<Secret> secret_from_env(const std::string& name) {
    if (auto value = env(name)) return Secret(std::move(*value));
    const std::string file_variable = name + "_FILE";
    if (const auto path = env(file_variable)) return secret_from_file(file_variable, *path);
    return std::nullopt;
}

}  // namespace pulse
