// Whatever comes, nats-put accounts for each line, sends whole lines only, and cuts its messages at the same
// places however the input was cut into blocks.

#include <string>
#include <string_view>

#include "base/log.hpp"
#include "bus/record_intake.hpp"
#include "check.hpp"
#include "pipe/line_blocks.hpp"

namespace {

using namespace pulse;
using namespace pulse::bus;

constexpr unsigned kPartitions = 3;

std::string padded(std::string_view lines) {
    return std::string(lines) + std::string(kBlockPadding, '9');
}

/// Takes lines and keeps all that is sent, as text.
struct Put {
    Rejects rejects{"", false};
    std::string sent;
    std::uint64_t records = 0;
    RecordIntake intake{{"s", kPartitions, {.records = 5, .message_bytes = 600}, 2'000},
                        rejects,
                        [this](unsigned partition, Round&& round) { add(partition, round); }};

    void add(unsigned partition, const Round& round) {
        FUZZ_CHECK(partition < kPartitions);
        records += round.records();
        for (const Message& message : round.messages) {
            FUZZ_CHECK(message.data.ends_with('\n'));
            sent +=
                std::to_string(partition) + ' ' + message.subject + ' ' + message.id + '\n' + message.data;
        }
    }
    void take(std::string_view lines) {
        const std::string text = padded(lines);
        intake.take(std::string_view(text).substr(0, lines.size()));
    }
    void end() {
        for (unsigned p = 0; p < kPartitions; ++p) intake.close(p);
        FUZZ_CHECK(intake.received() == records + rejects.count() + intake.unclaimed());
    }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    log::configure("fuzz", log::Level::kError, log::Format::kText);
    const std::string_view lines(reinterpret_cast<const char*>(data), size);
    Put at_once;
    at_once.take(lines);
    at_once.end();
    Put one_by_one;
    for (std::string_view rest = lines; !rest.empty();) {
        const std::size_t newline = rest.find('\n');
        const std::size_t length = newline == std::string_view::npos ? rest.size() : newline + 1;
        one_by_one.take(rest.substr(0, length));
        rest.remove_prefix(length);
    }
    one_by_one.end();
    FUZZ_CHECK(at_once.sent == one_by_one.sent);
    return 0;
}
