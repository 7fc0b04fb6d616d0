#include "store/migrate.hpp"

#include <fmt/format.h>

#include <array>
#include <string>

#include "base/error.hpp"
#include "base/log.hpp"
#include "embedded/pulse_store.hpp"
#include "store/locks.hpp"

namespace pulse::store {

namespace {

constexpr std::array kSteps{sql::_001_tables_sql, sql::_002_batches_sql, sql::_003_reading_sql,
                            sql::_004_flow_sql};

// 0 for a database without our tables; asks for no right to create anything.
int schema_version(Connection& connection) {
    if (connection.run("SELECT to_regclass('pulse_schema')").front().null(0, 0)) return 0;
    const auto rows = connection.run("SELECT coalesce(max(version), 0) FROM pulse_schema");
    return static_cast<int>(rows.front().integer(0, 0));
}

bool apply_next(Connection& connection) {
    connection.run("BEGIN; " + lock_sql(Lock::kSchema, LockMode::kExclusive));
    connection.run(
        "CREATE TABLE IF NOT EXISTS pulse_schema (version int PRIMARY KEY, applied_at timestamptz NOT NULL "
        "DEFAULT now())");
    const int version = schema_version(connection);
    if (version > latest_schema_version())
        throw Error(
            Exit::kConfig,
            fmt::format(
                "the database has schema version {}, this program knows {}: install the newer release",
                version, latest_schema_version()));
    if (version == latest_schema_version()) {
        connection.run("COMMIT");
        return false;
    }
    log::info("migrating the database to schema version {}", version + 1);
    connection.run(std::string(kSteps.at(static_cast<std::size_t>(version))));
    connection.run(fmt::format("INSERT INTO pulse_schema (version) VALUES ({}); COMMIT", version + 1));
    return true;
}

}  // namespace

int latest_schema_version() {
    return static_cast<int>(kSteps.size());
}

int migrate(Connection& connection) {
    if (schema_version(connection) == latest_schema_version()) return 0;
    int applied = 0;
    try {
        while (apply_next(connection)) ++applied;
    } catch (...) {
        connection.rollback();
        throw;
    }
    return applied;
}

}  // namespace pulse::store
