#include "bus/ticker_reader.hpp"

#include <simdjson.h>

namespace pulse::bus {

struct TickerReader::Impl {
    simdjson::dom::parser parser;
};

TickerReader::TickerReader() : impl_(std::make_unique<Impl>()) {}
TickerReader::~TickerReader() = default;

std::string TickerReader::read(std::string_view line) {
    simdjson::dom::element root;
    std::string_view ticker;
    if (impl_->parser.parse(line.data(), line.size(), true).get(root) != simdjson::SUCCESS ||
        root["ticker"].get(ticker) != simdjson::SUCCESS)
        return {};
    return std::string(ticker);
}

}  // namespace pulse::bus
