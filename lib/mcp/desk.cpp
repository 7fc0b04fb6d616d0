#include "mcp/desk.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "answer/answers.hpp"
#include "answer/calls.hpp"
#include "answer/flow_answers.hpp"
#include "answer/flow_calls.hpp"
#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/log.hpp"
#include "mcp/question.hpp"
#include "mcp/words.hpp"

namespace pulse::mcp {

namespace {

constexpr std::int64_t kSnapshotMs = 1000;

ToolAnswer error_answer(std::string text) {
    return {std::move(text), {}};
}

/// The database can't serve this release; the text says what to do.
class NotReady : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

std::string advice(const store::DbError& error, int timeout_ms) {
    using Kind = store::DbErrorKind;
    if (error.sqlstate() == "57014")
        return fmt::format(
            "This question took longer than {} ms: ask for less time, fewer tickers or a smaller limit.",
            timeout_ms);
    switch (error.kind()) {
        case Kind::kLost:
            return fmt::format(
                "The database can't be reached ({}). Start it, or correct DATABASE_URL (or PGHOST, PGPORT, "
                "PGDATABASE, PGUSER) in this server's environment; then ask again.",
                error.what());
        case Kind::kAuth:
            return fmt::format(
                "The database refuses the credentials ({}). Correct DATABASE_URL, or PGUSER and PGPASSWORD, "
                "in this server's environment and restart it.",
                error.what());
        case Kind::kConfig:
            return fmt::format(
                "The database can't be used ({}). DATABASE_URL must name the database that pg-sink fills and "
                "a role with SELECT on its tables.",
                error.what());
        case Kind::kBusy:
            return fmt::format("The database is busy ({}): ask again.", error.what());
        default:
            return fmt::format("The database can't answer this ({}).", error.what());
    }
}

void check_schema(int version) {
    if (version >= flow::kNeededSchema) return;
    throw NotReady(fmt::format(
        "The database has {}: run `pg-sink --migrate-only` of this release on it, then ask again.",
        version == 0 ? std::string("no tables of Pulse")
                     : fmt::format("tables of version {}, {} is needed", version, flow::kNeededSchema)));
}

}  // namespace

ToolAnswer Desk::call(std::string_view tool, const std::vector<Argument>& arguments) {
    try {
        return answer(tool, arguments);
    } catch (const flow::ParameterError& error) {
        // Many begin with the parameter's name.
        const std::string_view text = error.what();
        if (text.starts_with(error.parameter() + ' ')) return error_answer(std::string(text) + '.');
        return error_answer(fmt::format("{}: {}.", error.parameter(), text));
    } catch (const store::DbError& error) {
        log::warn("a question failed: {}", error.what());
        return error_answer(advice(error, options_.statement_timeout_ms));
    } catch (const NotReady& error) {
        return error_answer(error.what());
    } catch (const Error& error) {
        return error_answer(error.what());
    } catch (const std::exception& error) {
        log::error("a question failed: {}", error.what());
        return error_answer("This should not happen; the server's log on stderr has the reason.");
    }
}

ToolAnswer Desk::answer(std::string_view tool, const std::vector<Argument>& arguments) {
    const ToolQuestion question = read_question(tool, arguments);
    std::string json = ask(read(tool, question.parameters));
    while (json.ends_with('\n')) json.pop_back();
    if (json.size() > question.most_bytes)
        return error_answer(
            fmt::format("The answer has {} bytes, {} at most: ask for less time, fewer sessions or fewer "
                        "tickers.",
                        json.size(), question.most_bytes));
    std::string text = words_for(tool, json);
    return {std::move(text), std::move(json)};
}

Desk::Question Desk::read(std::string_view tool, const flow::Parameters& parameters) {
    using flow::Snapshot;
    using store::Connection;
    const auto& tickers = options_.tickers;
    if (tool == "smart_money_trades")
        return [call = answer::read_trades_call(parameters), &tickers](Connection& connection,
                                                                       const Snapshot& known) {
            return answer::trades_answer(connection, call, known, tickers);
        };
    if (tool == "strike_concentration")
        return [call = answer::read_concentration_call(parameters), &tickers](Connection& connection,
                                                                              const Snapshot& known) {
            return answer::concentration_answer(connection, call, known, tickers);
        };
    if (tool == "similar_events")
        return [call = answer::read_outcomes_call(parameters), &tickers](Connection& connection,
                                                                         const Snapshot& known) {
            return answer::outcomes_answer(connection, call, known, tickers);
        };
    if (tool == "flow_briefing")
        return [call = answer::read_briefing_call(parameters), &tickers](Connection& connection,
                                                                         const Snapshot& known) {
            return answer::briefing_answer(connection, call, known, tickers);
        };
    return [call = answer::read_coverage_call(parameters, wall_ms()), &tickers](
               Connection&, const Snapshot& known) { return answer::coverage_answer(call, known, tickers); };
}

std::string Desk::ask(const Question& question) {
    if (connection_) {
        // The server may have been restarted since the last question.
        try {
            return ask_here(question);
        } catch (const store::DbError& error) {
            if (error.kind() != store::DbErrorKind::kLost) throw;
        }
    }
    return ask_here(question);
}

std::string Desk::ask_here(const Question& question) {
    try {
        if (!connection_) {
            snapshot_.reset();
            connection_.emplace(options_.database());
            connection_->limit_to_questions(options_.statement_timeout_ms);
        }
        if (!snapshot_ || mono_ms() - snapshot_ms_ >= kSnapshotMs) {
            snapshot_ms_ = mono_ms();
            snapshot_ = flow::read_snapshot(*connection_);
        }
        check_schema(snapshot_->feed.schema_version);
        return question(*connection_, *snapshot_);
    } catch (const store::DbError& error) {
        snapshot_.reset();
        if (error.kind() == store::DbErrorKind::kLost)
            connection_.reset();
        else if (connection_)
            connection_->rollback();
        throw;
    } catch (const NotReady&) {
        snapshot_.reset();
        throw;
    }
}

}  // namespace pulse::mcp
