#include "store/copy_binary.hpp"

#include <algorithm>
#include <array>

namespace pulse::store {

namespace {

using namespace std::string_view_literals;

constexpr auto kHeader = "PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0"sv;  // signature, no flags, no header
                                                                  // extension
constexpr std::int64_t kPostgresEpochMs = 946'684'800'000;        // 2000-01-01
constexpr Day kPostgresEpochDay = 10'957;
constexpr std::int32_t kInt2Oid = 21;
constexpr std::size_t kLeastCapacity = std::size_t{64} * 1024;

constexpr std::array<std::uint64_t, 19> make_powers() {
    std::array<std::uint64_t, 19> powers{1};
    for (std::size_t i = 1; i < powers.size(); ++i) powers[i] = powers[i - 1] * 10;
    return powers;
}
constexpr auto kPower = make_powers();

// PostgreSQL's numeric: digits to base 10,000, the first one worth
// 10,000^weight, without zeros at either end.
class BaseTenThousand {
  public:
    BaseTenThousand(std::uint64_t value, int scale) {
        std::uint64_t whole = value;
        if (scale > 0) {
            const std::uint64_t unit = kPower[static_cast<std::size_t>(scale)];
            whole = value / unit;
            add_fraction(value % unit, scale);
        }
        const std::size_t point = first_;
        for (; whole > 0; whole /= 10'000) add(whole % 10'000);
        weight_ = static_cast<int>(point - first_) - 1;
        for (; first_ < last_ && digits_[first_] == 0; ++first_) --weight_;
        while (last_ > first_ && digits_[last_ - 1] == 0) --last_;
        if (first_ == last_) weight_ = 0;
    }

    [[nodiscard]] std::span<const std::int16_t> digits() const {
        return {digits_.data() + first_, last_ - first_};
    }
    [[nodiscard]] int weight() const { return weight_; }

  private:
    void add(std::uint64_t digit) { digits_[--first_] = static_cast<std::int16_t>(digit); }

    // The last digit may stand for fewer than four places.
    void add_fraction(std::uint64_t fraction, int scale) {
        const int places = (scale - 1) % 4 + 1;
        const std::uint64_t unit = kPower[static_cast<std::size_t>(places)];
        add(fraction % unit * kPower[static_cast<std::size_t>(4 - places)]);
        fraction /= unit;
        for (scale -= places; scale > 0; scale -= 4, fraction /= 10'000) add(fraction % 10'000);
    }

    std::array<std::int16_t, 12> digits_;  ///< filled from the right
    std::size_t first_ = 12;
    std::size_t last_ = 12;
    int weight_ = 0;
};

}  // namespace

void CopyBuffer::grow(std::size_t bytes) {
    const std::size_t capacity = std::max({2 * capacity_, size_ + bytes, kLeastCapacity});
    std::unique_ptr<char[]> larger(new char[capacity]);
    std::copy_n(bytes_.get(), size_, larger.get());
    bytes_ = std::move(larger);
    capacity_ = capacity;
}

void CopyBuffer::start() {
    clear();
    std::copy(kHeader.begin(), kHeader.end(), room(kHeader.size()));
}

void CopyBuffer::text(std::string_view value) {
    char* const at = put(room(4 + value.size()), static_cast<std::int32_t>(value.size()));
    std::copy(value.begin(), value.end(), at);
}

void CopyBuffer::timestamptz(std::int64_t unix_ms) {
    bigint((unix_ms - kPostgresEpochMs) * 1000);
}
void CopyBuffer::date(Day day) {
    integer(day - kPostgresEpochDay);
}

void CopyBuffer::numeric(const Decimal& value) {
    const bool negative = value.digits < 0;
    const auto magnitude =
        negative ? 0 - static_cast<std::uint64_t>(value.digits) : static_cast<std::uint64_t>(value.digits);
    const BaseTenThousand parts(magnitude, value.scale);
    const auto digits = parts.digits();
    const auto size = 8 + 2 * digits.size();
    char* at = put(room(4 + size), static_cast<std::int32_t>(size));
    at = put(at, static_cast<std::int16_t>(digits.size()));
    at = put(at, static_cast<std::int16_t>(parts.weight()));
    at = put(at, static_cast<std::int16_t>(negative ? 0x4000 : 0));
    at = put(at, static_cast<std::int16_t>(value.scale));
    for (const auto digit : digits) at = put(at, digit);
}

void CopyBuffer::smallint_array(std::span<const std::int16_t> values) {
    const auto count = static_cast<std::int32_t>(values.size());
    const std::size_t size = count == 0 ? 12 : 20 + 6 * values.size();
    char* at = put(room(4 + size), static_cast<std::int32_t>(size));
    at = put(at, std::int32_t{count != 0});  // dimensions
    at = put(at, std::int32_t{0});           // no nulls
    at = put(at, kInt2Oid);
    if (count == 0) return;
    at = put(at, count);
    at = put(at, std::int32_t{1});  // lower bound
    for (const auto value : values) at = put(put(at, std::int32_t{sizeof value}), value);
}

}  // namespace pulse::store
