// A stage must be shown the same by the fast path and by the full parser, and the output be the same, for any
// bytes.

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <string>
#include <string_view>

#include "base/fd.hpp"
#include "base/log.hpp"
#include "check.hpp"
#include "market/order_joiner.hpp"
#include "pipe/line_blocks.hpp"
#include "wire/order_record.hpp"
#include "wire/tape_run.hpp"

namespace {

using namespace pulse;

/// Writes down what it is shown, and what an order joiner makes of it.
class Diary final : public TapeStage {
  public:
    void on_trade(const TapePrint& print, std::string& out) override {
        (text += print.sym) += ' ';
        append_decimal(text, print.price);
        for (const std::int64_t value :
             {print.t_ms, print.size, std::int64_t{print.exchange}, print.sequence.value_or(-1)})
            text += ' ' + std::to_string(value);
        for (const auto id : print.conditions) text += " c" + std::to_string(id);
        text += print.history ? print.flat ? " flat\n" : " history\n" : "\n";
        out_ = &out;
        joiner_.add(print);
    }
    void on_watermark(const Watermark& watermark, std::string& out) override {
        text += watermark.source + std::to_string(watermark.to_ms) + '\n';
        out_ = &out;
        joiner_.complete(watermark.tickers, watermark.to_ms);
    }
    void on_end(std::string& out) override {
        out_ = &out;
        joiner_.finish();
        FUZZ_CHECK(joiner_.open_orders() == 0);
    }
    std::string text;

  private:
    std::string* out_ = nullptr;
    OrderJoiner joiner_{{100, Decimal{}}, [this](const JoinedOrder& order) { append_order(*out_, order); }};
};

struct Ran {
    std::string output;
    std::string diary;
    std::string summary;
};

Ran run(std::string_view tape, bool fast) {
    const UniqueFd in(::memfd_create("in", 0));
    const UniqueFd out(::memfd_create("out", 0));
    write_all(in.get(), tape);
    ::lseek(in.get(), 0, SEEK_SET);
    Diary diary;
    Output output(out.get(), "out");
    Rejects rejects("", false);
    TapeRun stage(diary, {.fast_path = fast}, output, rejects);
    stage.run(in.get(), "in");
    Ran ran{std::string(static_cast<std::size_t>(::lseek(out.get(), 0, SEEK_END)), '\0'), diary.text,
            stage.summary().text()};
    ::lseek(out.get(), 0, SEEK_SET);
    FUZZ_CHECK(read_some(out.get(), ran.output.data(), ran.output.size(), "out") == ran.output.size());
    return ran;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    log::configure("fuzz", log::Level::kError, log::Format::kText);
    const std::string_view tape(reinterpret_cast<const char*>(data), size);
    const Ran fast = run(tape, true);
    const Ran full = run(tape, false);
    FUZZ_CHECK(fast.diary == full.diary);
    FUZZ_CHECK(fast.output == full.output);
    FUZZ_CHECK(fast.summary == full.summary);
    return 0;
}
