#include "wire/flat_records.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/log.hpp"
#include "wire/watermark.hpp"

namespace pulse {

namespace {

constexpr std::string_view kLineHead = R"({"flat":")";
constexpr std::string_view kLineMiddle = R"(","etag":")";
constexpr std::string_view kLineTail = R"("})";

std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '"' || c == '\\') out += '\\';
        out += c;
    }
    return out;
}

std::string unescaped(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\\' && i + 1 < text.size()) ++i;
        out += text[i];
    }
    return out;
}

}  // namespace

FlatRecords::FlatRecords(const FilterOptions& options, Output& output, Rejects& rejects, Journal* journal)
    : options_(options),
      output_(output),
      journal_(journal),
      marker_due_(journal != nullptr && journal->resumed()),
      run_(options, InputFormat::kCsv, 1, output, rejects),
      intake_(run_) {
    if (journal_ != nullptr) read_journal();
}

void FlatRecords::read_journal() {
    for (const std::string_view line : journal_->lines()) {
        if (!line.starts_with(kLineHead) || !line.ends_with(kLineTail)) continue;
        const std::size_t middle = line.find(kLineMiddle);
        if (middle == std::string_view::npos) continue;
        const auto day = parse_date(line.substr(kLineHead.size(), middle - kLineHead.size()));
        const std::size_t begin = middle + kLineMiddle.size();
        if (day) etags_[*day] = unescaped(line.substr(begin, line.size() - kLineTail.size() - begin));
    }
}

std::string FlatRecords::journal_header(const FilterOptions& options) {
    const SmartMoneyRule& rule = options.rule;
    std::vector<std::string> names = rule.underlyings.roots();
    std::sort(names.begin(), names.end());
    const std::string roots = names.empty() ? "ALL" : fmt::format("{}", fmt::join(names, ","));
    if (options.unfiltered)
        return fmt::format(R"({{"job":"flat","underlyings":"{}","unfiltered":true}})", roots);
    std::string premium;
    append_decimal(premium, rule.min_premium);
    return fmt::format(R"({{"job":"flat","underlyings":"{}","min_premium":{},"min_dte":{},"max_dte":{}}})",
                       roots, premium, rule.min_dte, rule.max_dte);
}

std::string FlatRecords::etag_read(Day session) const {
    const auto at = etags_.find(session);
    return at == etags_.end() ? std::string() : at->second;
}

void FlatRecords::begin(const std::string& name) {
    if (marker_due_) start_over();
    intake_.begin(name);
}

void FlatRecords::start_over() {
    intake_.abandon();
    output_.append(pass_marker("flat"));
    marker_due_ = false;
}

Summary FlatRecords::close() noexcept {
    intake_.close();
    return run_.summary();
}

std::optional<Session> FlatRecords::proven(const std::string& name, std::optional<Day> expected) const {
    const DaySpan& days = run_.days();
    if (days.empty()) {
        log::warn("{} holds no trades: no watermark", name);
        return std::nullopt;
    }
    if (days.first != days.last || (expected && days.first != *expected)) {
        log::warn("{} holds trades from {} to {}{}: no watermark, because it proves no day complete", name,
                  date_text(days.first), date_text(days.last), expected ? ", not of its own day alone" : "");
        return std::nullopt;
    }
    const auto session = session_of(days.first);
    if (!session)
        log::warn("{} holds trades of {}, when the market was closed: no watermark", name,
                  date_text(days.first));
    return session;
}

void FlatRecords::complete(const std::string& name, std::optional<Day> session, std::string_view etag) {
    const auto day = proven(name, session);
    if (!day) return;
    Watermark watermark{"flat", date_text(day->date), {"*"}, day->open_ms, day->close_ms};
    const Underlyings& underlyings = options_.rule.underlyings;
    if (underlyings.all()) output_.append(watermark_line(watermark));
    for (const std::string& root : underlyings.roots()) {
        watermark.tickers = {root};
        output_.append(watermark_line(watermark));
    }
    output_.flush();
    if (journal_ == nullptr || etag.empty()) return;
    output_.wait_until_read();
    journal_->append(
        fmt::format("{}{}{}{}{}", kLineHead, date_text(day->date), kLineMiddle, escaped(etag), kLineTail));
    journal_->flush();
}

}  // namespace pulse
