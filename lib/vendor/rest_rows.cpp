#include "vendor/rest_rows.hpp"

#include <simdjson.h>

#include <array>
#include <span>

#include "market/new_york.hpp"
#include "vendor/json_damage.hpp"
#include "vendor/usual_rest_trade.hpp"

namespace pulse {

namespace {

namespace dom = simdjson::dom;
namespace ondemand = simdjson::ondemand;

constexpr std::string_view kUnreadable = "holds a number that is too large, or nests too deep";
constexpr std::int64_t kMaxSize = INT32_MAX;
constexpr std::int64_t kNsPerMs = 1'000'000;

/// What the reasons call a number, and how far it may go.
struct WholeNumber {
    std::string_view missing, no_number, no_whole_number, out_of_range;
    std::int64_t min, max;
};
constexpr WholeNumber kTime{
    .missing = "lacks sip_timestamp",
    .no_number = "sip_timestamp is not a number",
    .no_whole_number = "sip_timestamp is not a whole number",
    .out_of_range = "sip_timestamp is out of range",
    .min = 0,
    .max = INT64_MAX,  // in ns that is the year 2262, long before kMaxUnixMs
};
static_assert(INT64_MAX / kNsPerMs <= kMaxUnixMs);
constexpr WholeNumber kBarTime{
    .missing = "lacks t",
    .no_number = "t is not a number",
    .no_whole_number = "t is not a whole number",
    .out_of_range = "t is out of range",
    .min = 0,
    .max = kMaxUnixMs,
};
constexpr WholeNumber kSize{
    .missing = "lacks size",
    .no_number = "size is not a number",
    .no_whole_number = "size is not a whole number",
    .out_of_range = "size is negative or out of range",
    .min = 0,
    .max = kMaxSize,
};
constexpr WholeNumber kExchange{
    .missing = "",
    .no_number = "exchange is not a number",
    .no_whole_number = "exchange is not a whole number",
    .out_of_range = "exchange is no exchange id (0 to 32767)",
    .min = 0,
    .max = INT16_MAX,
};
constexpr std::string_view kBadConditions = "conditions is no list of condition ids (-32768 to 32767)";

/// The reason, or empty and `out` filled. 3, 3.0 and 3e0 are the same whole number; only what is written
/// without point and exponent may be beyond 2^53, where a double is no longer exact.
std::string_view read_whole(dom::element value, const WholeNumber& rule, std::int64_t& out) {
    if (value.get_int64().get(out) != simdjson::SUCCESS) {
        constexpr double kExact = 1LL << 53;
        double number = 0;
        if (value.get_double().get(number) != simdjson::SUCCESS) return rule.no_number;
        if (!(number > -kExact && number < kExact)) return rule.out_of_range;
        out = static_cast<std::int64_t>(number);
        if (static_cast<double>(out) != number) return rule.no_whole_number;
    }
    return out < rule.min || out > rule.max ? rule.out_of_range : std::string_view{};
}

std::string_view read_needed(dom::object object, std::string_view key, const WholeNumber& rule,
                             std::int64_t& out) {
    dom::element value;
    if (object[key].get(value) != simdjson::SUCCESS) return rule.missing;
    return read_whole(value, rule, out);
}

std::string_view read_exchange(dom::object object, std::int64_t& out) {
    out = 0;
    dom::element value;
    if (object["exchange"].get(value) != simdjson::SUCCESS || value.is_null()) return {};
    return read_whole(value, kExchange, out);
}

std::string_view read_conditions(dom::object object, std::vector<std::int16_t>& out) {
    constexpr WholeNumber kId{kBadConditions, kBadConditions, kBadConditions,
                              kBadConditions, INT16_MIN,      INT16_MAX};
    out.clear();
    dom::element value;
    if (object["conditions"].get(value) != simdjson::SUCCESS || value.is_null()) return {};
    dom::array ids;
    if (value.get_array().get(ids) != simdjson::SUCCESS) return kBadConditions;
    for (const dom::element element : ids) {
        std::int64_t id = 0;
        if (const auto reason = read_whole(element, kId, id); !reason.empty()) return reason;
        out.push_back(static_cast<std::int16_t>(id));
    }
    return {};
}

std::string_view trim_blanks(std::string_view text) {
    while (!text.empty() && static_cast<unsigned char>(text.back()) <= ' ') text.remove_suffix(1);
    return text;
}

bool is_number(std::string_view token) {
    return !token.empty() && (token[0] == '-' || (token[0] >= '0' && token[0] <= '9'));
}

}  // namespace

struct RestRowReader::Impl {
    dom::parser parser;
    ondemand::parser token_parser;

