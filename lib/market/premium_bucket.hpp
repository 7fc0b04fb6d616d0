#pragma once

#include <bit>
#include <cstdint>

namespace pulse {

/// Logarithmic buckets for premium, eight to a doubling: bucket 0 holds less than $1 (windows without trades
/// among it); of d whole dollars with e = floor(log2 d), the bucket is 1 + 8 e + the three binary digits
/// behind d's leading one. Whole arithmetic, so that everybody counts alike; a bucket is at most 12.5 % wide.
/// `dollars` is cut to whole dollars.
constexpr int premium_bucket(std::int64_t dollars) {
    if (dollars < 1) return 0;
    const int e = static_cast<int>(std::bit_width(static_cast<std::uint64_t>(dollars))) - 1;
    const std::int64_t next = e >= 3 ? dollars >> (e - 3) : dollars << (3 - e);
    return 1 + 8 * e + static_cast<int>(next & 7);
}

/// The least whole dollars in the bucket, 0 for bucket 0. (Below $8 some buckets are empty: theirs is the
/// next whole dollar.)
constexpr std::int64_t bucket_floor(int bucket) {
    if (bucket <= 0) return 0;
    const int e = (bucket - 1) / 8;
    const std::int64_t mantissa = 8 + (bucket - 1) % 8;
    return e >= 3 ? mantissa << (e - 3) : (mantissa + (std::int64_t{1} << (3 - e)) - 1) >> (3 - e);
}

}  // namespace pulse
