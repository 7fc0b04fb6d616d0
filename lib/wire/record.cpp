#include "wire/record.hpp"

#include <fmt/format.h>
#include <simdjson.h>

#include <charconv>
#include <cstring>

#include "market/new_york.hpp"

namespace pulse {

namespace {

namespace ondemand = simdjson::ondemand;

constexpr std::int64_t kMaxSize = INT32_MAX;
constexpr std::string_view kNoObject =
    "not a JSON object";  // the library's own words change with its version

/// A reason to reject the line; leaves parse() from any depth.
struct Bad {
    std::string reason;
};

std::string_view trim_blanks(std::string_view text) {
    while (!text.empty() && static_cast<unsigned char>(text.back()) <= ' ') text.remove_suffix(1);
    return text;
}

/// A whole number in any JSON spelling (100, 100.0, 1e2); nothing otherwise.
std::optional<std::int64_t> whole_number(std::string_view token) {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(token.data(), token.data() + token.size(), value);
    if (error == std::errc{} && end == token.data() + token.size()) return value;
    const auto decimal = parse_decimal(token);
    if (!decimal || decimal->scale != 0) return std::nullopt;
    return decimal->digits;
}

bool is_number(std::string_view token) {
    return !token.empty() && (token[0] == '-' || (token[0] >= '0' && token[0] <= '9'));
}

std::int64_t read_count(std::string_view token, std::string_view key, std::int64_t max) {
    if (!is_number(token)) throw Bad{fmt::format("{} is not a number", key)};
    const auto value = whole_number(token);
    if (!value) throw Bad{fmt::format("{} is not a whole number", key)};
    if (*value < 0) throw Bad{fmt::format("{} is negative", key)};
    if (*value > max) throw Bad{fmt::format("{} is out of range", key)};
    return *value;
}

Decimal read_price(std::string_view token) {
    if (!is_number(token)) throw Bad{"p is not a number"};
    const auto price = parse_decimal(token);
    if (!price) throw Bad{"p needs more than 18 digits"};
    if (price->digits < 0) throw Bad{"p is negative"};
    return *price;
}

/// The first value of each key, as text, in one walk over an object that is already known to be valid JSON.
struct Fields {
    std::optional<std::string> ev, sym, source;  // unescaped strings
    bool ev_present = false, sym_present = false;
    std::optional<std::string_view> p, s, t, q, x;  // raw tokens
    bool c_seen = false, source_seen = false;
    bool c_bad = false, source_bad = false;
    std::vector<std::int16_t> conditions;
    DerivedPresence derived;
};

template <typename Value>
std::optional<std::string> string_value(Value&& value) {
    std::string_view text;
    if (value.get_string().get(text) != simdjson::SUCCESS) return std::nullopt;
    return std::string(text);
}

void read_conditions(ondemand::value value, Fields& fields) {
    if (value.type() == ondemand::json_type::null) return;
    ondemand::array array;
    if (value.get_array().get(array) != simdjson::SUCCESS) {
        fields.c_bad = true;
        return;
    }
    for (auto element : array) {
        const auto id = whole_number(trim_blanks(element.raw_json_token()));
        if (!id || *id < INT16_MIN || *id > INT16_MAX) {
            fields.c_bad = true;
            return;
        }
        fields.conditions.push_back(static_cast<std::int16_t>(*id));
    }
}

void note_derived(std::string_view key, DerivedPresence& derived) {
    if (key == "ticker") derived.ticker = true;
    if (key == "expiry") derived.expiry = true;
    if (key == "side") derived.side = true;
    if (key == "strike") derived.strike = true;
    if (key == "premium") derived.premium = true;
    if (key == "dte") derived.dte = true;
}

void read_field(std::string_view key, ondemand::value value, Fields& fields) {
    const auto token = [&] { return trim_blanks(value.raw_json_token()); };
    const auto keep_first = [&](std::optional<std::string_view>& slot) {
        if (!slot) slot = token();
    };
    if (key == "ev" && !fields.ev_present) {
        fields.ev_present = true;
        fields.ev = string_value(value);
    } else if (key == "sym" && !fields.sym_present) {
        fields.sym_present = true;
        fields.sym = string_value(value);
    } else if (key == "p") {
        keep_first(fields.p);
    } else if (key == "s") {
        keep_first(fields.s);
    } else if (key == "t") {
        keep_first(fields.t);
    } else if (key == "q") {
        keep_first(fields.q);
    } else if (key == "x") {
        keep_first(fields.x);
    } else if (key == "c" && !fields.c_seen) {
        fields.c_seen = true;
        read_conditions(value, fields);
    } else if (key == "src" && !fields.source_seen) {
        fields.source_seen = true;
        fields.source_bad =
            value.type() != ondemand::json_type::null && !(fields.source = string_value(value));
    } else {
        note_derived(key, fields.derived);
    }
}

std::string_view required(const std::optional<std::string_view>& token, std::string_view key) {
    if (!token) throw Bad{fmt::format("lacks {}", key)};
    return *token;
}

/// What only the sink needs; a value it can't use is named, not fatal, because filters pass it on unread.
void fill_key_fields(Fields& fields, TradeRecord& trade) {
    trade.key_error = {};
    trade.exchange = 0;
    trade.sequence.reset();
    if (fields.x && *fields.x != "null") {
        const auto exchange = whole_number(*fields.x);
        if (!exchange || *exchange < 0 || *exchange > INT16_MAX)
            trade.key_error = "x is no exchange id (0 to 32767)";
        else
            trade.exchange = static_cast<std::int16_t>(*exchange);
    }
    if (fields.q && *fields.q != "null") {
        trade.sequence = whole_number(*fields.q);
        if (!trade.sequence) trade.key_error = "q is no whole number";
    }
    if (fields.c_bad) trade.key_error = "c is no list of condition ids (-32768 to 32767)";
    if (fields.source_bad) trade.key_error = "src is not a string";
    trade.conditions = std::move(fields.conditions);
    trade.source = std::move(fields.source).value_or("");
}

void fill_trade(Fields& fields, TradeRecord& trade) {
    if (!fields.sym_present) throw Bad{"lacks sym"};
    if (!fields.sym) throw Bad{"sym is not a string"};
    if (const auto error = parse_occ_symbol(*fields.sym, trade.symbol); error != SymbolError::kNone)
        throw Bad{std::string(describe(error))};
    trade.sym = std::move(*fields.sym);
    trade.price = read_price(required(fields.p, "p"));
    trade.size = read_count(required(fields.s, "s"), "s", kMaxSize);
    trade.t_ms = read_count(required(fields.t, "t"), "t", kMaxUnixMs);
    trade.derived = fields.derived;
    fill_key_fields(fields, trade);
}

}  // namespace

struct RecordParser::Impl {
    simdjson::dom::parser validator;
    ondemand::parser reader;
    std::string padded;
    TradeRecord trade;
    std::string ev;
    std::string reason;

