#include "vendor/tape_print.hpp"

#include <charconv>
#include <concepts>

namespace pulse {

namespace {

template <std::integral Number>
void append_number(std::string& out, Number value) {
    std::array<char, 24> text;
    const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
    out.append(text.data(), end);
}

// 850 → 8.5, 30200 → 302, 1 → 0.01: the shortest text, as JSON encoders write doubles.
void append_price(std::string& out, std::int32_t cents) {
    append_number(out, cents / 100);
    const int rest = cents % 100;
    if (rest == 0) return;
    out += '.';
    out += static_cast<char>('0' + rest / 10);
    if (rest % 10 != 0) out += static_cast<char>('0' + rest % 10);
}

}  // namespace

void append_print(std::string& out, const TapeMarket& market, const InventedPrint& print,
                  std::uint64_t sequence) {
    out += R"({"ev":"T","sym":")";
    market.append_symbol(out, print.contract);
    out += R"(","x":)";
    append_number(out, print.exchange);
    out += R"(,"p":)";
    append_price(out, print.price_cents);
    out += R"(,"s":)";
    append_number(out, print.size);
    if (print.condition_count > 0) {
        out += R"(,"c":[)";
        append_number(out, print.conditions[0]);
        if (print.condition_count > 1) {
            out += ',';
            append_number(out, print.conditions[1]);
        }
        out += ']';
    }
    out += R"(,"t":)";
    append_number(out, print.t_ms);
    out += R"(,"q":)";
    append_number(out, sequence);
    out += "}\n";
}

}  // namespace pulse
