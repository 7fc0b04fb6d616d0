#include "flow/parameters.hpp"

#include "catch.hpp"
#include "market/new_york.hpp"

using namespace pulse;
using namespace pulse::flow;

TEST_CASE("a number is plain digits within its bounds") {
    CHECK(read_number("limit", "1", 1, 1000) == 1);
    CHECK(read_number("limit", "1000", 1, 1000) == 1000);
    CHECK(read_number("limit", "007", 1, 1000) == 7);
    for (const char* bad :
         {"", "0", "1001", "abc", "10x", " 10", "+10", "-1", "1e2", "1.0", "99999999999999999999"}) {
        INFO(bad);
        CHECK_THROWS_AS(read_number("limit", bad, 1, 1000), ParameterError);
    }
}

TEST_CASE("an error names the parameter and says what to send") {
    try {
        read_number("limit", "abc", 1, 1000);
        FAIL("accepted");
    } catch (const ParameterError& error) {
        CHECK(error.parameter() == "limit");
        CHECK(error.code() == "bad_parameter");
        CHECK(std::string(error.what()) == "limit must be a whole number from 1 to 1000");
    }
}

TEST_CASE("a list has no empty entries") {
    CHECK(read_list("ticker", "AAPL") == std::vector<std::string>{"AAPL"});
    CHECK(read_list("ticker", "a,b,a") == std::vector<std::string>{"a", "b", "a"});
    for (const char* bad : {"", ",", "a,", ",a", "a,,b"}) {
        INFO(bad);
        CHECK_THROWS_AS(read_list("ticker", bad), ParameterError);
    }
}

TEST_CASE("a date is the New York day, from its first to its last millisecond") {
    const Day day = day_from_civil(2025, 12, 5);
    CHECK(read_instant("since", "2025-12-05", false) == new_york_ms(day, 0));
    CHECK(read_instant("since", "2025-12-05", false) == 1'764'910'800'000);  // 05:00 UTC
    CHECK(read_instant("until", "2025-12-05", true) == new_york_ms(day + 1, 0) - 1);
    // 25 hours: the clocks go back
    CHECK(read_instant("u", "2025-11-02", true) - read_instant("s", "2025-11-02", false) ==
          25 * 3'600'000 - 1);
}

TEST_CASE("an instant is RFC 3339, cut to milliseconds") {
    const std::int64_t instant = 1'764'948'620'676;
    for (const char* text : {"2025-12-05T15:30:20.676Z", "2025-12-05t15:30:20.676z",
                             "2025-12-05T10:30:20.676-05:00", "2025-12-05T21:00:20.676+05:30",
                             "2025-12-05T15:30:20.676999999Z", "2025-12-05T15:30:20.676+00:00"}) {
        INFO(text);
        CHECK(read_instant("since", text, false) == instant);
        CHECK(read_instant("since", text, true) == instant);
    }
    CHECK(read_instant("since", "2025-12-05T15:30:20Z", false) == 1'764'948'620'000);
    CHECK(read_instant("since", "2025-12-05T15:30:20.6Z", false) == 1'764'948'620'600);
    CHECK(read_instant("since", "1970-01-01T00:00:00Z", false) == 0);
}

TEST_CASE("what is no instant is refused") {
    for (const char* bad : {"",
                            "yesterday",
                            "2025",
                            "2025-13-01",
                            "2025-02-30",
                            "2025-12-05T",
                            "2025-12-05 15:30:20Z",
                            "2025-12-05T15:30Z",
                            "2025-12-05T24:00:00Z",
                            "2025-12-05T15:60:00Z",
                            "2025-12-05T15:30:60Z",
                            "2025-12-05T15:30:20",
                            "2025-12-05T15:30:20.Z",
                            "2025-12-05T15:30:20.1234567890Z",
                            "2025-12-05T15:30:20Zx",
                            "2025-12-05T15:30:20 05:00",
                            "2025-12-05T15:30:20+0500",
                            "2025-12-05T15:30:20+24:00",
                            "1764948620676",
                            "1969-12-31",
                            "1969-12-31T23:59:59Z",
                            "0000-01-01",
                            "9999-12-31",
                            "9999-12-31T23:59:59Z",
                            "2025-12-05\n"}) {
        INFO(bad);
        CHECK_THROWS_AS(read_instant("since", bad, false), ParameterError);
    }
}
