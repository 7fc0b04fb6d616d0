#pragma once

namespace pulse {

/// Finds where a JSON object ends that arrives in pieces, by braces and strings alone: whether what stands
/// between is JSON is for a parser to say.
class ObjectEnd {
  public:
    /// One past the brace that closes the object, or null when that is still to come: the next call then goes
    /// on at the next piece. The first piece begins with the opening brace. After an end was found a new
    /// object begins.
    const char* find(const char* at, const char* end);

  private:
    const char* find_bytewise(const char* at, const char* end);

    int depth_ = 0;  ///< braces that are open
    bool in_string_ = false;
    bool escaped_ = false;  ///< inside a string, behind a backslash
};

}  // namespace pulse
