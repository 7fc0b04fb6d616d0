#pragma once

#include <optional>

namespace pulse::bus {

/// How long to wait before another attempt, and when to give up.
class Patience {
  public:
    /// `max_retries`: attempts after the first one.
    explicit Patience(int max_retries) : max_retries_(max_retries) {}

    /// An attempt failed: milliseconds to wait before the next one, growing from 250 to 5,000; nothing when
    /// there have been enough.
    std::optional<int> failed();
    /// An attempt succeeded: count from the start.
    void succeeded() { failures_ = 0; }
    [[nodiscard]] int failures() const { return failures_; }

  private:
    int max_retries_;
    int failures_ = 0;
};

/// The pause before a batch that failed `failures` times in a row is tried again, in milliseconds.
int pause_after(int failures);

}  // namespace pulse::bus
