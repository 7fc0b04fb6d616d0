#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "market/date.hpp"
#include "market/decimal.hpp"
#include "market/occ_symbol.hpp"

namespace pulse {

/// One row of /v3/trades/{contract}. `sym` isn't in it: the request named it.
struct RestTrade {
    std::int64_t sip_ns = 0;  ///< Unix ns
    Decimal price;            ///< dollars a share, ≥ 0
    std::string_view price_text;
    std::int64_t size = 0;                 ///< contracts, ≥ 0
    std::int64_t exchange = 0;             ///< 0 when absent
    std::vector<std::int16_t> conditions;  ///< in the order given
};

/// One row of /v3/reference/options/contracts.
struct RestContract {
    std::string ticker;      ///< with `O:`
    std::string underlying;  ///< `underlying_ticker`
    OccSymbol symbol;
};

/// One row of /v2/aggs, numbers as the vendor wrote them.
struct RestBar {
    std::int64_t t_ms = 0;  ///< start of the bar, Unix ms
    std::string_view open, high, low, close, volume;
};

/// One row of /v1/marketstatus/upcoming.
struct RestHoliday {
    Day date{};
    bool closed = false;        ///< else an early close
    std::string exchange;       ///< NYSE, NASDAQ, …
    std::int64_t close_ms = 0;  ///< of an early close, Unix ms; 0 when not told
};

/// Reads rows' JSON; of a key that comes twice the first counts, unknown keys are ignored. Each call gives an
/// empty text, or why the row is unusable; views in the results are valid until the next call. Rows come from
/// RestPage, which leaves the padding that the parser needs. Not thread-safe.
class RestRowReader {
  public:
    /// What is said of a text that is no JSON object at all: not the row is bad, the body is damaged.
    static constexpr std::string_view kDamaged = "not a JSON object";

    RestRowReader();
    ~RestRowReader();

    std::string_view read(std::string_view row, RestTrade& trade);
    /// Of a row whose symbol can't be read `ticker` is filled all the same, empty when there is none.
    std::string_view read(std::string_view row, RestContract& contract);
    std::string_view read(std::string_view row, RestBar& bar);
    /// The bare array that /v1/marketstatus/upcoming answers with; unknown entries are skipped. Nothing when
    /// the body is no JSON array: it is broken.
    static std::optional<std::vector<RestHoliday>> read_holidays(std::string_view body);

    /// The trade by the full parser alone, without the fast path for the usual spelling: for holding one
    /// against the other.
    std::string_view read_fully(std::string_view row, RestTrade& trade);

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

/// Appends the trade record of history, without a newline and without its closing brace, so that derived
/// fields can follow:
/// `{"ev":"T","sym":"O:…","x":302,"p":8.5,"s":100,"c":[209],"t":1764948620676,"ns":1764948620676000000,"src":"rest"`
void append_history_trade(std::string& out, std::string_view sym, const RestTrade& trade,
                          std::string_view source);

}  // namespace pulse
