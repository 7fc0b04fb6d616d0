#include "store/batch.hpp"

namespace pulse::store {

std::uint32_t Batch::add_line(std::uint64_t number, std::string_view line) {
    text_ += line;
    lines_.push_back({number, text_.size()});
    return static_cast<std::uint32_t>(lines_.size() - 1);
}

std::string_view Batch::line(std::uint32_t index) const {
    const std::size_t begin = index == 0 ? 0 : lines_[index - 1].end;
    return std::string_view(text_).substr(begin, lines_[index].end - begin);
}

void Batch::place() {
    placed_trades = place_rows(trades);
    placed_cancels = place_rows(cancels);
}

void Batch::clear() {
    trades.clear();
    cancels.clear();
    placed_trades.clear();
    placed_cancels.clear();
    for (auto& lines : json) lines.clear();
    lines_.clear();
    text_.clear();
}

}  // namespace pulse::store
