#pragma once

#include <optional>
#include <string>

#include "base/env.hpp"

namespace pulse {

/// `text` with the key replaced by `***` wherever it stands: in upper or lower case (host names lose theirs)
/// and also spelled with JSON's escapes. In the last case other letters and digits that are escaped are
/// spelled out as well, which leaves equal JSON. For everything that is printed or kept and may hold words of
/// a server: it knows the key and may repeat it.
std::string hide_key(const std::optional<Secret>& key, std::string text);

}  // namespace pulse
