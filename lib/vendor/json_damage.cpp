#include "vendor/json_damage.hpp"

#include <simdjson.h>

#include <string>

namespace pulse {

namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

std::size_t skip_digits(std::string_view text, std::size_t at) {
    while (at < text.size() && is_digit(text[at])) ++at;
    return at;
}

/// Length of the JSON number at the beginning (RFC 8259, 6), 0 when there is none.
std::size_t number_size(std::string_view text) {
    const std::size_t whole = text.starts_with('-') ? 1 : 0;
    std::size_t at = skip_digits(text, whole);
    if (at == whole || (text[whole] == '0' && at > whole + 1)) return 0;
    if (at < text.size() && text[at] == '.') {
        const std::size_t fraction = at + 1;
        at = skip_digits(text, fraction);
        if (at == fraction) return 0;
    }
    if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
        ++at;
        if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
        const std::size_t exponent = at;
        at = skip_digits(text, exponent);
        if (at == exponent) return 0;
    }
    return at;
}

/// The same text with a 0 in the place of each number outside of strings. The blank behind it keeps what
/// follows from becoming a part of that number.
std::string with_small_numbers(std::string_view text) {
    std::string out;
    bool in_string = false;
    for (std::size_t at = 0; at < text.size();) {
        const char c = text[at];
        const bool escape = in_string && c == '\\' && at + 1 < text.size();
        if (c == '"') in_string = !in_string;
        const std::size_t number = !in_string && (c == '-' || is_digit(c)) ? number_size(text.substr(at)) : 0;
        if (number > 0) {
            out += "0 ";
            at += number;
        } else {
            const std::size_t size = escape ? 2 : 1;
            out += text.substr(at, size);
            at += size;
        }
    }
    return out;
}

}  // namespace

bool is_json_object(std::string_view text) {
    simdjson::dom::parser parser;
    simdjson::dom::object object;
    const simdjson::padded_string small(with_small_numbers(text));
    const auto error = parser.parse(small).get_object().get(object);
    return error == simdjson::SUCCESS || error == simdjson::DEPTH_ERROR;
}

}  // namespace pulse
