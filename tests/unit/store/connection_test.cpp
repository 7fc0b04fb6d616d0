#include "store/connection.hpp"

#include <cstdlib>
#include <string>

#include "base/error.hpp"
#include "catch.hpp"

using namespace pulse;
using namespace pulse::store;

namespace {

/// Sets DATABASE_URL for one test.
struct WithUrl {
    explicit WithUrl(const std::string& url) { ::setenv("DATABASE_URL", url.c_str(), 1); }
    ~WithUrl() { ::unsetenv("DATABASE_URL"); }
    WithUrl(const WithUrl&) = delete;
    WithUrl& operator=(const WithUrl&) = delete;
};

std::string refusal(const std::string& url) {
    const WithUrl set(url);
    try {
        database_from_env("pg-sink", 1);
    } catch (const Error& error) {
        CHECK(error.exit() == Exit::kConfig);
        return error.what();
    }
    return "accepted";
}

}  // namespace

TEST_CASE("what to do about an SQLSTATE") {
    CHECK(kind_of_sqlstate("23505") == DbErrorKind::kConflict);
    for (const auto* code : {"22003", "22P02", "22021", "23502", "23514", "44000", "P0001"})
        CHECK(kind_of_sqlstate(code) == DbErrorKind::kRefused);
    for (const auto* code : {"40001", "40P01", "55P03", "57014"})
        CHECK(kind_of_sqlstate(code) == DbErrorKind::kBusy);
    for (const auto* code : {"", "08006", "53300", "53100", "57P01", "57P03", "25006"})
        CHECK(kind_of_sqlstate(code) == DbErrorKind::kLost);
    for (const auto* code : {"28P01", "28000"}) CHECK(kind_of_sqlstate(code) == DbErrorKind::kAuth);
    for (const auto* code : {"3D000", "42501"}) CHECK(kind_of_sqlstate(code) == DbErrorKind::kConfig);
    CHECK(kind_of_sqlstate("42703") == DbErrorKind::kOther);
}

TEST_CASE("an unusable DATABASE_URL is told without showing it") {
    for (const std::string url : {"postgresql://u:hunter2@host:port-2/db?nonsense=1",
                                  "postgres//u:hunter2@host/db", "postgresql://u:hun@ter2@host/db"}) {
        const std::string message = refusal(url);
        CHECK_THAT(message, ContainsSubstring("DATABASE_URL"));
        CHECK(message.find("ter2") == std::string::npos);
    }
    CHECK(refusal("postgres://u:p%40ss@host:5432/db") == "accepted");
    CHECK(refusal("") == "accepted");
}

TEST_CASE("a database that isn't there is lost, not refused") {
    const WithUrl set("postgresql:///db?host=/nonexistent-socket-directory");
    try {
        const Connection connection(database_from_env("pg-sink", 1));
        FAIL("connected to nothing");
    } catch (const DbError& error) {
        CHECK(error.kind() == DbErrorKind::kLost);
        CHECK_THAT(std::string(error.what()), ContainsSubstring("/nonexistent-socket-directory"));
    }
}
