#pragma once

#include <cstdint>
#include <string_view>

namespace pulse {

/// What a trade object in the vendor's usual shape says. Views point into the text it was read from.
struct UsualTrade {
    const char* end = nullptr;  ///< one past the closing brace
    std::string_view
        symbol;  ///< with `O:`; its tail's digits and C|P fit, its date and root may still be impossible
    std::uint64_t root_key = 0;     ///< the root as Underlyings::key_of makes it
    std::int64_t price_digits = 0;  ///< price = digits × 10^-scale dollars, not in shortest form
    std::int32_t price_scale = 0;
    std::int64_t size = 0;  ///< contracts
    std::int64_t t_ms = 0;  ///< SIP time, Unix ms
};

/// Bytes that must be readable (any content) behind `limit` for read_usual_trade.
inline constexpr std::size_t kScanPadding = 64;

/// Reads one trade object that starts at `at` and has exactly the keys, order and spelling the vendor's
/// socket uses:
/// `{"ev":"T","sym":"O:…","x":302,"p":8.5,"s":100,"c":[209],"t":1764948620676,"q":651921857}`, no blanks,
/// plain numbers. True means that [at, out.end) is valid JSON and the fields are as a full parse would give
/// them, what stands in the symbol apart. False means only "not that shape": ask the full parser. Reads
/// nothing past limit + padding.
bool read_usual_trade(const char* at, const char* limit, UsualTrade& out);

/// The same for a caller that has looked at the head already (read_usual_head in swar.hpp said ok and
/// `symbol_size`); leaves root_key alone.
bool read_usual_tail(const char* at, std::uint32_t symbol_size, const char* limit, UsualTrade& out);

}  // namespace pulse
