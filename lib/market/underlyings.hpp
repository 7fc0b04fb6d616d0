#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace pulse {

/// The seven stocks Pulse watches unless told otherwise.
inline constexpr std::string_view kMag7 = "AAPL,MSFT,GOOGL,AMZN,NVDA,META,TSLA";

/// The option roots a tool selects: a short list, or all of them. Only an exact root matches: GOOG is not
/// GOOGL, and AAPL1 (an adjusted contract) is not AAPL.
class Underlyings {
  public:
    /// Reads `AAPL,TSLA` (blanks around names are ignored) or `ALL`. Throws Error(kUsage) naming the bad
    /// entry.
    static Underlyings parse(std::string_view list);

    [[nodiscard]] bool all() const { return roots_.empty(); }
    [[nodiscard]] bool contains(std::string_view root) const {
        return all() || (root.size() <= 6 && contains_key(key_of(root)));
    }
    /// In the order given; empty means all.
    [[nodiscard]] const std::vector<std::string>& roots() const { return roots_; }
    /// `MAG7`, `ALL`, or the list as given.
    [[nodiscard]] std::string display_name() const;

    /// A root of at most eight characters as the little-endian integer of its bytes, zero padded: what the
    /// fast path reads with one load.
    static std::uint64_t key_of(std::string_view root) {
        std::uint64_t key = 0;
        for (std::size_t i = root.size(); i-- > 0;) key = key << 8 | static_cast<unsigned char>(root[i]);
        return key;
    }
    /// Membership by key, for hot loops: one multiplication, one load, no branch. Valid as long as the
    /// Underlyings.
    struct Lookup {
        const std::uint64_t* table;  ///< perfect hash: a slot holds its key, or all ones
        std::uint64_t multiplier;
        unsigned shift;
        [[nodiscard, gnu::always_inline]] std::size_t slot(std::uint64_t key) const {
            return key * multiplier >> shift;
        }
        [[gnu::always_inline]] bool operator()(std::uint64_t key) const { return table[slot(key)] == key; }
    };
    [[nodiscard]] Lookup lookup() const { return {table_.data(), multiplier_, shift_}; }
    /// False for every key when all() is true.
    [[nodiscard]] bool contains_key(std::uint64_t key) const { return lookup()(key); }

  private:
    Underlyings() = default;
    void build_table();

    std::vector<std::string> roots_;
    std::vector<std::uint64_t> table_{~0ULL, ~0ULL};
    std::uint64_t multiplier_ = 0;
    unsigned shift_ = 63;
};

}  // namespace pulse
