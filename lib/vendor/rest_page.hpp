#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>

#include "vendor/object_end.hpp"

namespace pulse {

/// Takes a vendor REST answer (`{"status":"OK","results":[{…},…],"next_url":"…"}`) apart while it arrives, in
/// any pieces, with memory for one row: a page may be as large as it likes. Keys come in any order and with
/// any white space; of a key that comes twice the first counts.
class RestPage {
  public:
    /// The largest row that is taken, and the most that everything outside of `results` may come to, in
    /// bytes.
    static constexpr std::size_t kMaxPart = 1 << 20;
    /// Readable bytes of any content behind the text of each row: what simdjson asks for.
    static constexpr std::size_t kPadding = 64;

    /// Forgets everything: a new page begins.
    void reset();

    /// Feeds a piece and calls `row(std::string_view)` with each complete object of `results`, its text as
    /// sent, in order. A row's text has balanced braces and complete strings and kPadding readable bytes
    /// behind it; whether it is valid JSON is the reader's to find out, who calls row_is_damaged() when not.
    /// It is valid during the call. Stops taking anything in once the page is broken.
    template <typename Row>
    void feed(std::string_view piece, Row&& row) {
        using Target = std::remove_reference_t<Row>;
        feed_rows(piece, RowSink{const_cast<std::remove_const_t<Target>*>(std::addressof(row)),
                                 [](void* target, std::string_view text) {
                                     (*static_cast<Target*>(target))(text);
                                 }});
    }

    /// Call from within `row` when its text is no JSON: the bytes of the body are damaged, which breaks the
    /// page.
    void row_is_damaged() { fail("a row is no valid JSON"); }
    [[nodiscard]] bool broken() const { return place_ == Place::kBroken; }

    /// Call when the body has ended. False when the text isn't one complete JSON object, a row is damaged,
    /// `results` is no array of objects, `next_url` is no string, or nothing says that this is the answer:
    /// `status` must be OK or DELAYED, in either case, or missing while `results` is there. broken_reason()
    /// tells. With such a status `results` may be null or missing: there are no rows.
    [[nodiscard]] bool finish();
    [[nodiscard]] std::string broken_reason() const { return broken_; }

    /// Unescaped; empty when absent. Valid after finish().
    [[nodiscard]] const std::string& next_url() const { return next_url_; }
    [[nodiscard]] const std::string& status() const { return status_; }
    /// Objects of `results` seen so far.
    [[nodiscard]] std::uint64_t rows() const { return rows_; }

  private:
    struct RowSink {
        void* target;
        void (*call)(void* target, std::string_view row);
    };
    struct Members;
    enum class Place {
        kStart,      ///< before the opening brace
        kMembers,    ///< anywhere in the object outside of the array of rows
        kBeforeRow,  ///< behind `[` or a comma of the array of rows
        kRow,        ///< inside a row
        kAfterRow,   ///< behind a row
        kEnd,        ///< behind the closing brace
        kBroken,
    };

    void feed_rows(std::string_view piece, RowSink row);
    bool take_between_rows(char c);
    const char* take_row(const char* at, const char* end, RowSink row);
    void step_in_string(char c);
    void take_member_byte(char c);
    void note_token(char c);
    bool read_members();
    bool check_status(const Members& members);
    bool fail(std::string_view reason);

    Place place_ = Place::kStart;
    std::string members_;  ///< the page's text without its rows
    std::string row_;      ///< a row that a piece's end has cut, or the copy that gets padding
    ObjectEnd row_end_;
    int depth_ = 0;  ///< braces and brackets that are open outside of the array of rows
    bool in_string_ = false;
    bool escaped_ = false;          ///< inside a string, behind a backslash
    std::size_t string_begin_ = 0;  ///< in members_: the last string of the outermost object
    std::size_t string_end_ = 0;
    bool results_seen_ = false;     ///< a key `results` has come
    bool results_pending_ = false;  ///< the first one, and its value is next
    bool behind_comma_ = false;     ///< a row must follow, the array may not close
    std::uint64_t rows_ = 0;
    std::string broken_;
    std::string next_url_;
    std::string status_;
};

}  // namespace pulse
