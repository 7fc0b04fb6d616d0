#pragma once

#include <map>
#include <string>
#include <string_view>

#include "market/calendar.hpp"
#include "pipe/journal.hpp"
#include "wire/flat_intake.hpp"

namespace pulse {

/// What flat files become on our output: the trades that pass, a watermark for each ticker behind each whole
/// file, a pass marker where a source starts over; and what the state journal remembers of them.
class FlatRecords {
  public:
    /// All must outlive this object; `journal` may be null.
    FlatRecords(const FilterOptions& options, Output& output, Rejects& rejects, Journal* journal);

    /// A journal's first line: the selection that its files were read with.
    static std::string journal_header(const FilterOptions& options);
    /// ETag of the file of that session that was read to its end by an earlier run; empty when none was.
    [[nodiscard]] std::string etag_read(Day session) const;

    /// The first piece of a file comes next. Later ones go to feed(); see FlatIntake for what these throw.
    void begin(const std::string& name);
    [[nodiscard]] bool is_open() const { return intake_.is_open(); }
    void feed(std::string_view piece) { intake_.feed(piece); }
    [[nodiscard]] bool finish() { return intake_.finish(); }
    [[nodiscard]] const std::string& broken_reason() const { return intake_.broken_reason(); }

    /// The file comes again from its beginning: ends what was open and writes a pass marker.
    void start_over();

    /// The file that finish() found whole is complete: writes its watermarks, flushes, then tells the
    /// journal. Its rows' dates must all be one session, `session` if given; otherwise warns that it proves
    /// nothing, and does neither.
    void complete(const std::string& name, std::optional<Day> session, std::string_view etag);

    /// Ends what is open and counts.
    Summary close() noexcept;

  private:
    [[nodiscard]] std::optional<Session> proven(const std::string& name, std::optional<Day> expected) const;
    void read_journal();

    FilterOptions options_;
    Output& output_;
    Journal* journal_;
    std::map<Day, std::string> etags_;
    bool marker_due_;  ///< an earlier run's rows went before
    FilterRun run_;
    FlatIntake intake_;
};

}  // namespace pulse
