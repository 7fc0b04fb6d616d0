#include "bus/packer.hpp"

#include <algorithm>

#include "bus/route.hpp"
#include "wire/watermark.hpp"

namespace pulse::bus {

void Packer::add(std::string_view ticker, std::string_view line, bool numbered) {
    append(open_for(ticker, line.size()), line, numbered);
}

void Packer::add_print(std::string_view ticker, const CountedPrint& print) {
    Open& open = open_for(ticker, print.line.size());
    auto& marked = open.marked_sources;
    if (std::find(marked.begin(), marked.end(), print.source) == marked.end()) {
        marked.emplace_back(print.source);
        open.data += std::string_view(pass_marker(marked.back())).substr(1);  // without the empty line
    }
    open.data += prints_.before(print, open.number);
    append(open, print.line, false);
}

void Packer::add_alone(std::string_view line, std::uint32_t records) {
    close();
    Round round;
    round.messages.push_back(message_of(kWatermarkToken, std::string(line) + '\n', records, false));
    out_(std::move(round));
}

void Packer::close() {
    if (open_.empty()) return;
    Round round;
    for (Open& open : open_)
        round.messages.push_back(message_of(open.ticker, std::move(open.data), open.records, open.numbered));
    open_.clear();
    at_.clear();
    records_ = 0;
    out_(std::move(round));
}

Packer::Open& Packer::open_for(std::string_view ticker, std::size_t line_bytes) {
    auto at = at_.find(ticker);
    const bool no_room =
        at != at_.end() && open_[at->second].data.size() + line_bytes >= limits_.message_bytes;
    if (no_room || records_ >= limits_.records) {
        close();
        at = at_.end();
    }
    if (at != at_.end()) return open_[at->second];
    at_.emplace(ticker, open_.size());
    open_.push_back({std::string(ticker), ++messages_, {}, 0, true, {}});
    return open_.back();
}

void Packer::append(Open& open, std::string_view line, bool numbered) {
    open.data += line;
    open.data += '\n';
    open.numbered &= numbered;
    ++open.records;
    ++records_;
}

Message Packer::message_of(std::string_view ticker, std::string data, std::uint32_t records, bool numbered) {
    Message message{subject_of(stream_, partition_, ticker), std::move(data), {}, records};
    message.id = content_id(message.subject, message.data);
    if (!numbered) message.id += '-' + std::to_string(occurrences_.count(message.id));
    return message;
}

}  // namespace pulse::bus
