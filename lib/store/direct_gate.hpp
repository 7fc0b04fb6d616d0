#pragma once

#include <algorithm>

namespace pulse::store {

/// Whether the next batch is copied straight into the table. That is twice as fast as merging when all its
/// rows are new and wasted when one is not, so after a conflict 1, 2, 4 … 64 batches are merged before it is
/// tried again.
class DirectGate {
  public:
    [[nodiscard]] bool open() const { return wait_ == 0; }
    void on_copied() { penalty_ = 0; }
    void on_conflict() {
        penalty_ = std::clamp(penalty_ * 2, 1, 64);
        wait_ = penalty_;
    }
    /// A batch was merged; `all_new`: nothing of it was stored before, so the overlap has ended.
    void on_merged(bool all_new) { wait_ = all_new ? 0 : std::max(0, wait_ - 1); }

  private:
    int penalty_ = 0;
    int wait_ = 0;
};

}  // namespace pulse::store
