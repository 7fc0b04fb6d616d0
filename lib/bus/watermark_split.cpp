#include "bus/watermark_split.hpp"

#include <algorithm>

#include "base/json_text.hpp"
#include "bus/route.hpp"

namespace pulse::bus {

namespace {

// As watermark_line(), for texts that may hold anything.
std::string line_of(const Watermark& watermark, const std::vector<std::string>& tickers) {
    std::string line = R"({"ev":"W","src":)";
    append_json_string(line, watermark.source);
    line += R"(,"session":)";
    append_json_string(line, watermark.session);
    line += R"(,"tickers":[)";
    for (const std::string& ticker : tickers) {
        if (line.back() != '[') line += ',';
        append_json_string(line, ticker);
    }
    line += R"(],"from":)" + std::to_string(watermark.from_ms);
    line += R"(,"to":)" + std::to_string(watermark.to_ms) + '}';
    return line;
}

}  // namespace

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
        const bool whole = divided[p] == watermark.tickers;
        parts.emplace_back(p, whole ? std::string(line) : line_of(watermark, divided[p]));
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
