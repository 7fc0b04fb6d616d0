#include "vendor/http_message.hpp"

namespace pulse {

std::string_view HttpRequest::header(std::string_view name) const {
    for (const auto& [key, value] : headers)
        if (key == name) return value;
    return {};
}

const std::string* HttpRequest::parameter(std::string_view name) const {
    for (const auto& [key, value] : query)
        if (key == name) return &value;
    return nullptr;
}

void materialize(HttpAnswer& answer) {
    if (!answer.body) return;
    while (answer.body->append(answer.text)) continue;
    answer.body.reset();
    answer.length = -1;
}

}  // namespace pulse
