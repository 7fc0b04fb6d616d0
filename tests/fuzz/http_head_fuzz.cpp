// Whatever arrives, a head is found, refused or taken; what is taken keeps the promises a handler relies on.
#include <algorithm>
#include <cstdint>
#include <string_view>

#include "check.hpp"
#include "net/http_head.hpp"

namespace {

bool clean(std::string_view text) {
    return std::none_of(text.begin(), text.end(), [](char c) { return c == '\r' || c == '\n' || c == '\0'; });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto end = pulse::find_head_end(text, 0);
    FUZZ_CHECK(end == std::string_view::npos || (end <= size && text[end - 1] == '\n'));
    // Found in two pieces where it was found in one.
    if (size > 1 && pulse::find_head_end(text.substr(0, size / 2), 0) == std::string_view::npos)
        FUZZ_CHECK(pulse::find_head_end(text, size / 2) == end);
    const pulse::HttpHead head = pulse::parse_http_head(text.substr(0, std::min(end, size)));
    if (head.refusal != 0) {
        FUZZ_CHECK(head.refusal >= 400 && head.refusal < 600 && !head.keep_alive && !head.reason.empty());
        return 0;
    }
    const pulse::WebRequest& request = head.request;
    FUZZ_CHECK(!request.method.empty() && request.method.size() <= 16 && clean(request.method));
    FUZZ_CHECK(request.path.starts_with('/') || request.path == "*");
    FUZZ_CHECK(clean(request.path) && clean(request.query) && request.path.find('?') == std::string::npos);
    for (const auto& [name, value] : request.headers)
        FUZZ_CHECK(!name.empty() && clean(name) && clean(value));
    return 0;
}
