#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "net/http_server.hpp"

namespace pulse::serve {

/// Answers, without the headers that all of them get: see Access::finish().

/// A JSON answer that may be asked for again by its ETag.
WebAnswer json_answer(std::string body, int status = 200);

/// {"error":{"code","message","parameter"}}; `parameter` is left out when empty.
WebAnswer error_answer(int status, std::string_view code, std::string_view message,
                       std::string_view parameter = {});

/// 503 with Retry-After.
WebAnswer later_answer(std::string_view code, std::string_view message, int retry_after_s = 2);

/// 404 for a path nobody knows.
WebAnswer not_found();

/// A strong entity tag: equal for equal texts.
std::string entity_tag(std::string_view body);

/// Makes a 304 of an answer whose ETag the If-None-Match header names.
void answer_unchanged(WebAnswer& answer, std::string_view if_none_match);

}  // namespace pulse::serve
