// Whatever bytes the socket delivers: every line written is a trade of a selected root that the full parser
// accepts, the counts add up, and the way the message was cut into pieces changes nothing. Input: one byte
// that chooses the pieces' length, then the frame.

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "vendor/frame.hpp"
#include "vendor/frame_assembler.hpp"

namespace {

using namespace pulse;

void require(bool condition, const char* what, std::string_view line = "") {
    if (condition) return;
    std::fprintf(stderr, "%s: %s\n", what, std::string(line).c_str());
    std::abort();
}

FrameContent read(std::string_view frame, const Underlyings& underlyings) {
    FrameReader reader(underlyings);
    FrameContent content;
    reader.read(frame, content);
    return content;
}

void check_lines(const FrameContent& content, const Underlyings& underlyings) {
    RecordParser parser;
    std::string_view rest = content.lines;
    std::uint64_t lines = 0;
    for (; !rest.empty(); ++lines) {
        const std::size_t end = rest.find('\n');
        require(end != std::string_view::npos, "a line without its end");
        const std::string_view line = rest.substr(0, end);
        require(parser.parse(line) == RecordKind::kTrade, "not a trade", line);
        require(underlyings.contains(parser.trade().symbol.root()), "not a selected root", line);
        require(content.times.lowest <= parser.trade().t_ms && parser.trade().t_ms <= content.times.highest,
                "a time outside the span", line);
        rest.remove_prefix(end + 1);
    }
    require(lines == content.passed, "passed doesn't count the lines");
}

std::string assemble(std::string_view frame, std::size_t piece) {
    FrameAssembler assembler(1 << 20, kScanPadding);
    for (;;) {
        const std::size_t size = std::min(piece, frame.size());
        const bool last = size == frame.size();
        if (const auto whole = assembler.add(frame.substr(0, size), last)) return std::string(*whole);
        if (last) return {};
        frame.remove_prefix(size);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0 || size > 1 << 20) return 0;
    const std::string_view frame(reinterpret_cast<const char*>(data) + 1, size - 1);
    const std::string padded = std::string(frame) + std::string(kScanPadding, '\0');
    for (const auto& underlyings : {Underlyings::parse("AAPL,TSLA"), Underlyings::parse("ALL")}) {
        const auto whole = read({padded.data(), frame.size()}, underlyings);
        check_lines(whole, underlyings);
        std::string pieced = assemble(frame, std::size_t{data[0]} + 1);
        require(pieced == frame, "pieces don't add up to the frame");
        pieced.append(kScanPadding, 'x');  // what stands behind the frame must not matter
        const auto again = read({pieced.data(), frame.size()}, underlyings);
        require(again.lines == whole.lines && again.received() == whole.received(),
                "pieces change the outcome");
    }
    return 0;
}
