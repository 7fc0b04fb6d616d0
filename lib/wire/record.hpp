#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "market/decimal.hpp"
#include "market/occ_symbol.hpp"

namespace pulse {

/// Longest line any tool accepts, in bytes without its newline.
inline constexpr std::size_t kMaxLine = 1 << 20;

/// Reasons to reject that several readers share.
inline constexpr std::string_view kTooLong = "longer than 1 MiB";
inline constexpr std::string_view kPremiumTooLong = "the premium needs more than 18 digits";

/// Derived fields a trade line may already carry (occ-filter appends the missing ones).
struct DerivedPresence {
    bool ticker = false, expiry = false, side = false, strike = false, premium = false, dte = false;
    [[nodiscard]] bool all() const { return ticker && expiry && side && strike && premium && dte; }
};

/// One trade as the full parser reads it.
struct TradeRecord {
    std::string sym;  ///< with `O:`
    OccSymbol symbol;
    Decimal price;          ///< dollars a share, ≥ 0
    std::int64_t size = 0;  ///< contracts, ≥ 0
    std::int64_t t_ms = 0;  ///< SIP time, Unix ms
    DerivedPresence derived;

    // What the filter passes on unread and the sink needs. `key_error` names the first one that is unusable,
    // or is empty.
    std::int16_t exchange = 0;             ///< vendor exchange id, 0 when absent
    std::vector<std::int16_t> conditions;  ///< in the order given, empty when absent
    std::optional<std::int64_t> sequence;  ///< `q`
    std::string source;                    ///< `src`, empty when absent: from the live stream
    std::string_view key_error;
};

/// What a line is.
enum class RecordKind {
    kTrade,  ///< `ev` is "T": TradeRecord is filled
    kOther,  ///< a JSON object with another `ev`: `ev()` tells which
    kBad,    ///< rejected: `reason()` tells why
};

/// Reads one line at a time with a full JSON parser. Not thread-safe: one a thread.
class RecordParser {
  public:
    RecordParser();
    ~RecordParser();
    RecordParser(RecordParser&&) noexcept;
    RecordParser& operator=(RecordParser&&) noexcept;

    /// Reads a line (no newline; a trailing CR and blanks are fine). What the accessors return is valid until
    /// the next call. The text is copied to a padded buffer, so any memory will do.
    RecordKind parse(std::string_view line);

    [[nodiscard]] const TradeRecord& trade() const;
    [[nodiscard]] std::string_view ev() const;
    [[nodiscard]] std::string_view reason() const;

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace pulse
