#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "bus/lease_rule.hpp"
#include "bus/link.hpp"

namespace pulse::bus {

/// The right to work on one partition, which at most one process holds at a time. It is the last message of a
/// subject in the stream of leases: who holds it, or empty. Every change names the revision it replaces, so
/// of two that try at once only one succeeds. Not thread-safe.
class Lease {
  public:
    /// `stream`: of the leases. `holder`: a name no other process has. `term_ms`: a lease that wasn't renewed
    /// for so long may be taken by others. The link must outlive this object.
    Lease(const Link& link, const std::string& stream, unsigned partition, std::string holder,
          std::int64_t term_ms);

    /// Takes it unless somebody else holds it. Throws Passing and Error.
    bool try_take();
    /// Tells the others that its holder is alive. False: somebody else has taken it. Throws Passing and
    /// Error.
    bool renew();
    /// Gives it back; a failure doesn't matter, since it ends with its term.
    void release() noexcept;
    [[nodiscard]] bool held() const { return held_; }

  private:
    bool write(std::string_view text, std::optional<std::uint64_t> replaces);
    bool read();

    const Link& link_;
    std::string stream_;
    std::string subject_;
    std::string holder_;
    LeaseRule rule_;
    std::optional<std::uint64_t> revision_;  ///< what was read or written last
    std::string text_;                       ///< the holder named there
    bool held_ = false;
};

}  // namespace pulse::bus
