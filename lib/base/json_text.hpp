#pragma once

#include <string>
#include <string_view>

namespace pulse {

/// Appends `text` as a JSON string, quotes included. Bytes that are no UTF-8 become U+FFFD, so that the
/// result is valid whatever came in.
void append_json_string(std::string& out, std::string_view text);

}  // namespace pulse
