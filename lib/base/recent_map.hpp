#pragma once

#include <cstddef>
#include <functional>
#include <unordered_map>
#include <utility>

namespace pulse {

/// A map that forgets: it keeps the last `generation` keys used, and up to twice as many. Not thread-safe.
template <typename Key, typename Value, typename Hash = std::hash<Key>>
class RecentMap {
  public:
    explicit RecentMap(std::size_t generation) : generation_(generation) {}

    /// The key's value, a fresh one when it isn't known (any more). Valid until the key is forgotten: one
    /// more call may do that.
    Value& operator[](const Key& key) {
        if (const auto at = young_.find(key); at != young_.end()) return at->second;
        auto node = old_.extract(key);
        if (young_.size() >= generation_) old_ = std::exchange(young_, {});
        if (node) return young_.insert(std::move(node)).position->second;
        return young_[key];
    }

    void erase(const Key& key) {
        young_.erase(key);
        old_.erase(key);
    }

    /// Erases the keys that `wanted` is true of.
    template <typename Wanted>
    void erase_keys(Wanted wanted) {
        const auto chosen = [&](const auto& entry) { return wanted(entry.first); };
        std::erase_if(young_, chosen);
        std::erase_if(old_, chosen);
    }

  private:
    using Generation = std::unordered_map<Key, Value, Hash>;
    std::size_t generation_;
    Generation young_;
    Generation old_;  ///< what wasn't used since the young one began
};

}  // namespace pulse
