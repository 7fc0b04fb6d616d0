#pragma once

#include <cstdlib>
#include <string>

#include "catch.hpp"
#include "database.hpp"

namespace pulse::store::test {

/// Has the server that the test's shell script set up stop, start, be killed, paused or resumed.
inline void server(const std::string& command) {
    REQUIRE(std::system((std::string(std::getenv("PULSE_SERVER")) + " " + command).c_str()) == 0);
}

inline constexpr int kLost = static_cast<int>(DbErrorKind::kLost);
inline constexpr int kBusy = static_cast<int>(DbErrorKind::kBusy);

inline std::string kind(int number) {
    return std::to_string(number) + " ";
}

/// Why a statement failed, or "no error".
inline std::string failure(Connection& connection, const std::string& statement) {
    try {
        connection.run(statement);
    } catch (const DbError& error) {
        return kind(static_cast<int>(error.kind())) + error.sqlstate();
    }
    return "no error";
}

}  // namespace pulse::store::test
