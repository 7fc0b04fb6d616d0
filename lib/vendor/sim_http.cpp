#include "vendor/sim_http.hpp"

#include <fmt/format.h>

#include "pipe/gzip.hpp"

namespace pulse {

namespace {

constexpr std::int64_t kMinuteMs = 60'000;

// Packs another body while it is made.
class GzipBody : public HttpBody {
  public:
    explicit GzipBody(HttpAnswer answer) : answer_(std::move(answer)) {}

    bool append(std::string& out) override {
        piece_.clear();
        bool more = false;
        if (answer_.body)
            more = answer_.body->append(piece_);
        else
            piece_.swap(answer_.text);
        packer_.pack(piece_, !more, out);
        return more;
    }

  private:
    HttpAnswer answer_;
    std::string piece_;
    Gzip packer_;
};

HttpAnswer packed(HttpAnswer plain) {
    HttpAnswer answer;
    answer.status = plain.status;
    answer.headers = plain.headers;
    answer.headers.emplace_back("Content-Encoding", "gzip");
    answer.body = std::make_unique<GzipBody>(std::move(plain));
    return answer;
}

std::string log_line(const HttpRequest& request, int status) {
    std::string line = request.method + " " + request.path;
    char separator = '?';
    for (const auto& [name, value] : request.query) {
        if (name == "apiKey") continue;
        line += fmt::format("{}{}={}", separator, name, value);
        separator = '&';
    }
    for (char& c : line)
        if (static_cast<unsigned char>(c) < 0x20) c = '?';  // one line a request, whatever a client sends
    return fmt::format("{} {}\n", line, status);
}

}  // namespace

std::optional<HttpAnswer> SimHttp::answer(HttpRequest& request, std::int64_t now_ms, std::int64_t wall_ms) {
    const bool rest = !SimS3::wants(request.path);
    bool throttled = false;
    if (request.number == 0) {
        request.number = ++requests_;
        throttled = rest && over_the_limit(now_ms);
    }
    const SimHttpFault* fault = http_fault_of(config_.faults, request.number);
    std::optional<HttpAnswer> answer;
    if (throttled)
        answer = sim_rest_error(429, request);
    else if (fault != nullptr)
        answer = http_fault_answer(*fault, request);
    if (!answer) answer = healthy(request, fault != nullptr ? http_fault_twist(*fault) : SimTwist{}, wall_ms);
    if (!answer) return std::nullopt;
    const bool offers_gzip = request.header("accept-encoding").find("gzip") != std::string_view::npos;
    if (config_.gzip && offers_gzip && rest && (answer->body || !answer->text.empty()))
        answer = packed(std::move(*answer));
    if (fault != nullptr) http_fault_apply(*fault, *answer);
    answer->delay_ms = config_.latency_ms;
    if (log_) log_(log_line(request, answer->status));
    return answer;
}

std::optional<HttpAnswer> SimHttp::healthy(const HttpRequest& request, const SimTwist& twist,
                                           std::int64_t wall_ms) const {
    if (SimS3::wants(request.path)) return s3_.answer(request, wall_ms);
    if (request.method == "GET" || request.method == "HEAD") return rest_.answer({request, twist, wall_ms});
    return sim_rest_error(405, request, "Method not allowed");
}

bool SimHttp::over_the_limit(std::int64_t now_ms) {
    if (config_.rate_limit == 0) return false;
    while (!recent_.empty() && recent_.front() <= now_ms - kMinuteMs) recent_.pop_front();
    if (recent_.size() >= config_.rate_limit) return true;
    recent_.push_back(now_ms);
    return false;
}

}  // namespace pulse
