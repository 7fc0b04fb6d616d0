#include "bus/servers.hpp"

namespace pulse::bus {

namespace {

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\n')) text.remove_suffix(1);
    return text;
}

// Where the host begins, behind `nats://` and credentials.
std::size_t host_of(std::string_view address) {
    if (const auto at = address.rfind('@'); at != std::string_view::npos) return at + 1;
    const auto scheme = address.find("://");
    return scheme == std::string_view::npos ? 0 : scheme + 3;
}

}  // namespace

std::vector<std::string> split_servers(std::string_view text) {
    std::vector<std::string> addresses;
    while (!text.empty()) {
        const auto comma = text.find(',');
        if (const auto one = trimmed(text.substr(0, comma)); !one.empty()) addresses.emplace_back(one);
        text.remove_prefix(comma == std::string_view::npos ? text.size() : comma + 1);
    }
    return addresses;
}

bool has_credentials(std::string_view address) {
    return address.find('@') != std::string_view::npos;
}

std::string shown_servers(const std::vector<std::string>& addresses) {
    std::string text;
    for (const std::string& address : addresses) {
        if (!text.empty()) text += ", ";
        text += address.substr(host_of(address));
    }
    return text;
}

bool wants_tls(std::string_view address) {
    return address.starts_with("tls://");
}

}  // namespace pulse::bus
