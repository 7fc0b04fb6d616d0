#pragma once

#include <simdjson.h>

#include <memory>
#include <string>
#include <string_view>

#include "catch.hpp"

/// A JSON text, read by somebody else's parser; throws when it is none.
class Json {
  public:
    explicit Json(std::string_view text)
        : parser_(std::make_unique<simdjson::dom::parser>()),
          root_(parser_->parse(text.data(), text.size())) {}

    /// The value at a JSON pointer, as JSON text on one line; "(none)" when there is nothing.
    [[nodiscard]] std::string at(std::string_view pointer) const {
        simdjson::dom::element value;
        if (root_.at_pointer(pointer).get(value) != simdjson::SUCCESS) return "(none)";
        return simdjson::minify(value);
    }
    /// The text of the string at a JSON pointer; "(none)" when there is none.
    [[nodiscard]] std::string text(std::string_view pointer) const {
        std::string_view value;
        if (root_.at_pointer(pointer).get(value) != simdjson::SUCCESS) return "(none)";
        return std::string(value);
    }
    [[nodiscard]] simdjson::dom::element root() const { return root_; }

  private:
    std::unique_ptr<simdjson::dom::parser> parser_;
    simdjson::dom::element root_;
};
