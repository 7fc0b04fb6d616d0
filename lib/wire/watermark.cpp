#include "wire/watermark.hpp"

#include <algorithm>
#include <iterator>

#include "base/json_text.hpp"

namespace pulse {

std::vector<std::string> tickers_within(const Watermark& watermark, const Underlyings& underlyings) {
    const auto& tickers = watermark.tickers;
    if (underlyings.all()) return tickers;
    if (std::find(tickers.begin(), tickers.end(), "*") != tickers.end()) return underlyings.roots();
    std::vector<std::string> within;
    std::copy_if(tickers.begin(), tickers.end(), std::back_inserter(within),
                 [&](const std::string& ticker) { return underlyings.contains(ticker); });
    return within;
}

std::string watermark_line(const Watermark& watermark) {
    std::string line = R"({"ev":"W","src":)";
    append_json_string(line, watermark.source);
    line += R"(,"session":)";
    append_json_string(line, watermark.session);
    line += R"(,"tickers":[)";
    for (const std::string& ticker : watermark.tickers) {
        if (line.back() != '[') line += ',';
        append_json_string(line, ticker);
    }
    line += R"(],"from":)" + std::to_string(watermark.from_ms);
    line += R"(,"to":)" + std::to_string(watermark.to_ms) + "}\n";
    return line;
}

std::string pass_marker(const std::string& source) {
    return '\n' + watermark_line({source, "again", {}, 0, 0});
}

}  // namespace pulse
