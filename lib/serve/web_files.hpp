#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "net/http_server.hpp"

namespace pulse::serve {

/// A file of the dashboard, compiled into the program.
struct WebFile {
    std::string_view content_type;
    std::shared_ptr<const std::string> text;
    std::string tag;  ///< for ETag
};

/// The file of a path (`/`, `/app.css`), or nullptr. It lives as long as the program.
const WebFile* find_web_file(std::string_view path);

/// Its answer; all of them share one text.
WebAnswer web_file_answer(const WebFile& file);

}  // namespace pulse::serve
