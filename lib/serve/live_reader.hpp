#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

#include "base/fd.hpp"
#include "flow/known.hpp"
#include "serve/live_hub.hpp"
#include "store/batch_log.hpp"
#include "store/connection.hpp"
#include "store/gaps.hpp"

namespace pulse::serve {

/// What is known of the feed, read together. At most some seconds old.
struct Snapshot {
    flow::FeedState feed;
    std::vector<store::CoverageRow> coverage;
};

/// What the reader found out.
struct News {
    std::vector<LiveEvent> events;  ///< of whole batches, in order
    std::int64_t through = 0;       ///< the newest batch they stand for
    std::optional<std::int64_t>
        began_after;  ///< set on the first news of a connection that saw nothing older
    std::shared_ptr<const Snapshot> snapshot;  ///< null: as before
    bool lost = false;                         ///< the database can't be reached: nothing else is set
};

/// The events of one batch: its trades, or one `bulk` event when there are more than 500, then the trades its
/// cancels took back.
std::vector<LiveEvent> events_of(store::Connection& connection, const store::StoredBatch& batch);

/// Follows the batches that sinks commit, by LISTEN, on a thread and a session of its own, and looks at the
/// state of the feed about once a second while something changes. Reconnects for ever and then goes on where
/// it was.
class LiveReader {
  public:
    /// `on_news` is called on the reader's thread.
    LiveReader(store::DatabaseSettings database, std::function<void(News)> on_news);
    ~LiveReader();
    LiveReader(const LiveReader&) = delete;
    LiveReader& operator=(const LiveReader&) = delete;

  private:
    void run();
    void follow();
    void start_at(store::Connection& connection);
    void catch_up(store::Connection& connection);
    void look(store::Connection& connection, bool changed);

    store::DatabaseSettings database_;
    std::function<void(News)> on_news_;
    UniqueFd wake_read_;
    UniqueFd wake_write_;
    std::optional<std::int64_t> last_;  ///< newest batch told
    std::int64_t looked_ms_ = 0;        ///< when the snapshot was read last
    bool changed_ = false;              ///< batches have come since then
    int failures_ = 0;
    std::thread thread_;  // last: started when everything it uses is there
};

}  // namespace pulse::serve
