#pragma once

#include <string>
#include <string_view>

namespace pulse {

/// The beginning of a foreign text, at most 200 bytes, as one line that is safe to print. What could be a key
/// is never cut in two: whoever prints it can still find the key in it.
std::string plain_text(std::string_view text);

/// The vendor's reason in an error body: JSON `error` or `message`, S3's XML `<Code>` and `<Message>`, else
/// the beginning of the text without tags; as plain_text() gives it. Never empty for a body that isn't.
std::string vendor_reason(std::string_view body);

/// Whether an error body says that the thing asked for doesn't exist, in JSON: status NOT_FOUND, or an
/// `error` or `message` with "not found" in it. A wrong path is answered by other texts.
bool says_not_found(std::string_view body);

}  // namespace pulse
