#include "serve/query_string.hpp"

#include <algorithm>

#include "flow/parameters.hpp"

namespace pulse::serve {

namespace {

constexpr std::size_t kMostParameters = 32;

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return -1;
}

// A name as an error may repeat it: short, and nothing but printable ASCII.
std::string presentable(std::string_view text) {
    std::string shown(text.substr(0, 40));
    std::replace_if(shown.begin(), shown.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
    return shown;
}

std::string decoded(std::string_view text, std::string_view name) {
    auto value = percent_decode(text);
    if (!value)
        throw flow::ParameterError(presentable(name),
                                   "a broken % escape or a control character: send UTF-8, percent-encoded");
    return std::move(*value);
}

}  // namespace

std::optional<std::string> percent_decode(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        char c = text[i] == '+' ? ' ' : text[i];
        if (c == '%') {
            if (i + 2 >= text.size()) return std::nullopt;
            const int high = hex_digit(text[i + 1]);
            const int low = hex_digit(text[i + 2]);
            if (high < 0 || low < 0) return std::nullopt;
            c = static_cast<char>(high * 16 + low);
            i += 2;
        }
        if (static_cast<unsigned char>(c) < ' ' || c == '\x7f') return std::nullopt;
        out += c;
    }
    return out;
}

flow::Parameters parse_query(std::string_view query) {
    flow::Parameters parameters;
    while (!query.empty()) {
        const auto end = std::min(query.find('&'), query.size());
        const std::string_view part = query.substr(0, end);
        query.remove_prefix(std::min(end + 1, query.size()));
        if (part.empty()) continue;
        const auto equals = std::min(part.find('='), part.size());
        const std::string_view raw_name = part.substr(0, equals);
        std::string name = decoded(raw_name, raw_name);
        for (const auto& [known, value] : parameters)
            if (known == name)
                throw flow::ParameterError(presentable(name),
                                           "given more than once: send one, as a comma-separated list where "
                                           "a list is taken");
        std::string value = decoded(part.substr(std::min(equals + 1, part.size())), name);
        parameters.emplace_back(std::move(name), std::move(value));
        if (parameters.size() > kMostParameters)
            throw flow::ParameterError(presentable(parameters.back().first),
                                       "too many parameters: 32 are the most");
    }
    return parameters;
}

}  // namespace pulse::serve
