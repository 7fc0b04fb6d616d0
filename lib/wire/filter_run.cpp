#include "wire/filter_run.hpp"

#include "base/log.hpp"
#include "wire/filter_pool.hpp"
#include "wire/record.hpp"

namespace pulse {

namespace {

constexpr std::size_t kRead = std::size_t{64} * 1024;  // still in the second-level cache when it is filtered
/// Threads that share an input meet at every block: larger ones make that rare.
constexpr std::size_t kSharedRead = std::size_t{512} * 1024;

}  // namespace

void AnyFilter::filter(std::string_view block, FilterResult& result) {
    if (format_ == InputFormat::kAuto) {
        const std::size_t begin = block.find_first_not_of("\r\n");
        if (begin != std::string_view::npos) {
            const std::string_view line = block.substr(begin, block.find_first_of("\r\n", begin) - begin);
            format_ = looks_like_flat_header(line) ? InputFormat::kCsv : InputFormat::kNdjson;
        }
    }
    if (format_ == InputFormat::kCsv)
        flat_.filter(block, result);
    else
        json_.filter(block, result);
}

void FilterRun::run(const std::vector<Input>& inputs) {
    for (const Input& input : inputs) {
        input_ = input.name;
        line_number_ = 0;
        days_ = {};
        LineBlocks blocks(input.fd, input.name, kMaxLine, jobs_ > 1 ? kSharedRead : kRead);
        AnyFilter filter(options_, format_);
        try {
            LineBlocks::Status status = run_single(blocks, filter);
            if (status == LineBlocks::Status::kLines) status = FilterPool(*this, blocks, jobs_).run();
            output_.flush();
            if (status == LineBlocks::Status::kStopped) return;
        } catch (const ReaderGone&) {
            if (&input != &inputs.back() || !blocks.all_consumed()) throw;
        }
    }
}

// With several jobs this ends, saying kLines, as soon as the input turned out to be JSON.
LineBlocks::Status FilterRun::run_single(LineBlocks& blocks, AnyFilter& filter) {
    FilterResult result;
    for (;;) {
        if (jobs_ > 1 && filter.format() == InputFormat::kNdjson) return LineBlocks::Status::kLines;
        const LineBlocks::Status status = blocks.next();
        if (status == LineBlocks::Status::kEnd || status == LineBlocks::Status::kStopped) return status;
        result.clear();
        if (status == LineBlocks::Status::kLines) filter.filter(blocks.text(), result);
        emit(status, blocks.text(), result);
        if (!output_.empty() && (blocks.drained() || !blocks.ready())) output_.flush();
    }
}

void FilterRun::emit(LineBlocks::Status status, std::string_view piece, FilterResult& result) {
    if (status == LineBlocks::Status::kLongLine) return rejects_.append_piece(piece);
    if (status == LineBlocks::Status::kLongEnd) {
        ++received_;
        return rejects_.end_long_line(input_, ++line_number_, kTooLong);
    }
    output_.append(result.output);
    if (!result.hits.empty()) log::write_lines(result.hits);
    received_ += result.lines - result.ignored;
    other_records_ += result.other_records;
    days_.add(result.days);
    for (std::size_t i = 0; i < kVerdicts; ++i) verdicts_[i] += result.verdicts[i];
    if (options_.strict && !result.rejected.empty()) output_.flush();
    for (const auto& rejected : result.rejected)
        rejects_.reject(input_, line_number_ + rejected.line + 1, rejected.text, rejected.reason);
    line_number_ += result.lines;
}

Summary FilterRun::summary() const {
    Summary summary;
    summary.received = received_;
    summary.rejected = rejects_.count();
    summary.passed = verdicts_[static_cast<std::size_t>(Verdict::kPass)] + other_records_;
    for (std::size_t i = 1; i < kVerdicts; ++i)
        summary.dropped.emplace_back(verdict_name(static_cast<Verdict>(i)), verdicts_[i]);
    return summary;
}

}  // namespace pulse
