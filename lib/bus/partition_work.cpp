#include "bus/partition_work.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/fd.hpp"
#include "base/log.hpp"
#include "base/signals.hpp"
#include "bus/patience.hpp"

namespace pulse::bus {

namespace {

constexpr int kFetchMessages = 50;                         // at a time, so that a batch's size is noticed
constexpr std::size_t kBatchBytes = std::size_t{8} << 20;  // no more is fetched beyond
constexpr int kFetchWaitMs = 100;
constexpr int kRedeliveryWaitMs = 500;
constexpr int kSignsOfLife = 4;  // in one ack wait

}  // namespace

PartitionWork::PartitionWork(const Link& link, unsigned number, const EachOptions& options,
                             const std::vector<std::string>& argv, const std::string& leases,
                             const std::string& holder)
    : link_(link),
      number_(number),
      options_(options),
      argv_(argv),
      puller_(link, {options.stream, number, options.durable, options.batch, ack_wait_ms()}),
      lease_(link, leases, number, holder, ack_wait_ms()) {}

int PartitionWork::sign_interval_ms() const {
    return static_cast<int>(ack_wait_ms()) / kSignsOfLife;
}

void PartitionWork::let_go() {
    if (!batch_.empty()) Puller::give_back(batch_);
    batch_.clear();
    lease_.release();
}

bool PartitionWork::serve() {
    sign_ms_ = mono_ms();
    lost_ = false;
    const bool full = fetch();
    if (batch_.empty() || !complete()) return false;
    counts_.again += batch_.delivered_again();
    const std::string text = batch_.text();
    const auto records = static_cast<std::uint64_t>(std::count(text.begin(), text.end(), '\n'));
    counts_.received += records;
    if (!work(text)) return false;
    link_.persist([&] { Puller::acknowledge(batch_); });
    counts_.passed += records;
    ++counts_.batches;
    log::debug("partition {}: {} records in {} messages done", number_, records, batch_.size());
    batch_.clear();
    return full;
}

bool PartitionWork::fetch() {
    for (;;) {
        const int room = options_.batch - static_cast<int>(batch_.size());
        if (room <= 0 || batch_.bytes() >= kBatchBytes) return true;
        if (puller_.fetch(batch_, std::min(room, kFetchMessages), kFetchWaitMs) == 0) return false;
        sign_of_life();
    }
}

// Only a batch that has everything delivered and unacknowledged in it may be worked on: what is missing
// was delivered to a process that is gone, stands before ours, and comes again when its time is over.
bool PartitionWork::complete() {
    bool told = false;
    for (;;) {
        const auto unacknowledged = puller_.backlog().unacknowledged;
        if (unacknowledged <= batch_.size()) return true;
        if (stop_requested() || lost_) return false;
        if (!told)
            log::info("partition {}: {} messages were delivered to a process that is gone; waiting for them",
                      number_, unacknowledged - batch_.size());
        told = true;
        puller_.fetch(batch_, static_cast<int>(unacknowledged - batch_.size()), kRedeliveryWaitMs);
        sign_of_life();
    }
}

// Runs the command until it succeeds. The batch stays at hand meanwhile: a batch given back with a delay
// would let the server deliver later ones first.
bool PartitionWork::work(const std::string& text) {
    for (int failures = 1;; ++failures) {
        const ChildEnd end = run_child(argv_, text, sign_interval_ms(), [&] { sign_of_life(); });
        if (lost_) {
            log::warn("partition {}: another process took over; leaving the batch to it", number_);
            batch_.clear();
            return false;
        }
        if (end.ok()) return true;
        ++counts_.failures;
        tell(end, failures);
        if (failures >= options_.max_failures) {
            code_ = end.code != 0 ? end.code : static_cast<int>(Exit::kIo);
            return false;
        }
        if (!pause(pause_after(failures))) return false;
    }
}

void PartitionWork::tell(const ChildEnd& end, int failures) const {
    const std::string what = end.code != 0 ? fmt::format("ended with {}", end.code)
                                           : "ended with 0 before it had read all of its input";
    const bool last = failures >= options_.max_failures;
    log::write(last ? log::Level::kError : log::Level::kWarn,
               fmt::format("partition {}: the command {} on {} messages, {} of {} times; {}", number_, what,
                           batch_.size(), failures, options_.max_failures,
                           last ? "giving the batch back" : "trying again"));
}

// False when a stop was requested or the lease was lost.
bool PartitionWork::pause(int pause_ms) {
    const std::int64_t until = mono_ms() + pause_ms;
    while (mono_ms() < until) {
        if (readable(stop_fd(), static_cast<int>(std::min<std::int64_t>(until - mono_ms(), 250))))
            return false;
        sign_of_life();
        if (lost_) return false;
    }
    return true;
}

// Keeps batch and lease, several times in an ack wait. A server that can't be reached is asked again next
// time.
void PartitionWork::sign_of_life() {
    const std::int64_t now = mono_ms();
    if (now - sign_ms_ < sign_interval_ms() - 10) return;
    sign_ms_ = now;
    try {
        if (!lost_) Puller::in_progress(batch_);
        if (!lost_ && !lease_.renew()) lost_ = true;
    } catch (const Passing& failure) {
        log::debug("{}", failure.what());
    }
}

}  // namespace pulse::bus
