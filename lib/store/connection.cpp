#include "store/connection.hpp"

#include <fmt/format.h>
#include <libpq-fe.h>
#include <poll.h>

#include <array>
#include <charconv>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/log.hpp"

namespace pulse::store {

namespace {

bool is_sqlstate_char(char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z');
}

// libpq keeps no SQLSTATE of a failed connection, but verbose messages carry it: `FATAL:  28P01: password …`.
// The words around it depend on the server's language, the code does not.
std::string sqlstate_in(std::string_view message) {
    for (std::size_t at = message.find(":  "); at != std::string_view::npos;
         at = message.find(":  ", at + 1)) {
        const std::string_view code = message.substr(at + 3, 5);
        bool ok = code.size() == 5 && message.substr(at + 8, 1) == ":";
        for (const char c : code) ok = ok && is_sqlstate_char(c);
        if (ok) return std::string(code);
    }
    return {};
}

// Verbose messages append LOCATION and more lines; the first line says it all.
std::string first_line(std::string_view text) {
    return std::string(text.substr(0, text.find('\n')));
}

std::string field(const PGresult* result, int code) {
    const char* text = PQresultErrorField(result, code);
    return text == nullptr ? std::string() : std::string(text);
}

void log_notice(void* /*unused*/, const PGresult* result) {
    log::debug("server: {}", field(result, PG_DIAG_MESSAGE_PRIMARY));
}

bool starts_with_any(std::string_view text, std::initializer_list<std::string_view> prefixes) {
    for (const auto prefix : prefixes)
        if (text.starts_with(prefix)) return true;
    return false;
}

}  // namespace

DbErrorKind kind_of_sqlstate(std::string_view sqlstate) {
    if (sqlstate == "23505") return DbErrorKind::kConflict;
    // 54 program limits (a key too long for the index), 21000 a row twice in one statement: the data's fault,
    // too.
    if (starts_with_any(sqlstate, {"21", "22", "23", "44", "54", "P0001"})) return DbErrorKind::kRefused;
    if (starts_with_any(sqlstate, {"40", "55P03", "57014"})) return DbErrorKind::kBusy;
    if (starts_with_any(sqlstate, {"28"})) return DbErrorKind::kAuth;
    if (starts_with_any(sqlstate, {"3D000", "42501"})) return DbErrorKind::kConfig;
    // 08 connection, 25006 read-only (a standby being promoted), 53 resources, 57P0x shutdown, 58 system, XX
    // crash.
    if (sqlstate.empty() || starts_with_any(sqlstate, {"08", "25006", "53", "57P", "58"}))
        return DbErrorKind::kLost;
    return DbErrorKind::kOther;
}

namespace {

/// A password with an unescaped @ or / makes libpq take a part of it for the host, the port or the database,
/// and name that part in its messages.
bool misplaced_secret(std::string_view keyword, std::string_view value) {
    if (keyword == "port") return value.find_first_not_of("0123456789,") != std::string_view::npos;
    return (keyword == "host" || keyword == "dbname") && value.find('@') != std::string_view::npos;
}

}  // namespace

DatabaseSettings database_from_env(const std::string& application_name, int connect_timeout_s) {
    DatabaseSettings settings{secret_from_env("DATABASE_URL"), application_name, connect_timeout_s};
    if (!settings.conninfo) return settings;
    char* message = nullptr;
    PQconninfoOption* options = PQconninfoParse(settings.conninfo->reveal().c_str(), &message);
    bool usable = options != nullptr;
    for (const PQconninfoOption* o = options; usable && o->keyword != nullptr; ++o)
        if (o->val != nullptr && misplaced_secret(o->keyword, o->val)) usable = false;
    PQconninfoFree(options);
    PQfreemem(message);
    if (!usable)
        throw Error(Exit::kConfig,
                    "DATABASE_URL can't be understood; it must look like "
                    "postgresql://USER:PASSWORD@HOST:PORT/DATABASE, "
                    "with special characters in the password percent-encoded (@ is %40)");
    return settings;
}

Result::Result(pg_result* result) : result_(result) {}
void Result::Free::operator()(pg_result* result) const noexcept {
    PQclear(result);
}
int Result::rows() const {
    return PQntuples(result_.get());
}
bool Result::null(int row, int column) const {
    return PQgetisnull(result_.get(), row, column) != 0;
}

std::string_view Result::text(int row, int column) const {
    return {PQgetvalue(result_.get(), row, column),
            static_cast<std::size_t>(PQgetlength(result_.get(), row, column))};
}

std::int64_t Result::integer(int row, int column) const {
    std::int64_t value = 0;
    const auto digits = text(row, column);
    std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return value;
}

void Connection::Finish::operator()(pg_conn* connection) const noexcept {
    PQfinish(connection);
}

Connection::Connection(const DatabaseSettings& settings) : wake_fd_(settings.wake_fd) {
    connect(settings);
    cancel_.reset(PQgetCancel(connection_.get()), PQfreeCancel);
    PQsetErrorVerbosity(connection_.get(), PQERRORS_DEFAULT);
    PQsetNoticeReceiver(connection_.get(), log_notice, nullptr);
}

void Connection::connect(const DatabaseSettings& settings) {
    const std::string conninfo = settings.conninfo ? settings.conninfo->reveal() : "";
    // What stands before dbname may be overridden by the user's URL, what stands after may not.
    const std::array<const char*, 9> names{"fallback_application_name",
                                           "keepalives_idle",
                                           "keepalives_interval",
                                           "keepalives_count",
                                           "tcp_user_timeout",
                                           "dbname",
                                           "client_encoding",
                                           nullptr,
                                           nullptr};
    const std::array<const char*, 9> values{settings.application_name.c_str(),
                                            "30",
                                            "10",
                                            "3",
                                            "30000",
                                            conninfo.empty() ? nullptr : conninfo.c_str(),
                                            "UTF8",
                                            nullptr,
                                            nullptr};
    connection_.reset(PQconnectStartParams(names.data(), values.data(), 1));
    if (!connection_) throw DbError(DbErrorKind::kLost, "", "out of memory");
    PQsetErrorVerbosity(connection_.get(), PQERRORS_VERBOSE);
    const std::int64_t deadline = mono_ms() + settings.connect_timeout_s * std::int64_t{1000};
    auto state = PQstatus(connection_.get()) == CONNECTION_BAD ? PGRES_POLLING_FAILED : PGRES_POLLING_WRITING;
    while (state != PGRES_POLLING_OK) {
        if (state == PGRES_POLLING_FAILED) fail_connecting(PQerrorMessage(connection_.get()));
        const auto events = static_cast<short>(state == PGRES_POLLING_READING ? POLLIN : POLLOUT);
        std::array<pollfd, 2> wait{pollfd{PQsocket(connection_.get()), events, 0},
                                   pollfd{wake_fd_, POLLIN, 0}};
        const std::int64_t left = deadline - mono_ms();
        if (left <= 0) fail_connecting(fmt::format("no answer within {} s", settings.connect_timeout_s));
        if (::poll(wait.data(), wait.size(), static_cast<int>(left)) <= 0) continue;
        if (wait[1].revents != 0) fail_connecting("asked to stop while connecting");
        state = PQconnectPoll(connection_.get());
    }
}

void Connection::fail_connecting(std::string_view reason) const {
    const std::string sqlstate = sqlstate_in(reason);
    auto kind = kind_of_sqlstate(sqlstate);
    if (sqlstate.empty() && PQconnectionNeedsPassword(connection_.get()) != 0) kind = DbErrorKind::kAuth;
    throw DbError(kind, sqlstate, first_line(reason));
}

void Connection::fail(const pg_result* result) const {
    if (PQstatus(connection_.get()) == CONNECTION_BAD)
        throw DbError(DbErrorKind::kLost, field(result, PG_DIAG_SQLSTATE),
                      "connection lost: " + first_line(PQerrorMessage(connection_.get())));
    const std::string sqlstate = field(result, PG_DIAG_SQLSTATE);
    std::string text = field(result, PG_DIAG_MESSAGE_PRIMARY);
    if (text.empty()) text = first_line(PQerrorMessage(connection_.get()));
    throw DbError(kind_of_sqlstate(sqlstate), sqlstate,
                  sqlstate.empty() ? text : fmt::format("{} ({})", text, sqlstate));
}

std::vector<Result> Connection::collect(bool stop_at_copy) {
    std::vector<Result> rows;
    std::optional<Result> failed;
    const PGresult* failure = nullptr;
    for (;;) {
        await_answer();
        PGresult* result = PQgetResult(connection_.get());
        if (result == nullptr) break;
        Result owned(result);
        const auto status = PQresultStatus(result);
        if (status == PGRES_COPY_IN && stop_at_copy) return rows;
        if (status == PGRES_TUPLES_OK) {
            rows.push_back(std::move(owned));
        } else if (status != PGRES_COMMAND_OK && status != PGRES_EMPTY_QUERY && failure == nullptr) {
            failure = result;
            failed = std::move(owned);
        }
        if (PQstatus(connection_.get()) == CONNECTION_BAD) break;
    }
    if (failure != nullptr || PQstatus(connection_.get()) == CONNECTION_BAD) fail(failure);
    return rows;
}

std::vector<Result> Connection::run(const std::string& sql) {
    if (PQsendQuery(connection_.get(), sql.c_str()) == 0) fail(nullptr);
    return collect(false);
}

Result Connection::query(const std::string& sql, const std::vector<std::string>& parameters) {
    std::vector<const char*> values;
    values.reserve(parameters.size());
    for (const auto& parameter : parameters) values.push_back(parameter.c_str());
    if (PQsendQueryParams(connection_.get(), sql.c_str(), static_cast<int>(values.size()), nullptr,
                          values.data(), nullptr, nullptr, 0) == 0)
        fail(nullptr);
    auto results = collect(false);
    return results.empty() ? Result(nullptr) : std::move(results.front());
}

std::vector<Result> Connection::begin_copy(const std::string& sql) {
    if (PQsendQuery(connection_.get(), sql.c_str()) == 0) fail(nullptr);
    return collect(true);
}

void Connection::send_copy(std::string_view data) {
    if (PQputCopyData(connection_.get(), data.data(), static_cast<int>(data.size())) != 1) fail(nullptr);
}

void Connection::finish_copy() {
    if (PQputCopyEnd(connection_.get(), nullptr) != 1) fail(nullptr);
    collect(false);
}

void Connection::rollback() noexcept {
    const auto quietly = [](auto step) {
        try {
            step();
        } catch (const DbError&) {  // shows again in the next statement
        }
    };
    // Not PQexec(): it would wait for ever for a server that has fallen silent.
    if (PQtransactionStatus(connection_.get()) == PQTRANS_ACTIVE)
        quietly([this] {
            if (PQputCopyEnd(connection_.get(), "rolled back") == 1) collect(false);
        });
    const auto state = PQtransactionStatus(connection_.get());
    if (state == PQTRANS_INTRANS || state == PQTRANS_INERROR) quietly([this] { run("ROLLBACK"); });
}

std::string Connection::where() const {
    const auto text = [](const char* value) { return std::string_view(value == nullptr ? "" : value); };
    return fmt::format("{} port {}, database {}", text(PQhost(connection_.get())),
                       text(PQport(connection_.get())), text(PQdb(connection_.get())));
}

}  // namespace pulse::store
