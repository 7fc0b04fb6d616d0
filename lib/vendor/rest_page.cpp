#include "vendor/rest_page.hpp"

#include <fmt/format.h>
#include <simdjson.h>

#include <optional>
#include <utility>

#include "vendor/vendor_reason.hpp"

namespace pulse {

namespace {

static_assert(RestPage::kPadding >= simdjson::SIMDJSON_PADDING);

bool is_blank(char c) {
    return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

bool says_results(std::string_view key) {
    if (key.find('\\') == std::string_view::npos) return key == "results";
    simdjson::dom::parser parser;
    std::string_view text;
    const simdjson::padded_string quoted(fmt::format("\"{}\"", key));
    return parser.parse(quoted).get_string().get(text) == simdjson::SUCCESS && text == "results";
}

std::string text_of(const std::optional<simdjson::dom::element>& member) {
    std::string_view text;
    if (!member || member->get_string().get(text) != simdjson::SUCCESS) return {};
    return std::string(text);
}

bool says_success(std::string_view status) {
    std::string upper(status);
    for (char& c : upper)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    return upper == "OK" || upper == "DELAYED";
}

}  // namespace

/// The members that matter, the first of each name.
struct RestPage::Members {
    std::optional<simdjson::dom::element> status, error, message, results, next_url;

    explicit Members(simdjson::dom::object object) {
        for (const auto [key, value] : object) {
            if (key == "status") keep(status, value);
            if (key == "error") keep(error, value);
            if (key == "message") keep(message, value);
            if (key == "results") keep(results, value);
            if (key == "next_url") keep(next_url, value);
        }
    }
    static void keep(std::optional<simdjson::dom::element>& slot, simdjson::dom::element value) {
        if (!slot) slot = value;
    }
    [[nodiscard]] std::string reason() const {
        std::string text = plain_text(text_of(error));
        if (text.empty()) text = plain_text(text_of(message));
        return text.empty() ? "no reason given" : text;
    }
};

void RestPage::reset() {
    *this = RestPage{};
}

bool RestPage::fail(std::string_view reason) {
    if (place_ != Place::kBroken) broken_ = reason;
    place_ = Place::kBroken;
    return false;
}

void RestPage::feed_rows(std::string_view piece, RowSink row) {
    const char* at = piece.data();
    const char* const end = at + piece.size();
    while (at != end && place_ != Place::kBroken) {
        if (place_ == Place::kRow) {
            at = take_row(at, end, row);
        } else if (place_ == Place::kBeforeRow || place_ == Place::kAfterRow) {
            if (take_between_rows(*at)) ++at;
        } else {
            take_member_byte(*at++);
        }
    }
}

// False when the byte is the first of a row.
bool RestPage::take_between_rows(char c) {
    if (is_blank(c)) return true;
    if (place_ == Place::kBeforeRow && c == '{') {
        place_ = Place::kRow;
        return false;
    }
    const bool may_close = place_ == Place::kAfterRow || !behind_comma_;
    if (c == ']' && may_close) {
        members_ += ']';
        place_ = Place::kMembers;
    } else if (c == ',' && place_ == Place::kAfterRow) {
        place_ = Place::kBeforeRow;
        behind_comma_ = true;
    } else {
        fail("results is no array of objects");
    }
    return true;
}

const char* RestPage::take_row(const char* at, const char* end, RowSink row) {
    const char* const row_end = row_end_.find(at, end);
    const bool whole = row_end != nullptr;
    const auto size = static_cast<std::size_t>((whole ? row_end : end) - at);
    if (row_.size() + size > kMaxPart) {
        fail("a row is longer than 1 MiB");
        return end;
    }
    if (!whole) {
        row_.append(at, size);
        return end;
    }
    ++rows_;
    place_ = Place::kAfterRow;
    if (row_.empty() && end - row_end >= static_cast<std::ptrdiff_t>(kPadding)) {
        row.call(row.target, {at, size});
    } else {
        row_.append(at, size);
        const std::size_t row_size = row_.size();
        row_.append(kPadding, '\0');
        row.call(row.target, {row_.data(), row_size});
        row_.clear();
    }
    return row_end;
}

void RestPage::step_in_string(char c) {
    if (escaped_) {
        escaped_ = false;
    } else if (c == '\\') {
        escaped_ = true;
    } else if (c == '"') {
        in_string_ = false;
        if (depth_ == 1) string_end_ = members_.size() - 1;
    }
}

void RestPage::take_member_byte(char c) {
    const bool blank = is_blank(c) && !in_string_;
    if (blank && (place_ != Place::kMembers || is_blank(members_.back()))) return;
    if (place_ == Place::kStart) {
        if (c != '{') {
            fail("the body is no JSON object");
            return;
        }
        place_ = Place::kMembers;
    } else if (place_ == Place::kEnd) {
        fail("the body goes on behind the JSON object");
        return;
    }
    members_ += c;
    if (members_.size() > kMaxPart) {
        fail("what stands outside of results is longer than 1 MiB");
    } else if (in_string_) {
        step_in_string(c);
    } else if (!blank) {
        note_token(c);
    }
}

// A byte outside of strings and rows: is it the beginning of the array of rows, or the end of the page?
void RestPage::note_token(char c) {
    if (c == ':' && depth_ == 1) {
        const std::string_view key(members_.data() + string_begin_, string_end_ - string_begin_);
        if (!results_seen_ && says_results(key)) results_seen_ = results_pending_ = true;
        return;
    }
    const bool value_of_results = std::exchange(results_pending_, false);
    if (c == '"') {
        in_string_ = true;
        if (depth_ == 1) string_begin_ = string_end_ = members_.size();
    } else if (c == '[' && value_of_results) {
        place_ = Place::kBeforeRow;
        behind_comma_ = false;
    } else if (c == '{' || c == '[') {
        ++depth_;
    } else if ((c == '}' || c == ']') && --depth_ == 0) {
        place_ = Place::kEnd;
    }
}

bool RestPage::finish() {
    if (place_ == Place::kStart) return fail("the body is empty");
    if (place_ == Place::kBroken) return false;
    if (place_ != Place::kEnd) return fail("the body ends in the middle of the JSON");
    return read_members();
}

// The scanner above only looks for brackets; the parser decides here whether all of it is JSON.
bool RestPage::read_members() {
    simdjson::dom::parser parser;
    simdjson::dom::object object;
    if (parser.parse(members_).get_object().get(object) != simdjson::SUCCESS)
        return fail("the body is no valid JSON");
    const Members members(object);
    if (members.results && !members.results->is_array() && !members.results->is_null())
        return fail("results is no array of objects");
    if (!check_status(members)) return false;
    if (members.next_url && !members.next_url->is_string() && !members.next_url->is_null())
        return fail("next_url is no string");
    next_url_ = text_of(members.next_url);
    return true;
}

// An answer that isn't the vendor's, or tells of a refusal, must not pass for "there are no rows".
bool RestPage::check_status(const Members& members) {
    if (members.status && !members.status->is_null()) {
        status_ = text_of(members.status);
        if (says_success(status_)) return true;
        const std::string said = plain_text(status_);
        return fail(
            fmt::format("the answer says {}: {}", said.empty() ? "no status" : said, members.reason()));
    }
    if (members.results && members.results->is_array()) return true;
    return fail(fmt::format("the answer has neither status nor results: {}", members.reason()));
}

}  // namespace pulse
