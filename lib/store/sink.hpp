#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>

#include "store/batch.hpp"
#include "store/batch_note.hpp"
#include "store/cancel_ledger.hpp"
#include "store/connection.hpp"
#include "store/direct_gate.hpp"
#include "store/store_lanes.hpp"
#include "store/trade_writer.hpp"

namespace pulse::store {

/// Stores batches exactly once, through lost connections and other writers. One transaction a batch: its
/// trades, cancels and watermarks become visible together, with a row of stored_batches that tells readers
/// what is new (batch_log.hpp). Not thread-safe, but for send_ahead() and take_back() of one lane while
/// store() works on another's batch.
class Sink {
  public:
    /// `max_retries`: attempts to reach the database after the first before giving up; counted anew after
    /// each success.
    Sink(DatabaseSettings database, int max_retries)
        : database_(std::move(database)), max_retries_(max_retries) {}

    /// Connects, waiting for a missing database, and migrates it. False when a stop was requested first.
    /// Throws Error: kUnavailable after the retries, kAuth, kConfig.
    [[nodiscard]] bool open();

    /// Returns when the batch, placed before, is committed. What the server refuses is left out and told.
    /// Throws Error when it can't be stored; the batch may then be stored or not, never in part.
    /// `lane` says whose connection is used; with the batch that send_ahead() got it only ends what was begun
    /// there.
    StoreResult store(const Batch& batch, std::size_t lane = 0);

    /// Copies the batch's trades on the lane's connection in a transaction that is left open and holds no
    /// advisory lock, if the batch before could be copied too. What goes wrong is left for store() to meet
    /// again.
    void send_ahead(const Batch& batch, std::size_t lane) noexcept;
    /// Rolls back what send_ahead() did.
    void take_back(std::size_t lane) noexcept;

    /// Told on the calling thread of open() and store() when the database is reached and when it is lost.
    /// Before open().
    void on_database(std::function<void(bool up)> told) { on_database_ = std::move(told); }

    [[nodiscard]] std::uint64_t copied_batches() const { return copied_; }
    [[nodiscard]] std::uint64_t merged_batches() const { return merged_; }

  private:
    enum class Path { kCopy, kMerge, kRowByRow };

    /// A session of its own, with a transaction that may have been begun ahead of its batch's turn.
    struct Lane {
        std::unique_ptr<Connection> connection;
        TradeWriter trades{TradeWriter::Table::kTrades};
        bool ahead = false;  ///< a batch's trades are copied, in an open transaction
    };

    void reach_database();
    void reach_database_once();
    void connect_once();
    void give_up_or_wait(const DbError& error);
    Path after_failure(const DbError& error, Path path, int& collisions);
    StoreResult attempt(const Batch& batch, Path path);
    static void copy_trades(Lane& lane, const Batch& batch);
    void begin(const Batch& batch, Path path);
    void store_cancels(const Batch& batch, StoreResult& result);
    void store_json(const Batch& batch, StoreResult& result);
    void store_row_by_row(const Batch& batch, StoreResult& result);
    void insert_json(std::size_t kind, const Batch& batch, std::size_t from, std::size_t to,
                     StoreResult& result);

    DatabaseSettings database_;
    std::function<void(bool up)> on_database_ = [](bool) {};
    int max_retries_;
    std::array<Lane, kLanes> lanes_;
    Lane* lane_ = &lanes_[0];  ///< of the batch in store()
    std::atomic<bool> may_send_ahead_ = false;
    TradeWriter cancels_{TradeWriter::Table::kCancels};
    CancelLedger ledger_;
    DirectGate gate_;
    BatchNote note_;    ///< of the attempt under way
    int failures_ = 0;  ///< to reach the database, since the last success
    int refusals_ = 0;  ///< of the credentials, since the last success
    int tries_after_stop_ = 0;
    std::uint64_t copied_ = 0;
    std::uint64_t merged_ = 0;
};

}  // namespace pulse::store
