#pragma once

#include <unistd.h>

#include <array>
#include <string>

#include "base/fd.hpp"
#include "catch.hpp"

/// A pipe whose ends close with the test.
struct PipePair {
    PipePair() {
        std::array<int, 2> ends{};
        REQUIRE(::pipe(ends.data()) == 0);
        out = pulse::UniqueFd(ends[0]);
        in = pulse::UniqueFd(ends[1]);
    }
    void send(std::string_view text) const { REQUIRE(pulse::write_all(in.get(), text) == 0); }

    pulse::UniqueFd out;  ///< read here
    pulse::UniqueFd in;   ///< write here
};
