#pragma once

#include "store/connection.hpp"

namespace pulse::store {

/// The schema version this program knows.
int latest_schema_version();

/// Brings the database to latest_schema_version(), one transaction a step, under an advisory lock so that
/// several tools may start at once. Gives the number of steps applied. Throws Error(kConfig) when the
/// database is newer than this program, DbError when a statement fails.
int migrate(Connection& connection);

}  // namespace pulse::store
