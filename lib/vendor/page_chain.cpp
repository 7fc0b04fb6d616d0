#include "vendor/page_chain.hpp"

#include <fmt/format.h>

#include <functional>

#include "base/error.hpp"
#include "vendor/rest_urls.hpp"

namespace pulse {

namespace {
constexpr unsigned kMaxEmptyPages = 100;
constexpr unsigned kMaxRestarts = 8;
// Half a thousand million trades: a server that always knows another page is meant to be noticed, and the
// addresses of all pages are kept.
constexpr std::size_t kMaxPages = 10'000;
}  // namespace

void PageChain::begin(std::string url) {
    url_ = std::move(url);
    visited_ = {url_};
    empty_pages_ = 0;
    taken_ = taken_hash_ = 0;
}

void PageChain::begin_again(std::string url) {
    if (++restarts_ > kMaxRestarts)
        throw Error(Exit::kFailure,
                    fmt::format("{}: the vendor's page is another one each time it is read", name_));
    begin(std::move(url));
}

void PageChain::start() {
    page_.reset();
    seen_ = seen_hash_ = 0;
    changed_ = false;
}

bool PageChain::is_new(std::string_view row) {
    if (changed_) return false;
    ++seen_;
    seen_hash_ = (seen_hash_ ^ std::hash<std::string_view>{}(row)) * 0x9E3779B97F4A7C15ULL;
    if (seen_ > taken_) return true;
    changed_ = seen_ == taken_ && seen_hash_ != taken_hash_;
    return false;
}

void PageChain::note_taken() {
    if (page_.broken()) return;  // by this row: it is to come again
    taken_ = seen_;
    taken_hash_ = seen_hash_;
}

PageChain::End PageChain::end() {
    if (!page_.finish()) return End::kBroken;
    if (changed_ || seen_ < taken_) return End::kChanged;
    empty_pages_ = seen_ == 0 ? empty_pages_ + 1 : 0;
    taken_ = taken_hash_ = 0;
    if (page_.next_url().empty()) return End::kDone;
    follow(page_.next_url());
    return End::kMore;
}

void PageChain::follow(std::string_view next_url) {
    try {
        url_ = next_page_url(base_, next_url);
    } catch (const Error& error) {
        throw Error(error.exit(), fmt::format("{}: {}", name_, error.what()));
    }
    if (!visited_.insert(url_).second)
        throw Error(
            Exit::kFailure,
            fmt::format("{}: next_url loops: the server's pages lead back to one that was read before",
                        name_));
    if (empty_pages_ >= kMaxEmptyPages)
        throw Error(
            Exit::kFailure,
            fmt::format("{}: {} pages in a row were empty and next_url leads still on", name_, empty_pages_));
    if (visited_.size() > kMaxPages)
        throw Error(Exit::kFailure,
                    fmt::format("{}: {} pages were read and next_url leads still on", name_, kMaxPages));
}

}  // namespace pulse
