#include "answer/call_parts.hpp"

#include "flow/parameters.hpp"

namespace pulse::answer {

using flow::ParameterError;

namespace {

constexpr std::int64_t kLeastBytes = 4096;
constexpr std::int64_t kMostBytes = 16 << 20;

std::string lower_case(std::string_view text) {
    std::string lower(text);
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return lower;
}

}  // namespace

bool asks_for_the_unknowable(std::string_view name) {
    return one_of(lower_case(name),
                  {"direction", "sentiment", "bias",       "bullish",    "bearish",       "intent",
                   "intention", "buyer",     "seller",     "buy",        "sell",          "bought",
                   "sold",      "bid",       "ask",        "long",       "short",         "aggressor",
                   "certainty", "forecast",  "confidence", "prediction", "predict",       "probability",
                   "target",    "advice",    "recommend",  "outlook",    "recommendation"});
}

void refuse(const std::string& name, std::string_view known) {
    if (asks_for_the_unknowable(name))
        throw ParameterError(name,
                             "nothing here can tell: the feed has no quotes, so who bought and who sold is "
                             "unknown; so is why, "
                             "and what comes next. This question takes " +
                                 std::string(known),
                             "cannot_say");
    throw ParameterError(name.substr(0, 40), "no such parameter; this question takes " + std::string(known),
                         "unknown_parameter");
}

int small_number(std::string_view name, std::string_view text, int max) {
    return static_cast<int>(flow::read_number(name, text, 1, max));
}

std::size_t read_bytes(std::string_view text) {
    return static_cast<std::size_t>(flow::read_number("max_bytes", text, kLeastBytes, kMostBytes));
}

Day read_date(std::string_view name, std::string_view text) {
    const auto day = parse_date(text);
    if (!day) throw ParameterError(std::string(name), "no date like 2025-12-05");
    return *day;
}

}  // namespace pulse::answer
