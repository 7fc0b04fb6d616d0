#include "net/webhook_post.hpp"

#include <curl/curl.h>
#include <fmt/format.h>

#include <algorithm>
#include <new>
#include <stdexcept>

#include "base/error.hpp"

namespace pulse {

namespace {

constexpr int kAskEveryMs = 100;
constexpr std::size_t kMostRetryAfter = 100;

struct FreeUrl {
    void operator()(CURLU* url) const { curl_url_cleanup(url); }
};
struct CloseEasy {
    void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};
struct CloseMulti {
    void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
};
struct FreeList {
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

template <typename Value>
void set(CURL* easy, CURLoption option, Value value) {
    if (curl_easy_setopt(easy, option, value) != CURLE_OK)
        throw Error(Exit::kFailure, fmt::format("libcurl refuses option {}", static_cast<int>(option)));
}

std::string part_of(CURLU* url, CURLUPart part) {
    char* text = nullptr;
    if (curl_url_get(url, part, &text, 0) != CURLUE_OK) return {};
    std::string copy(text);
    curl_free(text);
    return copy;
}

bool is_loopback(std::string_view host) {
    if (host == "localhost" || host == "[::1]") return true;
    // curl has spelled 127.1 and 0x7f000001 out as four numbers already.
    return host.starts_with("127.") && host.find_first_not_of("0123456789.") == std::string_view::npos;
}

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return out;
}

std::size_t drop_body(char* /*text*/, std::size_t size, std::size_t count, void* /*nothing*/) {
    return size * count;
}

}  // namespace

WebhookTarget parse_webhook_url(std::string_view text) {
    const std::unique_ptr<CURLU, FreeUrl> url(curl_url());
    if (!url) throw std::bad_alloc();
    const bool plain =
        std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) > ' ' && c != 0x7F; });
    if (!plain || curl_url_set(url.get(), CURLUPART_URL, std::string(text).c_str(), 0) != CURLUE_OK)
        throw std::invalid_argument("is no address like https://hooks.example/path");
    const std::string scheme = lower(part_of(url.get(), CURLUPART_SCHEME));
    const std::string host = lower(part_of(url.get(), CURLUPART_HOST));
    if (scheme == "http" && !is_loopback(host))
        throw std::invalid_argument("must begin with https://; http is for this machine only");
    if ((scheme != "http" && scheme != "https") || host.empty())
        throw std::invalid_argument("must begin with https://");
    const std::string port = part_of(url.get(), CURLUPART_PORT);
    return {Secret(std::string(text)), scheme + "://" + host + (port.empty() ? "" : ":" + port)};
}

struct WebhookPoster::Impl {
    WebhookTarget target;
    Options options;
    std::unique_ptr<CURLM, CloseMulti> multi{curl_multi_init()};
    std::unique_ptr<CURL, CloseEasy> easy{curl_easy_init()};
    char error_text[CURL_ERROR_SIZE] = {};
    std::optional<std::string> retry_after;

    Impl(WebhookTarget where, Options how) : target(std::move(where)), options(std::move(how)) {
        if (!multi || !easy) throw std::bad_alloc();
        CURL* const handle = easy.get();
        set(handle, CURLOPT_NOSIGNAL, 1L);
        set(handle, CURLOPT_URL, target.url.reveal().c_str());
        set(handle, CURLOPT_PROTOCOLS_STR, "http,https");
        set(handle, CURLOPT_FOLLOWLOCATION, 0L);
        set(handle, CURLOPT_POST, 1L);
        set(handle, CURLOPT_TIMEOUT_MS, static_cast<long>(options.timeout_ms));
        // A name server that is silent must not hold up the end of the process.
        set(handle, CURLOPT_QUICK_EXIT, 1L);
        set(handle, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
        set(handle, CURLOPT_USERAGENT, "pulse/" PULSE_VERSION);
        if (!options.ca_file.empty()) set(handle, CURLOPT_CAINFO, options.ca_file.c_str());
        set(handle, CURLOPT_ERRORBUFFER, error_text);
        set(handle, CURLOPT_WRITEFUNCTION, &drop_body);
        set(handle, CURLOPT_HEADERFUNCTION, &Impl::on_header);
        set(handle, CURLOPT_HEADERDATA, this);
    }

    static std::size_t on_header(char* text, std::size_t size, std::size_t count, void* self) {
        static constexpr std::string_view kName = "retry-after:";
        const std::string_view line(text, size * count);
        auto& kept = static_cast<Impl*>(self)->retry_after;
        if (line.starts_with("HTTP/")) kept.reset();
        if (lower(line.substr(0, kName.size())) == kName) {
            const std::string_view value = line.substr(kName.size(), kMostRetryAfter);
            const std::size_t begin = std::min(value.find_first_not_of(" \t"), value.size());
            kept = value.substr(begin, value.find_last_not_of(" \t\r\n") + 1 - begin);
        }
        return size * count;
    }

    CURLcode run(const std::function<bool()>& give_up, bool& given_up) const {
        for (int running = 1; running > 0;) {
            if (curl_multi_perform(multi.get(), &running) != CURLM_OK) return CURLE_FAILED_INIT;
            if (running == 0) break;
            given_up = give_up();
            if (given_up) return CURLE_ABORTED_BY_CALLBACK;
            curl_multi_poll(multi.get(), nullptr, 0, kAskEveryMs, nullptr);
        }
        int left = 0;
        const CURLMsg* const message = curl_multi_info_read(multi.get(), &left);
        return message == nullptr ? CURLE_FAILED_INIT : message->data.result;
    }
};

WebhookPoster::WebhookPoster(WebhookTarget target, Options options)
    : impl_(std::make_unique<Impl>(std::move(target), std::move(options))) {}

WebhookPoster::~WebhookPoster() = default;

WebhookReply WebhookPoster::post(const std::vector<std::string>& headers, const std::string& body,
                                 const std::function<bool()>& give_up) {
    Impl& impl = *impl_;
    CURL* const easy = impl.easy.get();
    std::unique_ptr<curl_slist, FreeList> list;
    // Without a 100 Continue: some receivers never send one, and each message is small.
    std::vector<std::string> lines = headers;
    lines.emplace_back("Expect:");
    for (const auto& line : lines) {
        curl_slist* const longer = curl_slist_append(list.get(), line.c_str());
        if (longer == nullptr) throw std::bad_alloc();
        [[maybe_unused]] const auto same = list.release();
        list.reset(longer);
    }
    set(easy, CURLOPT_HTTPHEADER, list.get());
    set(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
    set(easy, CURLOPT_POSTFIELDS, body.c_str());
    impl.error_text[0] = '\0';
    impl.retry_after.reset();
    if (curl_multi_add_handle(impl.multi.get(), easy) != CURLM_OK)
        throw Error(Exit::kFailure, "libcurl takes no request");
    WebhookReply reply;
    const CURLcode result = impl.run(give_up, reply.given_up);
    curl_multi_remove_handle(impl.multi.get(), easy);
    if (result == CURLE_OK) {
        long status = 0;
        curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
        reply.status = static_cast<int>(status);
        reply.retry_after = impl.retry_after;
    } else {
        // curl's own words may name the host, never the path; what it makes of a strange answer stays short.
        reply.error =
            impl.target.url.redact(impl.error_text[0] != '\0' ? impl.error_text : curl_easy_strerror(result));
    }
    set(easy, CURLOPT_HTTPHEADER, static_cast<curl_slist*>(nullptr));
    return reply;
}

}  // namespace pulse
