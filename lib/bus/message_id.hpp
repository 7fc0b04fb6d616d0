#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

namespace pulse::bus {

/// 32 hexadecimal digits of the SHA-256 of subject and content: as good as unique, and the same whenever the
/// same input is cut in the same way.
std::string content_id(std::string_view subject, std::string_view data);

/// Counts how often each id was met. Remembers the last one to two generations of ids; which ones depends on
/// the ids alone, so that a replay counts the same.
class Occurrences {
  public:
    explicit Occurrences(std::size_t generation = 65'536) : generation_(generation) {}
    /// 1 at the first meeting, then 2, 3, …
    std::uint32_t count(const std::string& id);

  private:
    std::size_t generation_;
    std::unordered_map<std::string, std::uint32_t> young_;
    std::unordered_map<std::string, std::uint32_t> old_;
};

}  // namespace pulse::bus
