#include "bus/each_run.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <memory>
#include <random>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/fd.hpp"
#include "base/log.hpp"
#include "base/signals.hpp"
#include "bus/child.hpp"
#include "bus/command_line.hpp"
#include "bus/lease.hpp"
#include "bus/link.hpp"
#include "bus/puller.hpp"
#include "bus/route.hpp"
#include "bus/stream.hpp"
#include "pipe/summary.hpp"

namespace pulse::bus {

namespace {

constexpr int kFetchMessages = 50;                         // at a time, so that a batch's size is noticed
constexpr std::size_t kBatchBytes = std::size_t{8} << 20;  // no more is fetched beyond
constexpr int kFetchWaitMs = 100;
constexpr int kRedeliveryWaitMs = 500;
constexpr int kSignsOfLife = 4;  // in one ack wait

// A name no other process has: this machine's, the process's number, and chance.
std::string holder_name() {
    std::array<char, 256> host{};
    ::gethostname(host.data(), host.size() - 1);
    std::random_device chance;
    return fmt::format("{}/{}/{:08x}", host.data(), ::getpid(), chance());
}

std::vector<std::string> argv_for(const std::vector<std::string>& command) {
    const bool bash = can_run("bash");
    if (needs_shell(command) && !bash)
        log::warn("there is no bash: sh can't tell when another stage than the last one of a pipeline fails");
    return argv_of(command, bash);
}

/// One partition: the right to work on it, its consumer, the batch at hand.
struct Partition {
    Partition(const Link& link, const Puller::Options& pull, const std::string& leases,
              const std::string& holder)
        : number(pull.partition), puller(link, pull), lease(link, leases, number, holder, pull.ack_wait_ms) {}
    unsigned number;
    Puller puller;
    Lease lease;
    Batch batch;
    std::int64_t sign_ms = 0;  ///< when the last sign of life was given
    bool lost = false;         ///< somebody else took the lease while the batch was at hand
};

class EachRun {
  public:
    explicit EachRun(const EachOptions& options)
        : options_(options), argv_(argv_for(options.command)), link_(options.link) {
        open();
    }

    int run() {
        Patience patience(options_.link.max_retries);
        while (!stop_requested() && code_ == 0) {
            try {
                const Round round = look_at_all();
                patience.succeeded();
                if (round.all_empty && options_.until_empty) break;
                if (!round.more) readable(stop_fd(), options_.idle_ms);
            } catch (const Passing& failure) {
                const auto delay_ms = patience.failed();
                if (!delay_ms)
                    throw Error(Exit::kUnavailable, fmt::format("{}; gave up after {} retries",
                                                                failure.what(), options_.link.max_retries));
                if (patience.failures() == 1) log::warn("{}; trying again", failure.what());
                readable(stop_fd(), *delay_ms);
            }
        }
        return code_;
    }

    void report() const {
        const Summary summary{received_, passed_, {{"returned", received_ - passed_}}, 0};
        log::info("{} batches={} failures={} messages_again={}", summary.text(), batches_, failures_, again_);
    }

  private:
    struct Round {
        bool all_empty = true;  ///< nothing waits in any partition, nor is anything unacknowledged
        bool more = false;      ///< some batch was full: more is likely to wait
    };

    void open() {
        const StreamFacts facts = find_stream(link_, options_.stream);
        const auto chosen = parse_partitions(options_.partitions, facts.partitions);
        if (!chosen)
            throw Error(Exit::kConfig,
                        fmt::format("--partition {}: stream {} has the partitions 0 to {}",
                                    options_.partitions, options_.stream, facts.partitions - 1));
        const std::string leases = ensure_lease_stream(link_, options_.stream, facts.replicas);
        const std::string holder = holder_name();
        const std::int64_t ack_wait_ms = std::int64_t{options_.ack_wait_s} * 1'000;
        for (const unsigned p : *chosen)
            link_.persist([&] {
                partitions_.push_back(std::make_unique<Partition>(
                    link_, Puller::Options{options_.stream, p, options_.durable, options_.batch, ack_wait_ms},
                    leases, holder));
            });
        // Processes that serve the same partitions begin at different ones.
        std::random_device chance;
        const auto first = static_cast<std::ptrdiff_t>(chance() % partitions_.size());
        std::rotate(partitions_.begin(), partitions_.begin() + first, partitions_.end());
    }

    Round look_at_all() {
        Round round;
        for (const auto& partition : partitions_) {
            if (stop_requested() || code_ != 0) break;
            if (partition->puller.backlog().empty()) continue;
            round.all_empty = false;
            if (!partition->lease.try_take()) continue;
            try {
                round.more |= serve(*partition);
            } catch (...) {
                let_go(*partition);
                throw;
            }
            let_go(*partition);
        }
        return round;
    }

    // Gives back what is at hand, if anything still is, and the lease.
    static void let_go(Partition& partition) {
        if (!partition.batch.empty()) Puller::give_back(partition.batch);
        partition.batch.clear();
        partition.lease.release();
    }

