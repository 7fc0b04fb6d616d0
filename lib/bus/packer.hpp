#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "bus/counted_prints.hpp"
#include "bus/message.hpp"
#include "bus/message_id.hpp"

namespace pulse::bus {

struct PackLimits {
    std::size_t records = 2'000;                         ///< of one round
    std::size_t message_bytes = std::size_t{256} << 10;  ///< of one message, unless a single line is longer
};

/// Packs the lines of one partition into rounds of messages. Where it cuts depends on the lines alone, but
/// for close(): so the same file gives the same messages again.
class Packer {
  public:
    using Out = std::function<void(Round&&)>;
    /// `out` gets each round as it closes.
    Packer(std::string stream, unsigned partition, PackLimits limits, Out out)
        : stream_(std::move(stream)), partition_(partition), limits_(limits), out_(std::move(out)) {}

    /// A record of an underlying. `numbered`: it carries a sequence number, so that the same line is the same
    /// record; of other lines each one counts.
    void add(std::string_view ticker, std::string_view line, bool numbered);
    /// A print without a sequence number. In front of it go the prints it must be counted with, and in front
    /// of the first one of its source in a message the marker that lets readers count from there.
    void add_print(std::string_view ticker, const CountedPrint& print);
    /// A line that everything before it must be stored ahead of: a round of its own. `records`: 1, or 0 where
    /// another partition's packer has counted the line.
    void add_alone(std::string_view line, std::uint32_t records);
    /// See CountedPrints.
    void end_pass(std::string_view source, std::string_view ticker) { prints_.end_pass(source, ticker); }

    /// Closes the round at hand: its lines shall wait no longer.
    void close();
    /// Records gathered and not handed out.
    [[nodiscard]] std::uint64_t gathered() const { return records_; }

  private:
    struct Open {
        std::string ticker;
        std::uint64_t number = 0;
        std::string data;
        std::uint32_t records = 0;
        bool numbered = true;                     ///< all its lines are
        std::vector<std::string> marked_sources;  ///< whose marker stands in it
    };
    Open& open_for(std::string_view ticker, std::size_t line_bytes);
    void append(Open& open, std::string_view line, bool numbered);
    Message message_of(std::string_view ticker, std::string data, std::uint32_t records, bool numbered);

    std::string stream_;
    unsigned partition_;
    PackLimits limits_;
    Out out_;
    std::vector<Open> open_;                              ///< in the order of their first lines
    std::map<std::string, std::size_t, std::less<>> at_;  ///< ticker → index in open_
    std::uint64_t records_ = 0;
    std::uint64_t messages_ = 0;  ///< opened so far
    CountedPrints prints_;
    Occurrences occurrences_;
};

}  // namespace pulse::bus
