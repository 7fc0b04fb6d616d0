#include "wire/watermark_reader.hpp"

#include <simdjson.h>

namespace pulse {

struct WatermarkReader::Impl {
    simdjson::dom::parser parser;
};

WatermarkReader::WatermarkReader() : impl_(std::make_unique<Impl>()) {}
WatermarkReader::~WatermarkReader() = default;
WatermarkReader::WatermarkReader(WatermarkReader&&) noexcept = default;
WatermarkReader& WatermarkReader::operator=(WatermarkReader&&) noexcept = default;

std::optional<Watermark> WatermarkReader::read(std::string_view line) {
    simdjson::dom::element root;
    std::string_view source;
    std::string_view session;
    simdjson::dom::array tickers;
    Watermark watermark;
    if (impl_->parser.parse(line.data(), line.size(), true).get(root) != simdjson::SUCCESS ||
        root["src"].get(source) != simdjson::SUCCESS || root["tickers"].get(tickers) != simdjson::SUCCESS ||
        root["from"].get(watermark.from_ms) != simdjson::SUCCESS ||
        root["to"].get(watermark.to_ms) != simdjson::SUCCESS)
        return std::nullopt;
    const auto error = root["session"].get(session);
    if (error != simdjson::SUCCESS && error != simdjson::NO_SUCH_FIELD) return std::nullopt;
    for (const auto element : tickers) {
        std::string_view ticker;
        if (element.get(ticker) != simdjson::SUCCESS) return std::nullopt;
        watermark.tickers.emplace_back(ticker);
    }
    watermark.source = source;
    watermark.session = session;
    return watermark;
}

}  // namespace pulse
