#include "net/lws_support.hpp"

#include <fmt/format.h>
#include <netdb.h>
#include <openssl/x509_vfy.h>

#include <string_view>

#include "base/error.hpp"
#include "base/fd.hpp"
#include "base/log.hpp"

namespace pulse {

namespace {

std::string& remembered_error() {
    thread_local std::string text;
    return text;
}

void on_library_log(int level, const char* line) {
    std::string_view text(line);
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.remove_suffix(1);
    if (level == LLL_ERR) remembered_error() = text;
    log::debug("libwebsockets: {}", text);
}

}  // namespace

void capture_library_log() {
    lws_set_log_level(LLL_ERR | LLL_WARN, on_library_log);
}

const std::string& last_library_error() {
    return remembered_error();
}

void forget_library_error() {
    remembered_error().clear();
}

void check_ca_file(const std::string& path) {
    open_for_reading(path);  // says why when it can't be opened
    const std::unique_ptr<X509_STORE, decltype(&X509_STORE_free)> store(X509_STORE_new(), X509_STORE_free);
    if (!store || X509_STORE_load_locations(store.get(), path.c_str(), nullptr) != 1)
        throw Error(Exit::kConfig,
                    fmt::format("cannot use the CA file {}: it holds no certificate in PEM format", path));
}

std::string resolution_error(const std::string& host) {
    addrinfo* found = nullptr;
    const int error = ::getaddrinfo(host.c_str(), nullptr, nullptr, &found);
    if (error != 0) return fmt::format("cannot find the host {}: {}", host, ::gai_strerror(error));
    ::freeaddrinfo(found);
    return fmt::format("cannot connect to {}: {}", host, last_library_error());
}

}  // namespace pulse