    /// Empty, or why there is no object.
    std::string_view parse(std::string_view row, dom::object& object) {
        if (parser.parse(row.data(), row.size(), false).get_object().get(object) == simdjson::SUCCESS)
            return {};
        return is_json_object(row) ? kUnreadable : kDamaged;
    }

    /// A number of the row as it is written.
    struct Token {
        std::string_view key;
        std::string_view text;  ///< empty: the key is missing
    };
    /// Fills the tokens of a row that parse() has found to be valid; the DOM doesn't keep the spelling of
    /// numbers.
    void find_tokens(std::string_view row, std::span<Token> tokens) {
        ondemand::document document;
        ondemand::object object;
        if (token_parser.iterate(row.data(), row.size(), row.size() + simdjson::SIMDJSON_PADDING)
                    .get(document) != simdjson::SUCCESS ||
            document.get_object().get(object) != simdjson::SUCCESS)
            return;
        for (auto field : object) {
            std::string_view key;
            ondemand::value value;
            if (field.unescaped_key().get(key) != simdjson::SUCCESS ||
                field.value().get(value) != simdjson::SUCCESS)
                return;
            for (Token& token : tokens)
                if (token.key == key && token.text.empty()) token.text = trim_blanks(value.raw_json_token());
        }
    }
};

RestRowReader::RestRowReader() : impl_(std::make_unique<Impl>()) {}
RestRowReader::~RestRowReader() = default;

std::string_view RestRowReader::read(std::string_view row, RestTrade& trade) {
    return read_usual_rest_trade(row, trade) ? std::string_view{} : read_fully(row, trade);
}

std::string_view RestRowReader::read_fully(std::string_view row, RestTrade& trade) {
    dom::object object;
    if (const auto reason = impl_->parse(row, object); !reason.empty()) return reason;
    for (const auto reason :
         {read_needed(object, "sip_timestamp", kTime, trade.sip_ns),
          read_needed(object, "size", kSize, trade.size), read_exchange(object, trade.exchange),
          read_conditions(object, trade.conditions)})
        if (!reason.empty()) return reason;
    std::array<Impl::Token, 1> price{{{"price", {}}}};
    impl_->find_tokens(row, price);
    trade.price_text = price[0].text;
    if (trade.price_text.empty()) return "lacks price";
    if (!is_number(trade.price_text)) return "price is not a number";
    const auto value = parse_decimal(trade.price_text);
    if (!value) return "price needs more than 18 digits";
    if (value->digits < 0) return "price is negative";
    trade.price = *value;
    return {};
}

std::string_view RestRowReader::read(std::string_view row, RestContract& contract) {
    dom::object object;
    if (const auto reason = impl_->parse(row, object); !reason.empty()) return reason;
    contract.ticker.clear();
    std::string_view ticker;
    if (object["ticker"].get_string().get(ticker) != simdjson::SUCCESS) return "lacks a ticker";
    contract.ticker = ticker;
    if (const auto error = parse_occ_symbol(ticker, contract.symbol); error != SymbolError::kNone)
        return describe(error);
    std::string_view underlying;
    if (object["underlying_ticker"].get_string().get(underlying) != simdjson::SUCCESS) underlying = {};
    contract.underlying = underlying;
    return {};
}

std::string_view RestRowReader::read(std::string_view row, RestBar& bar) {
    dom::object object;
    if (const auto reason = impl_->parse(row, object); !reason.empty()) return reason;
    if (const auto reason = read_needed(object, "t", kBarTime, bar.t_ms); !reason.empty()) return reason;
    std::array<Impl::Token, 5> tokens{{{"o", {}}, {"h", {}}, {"l", {}}, {"c", {}}, {"v", {}}}};
    impl_->find_tokens(row, tokens);
    for (const auto& token : tokens) {
        const auto value = is_number(token.text) ? parse_decimal(token.text) : std::nullopt;
        if (!value || value->digits < 0) return "o, h, l, c or v is missing or no number that can be used";
    }
    bar.open = tokens[0].text;
    bar.high = tokens[1].text;
    bar.low = tokens[2].text;
    bar.close = tokens[3].text;
    bar.volume = tokens[4].text;
    return {};
}

}  // namespace pulse
