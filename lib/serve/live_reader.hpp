#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

#include "base/fd.hpp"
#include "flow/snapshot.hpp"
#include "serve/live_hub.hpp"
#include "store/batch_log.hpp"
#include "store/connection.hpp"
#include "store/gaps.hpp"

namespace pulse::serve {

using flow::Snapshot;

/// What the reader found out.
struct News {
    std::vector<LiveEvent> events;  ///< of whole batches, in order
    std::int64_t through = 0;       ///< the newest batch they stand for
    /// When given, nothing is known of batches up to this one, and what came before is void.
    std::optional<std::int64_t> began_after;
    /// When given, the events are those of the time before: nobody is to be told. Clients that came while
    /// they were read begin behind this batch: what a page showed before was no newer.
    std::optional<std::int64_t> opens_after;
    std::shared_ptr<const Snapshot> snapshot;  ///< null: as before
    bool lost = false;                         ///< the database can't be reached: nothing else is set
};

/// The events of one batch: its trades, or one `bulk` event when there are more than 500 or reading them
/// takes longer than the session allows; then the trades its cancels took back, with the same bounds. A
/// cancel takes back the latest print before it, so a print that comes late may take over the cancel of an
/// earlier one, which then counts again. Nothing in the database says which that was, and clients still show
/// it struck out; so after prints that come cancelled a `bulk` event has them fetch the day before anew.
std::vector<LiveEvent> events_of(store::Connection& connection, const store::StoredBatch& batch);

/// Follows the batches that sinks commit, by LISTEN, on a thread and a session of its own, and looks at the
/// state of the feed about once a second while something changes. It asks for the newest batch every second
/// too: a standby sends no word and a pooler may lose it, and only an answer shows that the server isn't
/// frozen. Reconnects for ever and then goes on where it was, unless too much has come meanwhile.
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
    bool go_on(store::Connection& connection);
    void start_at(store::Connection& connection, std::int64_t newest);
    void catch_up(store::Connection& connection);
    void look(store::Connection& connection, bool changed);
    void report_loss();
    [[nodiscard]] bool stopping() const { return readable(wake_read_.get(), 0); }

    store::DatabaseSettings database_;
    std::function<void(News)> on_news_;
    UniqueFd wake_read_;
    UniqueFd wake_write_;
    std::optional<std::int64_t> last_;        ///< newest batch told
    std::optional<std::int64_t> first_seen_;  ///< newest batch when the first snapshot of use was read
    std::int64_t looked_ms_ = 0;              ///< when the snapshot was read last
    bool changed_ = false;                    ///< batches have come since then
    int failures_ = 0;
    std::thread thread_;  // last: started when everything it uses is there
};

}  // namespace pulse::serve
