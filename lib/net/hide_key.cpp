#include "net/hide_key.hpp"

#include <algorithm>
#include <charconv>
#include <string_view>

namespace pulse {

namespace {

std::string lower_case(std::string text) {
    for (char& c : text)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return text;
}

// What may stand in a JSON string as it is.
bool is_plain(unsigned c) {
    return c > ' ' && c < 0x7F && c != '"' && c != '\\';
}

/// The character that the escape at the beginning of `text` stands for when it needs no escape; else 0.
char spelled_out(std::string_view text, std::size_t& size) {
    size = 2;
    if (text.starts_with("\\/")) return '/';
    if (!text.starts_with("\\u") || text.size() < 6) return 0;
    unsigned code = 0;
    const char* const end = text.data() + 6;
    if (std::from_chars(text.data() + 2, end, code, 16).ptr != end || !is_plain(code)) return 0;
    size = 6;
    return static_cast<char>(code);
}

std::string without_escapes(std::string_view json) {
    std::string out;
    while (!json.empty()) {
        std::size_t size = 1;
        if (json.front() != '\\') {
            out += json.front();
        } else if (const char c = spelled_out(json, size)) {
            out += c;
        } else {
            out += json.substr(0, size);
        }
        json.remove_prefix(std::min(size, json.size()));
    }
    return out;
}

std::string hide_plain(const std::string& key, const std::string& text) {
    const std::string wanted = lower_case(key);
    const std::string lower = lower_case(text);
    std::string out;
    std::size_t begin = 0;
    for (std::size_t at = 0; (at = lower.find(wanted, begin)) != std::string::npos;) {
        out.append(text, begin, at - begin).append("***");
        begin = at + wanted.size();
    }
    return out.append(text, begin);
}

}  // namespace

std::string hide_key(const std::optional<Secret>& key, std::string text) {
    if (!key || key->reveal().empty()) return text;
    if (text.find('\\') != std::string::npos) {
        const std::string spelled = without_escapes(text);
        std::string hidden = hide_plain(key->reveal(), spelled);
        if (hidden != spelled) return hidden;
    }
    return hide_plain(key->reveal(), text);
}

}  // namespace pulse
