#include "bus/put_run.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <memory>
#include <vector>

#include "base/error.hpp"
#include "base/log.hpp"
#include "bus/link.hpp"
#include "bus/record_intake.hpp"
#include "bus/sender.hpp"
#include "bus/stream.hpp"
#include "pipe/line_blocks.hpp"
#include "pipe/rejects.hpp"
#include "pipe/summary.hpp"

namespace pulse::bus {

namespace {

constexpr std::int64_t kSecondsAnHour = 3'600;
constexpr int kLookAgainMs = 5;
constexpr int kFailureLookMs = 250;
constexpr std::size_t kEnvelope = 1'024;  // headers and marker

class PutRun {
  public:
    explicit PutRun(const PutOptions& options)
        : rejects_(options.rejects, options.strict),
          link_(options.link),
          facts_(ensure_stream(link_, {options.stream, options.partitions, options.replicas,
                                       options.max_age_hours * kSecondsAnHour, options.duplicate_window_s})),
          intake_(intake_options(options), rejects_, [this](unsigned partition, Round&& round) {
              failed_ |= !senders_[partition]->submit(std::move(round));
          }) {
        for (unsigned p = 0; p < facts_.partitions; ++p)
            senders_.push_back(std::make_unique<Sender>(link_, p, options.ack_wait_ms));
    }

    void all() {
        LineBlocks input(STDIN_FILENO, "stdin", kMaxLine);
        try {
            while (!failed_ && step(input)) {
            }
        } catch (const Error& error) {
            // The lines before the one that ended it are good: keep them.
            if (error.exit() == Exit::kData || error.exit() == Exit::kIo) finish();
            throw;
        }
        finish();
        rejects_.finish();
    }

  private:
    [[nodiscard]] RecordIntake::Options intake_options(const PutOptions& options) const {
        RecordIntake::Options made{options.stream, facts_.partitions, {}, kMaxLine};
        made.limits.records = options.max_pending;
        made.limits.message_bytes = std::min(made.limits.message_bytes, link_.max_payload() / 4);
        made.max_line = std::min(made.max_line, link_.max_payload() - kEnvelope);
        return made;
    }

    // One piece of input; false at its end.
    bool step(LineBlocks& input) {
        switch (input.next(wait_ms())) {
            case LineBlocks::Status::kLines:
                intake_.take(input.text());
                break;
            case LineBlocks::Status::kLongLine:
                intake_.take_piece(input.text());
                break;
            case LineBlocks::Status::kLongEnd:
                intake_.end_long_line();
                break;
            case LineBlocks::Status::kTimeout:
                break;
            case LineBlocks::Status::kEnd:
            case LineBlocks::Status::kStopped:
                return false;
        }
        if (input.drained() && !input.ready()) send_what_can_go();
        return true;
    }

    // The input's poll can't see acknowledgements come, so look again soon while something waits for one.
    int wait_ms() {
        bool busy = false;
        for (unsigned p = 0; p < facts_.partitions; ++p) {
            if (intake_.gathered(p) > 0) return kLookAgainMs;
            busy |= !senders_[p]->idle();
            failed_ |= !senders_[p]->failure().empty();
        }
        return busy ? kFailureLookMs : -1;
    }

    // Nothing more is there to be read: what waits may go, where nothing is on the way. Elsewhere it gathers:
    // fewer, larger messages under load.
    void send_what_can_go() {
        for (unsigned p = 0; p < facts_.partitions; ++p)
            if (intake_.gathered(p) > 0 && senders_[p]->idle()) intake_.close(p);
    }

    void finish() {
        for (unsigned p = 0; p < facts_.partitions; ++p) intake_.close(p);
        for (const auto& sender : senders_) sender->finish();
        report();
    }

    void report() const {
        Sender::Counts sum;
        std::string failure;
        for (const auto& sender : senders_) {
            const auto counts = sender->counts();
            sum.stored += counts.stored;
            sum.duplicates += counts.duplicates;
            sum.unacknowledged += counts.unacknowledged;
            sum.messages += counts.messages;
            if (failure.empty()) failure = sender->failure();
        }
        const Summary summary{intake_.received(),
                              sum.stored,
                              {{"duplicate", sum.duplicates},
                               {"unclaimed", intake_.unclaimed()},
                               {"unacknowledged", sum.unacknowledged}},
                              rejects_.count()};
        log::info("{} messages={}", summary.text(), sum.messages);
        if (sum.unacknowledged > 0)
            throw Error(Exit::kUnavailable,
                        fmt::format("{} records are not acknowledged: {}. Put the same input again: what is "
                                    "stored is not stored twice within the duplicate window",
                                    sum.unacknowledged, failure));
    }

    Rejects rejects_;
    Link link_;
    StreamFacts facts_;
    RecordIntake intake_;
    std::vector<std::unique_ptr<Sender>> senders_;  // destroyed before what they use
    bool failed_ = false;
};

}  // namespace

void put_records(const PutOptions& options) {
    PutRun(options).all();
}

}  // namespace pulse::bus
