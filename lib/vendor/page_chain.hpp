#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_set>

#include "vendor/rest_page.hpp"

namespace pulse {

/// A vendor resource that comes in pages: its addresses one after the other, and its rows once each and in
/// order, however often a page breaks off and has to be read again.
class PageChain {
  public:
    enum class End {
        kMore,     ///< url() is the next page
        kDone,     ///< that was the last page
        kBroken,   ///< the page makes no sense: broken_reason()
        kChanged,  ///< the page isn't the one that was begun before: begin() again, rows handed out are void
    };

    /// `base` as of rest_base(); `name` says in messages what is fetched.
    PageChain(std::string base, std::string name) : base_(std::move(base)), name_(std::move(name)) {}

    /// Starts at the first page.
    void begin(std::string url);
    /// The same after kChanged, or when rows handed out are void for another reason. Throws Error(kFailure)
    /// when that has happened too often.
    void begin_again(std::string url);
    [[nodiscard]] const std::string& url() const { return url_; }
    [[nodiscard]] const std::string& name() const { return name_; }
    /// True until the first page has been read to its end.
    [[nodiscard]] bool at_first_page() const { return visited_.size() == 1; }

    /// An answer begins: url()'s page from its start, perhaps not for the first time.
    void start();
    /// Calls `row(std::string_view)` with each row that wasn't handed out before. See RestPage::feed.
    template <typename Row>
    void feed(std::string_view piece, Row&& row) {
        page_.feed(piece, [&](std::string_view text) {
            if (!is_new(text)) return;
            row(text);
            note_taken();
        });
    }
    /// Call from within `row` when its text is no JSON: the page is broken, and the row was not handed out.
    void row_is_damaged() { page_.row_is_damaged(); }
    /// The answer arrived whole. Throws Error(kFailure) when the addresses of pages lead in circles, on for
    /// ever, or to a foreign host.
    End end();
    [[nodiscard]] std::string broken_reason() const { return page_.broken_reason(); }

  private:
    bool is_new(std::string_view row);
    void note_taken();
    void follow(std::string_view next_url);

    std::string base_;
    std::string name_;
    std::string url_;
    std::unordered_set<std::string> visited_;
    unsigned empty_pages_ = 0;  ///< in a row
    unsigned restarts_ = 0;     ///< of all chains
    RestPage page_;
    // Rows of the page handed out by all attempts, rows seen by this one, and what their texts amount to.
    std::uint64_t taken_ = 0;
    std::uint64_t taken_hash_ = 0;
    std::uint64_t seen_ = 0;
    std::uint64_t seen_hash_ = 0;
    bool changed_ = false;
};

}  // namespace pulse
