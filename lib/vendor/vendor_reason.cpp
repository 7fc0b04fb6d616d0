#include "vendor/vendor_reason.hpp"

#include <fmt/format.h>
#include <simdjson.h>

namespace pulse {

namespace {

constexpr std::size_t kMaxReason = 200;

// Printable text on one line. What isn't UTF-8, and the second set of control characters, could upset a
// terminal.
std::string clean(std::string_view text) {
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
    if (out.size() <= kMaxReason) return out;
    std::size_t size = kMaxReason;
    while ((static_cast<unsigned char>(out[size]) & 0xC0) == 0x80) --size;  // not inside a character
    out.resize(size);
    return out;
}

std::string json_reason(std::string_view body) {
    simdjson::dom::parser parser;
    simdjson::dom::object object;
    const simdjson::padded_string padded(body);
    if (parser.parse(padded).get_object().get(object) != simdjson::SUCCESS) return {};
    for (const std::string_view key : {"error", "message"}) {
        std::string_view text;
        if (object[key].get_string().get(text) == simdjson::SUCCESS && !clean(text).empty())
            return clean(text);
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
    const std::string code = clean(between(body, "<Code>", "</Code>"));
    const std::string message = clean(between(body, "<Message>", "</Message>"));
    return clean(code.empty() || message.empty() ? code + message : fmt::format("{}: {}", code, message));
}

std::string without_tags(std::string_view body) {
    std::string text;
    bool in_tag = false;
    for (const char c : body) {
        if (c == '<') in_tag = true;
        text += in_tag ? ' ' : c;
        if (c == '>') in_tag = false;
    }
    return clean(text);
}

}  // namespace

std::string vendor_reason(std::string_view body) {
    if (body.empty()) return {};
    for (const auto read : {json_reason, xml_reason, without_tags, clean}) {
        std::string reason = read(body);
        if (!reason.empty()) return reason;
    }
    return fmt::format("{} bytes without any text", body.size());
}

}  // namespace pulse
