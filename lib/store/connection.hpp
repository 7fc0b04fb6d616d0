#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "base/env.hpp"

struct pg_cancel;
struct pg_conn;
struct pg_result;

namespace pulse::store {

/// What a caller can do about a database error.
enum class DbErrorKind {
    kLost,      ///< no connection, or a server that is starting, stopping or out of resources: reconnect, try
                ///< again
    kBusy,      ///< deadlock, serialization failure, lock or statement timeout: roll back, try again
    kConflict,  ///< unique violation (23505)
    kRefused,  ///< the server refuses a row's content (classes 22, 23, 44, P0001): that row alone is at fault
    kAuth,     ///< credentials refused
    kConfig,   ///< the database doesn't exist, or the role lacks a right
    kOther,    ///< everything else: not worth a retry
};

/// The kind of an SQLSTATE of five characters (PostgreSQL manual, appendix A); an empty one is a lost
/// connection.
DbErrorKind kind_of_sqlstate(std::string_view sqlstate);

/// A failed statement or connection. The text is the server's message in one line, without SQL and
/// credentials.
class DbError : public std::runtime_error {
  public:
    DbError(DbErrorKind kind, std::string sqlstate, const std::string& what)
        : std::runtime_error(what), kind_(kind), sqlstate_(std::move(sqlstate)) {}
    [[nodiscard]] DbErrorKind kind() const noexcept { return kind_; }
    [[nodiscard]] const std::string& sqlstate() const noexcept { return sqlstate_; }

  private:
    DbErrorKind kind_;
    std::string sqlstate_;
};

/// Where the database is. An empty conninfo leaves everything to libpq's PG* variables.
struct DatabaseSettings {
    std::optional<Secret> conninfo;
    std::string application_name;  ///< what pg_stat_activity shows
    int connect_timeout_s = 10;
    /// When it becomes readable, connecting and waiting for an answer end at once with kLost: for leaving
    /// soon. Not owned, must outlive the connection; -1 for none.
    int wake_fd = -1;
};

/// DATABASE_URL (or the file named by DATABASE_URL_FILE), else libpq's PG*. Throws Error(kConfig) when libpq
/// can't parse it; the message never repeats it, because a badly quoted URL shows its password in odd places.
DatabaseSettings database_from_env(const std::string& application_name, int connect_timeout_s);

/// The rows a statement gave, as text. Owns its PGresult.
class Result {
  public:
    explicit Result(pg_result* result);
    [[nodiscard]] int rows() const;
    [[nodiscard]] bool null(int row, int column) const;
    /// Valid as long as this Result.
    [[nodiscard]] std::string_view text(int row, int column) const;
    /// A whole number column; 0 for NULL.
    [[nodiscard]] std::int64_t integer(int row, int column) const;

  private:
    struct Free {
        void operator()(pg_result* result) const noexcept;
    };
    std::unique_ptr<pg_result, Free> result_;
};

/// One session, closed by the destructor. All calls block and throw DbError; after kLost it is of no more
/// use. Not thread-safe, but for cancel().
class Connection {
  public:
    /// Connects within the timeout, with TCP keep-alives and a user timeout of 30 s so that a dead host is
    /// noticed.
    explicit Connection(const DatabaseSettings& settings);

    /// Runs one or several statements without parameters; gives the results of those that return rows.
    std::vector<Result> run(const std::string& sql);
    /// Runs one statement with text parameters $1…; gives its rows.
    Result query(const std::string& sql, const std::vector<std::string>& parameters);

    /// Runs `sql`, whose last statement is a COPY … FROM STDIN; gives the rows of the ones before it.
    std::vector<Result> begin_copy(const std::string& sql);
    /// Sends a piece of the COPY data: the server works on it while the caller makes the next one.
    void send_copy(std::string_view data);
    /// Ends the COPY. Errors the server found in any of the rows are thrown here.
    void finish_copy();

    /// ROLLBACK that doesn't throw: the next statement will tell what is wrong. Waits no longer than others.
    void rollback() noexcept;

    /// Makes it a session for questions: it can't write, PostgreSQL ends a statement after the timeout
    /// (kBusy, 57014), and a server that says nothing for 2 s more counts as lost. Call it first.
    void limit_to_questions(int statement_timeout_ms);

    /// Subscribes to a channel of NOTIFY, for the life of the session. False on a standby, which refuses it.
    /// Through a pooler that deals out transactions nothing ever comes.
    bool listen(const std::string& channel);
    /// The payloads that arrived since the last call, on any channel, in commit order; none when
    /// `timeout_ms` (-1: for ever) went by or `wake_fd` (-1: none) is readable. Throws kLost when the session
    /// is gone: what was notified meanwhile is lost, too, so look at the tables after connecting again.
    std::vector<std::string> wait_notifications(int timeout_ms, int wake_fd);

    /// Asks the server to end the statement under way, which then fails with kBusy (57014); without one it
    /// does nothing. From any thread, while the connection lives. Opens a short connection of its own: it
    /// may take as long as connecting when the host doesn't answer.
    void cancel() const noexcept;
    /// What cancel() does, as a function that may outlive the connection.
    [[nodiscard]] std::function<void()> canceller() const;

    /// `host port/database`, for messages.
    [[nodiscard]] std::string where() const;

  private:
    struct Finish {
        void operator()(pg_conn* connection) const noexcept;
    };
    void connect(const DatabaseSettings& settings);
    [[noreturn]] void fail_connecting(std::string_view reason) const;
    [[noreturn]] void fail(const pg_result* result) const;
    std::vector<Result> collect(bool stop_at_copy);
    void await_answer();
    [[noreturn]] void give_up(const std::string& reason);
    void take_notifications(std::vector<std::string>& payloads);

    std::unique_ptr<pg_conn, Finish> connection_;
    std::shared_ptr<pg_cancel> cancel_;
    int wake_fd_ = -1;
    int answer_timeout_ms_ = -1;  ///< of silence while an answer is due; -1: as long as TCP bears it
};

}  // namespace pulse::store
