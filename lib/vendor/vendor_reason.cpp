#include "vendor/vendor_reason.hpp"

#include <fmt/format.h>
#include <simdjson.h>

namespace pulse {

namespace {

constexpr std::size_t kMaxReason = 200;

bool is_letter_or_digit(char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

// What bearer tokens are made of (RFC 6750, b64token), as they are or with JSON's escapes.
bool could_be_of_a_key(char c) {
    return is_letter_or_digit(c) || std::string_view("-._~+/=\\").find(c) != std::string_view::npos;
}

// The most that may be kept of a text without ending in the middle of a character or of a key.
std::size_t cut(std::string_view text) {
    if (text.size() <= kMaxReason) return text.size();
    std::size_t size = kMaxReason;
    while (size > 0 && ((static_cast<unsigned char>(text[size]) & 0xC0) == 0x80 ||
                        (could_be_of_a_key(text[size - 1]) && could_be_of_a_key(text[size]))))
        --size;
    while (size > 0 && text[size - 1] == ' ') --size;
    return size;
}

std::string lower_case(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return out;
}

}  // namespace

// What isn't UTF-8, and the second set of control characters, could upset a terminal.
std::string plain_text(std::string_view text) {
    const bool utf8 = simdjson::validate_utf8(text.data(), text.size());
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        if (byte <= ' ' || byte == 0x7F) {
            if (!out.empty() && out.back() != ' ') out += ' ';
        } else if (byte >= 0x80 && !utf8) {
            out += '?';
        } else if (byte == 0xC2 && static_cast<unsigned char>(text[i + 1]) < 0xA0) {
            out += '?';
            ++i;
        } else {
            out += text[i];
        }
    }
    if (out.ends_with(' ')) out.pop_back();
    out.resize(cut(out));
    return out;
}

namespace {

std::string json_reason(std::string_view body) {
    simdjson::dom::parser parser;
    simdjson::dom::object object;
    const simdjson::padded_string padded(body);
    if (parser.parse(padded).get_object().get(object) != simdjson::SUCCESS) return {};
    for (const std::string_view key : {"error", "message"}) {
        std::string_view text;
        if (object[key].get_string().get(text) == simdjson::SUCCESS && !plain_text(text).empty())
            return plain_text(text);
    }
    return {};
}

std::string_view between(std::string_view body, std::string_view open, std::string_view close) {
    const std::size_t begin = body.find(open);
    if (begin == std::string_view::npos) return {};
    const std::size_t end = body.find(close, begin + open.size());
    if (end == std::string_view::npos) return {};
    return body.substr(begin + open.size(), end - begin - open.size());
}

std::string xml_reason(std::string_view body) {
    const std::string code = plain_text(between(body, "<Code>", "</Code>"));
    const std::string message = plain_text(between(body, "<Message>", "</Message>"));
    return plain_text(code.empty() || message.empty() ? code + message
                                                      : fmt::format("{}: {}", code, message));
}

std::string without_tags(std::string_view body) {
    std::string text;
    bool in_tag = false;
    for (const char c : body) {
        if (c == '<') in_tag = true;
        text += in_tag ? ' ' : c;
        if (c == '>') in_tag = false;
    }
    return plain_text(text);
}

}  // namespace

std::string vendor_reason(std::string_view body) {
    if (body.empty()) return {};
    for (const auto read : {json_reason, xml_reason, without_tags, plain_text}) {
        std::string reason = read(body);
        if (!reason.empty()) return reason;
    }
    return fmt::format("{} bytes without a text that could be shown", body.size());
}

bool says_not_found(std::string_view body) {
    simdjson::dom::parser parser;
    simdjson::dom::object object;
    const simdjson::padded_string padded(body);
    if (parser.parse(padded).get_object().get(object) != simdjson::SUCCESS) return false;
    const auto text_of = [&](std::string_view key) {
        std::string_view text;
        return object[key].get_string().get(text) == simdjson::SUCCESS ? lower_case(text) : std::string();
    };
    return text_of("status") == "not_found" || text_of("error").find("not found") != std::string::npos ||
           text_of("message").find("not found") != std::string::npos;
}

}  // namespace pulse
