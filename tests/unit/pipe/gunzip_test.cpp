#include "pipe/gunzip.hpp"

#include <zlib.h>

#include <algorithm>
#include <vector>

#include "catch.hpp"

using namespace pulse;

namespace {

std::string packed(const std::string& text) {
    z_stream z{};
    REQUIRE(deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) == Z_OK);
    std::string source = text;
    std::string out(deflateBound(&z, source.size()), '\0');
    z.next_in = reinterpret_cast<Bytef*>(source.data());
    z.avail_in = static_cast<uInt>(source.size());
    z.next_out = reinterpret_cast<Bytef*>(out.data());
    z.avail_out = static_cast<uInt>(out.size());
    REQUIRE(deflate(&z, Z_FINISH) == Z_STREAM_END);
    out.resize(z.total_out);
    deflateEnd(&z);
    return out;
}

std::string sample() {
    std::string text;
    for (int i = 0; text.size() < 300'000; ++i) text += std::to_string(i * 7919 % 10'007) + ",O:AAPL\n";
    return text;
}

/// Feeds `data` in pieces and reads in portions.
std::string unpacked(Gunzip& gunzip, std::string_view data, std::size_t piece, std::size_t portion) {
    std::string out;
    std::vector<char> buffer(portion);
    while (!data.empty()) {
        gunzip.feed(data.substr(0, piece));
        data.remove_prefix(std::min(piece, data.size()));
        while (const std::size_t size = gunzip.read(buffer.data(), portion)) out.append(buffer.data(), size);
    }
    return out;
}

std::string why_broken(const std::string& data, std::size_t piece = 4096) {
    Gunzip gunzip;
    unpacked(gunzip, data, piece, 4096);
    return gunzip.finish() ? "whole" : gunzip.broken_reason();
}

}  // namespace

TEST_CASE("gzip comes out whole, whatever the pieces and portions") {
    const std::string text = sample();
    const std::string data = packed(text);
    Gunzip gunzip;
    for (const std::size_t piece : {std::size_t{1}, std::size_t{2}, std::size_t{1000}, data.size()})
        for (const std::size_t portion : {std::size_t{1}, std::size_t{777}, std::size_t{1} << 20}) {
            if (piece == 1 && portion == 1) continue;  // a million calls that tell nothing more
            gunzip.reset();
            CHECK(unpacked(gunzip, data, piece, portion) == text);
            CHECK(gunzip.finish());
        }
}

TEST_CASE("members behind each other are one text, zeros at the end are padding") {
    const std::string data = packed("one\n") + packed("") + packed("two\n") + std::string(512, '\0');
    for (const std::size_t piece : {std::size_t{1}, std::size_t{3}, data.size()}) {
        Gunzip gunzip;
        CHECK(unpacked(gunzip, data, piece, 100) == "one\ntwo\n");
        CHECK(gunzip.finish());
    }
}

TEST_CASE("plain text passes through") {
    for (const std::string& text : {std::string(), std::string("a"), std::string("\x1f plain"), sample()})
        for (const std::size_t piece : {std::size_t{1}, std::size_t{5000}}) {
            Gunzip gunzip;
            CHECK(unpacked(gunzip, text, piece, 1000) == text);
            CHECK(gunzip.finish());
        }
}

TEST_CASE("data cut off anywhere are told from whole ones") {
    const std::string data = packed("some text that is long enough to pack\n");
    for (std::size_t size = 1; size < data.size(); ++size)
        CHECK_THAT(why_broken(data.substr(0, size)), ContainsSubstring("end in the middle"));
    CHECK(why_broken(data) == "whole");
}

TEST_CASE("damage and trailing garbage are told") {
    const std::string data = packed(sample());
    std::string flipped = data;
    flipped[data.size() / 2] = static_cast<char>(flipped[data.size() / 2] ^ 0x40);
    CHECK_THAT(why_broken(flipped), ContainsSubstring("damaged gzip data"));
    std::string wrong_sum = data;
    wrong_sum[data.size() - 5] = static_cast<char>(wrong_sum[data.size() - 5] ^ 1);
    CHECK_THAT(why_broken(wrong_sum), ContainsSubstring("damaged gzip data"));
    for (const std::size_t piece : {std::size_t{1}, std::size_t{1} << 20}) {
        CHECK_THAT(why_broken(data + "garbage", piece), ContainsSubstring("behind the gzip data"));
        CHECK_THAT(why_broken(data + "\x1f", piece), ContainsSubstring("behind the gzip data"));
    }
}

TEST_CASE("a broken decoder starts over after reset") {
    Gunzip gunzip;
    unpacked(gunzip, packed("x\n").substr(0, 12), 100, 100);
    CHECK_FALSE(gunzip.finish());
    gunzip.reset();
    CHECK(unpacked(gunzip, packed("fresh\n"), 100, 100) == "fresh\n");
    CHECK(gunzip.finish());
    CHECK(gunzip.broken_reason().empty());
}
