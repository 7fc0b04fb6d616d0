#pragma once

#include <string_view>

namespace pulse {

class Metrics;

/// Gets a copy of the records that a tool writes to stdout, to keep them. One thread calls all of it.
class TapeCopy {
  public:
    TapeCopy() = default;
    TapeCopy(const TapeCopy&) = delete;
    TapeCopy& operator=(const TapeCopy&) = delete;
    virtual ~TapeCopy() = default;

    /// Adds its series to the page of metrics; before anything else, if at all.
    virtual void declare(Metrics& /*metrics*/) {}
    /// Whole lines, valid during the call.
    virtual void take(std::string_view lines) = 0;
    /// What was taken so far is kept from here on, also when this process is killed.
    virtual void settle() {}
    /// Brings the metrics up to date.
    virtual void update() {}
    /// The end: everything taken is kept when this returns. Tells the counts in the log.
    virtual void finish() = 0;
};

}  // namespace pulse
