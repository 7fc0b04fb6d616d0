#include "vendor/frame.hpp"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <cstring>

#include "market/conditions.hpp"

namespace pulse {

namespace {

constexpr std::size_t kExcerpt = 80;

bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

void reject(FrameContent& out, std::string_view reason, std::string_view text) {
    ++out.rejected;
    out.reject_reason = reason;
    out.reject_excerpt = text.substr(0, kExcerpt);
    for (char& c : out.reject_excerpt)
        if (c < ' ' || c > '~') c = '?';
}

StatusEvent parse_status(std::string_view object) {
    StatusEvent event;
    simdjson::dom::parser parser;
    const simdjson::padded_string padded(object);
    simdjson::dom::element root;
    if (parser.parse(padded).get(root) != simdjson::SUCCESS) return event;
    std::string_view text;
    if (root["status"].get_string().get(text) == simdjson::SUCCESS) event.status = text;
    if (root["message"].get_string().get(text) == simdjson::SUCCESS) event.message = text;
    return event;
}

// Where the next object after a damaged one may start. The vendor writes `ev` first; a quote inside a JSON
// string is escaped, so this text can't stand inside a valid one.
const char* next_event(const char* from, const char* limit) {
    static constexpr std::string_view kStart = "{\"ev\":";
    return std::search(from, limit, kStart.begin(), kStart.end());
}

}  // namespace

void FrameContent::clear() {
    lines.clear();
    status.clear();
    times = TimeSpan{};
    passed = other_root = other_event = rejected = 0;
}

const char* find_object_end(const char* at, const char* limit) {
    int depth = 0;
    bool in_string = false;
    for (const char* p = at; p != limit; ++p) {
        if (in_string) {
            if (*p == '\\') {
                if (++p == limit) return nullptr;
            } else if (*p == '"') {
                in_string = false;
            }
        } else if (*p == '"') {
            in_string = true;
        } else if (*p == '{') {
            ++depth;
        } else if (*p == '}' && --depth == 0) {
            return p + 1;
        }
    }
    return nullptr;
}

void FrameReader::read(std::string_view frame, FrameContent& out, std::uint64_t max_passed) {
    const char* at = frame.data();
    const char* const limit = at + frame.size();
    // A hostile frame could make each rescan start inside the previous object; real damage is one or two
    // objects.
    rescan_budget_ = 8 * frame.size() + (64 << 10);
    UsualTrade trade;
    while (at != limit && out.passed < max_passed) {
        if (*at == '{') {
            if (read_usual_trade(at, limit, trade) && take_usual(trade, at, out)) {
                at = trade.end;
            } else {
                at = read_object(at, limit, out);
            }
        } else if (is_blank(*at) || *at == ',' || *at == '[' || *at == ']') {
            ++at;
        } else {
            const char* next = std::find(at, limit, '{');
            reject(out, "not a JSON object", {at, next});
            at = next;
        }
    }
}

// A trade in the usual shape whose symbol needs no look, or is right. False: let the full parse decide.
bool FrameReader::take_usual(const UsualTrade& trade, const char* at, FrameContent& out) {
    if (!underlyings_.all() && !underlyings_.contains_key(trade.root_key)) {
        ++out.other_root;
    } else {
        OccSymbol symbol;
        if (parse_occ_symbol(trade.symbol, symbol) != SymbolError::kNone) return false;
        const std::string_view object(at, static_cast<std::size_t>(trade.end - at));
        out.lines.append(object).push_back('\n');
        ++out.passed;
    }
    out.times.add(trade.t_ms);
    if (!out.times.has_first) note_first({at, trade.end}, trade.t_ms, out);
    return true;
}

// Any other object. Returns where to go on.
const char* FrameReader::read_object(const char* at, const char* limit, FrameContent& out) {
    const char* const end = find_object_end(at, limit);
    const char* const stop = end != nullptr ? end : limit;
    if (end != nullptr && take_parsed({at, end}, out)) return end;
    if (end == nullptr) reject(out, "the frame ends inside an object", {at, limit});
    const auto length = static_cast<std::size_t>(stop - at);
    if (length > rescan_budget_) return stop;
    rescan_budget_ -= length;
    return next_event(at + 1, stop);
}

bool FrameReader::take_parsed(std::string_view object, FrameContent& out) {
    switch (parser_.parse(object)) {
        case RecordKind::kTrade:
            take_trade(object, out);
            return true;
        case RecordKind::kOther:
            if (parser_.ev() == "status") {
                out.status.push_back(parse_status(object));
                out.times.has_first = false;
            } else {
                ++out.other_event;
            }
            return true;
        case RecordKind::kBad:
            break;
    }
    reject(out, parser_.reason(), object);
    return false;
}

void FrameReader::take_trade(std::string_view object, FrameContent& out) {
    const TradeRecord& trade = parser_.trade();
    const std::int64_t t_ms = trade.t_ms;
    if (!underlyings_.contains(trade.symbol.root())) {
        ++out.other_root;
    } else {
        const std::size_t start = out.lines.size();
        out.lines.append(object).push_back('\n');
        // A line break between tokens is valid JSON and would break the record in two.
        std::replace_if(
            out.lines.begin() + static_cast<std::ptrdiff_t>(start), out.lines.end() - 1,
            [](char c) { return c == '\n' || c == '\r'; }, ' ');
        ++out.passed;
    }
    out.times.add(t_ms);
    if (!out.times.has_first) note_first(object, t_ms, out);
}

// Coverage starts at the first print that is in its place: a late report or a cancel carries an old time and
// would claim the whole time since then.
void FrameReader::note_first(std::string_view object, std::int64_t t_ms, FrameContent& out) {
    if (parser_.parse(object) != RecordKind::kTrade) return;
    const auto& conditions = parser_.trade().conditions;
    const bool displaced = std::any_of(conditions.begin(), conditions.end(), [](int id) {
        return is_late_condition(id) || is_cancel_condition(id);
    });
    if (displaced) return;
    out.times.first = t_ms;
    out.times.has_first = true;
}

}  // namespace pulse