    // One batch. True when it was full.
    bool serve(Partition& partition) {
        partition.sign_ms = mono_ms();
        partition.lost = false;
        const bool full = fetch(partition);
        if (partition.batch.empty() || !complete(partition)) return false;
        again_ += partition.batch.delivered_again();
        const std::string text = partition.batch.text();
        const auto records = static_cast<std::uint64_t>(std::count(text.begin(), text.end(), '\n'));
        received_ += records;
        if (!work(partition, text)) return false;
        link_.persist([&] { Puller::acknowledge(partition.batch); });
        passed_ += records;
        ++batches_;
        log::debug("partition {}: {} records in {} messages done", partition.number, records,
                   partition.batch.size());
        partition.batch.clear();
        return full;
    }

    bool fetch(Partition& partition) {
        Batch& batch = partition.batch;
        for (;;) {
            const int room = options_.batch - static_cast<int>(batch.size());
            if (room <= 0 || batch.bytes() >= kBatchBytes) return true;
            if (partition.puller.fetch(batch, std::min(room, kFetchMessages), kFetchWaitMs) == 0)
                return false;
            sign_of_life(partition);
        }
    }

    // Only a batch that has everything delivered and unacknowledged in it may be worked on: what is missing
    // was delivered to a process that is gone, stands before ours, and comes again when its time is over.
    bool complete(Partition& partition) {
        Batch& batch = partition.batch;
        bool told = false;
        for (;;) {
            const auto unacknowledged = partition.puller.backlog().unacknowledged;
            if (unacknowledged <= batch.size()) return true;
            if (stop_requested() || partition.lost) return false;
            if (!told)
                log::info(
                    "partition {}: {} messages were delivered to a process that is gone; waiting for them",
                    partition.number, unacknowledged - batch.size());
            told = true;
            partition.puller.fetch(batch, static_cast<int>(unacknowledged - batch.size()), kRedeliveryWaitMs);
            sign_of_life(partition);
        }
    }

    // Runs the command until it succeeds. The batch stays at hand meanwhile: a batch given back with a delay
    // would let the server deliver later ones first.
    bool work(Partition& partition, const std::string& text) {
        const int tick_ms = options_.ack_wait_s * 1'000 / kSignsOfLife;
        for (int failures = 1;; ++failures) {
            const ChildEnd end = run_child(argv_, text, tick_ms, [&] { sign_of_life(partition); });
            if (partition.lost) {
                log::warn("partition {}: another process took over; leaving the batch to it",
                          partition.number);
                partition.batch.clear();
                return false;
            }
            if (end.ok()) return true;
            ++failures_;
            tell(partition, end, failures);
            if (failures >= options_.max_failures) {
                code_ = end.code != 0 ? end.code : static_cast<int>(Exit::kIo);
                return false;
            }
            if (!pause(partition, pause_after(failures))) return false;
        }
    }

    void tell(const Partition& partition, const ChildEnd& end, int failures) const {
        const std::string what = end.code != 0 ? fmt::format("ended with {}", end.code)
                                               : "ended with 0 before it had read all of its input";
        const bool last = failures >= options_.max_failures;
        log::write(last ? log::Level::kError : log::Level::kWarn,
                   fmt::format("partition {}: the command {} on {} messages, {} of {} times; {}",
                               partition.number, what, partition.batch.size(), failures,
                               options_.max_failures, last ? "giving the batch back" : "trying again"));
    }

    // False when a stop was requested or the lease was lost.
    bool pause(Partition& partition, int pause_ms) {
        const std::int64_t until = mono_ms() + pause_ms;
        while (mono_ms() < until) {
            if (readable(stop_fd(), static_cast<int>(std::min<std::int64_t>(until - mono_ms(), 250))))
                return false;
            sign_of_life(partition);
            if (partition.lost) return false;
        }
        return true;
    }

    // Keeps batch and lease, several times in an ack wait. A server that can't be reached is asked again next
    // time.
    void sign_of_life(Partition& partition) const {
        const std::int64_t now = mono_ms();
        if (now - partition.sign_ms < options_.ack_wait_s * 1'000 / kSignsOfLife - 10) return;
        partition.sign_ms = now;
        try {
            if (!partition.lost) Puller::in_progress(partition.batch);
            if (!partition.lost && !partition.lease.renew()) partition.lost = true;
        } catch (const Passing& failure) {
            log::debug("{}", failure.what());
        }
    }

    const EachOptions& options_;
    std::vector<std::string> argv_;
    Link link_;
    std::vector<std::unique_ptr<Partition>> partitions_;
    int code_ = 0;
    std::uint64_t received_ = 0;  ///< records handed to the command
    std::uint64_t passed_ = 0;    ///< of these, acknowledged
    std::uint64_t batches_ = 0;
    std::uint64_t failures_ = 0;
    std::uint64_t again_ = 0;  ///< messages that had been delivered before
};

}  // namespace

int run_each(const EachOptions& options) {
    EachRun run(options);
    try {
        const int code = run.run();
        run.report();
        return code;
    } catch (...) {
        run.report();
        throw;
    }
}

}  // namespace pulse::bus
