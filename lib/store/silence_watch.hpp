#pragma once

#include <cstdint>

namespace pulse::store {

/// Notices that work is under way and nothing comes of it. Times are mono_ms().
class SilenceWatch {
  public:
    enum class News {
        kNone,
        kSilent,  ///< nothing for the limit; said once
        kBack,    ///< something again, after kSilent
    };
    explicit SilenceWatch(std::int64_t limit_ms) : limit_ms_(limit_ms) {}

    /// Call it now and then. `busy`: work is under way; `progress`: some of it was done since the last call.
    News look(bool busy, bool progress, std::int64_t now_ms) {
        if (!busy || progress || since_ms_ == 0) {
            since_ms_ = busy ? now_ms : 0;
            if (!silent_ || (busy && !progress)) return News::kNone;
            silent_ = false;
            return News::kBack;
        }
        if (silent_ || now_ms - since_ms_ < limit_ms_) return News::kNone;
        silent_ = true;
        return News::kSilent;
    }

  private:
    std::int64_t limit_ms_;
    std::int64_t since_ms_ = 0;  ///< of the last progress; 0 while there is nothing to do
    bool silent_ = false;
};

}  // namespace pulse::store
