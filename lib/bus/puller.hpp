#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "bus/link.hpp"

namespace pulse::bus {

/// Messages of one partition that were delivered and are neither acknowledged nor given back.
class Batch {
  public:
    struct Item {
        std::uint64_t sequence = 0;  ///< in the stream
        bool again = false;          ///< it was delivered before
        Handle<natsMsg> message;
    };
    /// Takes a message; of one delivered twice the newer delivery stays.
    void add(Item item);
    void clear() { items_.clear(); }
    [[nodiscard]] bool empty() const { return items_.empty(); }
    [[nodiscard]] std::size_t size() const { return items_.size(); }
    [[nodiscard]] std::size_t bytes() const;
    [[nodiscard]] std::size_t delivered_again() const;
    [[nodiscard]] const std::vector<Item>& items() const { return items_; }  ///< by sequence
    /// The lines of all messages, each with its newline.
    [[nodiscard]] std::string text() const;

  private:
    std::vector<Item> items_;
};

/// The consumer of one partition at the server, which remembers what is acknowledged. All processes that work
/// on the partition share it. Not thread-safe. Its functions throw Passing and Error.
class Puller {
  public:
    struct Options {
        std::string stream;
        unsigned partition = 0;
        std::string durable;  ///< the consumer is called `DURABLE-P`
        int batch = 0;        ///< most messages delivered and not acknowledged
        std::int64_t ack_wait_ms = 0;
    };
    /// Finds or makes the consumer. The link must outlive this object.
    Puller(const Link& link, Options options);

    /// What there is to do.
    struct Backlog {
        std::uint64_t waiting = 0;         ///< messages not delivered yet
        std::uint64_t unacknowledged = 0;  ///< delivered to anybody and not acknowledged
        [[nodiscard]] bool empty() const { return waiting == 0 && unacknowledged == 0; }
    };
    [[nodiscard]] Backlog backlog() const;

    /// Adds up to `most` messages, waiting for the first at most `wait_ms`. Returns how many came.
    std::size_t fetch(Batch& batch, int most, int wait_ms);
    /// Tells the server that the batch is being worked on. Failures don't matter unless they last.
    static void in_progress(const Batch& batch) noexcept;
    /// Acknowledges the batch; returns when the server has confirmed the last of it.
    static void acknowledge(const Batch& batch);
    /// Gives the batch back, to be delivered again at once.
    static void give_back(const Batch& batch) noexcept;

  private:
    void ensure_consumer() const;
    void make_consumer() const;
    void adjust(const jsConsumerInfo& info) const;
    [[nodiscard]] Handle<jsConsumerInfo> info() const;
    void subscribe();

    const Link& link_;
    Options options_;
    std::string name_;
    std::string filter_;
    Handle<natsSubscription> subscription_;
};

}  // namespace pulse::bus
