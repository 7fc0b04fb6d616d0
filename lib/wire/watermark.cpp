#include "wire/watermark.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace pulse {

std::string watermark_line(const Watermark& watermark) {
    return fmt::format(R"({{"ev":"W","src":"{}","session":"{}","tickers":["{}"],"from":{},"to":{}}})"
                       "\n",
                       watermark.source, watermark.session, fmt::join(watermark.tickers, "\",\""),
                       watermark.from_ms, watermark.to_ms);
}

std::string pass_marker(const std::string& source) {
    return fmt::format(
        "\n"
        R"({{"ev":"W","src":"{}","session":"again","tickers":[],"from":0,"to":0}})"
        "\n",
        source);
}

}  // namespace pulse
