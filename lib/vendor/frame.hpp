#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "market/underlyings.hpp"
#include "wire/record.hpp"
#include "wire/usual_trade.hpp"

namespace pulse {

/// One `{"ev":"status",…}` object of the vendor's socket.
struct StatusEvent {
    std::string status;   ///< connected, auth_success, success, error, max_connections …
    std::string message;  ///< for people; the acknowledgement's holds the subscription
};

/// Trade times seen in a piece of the stream, Unix ms. Nothing seen: highest < lowest.
struct TimeSpan {
    std::int64_t first =
        0;  ///< of the first trade in time order's sense: late and cancelled prints don't count
    bool has_first = false;
    std::int64_t lowest = std::numeric_limits<std::int64_t>::max();
    std::int64_t highest = std::numeric_limits<std::int64_t>::min();

    [[nodiscard]] bool empty() const { return highest < lowest; }
    void add(std::int64_t t_ms) {
        lowest = t_ms < lowest ? t_ms : lowest;
        highest = t_ms > highest ? t_ms : highest;
    }
};

/// What was read from one or more frames since the last clear().
struct FrameContent {
    std::string lines;                ///< the selected trades, one a line, as they stood in the frame
    std::vector<StatusEvent> status;  ///< in order
    TimeSpan times;                ///< of all trades, selected or not; `first` is taken after the last status
    std::uint64_t passed = 0;      ///< trades in `lines`
    std::uint64_t other_root = 0;  ///< trades of roots that aren't selected
    std::uint64_t other_event = 0;  ///< quotes, aggregates, and what else isn't a trade
    std::uint64_t rejected = 0;     ///< objects that can't be used
    std::string reject_reason;      ///< of the last rejected one
    std::string reject_excerpt;     ///< its first characters, made printable

    [[nodiscard]] std::uint64_t trades() const { return passed + other_root; }
    [[nodiscard]] std::uint64_t received() const { return trades() + other_event + rejected; }
    /// Empty again; keeps its memory.
    void clear();
};

/// Takes the vendor's frames apart: an array of objects (a bare object is taken too), each a status, a trade
/// or another event. Objects are judged one by one: a damaged one is counted and costs none of its
/// neighbours, and no byte of it reaches `lines`. Every line written is one JSON object that RecordParser
/// accepts as a trade of a selected root. Not thread-safe.
class FrameReader {
  public:
    explicit FrameReader(Underlyings underlyings) : underlyings_(std::move(underlyings)) {}

    /// Adds what `frame` holds to `out`. kScanPadding bytes behind it must be readable. Stops after
    /// `max_passed` selected trades in all of `out`; the rest of the frame is then not looked at.
    void read(std::string_view frame, FrameContent& out,
              std::uint64_t max_passed = std::numeric_limits<std::uint64_t>::max());

  private:
    const char* read_object(const char* at, const char* limit, FrameContent& out);
    bool take_usual(const UsualTrade& trade, const char* at, FrameContent& out);
    bool take_parsed(std::string_view object, FrameContent& out);
    void take_trade(std::string_view object, FrameContent& out);
    void note_first(std::string_view object, std::int64_t t_ms, FrameContent& out);

    Underlyings underlyings_;
    RecordParser parser_;
    std::size_t rescan_budget_ = 0;  ///< bytes of damaged objects that may still be looked at twice
};

/// One past the end of the JSON object that starts at `at`, found by counting braces outside of strings;
/// nullptr when it doesn't end before `limit`. What is inside isn't checked.
const char* find_object_end(const char* at, const char* limit);

}  // namespace pulse
