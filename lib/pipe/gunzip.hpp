#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace pulse {

/// Unpacks gzip data that arrive in pieces of any size, several members behind each other included; plain
/// text passes through as it is. Memory: 40 KiB.
class Gunzip {
  public:
    Gunzip();
    ~Gunzip();
    Gunzip(const Gunzip&) = delete;
    Gunzip& operator=(const Gunzip&) = delete;

    /// Forgets everything: a new file begins.
    void reset();

    /// The next piece; it must stay readable until read() answers 0.
    void feed(std::string_view piece);
    /// Unpacks into `into` and returns how many bytes came out; 0: the piece is used up, or the data are
    /// broken.
    std::size_t read(char* into, std::size_t capacity);

    /// Call when the data have ended. False when they were cut off or damaged; broken_reason() tells.
    [[nodiscard]] bool finish();
    /// Why nothing more comes out; empty while all is well.
    [[nodiscard]] const std::string& broken_reason() const { return broken_reason_; }

  private:
    struct Stream;
    enum class State { kStart, kPlain, kMember, kBetweenMembers, kBroken };

    std::size_t read_start(char* into, std::size_t capacity);
    std::size_t read_plain(char* into, std::size_t capacity);
    std::size_t read_member(char* into, std::size_t capacity);
    void read_between();
    void begin_member();
    void fail(std::string reason);

    std::unique_ptr<Stream> stream_;
    State state_ = State::kStart;
    std::string_view input_;
    std::string head_;  ///< the first bytes of a file or member, until there are enough to know them
    std::string broken_reason_;
};

}  // namespace pulse
