#pragma once

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include "market/date.hpp"
#include "vendor/http_message.hpp"

namespace pulse {

/// A request that the vendor answers with 400; the text is its reason.
struct SimBadRequest : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// The parameters of a REST call: from the query, or from the cursor of a `next_url`, which holds those of
/// the first call and the place to go on from.
class SimQuery {
  public:
    /// Throws SimBadRequest when there is a cursor that isn't ours.
    explicit SimQuery(const HttpRequest& request);

    /// Empty when absent.
    [[nodiscard]] std::string_view text(std::string_view name) const;
    /// Throws SimBadRequest unless the value is one of `a` and `b`; `a` when absent.
    [[nodiscard]] bool is_second(std::string_view name, std::string_view a, std::string_view b) const;
    /// A whole number in [1, max]; throws SimBadRequest.
    [[nodiscard]] std::uint64_t limit(std::uint64_t fallback, std::uint64_t max) const;
    /// How many rows the pages before this one had.
    [[nodiscard]] std::uint64_t place() const { return place_; }
    /// A cursor for the page that starts at `place`. `note` tells two cursors of one place apart.
    [[nodiscard]] std::string cursor(std::uint64_t place, std::uint64_t note = 0) const;
    /// Sets a parameter that the first call left out, for the cursor to keep.
    void fix(std::string_view name, std::string value);

  private:
    HttpFields fields_;
    std::uint64_t place_ = 0;
};

/// An interval of whole numbers, both ends inside; empty when first > last.
struct SimRange {
    std::int64_t first;
    std::int64_t last;
    [[nodiscard]] bool contains(std::int64_t value) const { return value >= first && value <= last; }
};

/// What `name`, `name.gte`, `.gt`, `.lte` and `.lt` leave of all values. `read` gives the interval that a
/// text stands for (a date may be a whole day), or throws SimBadRequest.
template <typename Read>
SimRange sim_range(const SimQuery& query, const std::string& name, SimRange all, Read&& read);

/// A date; throws SimBadRequest naming the parameter.
Day sim_date(std::string_view name, std::string_view text);

/// A whole number ≥ 0 that fits; nothing when the text is none.
std::optional<std::int64_t> sim_number(std::string_view text);

template <typename Read>
SimRange sim_range(const SimQuery& query, const std::string& name, SimRange all, Read&& read) {
    const auto narrow = [&](std::string_view suffix, auto&& apply) {
        const std::string key = name + std::string(suffix);
        if (const auto text = query.text(key); !text.empty()) apply(read(key, text));
    };
    const auto at_least = [&](std::int64_t value) { all.first = value > all.first ? value : all.first; };
    const auto at_most = [&](std::int64_t value) { all.last = value < all.last ? value : all.last; };
    narrow("", [&](SimRange r) { at_least(r.first), at_most(r.last); });
    narrow(".gte", [&](SimRange r) { at_least(r.first); });
    narrow(".gt", [&](SimRange r) { at_least(r.last + 1); });
    narrow(".lte", [&](SimRange r) { at_most(r.last); });
    narrow(".lt", [&](SimRange r) { at_most(r.first - 1); });
    return all;
}

}  // namespace pulse
