#include "net/listen_address.hpp"

#include "base/error.hpp"
#include "catch.hpp"

using namespace pulse;

namespace {

Exit refusal(const std::string& host) {
    try {
        check_listen_address(host);
    } catch (const Error& e) {
        CHECK_THAT(e.what(), ContainsSubstring(host));
        return e.exit();
    }
    return Exit::kOk;
}

}  // namespace

TEST_CASE("addresses of this machine are accepted", "[listen_address]") {
    CHECK(check_listen_address("127.0.0.1") == AddressFamily::kV4);
    CHECK(check_listen_address("0.0.0.0") == AddressFamily::kV4);
}

TEST_CASE("an address of another machine is refused", "[listen_address]") {
    CHECK(refusal("192.0.2.1") == Exit::kUnavailable);
    CHECK(refusal("2001:db8::1") == Exit::kUnavailable);
}

TEST_CASE("names are no addresses", "[listen_address]") {
    CHECK(refusal("localhost") == Exit::kUsage);
    CHECK(refusal("127.0.0.1:80") == Exit::kUsage);
    CHECK(refusal("") == Exit::kUsage);
}
