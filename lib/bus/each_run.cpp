#include "bus/each_run.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <memory>
#include <random>

#include "base/error.hpp"
#include "base/fd.hpp"
#include "base/log.hpp"
#include "base/signals.hpp"
#include "bus/child.hpp"
#include "bus/command_line.hpp"
#include "bus/link.hpp"
#include "bus/partition_work.hpp"
#include "bus/patience.hpp"
#include "bus/route.hpp"
#include "bus/stream.hpp"
#include "pipe/summary.hpp"

namespace pulse::bus {

namespace {

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
        WorkCounts sum;
        for (const auto& partition : partitions_) {
            const WorkCounts& counts = partition->counts();
            sum.received += counts.received;
            sum.passed += counts.passed;
            sum.batches += counts.batches;
            sum.failures += counts.failures;
            sum.again += counts.again;
        }
        const Summary summary{sum.received, sum.passed, {{"returned", sum.received - sum.passed}}, 0};
        log::info("{} batches={} failures={} messages_again={}", summary.text(), sum.batches, sum.failures,
                  sum.again);
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
        for (const unsigned p : *chosen)
            link_.persist([&] {
                partitions_.push_back(
                    std::make_unique<PartitionWork>(link_, p, options_, argv_, leases, holder));
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
            if (partition->empty()) continue;
            round.all_empty = false;
            if (!partition->take()) continue;
            try {
                round.more |= partition->serve();
            } catch (...) {
                partition->let_go();
                throw;
            }
            partition->let_go();
            code_ = partition->code();
        }
        return round;
    }

    const EachOptions& options_;
    std::vector<std::string> argv_;
    Link link_;
    std::vector<std::unique_ptr<PartitionWork>> partitions_;
    int code_ = 0;
};

}  // namespace

// A stop is no failure, whatever was tried then: what isn't acknowledged comes again.
int run_each(const EachOptions& options) try {
    EachRun run(options);
    try {
        const int code = run.run();
        run.report();
        return code;
    } catch (...) {
        run.report();
        throw;
    }
} catch (const Stopped& stopped) {
    log::info("{}", stopped.what());
    return 0;
}

}  // namespace pulse::bus
