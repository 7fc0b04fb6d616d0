// The fast path and the full parser must give the same answer for any bytes. One licence: a line that starts
// like a trade of another root may be dropped for that unread.

#include <string>
#include <string_view>

#include "check.hpp"
#include "pipe/line_blocks.hpp"
#include "wire/trade_filter.hpp"

namespace {

using namespace pulse;

TradeFilter make_filter(bool fast, std::string_view underlyings) {
    FilterOptions options;
    options.rule.underlyings = Underlyings::parse(underlyings);
    options.log_hits = false;
    options.fast_path = fast;
    return TradeFilter(options);
}

void compare(TradeFilter& fast_filter, TradeFilter& full_filter, std::string_view block,
             bool may_drop_unread) {
    FilterResult fast;
    FilterResult full;
    fast_filter.filter(block, fast);
    full_filter.filter(block, full);
    FUZZ_CHECK(fast.output == full.output);
    FUZZ_CHECK(fast.lines == full.lines);
    FUZZ_CHECK(fast.ignored == full.ignored);
    std::uint64_t handled = fast.ignored + fast.other_records + fast.rejected.size();
    for (const auto count : fast.verdicts) handled += count;
    FUZZ_CHECK(handled == fast.lines);
    const auto underlying = static_cast<std::size_t>(Verdict::kUnderlying);
    const auto unread = fast.verdicts[underlying] - full.verdicts[underlying];
    FUZZ_CHECK(may_drop_unread ? fast.rejected.size() + unread >= full.rejected.size() : unread == 0);
    if (unread == 0)
        FUZZ_CHECK(fast.verdicts == full.verdicts && fast.rejected.size() == full.rejected.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static TradeFilter fast = make_filter(true, kMag7);
    static TradeFilter full = make_filter(false, kMag7);
    static TradeFilter fast_all = make_filter(true, "ALL");
    static TradeFilter full_all = make_filter(false, "ALL");
    std::string padded(reinterpret_cast<const char*>(data), size);
    padded.append(kBlockPadding, '7');
    const std::string_view block(padded.data(), size);
    compare(fast, full, block, true);
    compare(fast_all, full_all, block, false);
    return 0;
}
