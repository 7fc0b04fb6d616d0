#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "market/underlyings.hpp"

namespace pulse {

/// A promise about completeness: every trade of `tickers` that the source delivered with a time in [from, to]
/// stands before this record.
struct Watermark {
    std::string source;                ///< live, rest, flat
    std::string session;               ///< one connection, or one backfill run
    std::vector<std::string> tickers;  ///< `*` alone for all
    std::int64_t from_ms = 0;          ///< Unix ms, inclusive
    std::int64_t to_ms = 0;            ///< Unix ms, inclusive
};

/// True for every source but the live stream: they deliver the tape in passes, contract by contract, and
/// number nothing. `source` is `src` of a trade or a watermark; a trade of the stream has none.
constexpr bool is_history_source(std::string_view source) {
    return !source.empty() && source != "live";
}

/// What the watermark still promises behind a filter that keeps these underlyings alone: their tickers, in
/// the watermark's order, or in theirs when it has `*`; maybe none.
std::vector<std::string> tickers_within(const Watermark& watermark, const Underlyings& underlyings);

/// The record as one line with its newline.
std::string watermark_line(const Watermark& watermark);

/// Says that a history source starts over: an empty line, which ends a line that a kill has torn, and a
/// watermark without tickers, which covers nothing. Readers that count identical prints count anew behind it.
std::string pass_marker(const std::string& source);

}  // namespace pulse
