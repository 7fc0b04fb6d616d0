#pragma once

#include <cstdint>
#include <string>

#include "flow/snapshot.hpp"
#include "serve/readiness.hpp"

namespace pulse::serve {

std::string readiness_answer(const Readiness& readiness);

/// The data of a `status` event; `snapshot` is null when nothing was read yet.
std::string status_json(FeedStatus status, const flow::Snapshot* snapshot, std::int64_t now_ms);

}  // namespace pulse::serve
