#include "serve/web_files.hpp"

#include <map>
#include <vector>

#include "embedded/pulse_serve.hpp"
#include "serve/web_answer.hpp"

namespace pulse::serve {

namespace {

std::string_view content_type_of(std::string_view name) {
    if (name.ends_with(".html")) return "text/html; charset=utf-8";
    if (name.ends_with(".css")) return "text/css; charset=utf-8";
    if (name.ends_with(".js")) return "text/javascript; charset=utf-8";
    if (name.ends_with(".svg")) return "image/svg+xml";
    return {};
}

struct Files {
    std::map<std::string, WebFile, std::less<>> by_path;
    Files() {
        for (const auto& [name, text] : web::all_files) {
            const auto type = content_type_of(name);
            if (type.empty()) continue;  // the description of the interface has a route of its own
            const std::string path = name == "index.html" ? "/" : "/" + std::string(name);
            by_path[path] = {type, std::make_shared<const std::string>(text), entity_tag(text)};
        }
    }
};

}  // namespace

const WebFile* find_web_file(std::string_view path) {
    static const Files files;
    const auto found = files.by_path.find(path);
    return found == files.by_path.end() ? nullptr : &found->second;
}

WebAnswer web_file_answer(const WebFile& file) {
    WebAnswer answer;
    answer.headers.emplace_back("Content-Type", file.content_type);
    answer.headers.emplace_back("Cache-Control", "no-cache");
    answer.headers.emplace_back("ETag", file.tag);
    answer.body = file.text;
    return answer;
}

}  // namespace pulse::serve
