#include "store/run_lock.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <array>

#include "base/error.hpp"

namespace pulse::store {

std::int64_t run_lock_key(std::string_view name) {
    const std::string text = fmt::format("pulse run lock\n{}", name);
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    if (EVP_Digest(text.data(), text.size(), digest.data(), nullptr, EVP_sha256(), nullptr) != 1)
        throw Error(Exit::kFailure, "OpenSSL refuses to compute SHA-256");
    std::uint64_t key = 0;
    for (std::size_t i = 0; i < 8; ++i) key = key << 8 | digest[i];
    return static_cast<std::int64_t>(key);
}

RunLock::RunLock(const DatabaseSettings& settings, std::int64_t key) : connection_(settings), key_(key) {}

bool RunLock::take() {
    // Without parameters, so that no portal stays behind: one would keep its snapshot, and VACUUM would wait
    // for it. A server that ends idle transactions would take the lock away.
    const auto results = connection_.run(fmt::format(
        "BEGIN; SET LOCAL idle_in_transaction_session_timeout = 0; SELECT pg_try_advisory_xact_lock({})",
        key_));
    if (results.back().text(0, 0) == "t") return true;
    connection_.run("ROLLBACK");
    return false;
}

std::optional<std::string> RunLock::holder() {
    // A key of one number is stored in two halves; objsubid 1 tells it from one of two numbers.
    const Result rows = connection_.query(
        "SELECT format('session %s of %s%s, since %s', l.pid, coalesce(nullif(a.application_name, ''), 'an "
        "unnamed program'), coalesce(' on ' || host(a.client_addr), ''), to_char(a.xact_start AT TIME ZONE "
        "'UTC', 'YYYY-MM-DD HH24:MI:SSZ')) FROM pg_locks l LEFT JOIN pg_stat_activity a USING (pid) WHERE "
        "l.locktype = 'advisory' AND l.granted AND l.objsubid = 1 AND l.database = (SELECT oid FROM "
        "pg_database WHERE datname = current_database()) AND (l.classid::bigint << 32 | l.objid::bigint) = "
        "$1",
        {std::to_string(key_)});
    if (rows.rows() == 0) return std::nullopt;
    return std::string(rows.text(0, 0));
}

void RunLock::hold(int timeout_ms, int wake_fd) {
    connection_.wait_notifications(timeout_ms, wake_fd);
    connection_.run("SELECT");
}

}  // namespace pulse::store
