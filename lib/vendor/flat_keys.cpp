#include "vendor/flat_keys.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "vendor/rest_urls.hpp"

namespace pulse {

S3Endpoint S3Endpoint::parse(std::string_view url) {
    S3Endpoint endpoint;
    endpoint.base = rest_base(url, "https://files.polygon.io");
    const std::string_view base = endpoint.base;
    const bool tls = base.starts_with("https:");
    const std::size_t authority = base.find("//") + 2;
    const std::size_t path = std::min(base.find('/', authority), base.size());
    endpoint.host = base.substr(authority, path - authority);
    endpoint.path = base.substr(path);
    const std::string_view own_port = tls ? ":443" : ":80";
    if (endpoint.host.ends_with(own_port)) endpoint.host.resize(endpoint.host.size() - own_port.size());
    return endpoint;
}

std::string flat_key(Day session) {
    const std::string date = date_text(session);
    return fmt::format("us_options_opra/trades_v1/{}/{}/{}.csv.gz", date.substr(0, 4), date.substr(5, 2),
                       date);
}

}  // namespace pulse
