#pragma once

#include <string_view>

namespace pulse {

/// Whether a text that the parser has refused is one JSON object all the same: its numbers may be larger, and
/// it may nest deeper, than the parser takes. False means that the bytes are damaged. Slow, for the rare
/// case.
bool is_json_object(std::string_view text);

}  // namespace pulse
