#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace pulse::bus {

/// Reads whom a record other than a trade is about. Not thread-safe: one a thread.
class TickerReader {
  public:
    TickerReader();
    ~TickerReader();
    TickerReader(const TickerReader&) = delete;
    TickerReader& operator=(const TickerReader&) = delete;

    /// The text of `ticker` in a line that is a JSON object (any memory), or empty.
    std::string read(std::string_view line);

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace pulse::bus
