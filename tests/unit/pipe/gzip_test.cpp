#include "pipe/gzip.hpp"

#include "catch.hpp"
#include "pipe/gunzip.hpp"

using namespace pulse;

namespace {

std::string unpacked(std::string_view data) {
    Gunzip unpacker;
    unpacker.feed(data);
    std::string out(1 << 16, '\0'), all;
    while (const auto got = unpacker.read(out.data(), out.size())) all.append(out, 0, got);
    CHECK(unpacker.finish());
    return all;
}

std::string some_text(std::size_t bytes) {
    std::string text;
    unsigned state = 1;
    while (text.size() < bytes) {
        state = state * 1'103'515'245U + 12'345U;
        text += static_cast<char>('a' + (state >> 16) % 23);
    }
    return text;
}

}  // namespace

TEST_CASE("what is packed in pieces comes out whole", "[gzip]") {
    for (const std::size_t bytes : {0U, 1U, 100U, 70'000U, 1'000'000U}) {
        const std::string text = some_text(bytes);
        for (const std::size_t piece : {1'000U, 65'536U, 2'000'000U}) {
            Gzip packer;
            std::string packed;
            for (std::size_t at = 0; at < text.size(); at += piece)
                packer.pack(std::string_view(text).substr(at, piece), false, packed);
            packer.pack({}, true, packed);
            CHECK(unpacked(packed) == text);
        }
        Gzip packer;
        std::string packed;
        packer.pack(text, true, packed);
        CHECK(unpacked(packed) == text);
    }
}
