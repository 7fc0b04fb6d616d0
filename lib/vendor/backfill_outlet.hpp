#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace pulse {

/// What a backfill needs from the world. All calls come on one thread.
class BackfillEdge {
  public:
    BackfillEdge() = default;
    BackfillEdge(const BackfillEdge&) = delete;
    BackfillEdge& operator=(const BackfillEdge&) = delete;
    virtual ~BackfillEdge() = default;

    /// Whole lines for stdout. They are out when this returns.
    virtual void write(std::string_view records) = 0;
    /// Lines for the state file, newlines between them. They are kept when this returns.
    virtual void remember(std::string_view lines) = 0;
    /// A row that can't be used: the `row`-th of `input`, its text as sent.
    virtual void reject(std::string_view input, std::uint64_t row, std::string_view text,
                        std::string_view reason) = 0;
};

/// Gathers a backfill's records and what may be remembered once they are out: the state never claims a record
/// that a kill could still take back.
class BackfillOutlet {
  public:
    explicit BackfillOutlet(BackfillEdge& edge) : edge_(edge) {}

    /// Gathers whole lines; flushes when 64 KiB have gathered.
    void append(std::string_view records);
    /// Log lines of hits (append_hit of wire/derived), written with the records.
    [[nodiscard]] std::string& hits() { return hits_; }
    /// Gathers a line of state about records appended before. A later line of the same `key` takes the place
    /// of one that still waits.
    void remember(std::string_view key, std::string line);
    /// Writes the records, then the state about them. Does nothing once a write has failed: what came behind
    /// it must not look finished.
    void flush();

  private:
    BackfillEdge& edge_;
    std::string records_;
    std::string hits_;
    std::map<std::string, std::string, std::less<>> state_;
    bool failed_ = false;
};

}  // namespace pulse
