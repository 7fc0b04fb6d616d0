#include "wire/tape_run.hpp"

#include <string_view>

#include "base/error.hpp"
#include "wire/line_ends.hpp"
#include "wire/record.hpp"
#include "wire/tape_line.hpp"
#include "wire/watermark_reader.hpp"

namespace pulse {

namespace {

constexpr std::size_t kRead = std::size_t{64} * 1024;  // still in the second-level cache when it is looked at

TapePrint print_of(const TradeRecord& trade) {
    return {trade.sym,
            trade.t_ms,
            trade.price,
            trade.size,
            trade.exchange,
            trade.conditions,
            trade.sequence,
            is_history_source(trade.source),
            trade.source == "flat"};
}

}  // namespace

struct TapeRun::Impl {
    /// One line of the block at hand.
    struct Line {
        const char* begin;
        const char* end;   ///< of its text, a CR included
        const char* next;  ///< behind its newline; the same as `end` when it has none
    };

    TapeStage& stage;
    Options options;
    Output& output;
    Rejects& rejects;
    TapeLineReader usual{};
    TapePrint print{};
    RecordParser parser{};
    WatermarkReader watermarks{};
    LineEnds line_ends{};
    std::string input = "stdin";
    std::string made{};             ///< what the stage had to say before the line at hand
    const char* unwritten{};        ///< from here to the line at hand, the block is to be written as it is
    std::uint64_t line_number = 0;  ///< of the line at hand, from 1
    std::uint64_t received = 0;
    std::uint64_t passed = 0;
    std::uint64_t not_kept = 0;

    void run(LineBlocks& blocks);
    void take(std::string_view lines);
    void take_line(const Line& line);
    void take_parsed(const Line& line, std::string_view text);
    void pass_on(const Line& line, std::size_t size, bool keep);
    void leave_out(const Line& line);
    void reject(const Line& line, std::string_view reason);
    void write_up_to(const char* at);
};

void TapeRun::Impl::run(LineBlocks& blocks) {
    for (;;) {
        const LineBlocks::Status status = blocks.next();
        if (status == LineBlocks::Status::kEnd || status == LineBlocks::Status::kStopped) break;
        if (status == LineBlocks::Status::kLines) {
            take(blocks.text());
        } else if (status == LineBlocks::Status::kLongLine) {
            rejects.append_piece(blocks.text());
        } else if (status == LineBlocks::Status::kLongEnd) {
            ++received;
            output.flush();
            rejects.end_long_line(input, ++line_number, kTooLong);
        }
        if (!output.empty() && (blocks.drained() || !blocks.ready())) output.flush();
    }
    stage.on_end(made);
    output.append(made);
    made.clear();
    output.flush();
}

void TapeRun::Impl::take(std::string_view lines) {
    const char* const base = lines.data();
    unwritten = base;
    std::uint32_t begin = 0;
    for (const std::uint32_t end : line_ends.find(lines)) {
        ++line_number;
        const char* const next = base + end + (end < lines.size() ? 1 : 0);
        take_line({base + begin, base + end, next});
        begin = end + 1;
    }
    write_up_to(base + lines.size());
}

void TapeRun::Impl::take_line(const Line& line) {
    std::string_view text(line.begin, line.end);
    if (text.ends_with('\r')) text.remove_suffix(1);
    if (text.empty()) return leave_out(line);
    ++received;
    if (text.size() > kMaxLine) return reject(line, kTooLong);
    if (options.fast_path && usual.read(text, print)) {
        stage.on_trade(print, made);
        return pass_on(line, text.size(), options.keep_trades);
    }
    take_parsed(line, text);
}

void TapeRun::Impl::take_parsed(const Line& line, std::string_view text) {
    const RecordKind kind = parser.parse(text);
    if (kind == RecordKind::kBad) return reject(line, parser.reason());
    if (kind == RecordKind::kTrade) {
        stage.on_trade(print_of(parser.trade()), made);
        return pass_on(line, text.size(), options.keep_trades);
    }
    if (parser.ev() == "W")
        if (const auto watermark = watermarks.read(text)) stage.on_watermark(*watermark, made);
    pass_on(line, text.size(), true);
}

// `size`: of the line's text without a CR.
void TapeRun::Impl::pass_on(const Line& line, std::size_t size, bool keep) {
    if (!made.empty()) {
        write_up_to(line.begin);
        output.append(made);
        made.clear();
    }
    ++(keep ? passed : not_kept);
    if (!keep) return leave_out(line);
    if (line.begin + size == line.end && line.end != line.next) return;  // as it came: with its neighbours
    write_up_to(line.begin + size);
    output.append("\n");
    unwritten = line.next;
}

void TapeRun::Impl::leave_out(const Line& line) {
    write_up_to(line.begin);
    unwritten = line.next;
}

void TapeRun::Impl::reject(const Line& line, std::string_view reason) {
    leave_out(line);
    try {
        rejects.reject(input, line_number, {line.begin, line.end}, reason);
    } catch (const Error&) {
        output.flush();  // under strict, the lines before are still good
        throw;
    }
}

void TapeRun::Impl::write_up_to(const char* at) {
    if (at > unwritten) output.append({unwritten, at});
    unwritten = at;
}

TapeRun::TapeRun(TapeStage& stage, Options options, Output& output, Rejects& rejects)
    : impl_(new Impl{stage, options, output, rejects}) {}
TapeRun::~TapeRun() = default;

void TapeRun::run(int fd, const std::string& name) {
    impl_->input = name;
    impl_->line_number = 0;
    LineBlocks blocks(fd, name, kMaxLine, kRead);
    try {
        impl_->run(blocks);
    } catch (const ReaderGone&) {
        if (!blocks.all_consumed()) throw;
    }
}

void TapeRun::take(std::string_view lines) {
    impl_->take(lines);
}

Summary TapeRun::summary() const {
    Summary summary;
    summary.received = impl_->received;
    summary.passed = impl_->passed;
    summary.dropped.emplace_back("trades", impl_->not_kept);
    summary.rejected = impl_->rejects.count();
    return summary;
}

}  // namespace pulse
