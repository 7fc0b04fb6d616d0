// The peer polygon-stream is measured against: libwebsockets used the plain way, with its defaults. A message
// is put together and written to stdout with a line break between its events; nothing is parsed, checked or
// chosen. lws_client ws|wss PORT COUNT: ends after COUNT events. SSL_CERT_FILE names the authority behind
// wss.

#include <libwebsockets.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace {

struct Client {
    std::string message;
    std::string outgoing;
    long left = 0;
    bool over = false;
};

void ask(lws* wsi, Client& client, std::string_view text) {
    client.outgoing = text;
    lws_callback_on_writable(wsi);
}

void write_all(std::string_view text) {
    while (!text.empty()) {
        const ssize_t n = write(STDOUT_FILENO, text.data(), text.size());
        if (n < 0) std::exit(1);
        text.remove_prefix(static_cast<std::size_t>(n));
    }
}

// `[{…},{…}]` becomes a line each. The tape has no `},{` inside of an event.
void write_events(Client& client) {
    std::string& text = client.message;
    text.back() = '\n';
    --client.left;
    for (std::size_t at = 0; (at = text.find("},{", at)) != std::string::npos; at += 2) {
        text[at + 1] = '\n';
        --client.left;
    }
    write_all(std::string_view(text).substr(1));
}

void on_message(lws* wsi, Client& client) {
    const std::string_view text = client.message;
    if (text.find("\"ev\":\"status\"") == std::string_view::npos) {
        write_events(client);
    } else if (text.find("\"connected\"") != std::string_view::npos) {
        ask(wsi, client, R"({"action":"auth","params":"any"})");
    } else if (text.find("\"auth_success\"") != std::string_view::npos) {
        ask(wsi, client, R"({"action":"subscribe","params":"T.*"})");
    }
    client.message.clear();
}

int callback(lws* wsi, lws_callback_reasons reason, void*, void* in, std::size_t size) {
    lws_context* context = lws_get_context(wsi);
    auto* client = context != nullptr ? static_cast<Client*>(lws_context_user(context)) : nullptr;
    if (client == nullptr) return 0;
    switch (reason) {
        case LWS_CALLBACK_CLIENT_RECEIVE:
            client->message.append(static_cast<const char*>(in), size);
            if (lws_is_final_fragment(wsi) && lws_remaining_packet_payload(wsi) == 0)
                on_message(wsi, *client);
            return client->left > 0 ? 0 : -1;
        case LWS_CALLBACK_CLIENT_WRITEABLE: {
            std::vector<unsigned char> out(LWS_PRE + client->outgoing.size());
            std::copy(client->outgoing.begin(), client->outgoing.end(), out.begin() + LWS_PRE);
            return lws_write(wsi, out.data() + LWS_PRE, client->outgoing.size(), LWS_WRITE_TEXT) < 0 ? -1 : 0;
        }
        case LWS_CALLBACK_CLIENT_CONNECTION_ERROR:
        case LWS_CALLBACK_CLIENT_CLOSED:
            client->over = true;
            return 0;
        default:
            return 0;
    }
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 4) return 2;
    Client client;
    client.left = std::atol(argv[3]);
    lws_set_log_level(LLL_ERR, nullptr);
    lws_protocols protocols[2]{};
    protocols[0].name = "tape";
    protocols[0].callback = callback;
    lws_context_creation_info settings{};
    settings.port = CONTEXT_PORT_NO_LISTEN;
    settings.protocols = protocols;
    settings.user = &client;
    settings.options = LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT;
    lws_context* context = lws_create_context(&settings);
    lws_client_connect_info target{};
    target.context = context;
    target.address = target.host = "127.0.0.1";
    target.port = std::atoi(argv[2]);
    target.path = "/options";
    target.ssl_connection = std::strcmp(argv[1], "wss") == 0 ? LCCSCF_USE_SSL : 0;
    target.local_protocol_name = "tape";
    if (context == nullptr || lws_client_connect_via_info(&target) == nullptr) return 1;
    while (!client.over && lws_service(context, 0) >= 0) {
    }
    lws_context_destroy(context);
    return client.left > 0 ? 1 : 0;
}
