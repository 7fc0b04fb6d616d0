#include "bus/link.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/env.hpp"
#include "base/error.hpp"
#include "base/fd.hpp"
#include "base/log.hpp"
#include "base/signals.hpp"
#include "bus/servers.hpp"

namespace pulse::bus {

namespace {

constexpr const char* kDefaultServer = "nats://127.0.0.1:4222";
constexpr int kConnectMs = 5'000;
constexpr int kReconnectWaitMs = 250;
constexpr int kForEver = 1'000'000'000;
constexpr int kPingMs = 10'000;

bool may_pass(natsStatus status, jsErrCode code) {
    constexpr std::array passing_codes{JSClusterNoPeersErr,    JSClusterNotAssignedErr,
                                       JSClusterNotAvailErr,   JSClusterNotLeaderErr,
                                       JSRaftGeneralErr,       JSInsufficientResourcesErr,
                                       JSStreamStoreFailedErr, JSStreamOfflineErr,
                                       JSConsumerOfflineErr,   JSNotEnabledErr};
    constexpr std::array passing_states{
        NATS_TIMEOUT,           NATS_NO_RESPONDERS,    NATS_CONNECTION_DISCONNECTED,
        NATS_IO_ERROR,          NATS_STALE_CONNECTION, NATS_INSUFFICIENT_BUFFER,
        NATS_NOT_YET_CONNECTED, NATS_NO_SERVER,        NATS_MISSED_HEARTBEAT};
    if (code != 0)
        return std::any_of(passing_codes.begin(), passing_codes.end(), [&](auto c) { return c == code; });
    return std::find(passing_states.begin(), passing_states.end(), status) != passing_states.end();
}

void on_disconnected(natsConnection* connection, void*) {
    if (natsConnection_IsClosed(connection)) return;  // by us
    log::warn("lost the connection to NATS, reconnecting");
}

void on_reconnected(natsConnection* connection, void*) {
    std::array<char, 256> url{};
    natsConnection_GetConnectedUrl(connection, url.data(), url.size());
    log::info("connected to NATS again, at {}", shown_servers({url.data()}));
}

// The library would print these itself.
void on_error(natsConnection*, natsSubscription*, natsStatus status, void*) {
    log::debug("NATS: {}", natsStatus_GetText(status));
}

std::vector<std::string> servers_of(const LinkOptions& options) {
    auto servers = split_servers(options.servers);
    if (!servers.empty()) return servers;
    if (const auto secret = secret_from_env("NATS_URL")) servers = split_servers(secret->reveal());
    if (servers.empty()) servers.emplace_back(kDefaultServer);
    return servers;
}

// A wrong file or address is the user's setting, whatever the library calls it. Its own text is left out: it
// may quote an address with its password.
void set(natsStatus status, const std::string& setting) {
    if (status != NATS_OK)
        throw Error(Exit::kConfig, fmt::format("{}: {}", setting, natsStatus_GetText(status)));
}

Handle<natsOptions> library_options(const LinkOptions& o, const std::vector<std::string>& servers) {
    natsOptions* made = nullptr;
    set(natsOptions_Create(&made), "NATS");
    Handle<natsOptions> options(made);
    std::vector<const char*> urls;
    for (const std::string& server : servers) urls.push_back(server.c_str());
    set(natsOptions_SetServers(made, urls.data(), static_cast<int>(urls.size())),
        fmt::format("the address of NATS ({}) is wrong", shown_servers(servers)));
    natsOptions_SetName(made, o.tool.c_str());
    natsOptions_SetTimeout(made, kConnectMs);
    natsOptions_SetPingInterval(made, kPingMs);
    natsOptions_SetAllowReconnect(made, true);
    natsOptions_SetMaxReconnect(made, kForEver);
    natsOptions_SetReconnectWait(made, kReconnectWaitMs);
    natsOptions_SetFailRequestsOnDisconnect(made, true);
    natsOptions_SetDisconnectedCB(made, on_disconnected, nullptr);
    natsOptions_SetReconnectedCB(made, on_reconnected, nullptr);
    natsOptions_SetErrorHandler(made, on_error, nullptr);
    if (std::any_of(servers.begin(), servers.end(), wants_tls))
        set(natsOptions_SetSecure(made, true), "TLS for NATS");
    if (!o.ca_file.empty())
        set(natsOptions_LoadCATrustedCertificates(made, o.ca_file.c_str()),
            "cannot use CA file " + o.ca_file);
    if (!o.credentials_file.empty()) {
        open_for_reading(o.credentials_file);  // the library would say so only when it connects
        set(natsOptions_SetUserCredentialsFromFiles(made, o.credentials_file.c_str(), nullptr),
            "cannot use credentials file " + o.credentials_file);
    }
    return options;
}

}  // namespace

void check(natsStatus status, jsErrCode code, const std::string& what) {
    if (status == NATS_OK) return;
    natsStatus last = NATS_OK;
    const char* detail = nats_GetLastError(&last);
    const bool told = detail != nullptr && *detail != '\0' && last == status && code != 0;
    const std::string text = fmt::format("{}: {}", what, told ? detail : natsStatus_GetText(status));
    if (may_pass(status, code)) throw Passing(text);
    throw Error(status == NATS_CONNECTION_CLOSED ? Exit::kUnavailable : Exit::kFailure, text);
}

Link::Link(const LinkOptions& options)
    : servers_(servers_of(options)),
      max_retries_(options.max_retries),
      options_(library_options(options, servers_)) {
    connect(options);
    jsCtx* context = nullptr;
    check(natsConnection_JetStream(&context, connection_.get(), nullptr), {}, "cannot use JetStream");
    jetstream_.reset(context);
}

void Link::connect(const LinkOptions& options) {
    persist([&] {
        natsConnection* connection = nullptr;
        const natsStatus status = natsConnection_Connect(&connection, options_.get());
        if (status == NATS_OK) return connection_.reset(connection);
        const std::string text = fmt::format("cannot connect to NATS at {}: {}", shown_servers(servers_),
                                             natsStatus_GetText(status));
        if (status == NATS_CONNECTION_AUTH_FAILED || status == NATS_NOT_PERMITTED)
            throw Error(Exit::kAuth, text + "; credentials come from NATS_URL, NATS_URL_FILE or --creds");
        if (status == NATS_SSL_ERROR || status == NATS_SECURE_CONNECTION_REQUIRED ||
            status == NATS_SECURE_CONNECTION_WANTED)
            throw Error(Exit::kConfig, text +
                                           "; TLS wants tls:// in the address, and --ca-file for an "
                                           "authority the system doesn't know");
        throw Passing(text);
    });
    log::debug("{} connected to NATS at {}", options.tool, shown_servers(servers_));
}

std::size_t Link::max_payload() const {
    return static_cast<std::size_t>(natsConnection_GetMaxPayload(connection_.get()));
}

void Link::persist(const std::function<void()>& attempt) const {
    Patience patience(max_retries_);
    for (;;) {
        try {
            return attempt();
        } catch (const Passing& failure) {
            const auto delay_ms = patience.failed();
            if (!delay_ms)
                throw Error(Exit::kUnavailable,
                            fmt::format("{}; gave up after {} retries", failure.what(), max_retries_));
            if (patience.failures() == 1)
                log::warn("{}; trying again", failure.what());
            else
                log::debug("{}", failure.what());
            if (readable(stop_fd(), *delay_ms)) throw Stopped(fmt::format("stopped: {}", failure.what()));
        }
    }
}

}  // namespace pulse::bus
