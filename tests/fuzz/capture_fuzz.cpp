// The capture must find the end of the whole frames in any bytes, and in its own frames with anything behind
// them; and no line may harm its look for times and claims.

#include <string>
#include <string_view>

#include "capture/capture_frame.hpp"
#include "capture/capture_lines.hpp"
#include "check.hpp"

using namespace pulse;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static FramePacker packer;
    static CaptureLineReader reader;
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);

    FUZZ_CHECK(whole_frames(bytes) <= size);
    std::string frame;
    packer.pack(bytes, frame);
    FUZZ_CHECK(whole_frames(frame) == frame.size());
    FUZZ_CHECK(whole_frames(frame.substr(0, frame.size() - 1)) == 0);
    FUZZ_CHECK(whole_frames(frame + std::string(bytes)) == frame.size() + whole_frames(bytes));

    std::string lines(bytes);
    if (!lines.ends_with('\n')) lines += '\n';
    constexpr std::int64_t kLatestMs = 1'800'000'000'000;
    const CaptureLoss loss = loss_of(lines, reader, kLatestMs);
    FUZZ_CHECK(loss.to_ms <= kLatestMs);
    const std::string line = lines.substr(0, lines.find('\n'));
    if (line.empty()) return 0;
    const CapturedLine read = reader.read(line);
    if (read.kind != CapturedLine::Kind::kWatermark) return 0;
    const auto behind = watermark_behind(reader.watermark(), read.t_ms - 1);
    FUZZ_CHECK(!behind || behind->from_ms >= read.t_ms);
    return 0;
}
