// However packed data are cut into pieces and read in portions, the same comes out, with the same verdict.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "check.hpp"
#include "pipe/gunzip.hpp"

namespace {

constexpr std::size_t kEnough = std::size_t{1} << 20;  // a few bytes can unpack to gigabytes

struct Unpacked {
    std::string text;
    bool whole;
    std::string reason;
};

Unpacked unpack(std::string_view data, std::size_t piece, std::size_t portion) {
    pulse::Gunzip gunzip;
    Unpacked result{};
    std::array<char, 4096> buffer{};
    while (!data.empty() && result.text.size() < kEnough) {
        const std::string_view now = data.substr(0, piece);
        gunzip.feed(now);
        data.remove_prefix(now.size());
        while (const std::size_t size = gunzip.read(buffer.data(), portion)) {
            FUZZ_CHECK(size <= portion);
            result.text.append(buffer.data(), size);
            if (result.text.size() >= kEnough) return result;
        }
    }
    result.whole = gunzip.finish();
    result.reason = gunzip.broken_reason();
    return result;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) return 0;
    const std::string_view all(reinterpret_cast<const char*>(data) + 2, size - 2);
    const Unpacked expected = unpack(all, all.size() + 1, 4096);
    if (expected.text.size() >= kEnough) return 0;
    const Unpacked split = unpack(all, data[0] + std::size_t{1}, data[1] + std::size_t{1});
    FUZZ_CHECK(split.text == expected.text);
    FUZZ_CHECK(split.whole == expected.whole);
    FUZZ_CHECK(split.reason == expected.reason);
    FUZZ_CHECK(split.whole == split.reason.empty());
    return 0;
}
