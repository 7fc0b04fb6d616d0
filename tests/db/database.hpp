#pragma once

#include <cstdlib>
#include <optional>
#include <string>
#include <vector>

#include "store/connection.hpp"

namespace pulse::store::test {

/// The server and database that the test's shell script set up: DATABASE_URL, else PGHOST and PGDATABASE.
inline DatabaseSettings here() {
    return database_from_env("pulse-test", 10);
}

/// Runs statements on a session of their own; gives the first value of the last one, as text.
inline std::string sql(const std::string& statements) {
    Connection connection(here());
    const auto results = connection.run(statements);
    if (results.empty() || results.back().rows() == 0) return {};
    return std::string(results.back().text(0, 0));
}

inline void wipe() {
    sql("DROP SCHEMA public CASCADE; CREATE SCHEMA public");
}

}  // namespace pulse::store::test
