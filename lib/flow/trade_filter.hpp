#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "flow/stored_trade.hpp"
#include "market/date.hpp"
#include "market/decimal.hpp"
#include "market/occ_symbol.hpp"

namespace pulse::flow {

/// Which stored trades a question is about. Conditions left out hold for every trade.
struct TradeFilter {
    std::vector<std::string> tickers;  ///< sorted, upper case; any of them
    std::optional<OptionSide> side;
    std::optional<Decimal> min_premium;   ///< dollars, inclusive
    std::optional<std::int32_t> max_dte;  ///< days, inclusive
    std::optional<Day> expiry;
    std::optional<Decimal> strike;         ///< dollars
    std::optional<std::int64_t> since_ms;  ///< Unix ms, inclusive
    std::optional<std::int64_t> until_ms;  ///< Unix ms, inclusive
    bool cancelled = false;                ///< trades that were taken back, too

    /// Takes over one parameter of the HTTP interface: ticker, side, min_premium, max_dte, expiry, strike,
    /// since, until, cancelled (`include`, `exclude`). False for a name that is none of these. Throws
    /// ParameterError for a value it can't take; the whole of it: see check().
    bool set(std::string_view name, std::string_view value);
    /// Throws ParameterError when conditions contradict each other: since after until.
    void check() const;

    /// Equal for filters that select the same trades, apart from the time range: binds a cursor to its
    /// question.
    [[nodiscard]] std::string canonical() const;

    /// True when the trade meets every condition.
    [[nodiscard]] bool matches(const StoredTrade& trade) const;
};

}  // namespace pulse::flow
