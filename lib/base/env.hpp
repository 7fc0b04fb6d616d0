#pragma once

#include <optional>
#include <string>

namespace pulse {

/// An environment variable; an empty one counts as unset.
std::optional<std::string> env(const std::string& name);

/// False when the variable says `false` or `0`; true otherwise, unset included.
bool env_enabled(const std::string& name);

/// A credential: usable by the code that sends it, invisible to everything that prints. It has no operator<<
/// and no formatter on purpose.
class Secret {
  public:
    explicit Secret(std::string value) : value_(std::move(value)) {}
    /// The plain text, for the peer that must receive it and for nothing else.
    [[nodiscard]] const std::string& reveal() const noexcept { return value_; }
    /// `text` with every occurrence of the secret replaced by `***`.
    [[nodiscard]] std::string redact(std::string text) const;

  private:
    std::string value_;
};

/// Reads a credential from a file: a single line, whose end is cut. `setting` is what named the file, for the
/// message. Throws Error(kConfig) when it can't be read, is empty or holds several lines.
Secret secret_from_file(const std::string& setting, const std::string& path);

/// Reads a credential from the variable NAME, or from the file named by NAME_FILE (one trailing newline is
/// cut). Nothing when neither is set. Throws Error(kConfig) when the file can't be read, is empty or holds
/// several lines.
std::optional<Secret> secret_from_env(const std::string& name);

}  // namespace pulse
