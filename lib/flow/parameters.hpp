#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace pulse::flow {

/// A question as its asker spelled it: names and values, in the order given.
using Parameters = std::vector<std::pair<std::string, std::string>>;

/// What is wrong with a question, for the one who asked: the message says what to send instead.
class ParameterError : public std::runtime_error {
  public:
    /// `code` is for programs: `bad_parameter`, `unknown_parameter`, `bad_cursor`.
    ParameterError(std::string parameter, const std::string& message, std::string code = "bad_parameter")
        : std::runtime_error(message), parameter_(std::move(parameter)), code_(std::move(code)) {}
    [[nodiscard]] const std::string& parameter() const noexcept { return parameter_; }
    [[nodiscard]] const std::string& code() const noexcept { return code_; }

  private:
    std::string parameter_;
    std::string code_;
};

/// A whole number in [min, max], plain digits. These readers throw ParameterError naming `name`.
std::int64_t read_number(std::string_view name, std::string_view text, std::int64_t min, std::int64_t max);

/// A comma-separated list without empty entries.
std::vector<std::string> read_list(std::string_view name, std::string_view text);

/// An instant in Unix ms: RFC 3339 with `Z` or an offset (at most nanoseconds, cut to ms), or `YYYY-MM-DD`,
/// the New York date: its first millisecond, with `end_of_day` its last.
std::int64_t read_instant(std::string_view name, std::string_view text, bool end_of_day);

}  // namespace pulse::flow
