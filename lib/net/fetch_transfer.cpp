#include "net/fetch_transfer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <new>

namespace pulse {

namespace {

constexpr long kReceiveBuffer = 512L * 1024;  // the most that curl 7.88 takes
constexpr std::size_t kErrorBody = std::size_t{64} * 1024;
constexpr long kNoTimeout =
    24L * 60 * 60 * 1000;  // curl's own clock runs while we wait for our reader; ours doesn't

template <typename Value>
void set(CURL* easy, CURLoption option, Value value) {
    if (curl_easy_setopt(easy, option, value) != CURLE_OK)
        throw Error(Exit::kFailure, fmt::format("libcurl refuses option {}", static_cast<int>(option)));
}

std::string host_of(std::string_view url) {
    const std::size_t scheme = url.find("://");
    if (scheme != std::string_view::npos) url.remove_prefix(scheme + 3);
    return std::string(url.substr(0, url.find_first_of("/?#")));
}

std::string_view trimmed(std::string_view text) {
    const std::size_t begin = std::min(text.find_first_not_of(" \t\r\n"), text.size());
    const std::size_t end = text.find_last_not_of(" \t\r\n");
    return begin == text.size() ? std::string_view{} : text.substr(begin, end - begin + 1);
}

bool same_name(std::string_view a, std::string_view lower) {
    return std::equal(a.begin(), a.end(), lower.begin(), lower.end(), [](char x, char y) {
        return (x >= 'A' && x <= 'Z' ? static_cast<char>(x - 'A' + 'a') : x) == y;
    });
}

/// `HTTP/1.1 200 OK` and `HTTP/2 200`.
int status_of(std::string_view line) {
    int status = 0;
    const std::size_t blank = std::min(line.find(' '), line.size() - 1);
    std::from_chars(line.data() + blank + 1, line.data() + line.size(), status);
    return status;
}

}  // namespace

FetchTransfer::FetchTransfer(const FetchNetOptions& options, NetworkClock& clock)
    : options_(options), clock_(clock), easy_(curl_easy_init()) {
    if (!easy_) throw std::bad_alloc();
    set_fixed_options();
}

void FetchTransfer::set_fixed_options() {
    CURL* const easy = easy_.get();
    set(easy, CURLOPT_NOSIGNAL, 1L);
    set(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    set(easy, CURLOPT_FOLLOWLOCATION, 0L);  // the key must not follow anyone
    set(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));
    set(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    set(easy, CURLOPT_BUFFERSIZE, kReceiveBuffer);
    set(easy, CURLOPT_CONNECTTIMEOUT_MS, kNoTimeout);
    set(easy, CURLOPT_TCP_KEEPALIVE, 1L);
    set(easy, CURLOPT_USERAGENT, "pulse/" PULSE_VERSION);
    if (!options_.ca_file.empty()) set(easy, CURLOPT_CAINFO, options_.ca_file.c_str());
    set(easy, CURLOPT_ERRORBUFFER, error_text_);
    set(easy, CURLOPT_HEADERFUNCTION, &FetchTransfer::on_header);
    set(easy, CURLOPT_HEADERDATA, this);
    set(easy, CURLOPT_WRITEFUNCTION, &FetchTransfer::on_body);
    set(easy, CURLOPT_WRITEDATA, this);
    set(easy, CURLOPT_PRIVATE, this);
}

void FetchTransfer::prepare(FetchTask& task) {
    task_ = &task;
    outcome_ = {};
    head_done_ = accepted_ = false;
    error_text_[0] = '\0';
    const FetchRequest request = task.request();
    host_ = host_of(request.url);
    set(easy_.get(), CURLOPT_URL, request.url.c_str());
    set(easy_.get(), CURLOPT_ACCEPT_ENCODING, request.accept_gzip ? "gzip" : nullptr);
    set_headers(request);
    begun_ms_ = active_ms_ = clock_.now_ms();
}

void FetchTransfer::set_headers(const FetchRequest& request) {
    headers_.reset();
    const auto add = [&](const std::string& line) {
        curl_slist* const longer = curl_slist_append(headers_.get(), line.c_str());
        if (longer == nullptr) throw std::bad_alloc();
        [[maybe_unused]] const auto same = headers_.release();
        headers_.reset(longer);
    };
    for (const std::string& line : request.headers) add(line);
    if (request.bearer_key && options_.bearer_key)
        add("Authorization: Bearer " + options_.bearer_key->reveal());
    set(easy_.get(), CURLOPT_HTTPHEADER, headers_.get());
}

std::size_t FetchTransfer::on_header(char* text, std::size_t size, std::size_t count, void* self) {
    const std::size_t bytes = size * count;
    return static_cast<FetchTransfer*>(self)->header({text, bytes}) ? bytes : 0;
}

std::size_t FetchTransfer::on_body(char* text, std::size_t size, std::size_t count, void* self) {
    const std::size_t bytes = size * count;
    return static_cast<FetchTransfer*>(self)->body({text, bytes}) ? bytes : 0;
}

template <typename Work>
bool FetchTransfer::guarded(Work&& work) {
    clock_.pause_for([&] {
        try {
            work();
        } catch (...) {
            failure_ = std::current_exception();
        }
    });
    return failure_ == nullptr;
}

bool FetchTransfer::header(std::string_view line) {
    active_ms_ = clock_.now_ms();
    if (head_done_) return true;  // a trailer
    FetchReply& reply = outcome_.reply;
    if (line.starts_with("HTTP/")) {
        reply = {};
        reply.status = status_of(line);
        return true;
    }
    const std::string_view text = trimmed(line);
    if (text.empty()) {
        if (reply.status < 200) return true;  // 100 Continue and its like: the answer is yet to come
        head_done_ = true;
        return guarded([&] {
            accepted_ = task_->accepts(reply.status);
            if (accepted_) task_->start(reply);
        });
    }
    const std::size_t colon = std::min(text.find(':'), text.size());
    const std::string_view name = text.substr(0, colon);
    const std::string_view value = trimmed(text.substr(std::min(colon + 1, text.size())));
    if (same_name(name, "etag"))
        reply.etag = value;
    else if (same_name(name, "retry-after"))
        reply.retry_after = value;
    else if (same_name(name, "content-length"))
        std::from_chars(value.data(), value.data() + value.size(), reply.length);
    return true;
}

bool FetchTransfer::body(std::string_view piece) {
    bytes_ += piece.size();
    bool fine = true;
    if (accepted_)
        fine = guarded([&] { task_->body(piece); });
    else
        outcome_.error_body += piece.substr(0, kErrorBody - outcome_.error_body.size());
    active_ms_ = clock_.now_ms();
    return fine;
}

FetchOutcome FetchTransfer::outcome(CURLcode result) {
    if (result == CURLE_OK) return std::move(outcome_);
    std::string reason = error_text_[0] != '\0' ? error_text_ : curl_easy_strerror(result);
    if (result == CURLE_PEER_FAILED_VERIFICATION)
        throw Error(Exit::kUnavailable, fmt::format("{} is not trusted: {}; --ca-file names the certificate "
                                                    "authority of a server of your own",
                                                    host_, reason));
    if (result == CURLE_URL_MALFORMAT || result == CURLE_UNSUPPORTED_PROTOCOL)
        throw Error(Exit::kUsage, fmt::format("cannot fetch {}: {}", task_->name(), reason));
    return abandoned(std::move(reason));
}

FetchOutcome FetchTransfer::abandoned(std::string reason) {
    outcome_.transport_error = fmt::format("{}: {}", host_, reason);
    return std::move(outcome_);
}

std::string FetchTransfer::stalled() const {
    curl_off_t ready_us = 0;
    curl_easy_getinfo(easy_.get(), CURLINFO_PRETRANSFER_TIME_T, &ready_us);
    const std::int64_t now = clock_.now_ms();
    if (ready_us == 0)
        return now - begun_ms_ < options_.connect_timeout_ms
                   ? ""
                   : fmt::format("no connection within {} s",
                                 static_cast<double>(options_.connect_timeout_ms) / 1000);
    return now - active_ms_ < options_.stall_timeout_ms
               ? ""
               : fmt::format("no data for {} s", static_cast<double>(options_.stall_timeout_ms) / 1000);
}

}  // namespace pulse
