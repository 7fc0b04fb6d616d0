#pragma once

#include <cstdint>
#include <optional>

namespace pulse::bus {

/// When a lease may be taken. A lease is a record that its holder renews; each renewal has a new revision.
/// Whoever wants it watches: a revision that stands unchanged for the lease's whole term belongs to a holder
/// that is gone. Only the watcher's own clock counts, so clocks need not agree.
class LeaseRule {
  public:
    explicit LeaseRule(std::int64_t term_ms) : term_ms_(term_ms) {}

    /// What was read at `now_ms` (a clock that never goes back): the record's revision, nothing when there
    /// is none yet, and whether it says that nobody holds it. True: try to take it.
    bool may_take(std::optional<std::uint64_t> revision, bool free, std::int64_t now_ms);

  private:
    std::int64_t term_ms_;
    std::uint64_t revision_ = 0;
    std::int64_t since_ms_ = 0;
};

}  // namespace pulse::bus
