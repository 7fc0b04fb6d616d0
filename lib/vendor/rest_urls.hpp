#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "market/date.hpp"

namespace pulse {

/// The vendor's REST addresses. `base` like https://api.polygon.io, without a trailing slash: see
/// rest_base(). Throws Error(kUsage) when `text` is no http(s) url or carries a query, a fragment or
/// credentials.
std::string rest_base(std::string_view text, std::string_view example = "https://api.polygon.io");

/// Contracts of an underlying by expiration, ascending; `expired` picks one of the two halves the vendor
/// keeps apart. 1000 a page.
struct ContractsQuery {
    std::string underlying;
    Day first_expiry{};
    Day last_expiry{};  ///< kNoLastExpiry: no upper bound
    bool expired = false;
};
inline constexpr Day kNoLastExpiry = 2'932'896;  ///< 9999-12-31
std::string contracts_url(std::string_view base, const ContractsQuery& query);

/// Trades of one contract with begin ≤ SIP time < end (Unix ms, sent as nanoseconds), ascending, 50,000 a
/// page.
std::string trades_url(std::string_view base, std::string_view contract, std::int64_t begin_ms,
                       std::int64_t end_ms, unsigned limit = 50'000);

/// Split-adjusted daily bars of a stock, both dates inclusive, ascending.
std::string bars_url(std::string_view base, std::string_view ticker, Day first, Day last);

/// The exchange holidays and early closes to come: a bare array, see RestRowReader::read_holidays.
std::string holidays_url(std::string_view base);

/// Where to find the next page: the path and query of `next_url` on our own base, so that the key goes
/// nowhere else. Throws Error(kFailure) when its host is neither the base's nor one of the vendor's
/// (api.polygon.io, api.massive.com), or it is no url.
std::string next_page_url(std::string_view base, std::string_view next_url);

}  // namespace pulse
