#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "capture/capture_file.hpp"
#include "capture/capture_frame.hpp"
#include "capture/capture_lines.hpp"
#include "capture/capture_names.hpp"
#include "market/new_york.hpp"

namespace pulse {

struct CaptureSettings {
    std::string directory;
    std::string kind = "live";  ///< live: in time order; history: dates and times in any order
    std::string scope;          ///< see CaptureName
    CaptureKeep keep;
};

/// Counts over the life of the process. Lines taken = kept + lost + withheld.
struct CaptureCounts {
    std::uint64_t lines = 0;  ///< kept: written to a file
    CaptureLoss lost;
    std::uint64_t withheld = 0;    ///< watermarks with nothing left to claim
    std::uint64_t text_bytes = 0;  ///< of the lines kept
    std::uint64_t bytes = 0;       ///< that they take on the disk
    std::uint64_t files = 0;       ///< closed
    std::uint64_t removed = 0;     ///< old ones
};

/// Keeps lines in a folder: DIR/YYYY-MM-DD/, the New York date of the line's event time, in files that sort
/// in the order they were written. Lines wait in memory, by date, until settle(), the next tick() after a
/// second, or until there is a MiB of them: then they are packed into a frame of their own and written. A
/// file is closed when it is large, when a live one is an hour of event time long, when nothing came for its
/// date for five minutes, and at the end. Old ones are removed then.
///
/// What can't be written is lost, counted and told by failure(): nothing here throws for it. A watermark
/// behind a loss begins later, so that the capture never claims what it doesn't have. Not thread-safe.
class CaptureFolder {
  public:
    /// Recovers what killed writers left and removes what is too old. Throws Error(kConfig) when the folder
    /// can't be written to.
    explicit CaptureFolder(CaptureSettings settings);
    /// Leaves the files that close() didn't end to be recovered.
    ~CaptureFolder() = default;

    /// Whole lines.
    void take(std::string_view lines);
    /// Lines were lost on their way here.
    void lost(const CaptureLoss& loss) { counts_.lost.add(loss); }
    /// Writes what waits.
    void settle();
    /// A few times a second; `now_ms` is mono_ms().
    void tick(std::int64_t now_ms);
    /// Writes what waits and closes all files.
    void close();

    [[nodiscard]] const CaptureCounts& counts() const { return counts_; }
    /// How often writing failed, and why the last time; empty as long as it never did.
    [[nodiscard]] std::uint64_t failures() const { return failures_; }
    [[nodiscard]] const std::string& failure() const { return failure_; }

  private:
    /// The lines of one date.
    struct Session {
        std::optional<CaptureFile> file;
        std::string waiting;                            ///< the next frame
        CaptureLoss waiting_loss;                       ///< what would be lost with it
        std::optional<std::int64_t> first_ms;           ///< event time of its first line that has one
        std::int64_t name_ms = -1;                      ///< in the name of the file, or of the last one
        CaptureLoss unsynced;                           ///< what the open file has
        std::int64_t claimed_ms = CaptureLoss::kNever;  ///< `to` of its latest watermark
        std::int64_t closed_ms = CaptureLoss::kNever;   ///< how far the files before it reach
        std::int64_t touched_ms = 0;                    ///< mono_ms() of the last line
        std::uint64_t markers = 0;                      ///< of those that came, how many it has
    };

    void take_line(std::string_view line, const CapturedLine& read);
    void take_marker(std::string_view line);
    void append(Session& session, std::string_view line, const CapturedLine& read);
    [[nodiscard]] bool is_long_enough(const Session& session, const CapturedLine& read) const;
    [[nodiscard]] std::int64_t missing_to(const Session& session) const;
    Session& session_at(std::int64_t t_ms);
    void end_frame(Day day, Session& session);
    void open(Day day, Session& session);
    void close_file(Session& session);
    void close_longest_untouched();
    void remove_old();
    void fail(const std::string& why, const CaptureLoss& loss);

    CaptureSettings settings_;
    std::string writer_;  ///< of our names
    std::map<Day, Session> sessions_;
    Session* current_ = nullptr;  ///< of the last line
    Day current_day_ = 0;
    CaptureLineReader reader_;
    NewYorkClock clock_;
    FramePacker packer_;
    std::string frame_;
    std::string marker_;  ///< the last one
    std::uint64_t markers_ = 0;
    std::size_t waiting_bytes_ = 0;
    std::size_t open_files_ = 0;
    std::int64_t now_ms_ = 0;  ///< mono_ms() of the call under way
    std::int64_t settled_ms_ = 0;
    std::int64_t latest_ms_ = 0;  ///< no trade can be later
    bool closed_some_ = false;    ///< since old ones were looked for
    CaptureCounts counts_;
    std::uint64_t failures_ = 0;
    std::string failure_;
};

}  // namespace pulse
