#include "capture/capture_frame.hpp"

#include <zstd.h>

#include <string>

#include "catch.hpp"

using namespace pulse;

namespace {

std::string packed(const std::string& text) {
    FramePacker packer;
    std::string frame;
    packer.pack(text, frame);
    return frame;
}

}  // namespace

TEST_CASE("a frame gives back its text, and one packer packs many") {
    FramePacker packer;
    std::string frame;
    for (const std::string& text :
         {std::string("one\n"), std::string(1 << 20, 'x'), std::string("three\n")}) {
        packer.pack(text, frame);
        std::string back(text.size(), ' ');
        CHECK(ZSTD_decompress(back.data(), back.size(), frame.data(), frame.size()) == text.size());
        CHECK((back == text));
    }
}

TEST_CASE("whole frames end where a frame is cut, at every byte") {
    const std::string one = packed("first line\n");
    const std::string two = packed("second line\n");
    CHECK(whole_frames(one + two) == one.size() + two.size());
    for (std::size_t cut = 0; cut < two.size(); ++cut)
        CHECK(whole_frames(one + two.substr(0, cut)) == one.size());
    CHECK(whole_frames("") == 0);
    CHECK(whole_frames("no frame at all") == 0);
    CHECK(whole_frames(one + std::string(100, '\0') + two) == one.size());
}

TEST_CASE("a frame with a wrong byte is not whole, nor is what stands behind it") {
    const std::string one = packed("first line\n");
    const std::string two = packed("second line, and some more text so that there is something to damage\n");
    std::string damaged = one + two + one;
    damaged[one.size() + two.size() / 2] ^= 1;
    CHECK(whole_frames(damaged) == one.size());
}
