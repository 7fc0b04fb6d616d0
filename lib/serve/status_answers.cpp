#include "serve/status_answers.hpp"

#include <fmt/format.h>

#include "base/clock.hpp"
#include "base/json_text.hpp"

namespace pulse::serve {

namespace {

std::string time_json(const std::optional<std::int64_t>& unix_ms) {
    return unix_ms ? '"' + rfc3339_ms(*unix_ms) + '"' : "null";
}

}  // namespace

std::string readiness_answer(const Readiness& readiness) {
    if (readiness.ready) return "{\"status\":\"ready\"}\n";
    std::string out = R"({"status":"not_ready","stage":)";
    append_json_string(out, readiness.stage);
    out += R"(,"message":)";
    append_json_string(out, readiness.message);
    return out + "}\n";
}

std::string status_json(FeedStatus status, const flow::Snapshot* snapshot, std::int64_t now_ms) {
    std::string out = fmt::format(R"({{"state":"{}","feed_delay_s":)", name_of(status));
    const flow::FeedState state = snapshot == nullptr ? flow::FeedState{} : snapshot->feed;
    out += state.delay_ms ? std::to_string((*state.delay_ms + 500) / 1000) : "null";
    out += fmt::format(R"(,"live_until":{},"stored_at":{},"simulated":{},"now":"{}"}})",
                       time_json(state.live_to_ms), time_json(state.stored_ms), state.simulated,
                       rfc3339_ms(now_ms));
    return out;
}

}  // namespace pulse::serve
