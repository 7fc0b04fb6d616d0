// Whatever a flat file holds, every line written is a trade the full parser accepts and judges the same way.

#include <string>
#include <string_view>

#include "check.hpp"
#include "wire/flat_file.hpp"
#include "wire/record.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace pulse;
    FilterOptions options;
    options.rule.min_premium = {};
    options.log_hits = false;
    FlatFilter filter(options);
    FilterResult result;
    filter.filter({reinterpret_cast<const char*>(data), size}, result);
    std::uint64_t handled = result.ignored + result.rejected.size();
    for (const auto count : result.verdicts) handled += count;
    FUZZ_CHECK(handled == result.lines);
    RecordParser parser;
    NewYorkClock clock;
    std::string_view output = result.output;
    while (!output.empty()) {
        const std::size_t end = output.find('\n');
        FUZZ_CHECK(end != std::string_view::npos);
        FUZZ_CHECK(parser.parse(output.substr(0, end)) == RecordKind::kTrade);
        const TradeRecord& trade = parser.trade();
        FUZZ_CHECK(trade.key_error.empty() && trade.source == "flat" && trade.derived.all());
        const auto judged = judge(options.rule, trade.symbol, trade.price, trade.size, trade.t_ms, clock);
        FUZZ_CHECK(judged && judged->verdict == Verdict::kPass);
        output.remove_prefix(end + 1);
    }
    return 0;
}
