#include <algorithm>
#include <charconv>
#include <utility>

#include "vendor/rest_rows.hpp"

namespace pulse {

namespace {

constexpr std::size_t kLongestNumber = 20;
constexpr std::size_t kLongestId = 7;  // -32768 and a comma
constexpr std::size_t kNsDigits = 6;   // of a number of ns, those below a millisecond

char* number_end(char* at, std::int64_t value) {
    return std::to_chars(at, at + kLongestNumber, value).ptr;
}

/// Writes a record into room that is known to be enough: a string that checks its size at each of twenty
/// pieces takes longer than reading the row.
struct RecordText {
    char* at;
    void put(std::string_view text) { at = std::copy(text.begin(), text.end(), at); }
    void put(std::int64_t value) { at = number_end(at, value); }
};
constexpr std::size_t kKeysSize = sizeof R"({"ev":"T","sym":"","x":,"p":,"s":,"c":[],"t":,"ns":,"src":"")";

char* write_record(char* begin, std::string_view sym, const RestTrade& trade, std::string_view source) {
    RecordText text{begin};
    text.put(R"({"ev":"T","sym":")");
    text.put(sym);
    text.put(R"(","x":)");
    text.put(trade.exchange);
    text.put(R"(,"p":)");
    text.put(trade.price_text);
    text.put(R"(,"s":)");
    text.put(trade.size);
    text.put(R"(,"c":[)");
    for (bool first = true; const auto id : trade.conditions) {
        if (!std::exchange(first, false)) text.put(",");
        text.put(std::int64_t{id});
    }
    char digits[kLongestNumber];
    const std::string_view ns(digits, static_cast<std::size_t>(number_end(digits, trade.sip_ns) - digits));
    text.put(R"(],"t":)");
    text.put(ns.size() > kNsDigits ? ns.substr(0, ns.size() - kNsDigits) : "0");  // milliseconds, cut down
    text.put(R"(,"ns":)");
    text.put(ns);
    text.put(R"(,"src":")");
    text.put(source);
    text.put("\"");
    return text.at;
}

}  // namespace

void append_history_trade(std::string& out, std::string_view sym, const RestTrade& trade,
                          std::string_view source) {
    const std::size_t before = out.size();
    const std::size_t room = before + kKeysSize + sym.size() + trade.price_text.size() + source.size() +
                             4 * kLongestNumber + kLongestId * trade.conditions.size();
    out.resize_and_overwrite(room, [&](char* begin, std::size_t) {
        const char* const end = write_record(begin + before, sym, trade, source);
        return static_cast<std::size_t>(end - begin);
    });
}

}  // namespace pulse
