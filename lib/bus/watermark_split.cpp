#include "bus/watermark_split.hpp"

#include <algorithm>

#include "bus/route.hpp"

namespace pulse::bus {

void WatermarkSplit::saw(std::string_view ticker, unsigned partition) {
    if (seen_[partition].emplace(ticker).second) order_[partition].emplace_back(ticker);
}

std::vector<std::pair<unsigned, std::string>> WatermarkSplit::split(const Watermark& watermark,
                                                                    std::string_view line) const {
    const auto count = static_cast<unsigned>(seen_.size());
    std::vector<std::pair<unsigned, std::string>> parts;
    if (count == 1 || watermark.tickers.empty()) {
        for (unsigned p = 0; p < count; ++p) parts.emplace_back(p, line);
        return parts;
    }
    const auto divided = divide(watermark);
    for (unsigned p = 0; p < count; ++p) {
        if (divided[p].empty()) continue;
        if (divided[p] == watermark.tickers) {
            parts.emplace_back(p, line);
            continue;
        }
        Watermark part = watermark;
        part.tickers = divided[p];
        parts.emplace_back(p, watermark_line(part)).second.pop_back();
    }
    return parts;
}

std::vector<std::vector<std::string>> WatermarkSplit::divide(const Watermark& watermark) const {
    if (std::find(watermark.tickers.begin(), watermark.tickers.end(), "*") != watermark.tickers.end())
        return order_;
    std::vector<std::vector<std::string>> divided(seen_.size());
    for (const std::string& ticker : watermark.tickers)
        divided[partition_of(ticker, static_cast<unsigned>(seen_.size()))].push_back(ticker);
    return divided;
}

}  // namespace pulse::bus
