// Whatever body a REST server sends: the pieces it came in change nothing; a body that a full JSON parser
// accepts gives exactly the rows and the verdict that the parser's tree says; a page that passes, and whose
// rows are valid JSON, is valid as a whole. And each row is read the same by the fast path and by the full
// parser. Input: one byte that chooses the pieces' length, then the body.

#include <simdjson.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "check.hpp"
#include "vendor/rest_page.hpp"
#include "vendor/rest_rows.hpp"

namespace {

using namespace pulse;
namespace dom = simdjson::dom;

struct Outcome {
    bool ok = false;
    std::vector<std::string> rows;
    std::string next_url, status, reason;
    friend bool operator==(const Outcome&, const Outcome&) = default;
};

std::string record(RestRowReader& reader, std::string_view row, bool fully) {
    RestTrade trade;
    const auto reason = fully ? reader.read_fully(row, trade) : reader.read(row, trade);
    if (!reason.empty()) return std::string(reason);
    FUZZ_CHECK(trade.sip_ns >= 0 && trade.size >= 0 && trade.price.digits >= 0);
    FUZZ_CHECK(parse_decimal(trade.price_text) == trade.price);
    std::string out;
    append_history_trade(out, "O:AAPL251219C00190000", trade, "rest");
    dom::parser parser;
    FUZZ_CHECK(parser.parse(out + "}").error() == simdjson::SUCCESS);
    return out;
}

Outcome read(std::string_view body, std::size_t piece) {
    static RestRowReader reader;
    RestPage page;
    Outcome out;
    while (!body.empty()) {
        const std::size_t size = std::min(piece, body.size());
        const std::string copy(body.substr(0, size));  // nothing behind it may be touched
        page.feed(std::string_view(copy), [&](std::string_view row) {
            FUZZ_CHECK(record(reader, row, false) == record(reader, row, true));
            out.rows.emplace_back(row);
        });
        body.remove_prefix(size);
    }
    out.ok = page.finish();
    out.next_url = page.next_url();
    out.status = page.status();
    out.reason = page.broken_reason();
    FUZZ_CHECK(out.ok == out.reason.empty());
    FUZZ_CHECK(out.rows.size() == page.rows());
    return out;
}

std::string minified(std::string_view json) {
    dom::parser parser;
    dom::element root;
    const simdjson::padded_string padded(json);
    return parser.parse(padded).get(root) == simdjson::SUCCESS ? simdjson::minify(root) : "no JSON";
}

// The first member of that name; the parser's own look-up by name would do the same, but this says so.
bool first_member(dom::object object, std::string_view name, dom::element& out) {
    for (const auto [key, value] : object) {
        if (key != name) continue;
        out = value;
        return true;
    }
    return false;
}

bool is_string_or_null(dom::object object, std::string_view name) {
    dom::element value;
    return !first_member(object, name, value) || value.is_string() || value.is_null();
}

bool is_answer(dom::object object) {
    dom::element value;
    if (!first_member(object, "status", value) || value.is_null())
        return first_member(object, "results", value) && value.is_array();
    std::string_view status;
    if (value.get_string().get(status) != simdjson::SUCCESS) return false;
    std::string lower(status);
    for (char& c : lower)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
    return lower == "ok" || lower == "delayed";
}

void compare_with_tree(const Outcome& got, dom::object object) {
    bool results_fine = true;
    std::vector<std::string> rows;
    dom::element results;
    if (first_member(object, "results", results) && !results.is_null()) {
        results_fine = results.is_array();
        if (results_fine) {
            for (const dom::element element : dom::array(results)) {
                results_fine = results_fine && element.is_object();
                if (results_fine) rows.push_back(simdjson::minify(element));
            }
        }
    }
    std::vector<std::string> got_rows;
    got_rows.reserve(got.rows.size());
    for (const auto& row : got.rows) got_rows.push_back(minified(row));
    FUZZ_CHECK(got_rows == rows);
    FUZZ_CHECK(got.ok == (results_fine && is_string_or_null(object, "next_url") && is_answer(object)));
}

void check_whole(const Outcome& got, std::string_view body) {
    dom::parser parser;
    dom::element root;
    dom::object object;
    const simdjson::padded_string padded(body);
    const auto error = parser.parse(padded).get(root);
    if (error == simdjson::SUCCESS && root.get_object().get(object) == simdjson::SUCCESS) {
        compare_with_tree(got, object);
    } else if (got.ok && error != simdjson::DEPTH_ERROR) {  // a row alone is less deep than in its page
        const bool valid =
            std::ranges::all_of(got.rows, [](const auto& row) { return minified(row) != "no JSON"; });
        FUZZ_CHECK(!valid);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0 || size > RestPage::kMaxPart) return 0;
    const std::string_view body(reinterpret_cast<const char*>(data) + 1, size - 1);
    const Outcome whole = read(body, std::string_view::npos);
    FUZZ_CHECK(read(body, std::size_t{data[0]} + 1) == whole);
    check_whole(whole, body);
    return 0;
}
