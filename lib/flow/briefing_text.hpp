#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "market/date.hpp"
#include "market/decimal.hpp"
#include "market/occ_symbol.hpp"

namespace pulse::flow {

/// Numbers as sentences spell them. Each is a function of one number of the evidence, so that a reader who
/// has the evidence can check the sentence.

/// Dollars, not negative, to three digits, half up: $950, $12.3K, $850K, $1.23M, $2B.
std::string money_text(const Decimal& dollars);

/// With commas: 4,300. Not negative.
std::string count_text(std::int64_t count);

/// `1 order`, `6 orders`.
std::string counted(std::int64_t count, std::string_view noun);

/// A share of 0 … 1 in whole percent, half up: 38 %. What isn't none or all doesn't read as none or all:
/// `under 1 %`, `over 99 %`.
std::string share_text(double share);

/// So many of so many in whole percent, half up: 53 %. `whole` > 0.
std::string percent_text(std::int64_t part, std::int64_t whole);

/// Two shares in whole percent, half up: 25–84 %.
std::string interval_text(double low, double high);

/// A return with its sign and one decimal, half away from zero: +3.0 %, -0.4 %, 0.0 %. From the millionths
/// that the evidence holds.
std::string return_text(double value);

/// A difference of two shares in whole percentage points, half away from zero, with its sign: +12, -3, 0.
std::string points_text(double difference);

/// Up to seven names, more as their number: `AAPL, MSFT`, `9 tickers`.
std::string names_text(const std::vector<std::string>& tickers);

/// A probability of (0, 1] that is said to be an upper bound: two digits, rounded up. 0.0007, 0.071, 1.
std::string bound_text(double p);

/// Two digits, half up: 110, 4,300, 1.5, 0.031, 0.
std::string nearby_text(double value);

/// Time of day in New York, cut to the minute: 14:02.
std::string clock_text(std::int64_t unix_ms);
/// The New York date.
std::string day_text(std::int64_t unix_ms);

/// So many seconds, cut to the largest unit that holds one: 45 s, 15 min, 3 h, 2 days.
std::string duration_text(std::int64_t seconds);

/// `call` or `put`; `C` or `P`.
std::string_view side_word(OptionSide side);
std::string_view side_letter(OptionSide side);

}  // namespace pulse::flow
