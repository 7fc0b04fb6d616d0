#include "vendor/sim_query.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace pulse {

namespace {

constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::string_view kPlace = "place";
constexpr char kBetween = '\x1f';  // can't stand in a parameter that means anything

// Base64 for urls (RFC 4648, 5) without padding: opaque enough, and needs no escapes.
std::string packed(std::string_view text) {
    std::string out;
    unsigned bits = 0, count = 0;
    for (const char c : text) {
        bits = bits << 8 | static_cast<unsigned char>(c);
        for (count += 8; count >= 6; count -= 6) out += kAlphabet[bits >> (count - 6) & 63];
    }
    if (count > 0) out += kAlphabet[bits << (6 - count) & 63];
    return out;
}

std::optional<std::string> unpacked(std::string_view text) {
    std::string out;
    unsigned bits = 0, count = 0;
    for (const char c : text) {
        const auto value = kAlphabet.find(c);
        if (value == kAlphabet.npos) return std::nullopt;
        bits = bits << 6 | static_cast<unsigned>(value);
        count += 6;
        if (count >= 8) out += static_cast<char>(bits >> (count -= 8) & 255);
    }
    return out;
}

bool is_ours(const std::string& name) {
    return name != "apiKey" && name != "cursor";
}

std::optional<std::uint64_t> whole(std::string_view text) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

}  // namespace

SimQuery::SimQuery(const HttpRequest& request) {
    const auto* cursor = request.parameter("cursor");
    if (cursor == nullptr) {
        for (const auto& field : request.query)
            if (is_ours(field.first)) fields_.push_back(field);
        return;
    }
    const auto text = unpacked(*cursor);
    std::optional<std::uint64_t> place;
    std::string_view rest = text ? std::string_view(*text) : std::string_view();
    while (!rest.empty()) {
        const auto end = std::min(rest.find(kBetween), rest.size());
        const auto field = rest.substr(0, end);
        rest.remove_prefix(std::min(end + 1, rest.size()));
        const auto equals = std::min(field.find('='), field.size());
        const auto name = field.substr(0, equals);
        const auto value = field.substr(std::min(equals + 1, field.size()));
        if (name == kPlace)
            place = whole(value);
        else
            fields_.emplace_back(name, value);
    }
    if (!place) throw SimBadRequest("Could not parse the cursor");
    place_ = *place;
}

std::string_view SimQuery::text(std::string_view name) const {
    for (const auto& [key, value] : fields_)
        if (key == name) return value;
    return {};
}

bool SimQuery::is_second(std::string_view name, std::string_view a, std::string_view b) const {
    const auto value = text(name);
    if (value.empty() || value == a) return false;
    if (value == b) return true;
    throw SimBadRequest(fmt::format("Could not parse '{}': '{}' is neither {} nor {}", name, value, a, b));
}

std::uint64_t SimQuery::limit(std::uint64_t fallback, std::uint64_t max) const {
    const auto value = text("limit");
    if (value.empty()) return fallback;
    const auto number = whole(value);
    if (!number) throw SimBadRequest(fmt::format("Could not parse 'limit': '{}' is no whole number", value));
    if (*number < 1 || *number > max)
        throw SimBadRequest(fmt::format("'limit' must be between 1 and {}; {} was given", max, *number));
    return *number;
}

std::string SimQuery::cursor(std::uint64_t place, std::uint64_t note) const {
    std::string text = fmt::format("{}={}", kPlace, place);
    for (const auto& [name, value] : fields_)
        if (name != "note") text += fmt::format("{}{}={}", kBetween, name, value);
    if (note != 0) text += fmt::format("{}note={}", kBetween, note);
    return packed(text);
}

void SimQuery::fix(std::string_view name, std::string value) {
    if (text(name).empty()) fields_.emplace_back(name, std::move(value));
}

Day sim_date(std::string_view name, std::string_view text) {
    if (const auto day = parse_date(text)) return *day;
    throw SimBadRequest(fmt::format("Could not parse '{}': '{}' is no date (YYYY-MM-DD)", name, text));
}

std::optional<std::int64_t> sim_number(std::string_view text) {
    const auto value = whole(text);
    if (!value || *value >= INT64_MAX) return std::nullopt;
    return static_cast<std::int64_t>(*value);
}

}  // namespace pulse
