#pragma once

#include <string>
#include <string_view>

namespace pulse {

/// The vendor's reason in an error body: JSON `error` or `message`, S3's XML `<Code>` and `<Message>`, else
/// the beginning of the text with tags and control characters removed, at most 200 bytes. Never empty for a
/// body that isn't.
std::string vendor_reason(std::string_view body);

}  // namespace pulse