    RecordKind parse(std::string_view line) {
        padded.assign(line);
        padded.append(simdjson::SIMDJSON_PADDING, '\0');
        validate(line.size());
        Fields fields;
        walk(line.size(), fields);
        if (!fields.ev_present) throw Bad{"lacks ev"};
        if (!fields.ev) throw Bad{"ev is not a string"};
        ev = std::move(*fields.ev);
        if (ev != "T") return RecordKind::kOther;
        fill_trade(fields, trade);
        return RecordKind::kTrade;
    }

    // The DOM parser checks the whole line; the lazy one below, which keeps the exact text of numbers, does
    // not.
    void validate(std::size_t size) {
        simdjson::dom::element root;
        if (validator.parse(padded.data(), size, false).get(root) != simdjson::SUCCESS || !root.is_object())
            throw Bad{std::string(kNoObject)};
    }

    void walk(std::size_t size, Fields& fields) {
        ondemand::document document;
        ondemand::object object;
        if (reader.iterate(padded.data(), size, padded.size()).get(document) != simdjson::SUCCESS ||
            document.get_object().get(object) != simdjson::SUCCESS)
            throw Bad{std::string(kNoObject)};
        for (auto field : object) {
            std::string_view key;
            ondemand::value value;
            if (field.unescaped_key().get(key) != simdjson::SUCCESS ||
                field.value().get(value) != simdjson::SUCCESS)
                throw Bad{std::string(kNoObject)};
            read_field(key, value, fields);
        }
    }
};

RecordParser::RecordParser() : impl_(std::make_unique<Impl>()) {}
RecordParser::~RecordParser() = default;
RecordParser::RecordParser(RecordParser&&) noexcept = default;
RecordParser& RecordParser::operator=(RecordParser&&) noexcept = default;

RecordKind RecordParser::parse(std::string_view line) {
    try {
        return impl_->parse(line);
    } catch (Bad& bad) {
        impl_->reason = std::move(bad.reason);
    } catch (const simdjson::simdjson_error&) {
        impl_->reason = kNoObject;
    }
    return RecordKind::kBad;
}

const TradeRecord& RecordParser::trade() const {
    return impl_->trade;
}
std::string_view RecordParser::ev() const {
    return impl_->ev;
}
std::string_view RecordParser::reason() const {
    return impl_->reason;
}

}  // namespace pulse
