#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace pulse {

/// Bytes on their way to one client: shared texts in order, handed to the socket without copying them.
class HttpOutbox {
  public:
    using Piece = std::shared_ptr<const std::string>;

    void push(Piece piece);
    /// A piece that drop_waiting() leaves alone, like all before it: what follows means nothing without it.
    void push_head(Piece piece);
    /// Forgets what isn't begun. A piece of which a part was sent stays: its rest must follow.
    void drop_waiting();
    void clear();

    [[nodiscard]] bool empty() const { return next_ == pieces_.size(); }
    [[nodiscard]] std::size_t bytes() const { return bytes_; }

    enum class Sent {
        kAll,      ///< nothing is left
        kSome,     ///< some was taken, more waits
        kNothing,  ///< the socket takes nothing now
        kBroken,   ///< the connection is gone
    };
    /// Gives a non-blocking socket what it takes at once, at most about kAtOnce bytes: the other clients want
    /// a turn.
    Sent send(int fd);

    static constexpr std::size_t kAtOnce = 256 << 10;

  private:
    void sent(std::size_t bytes);

    std::vector<Piece> pieces_;
    std::size_t next_ = 0;    ///< first piece that isn't sent whole
    std::size_t heads_ = 0;   ///< pieces from the start that mustn't be dropped
    std::size_t offset_ = 0;  ///< bytes of it that are
    std::size_t bytes_ = 0;   ///< that wait
};

}  // namespace pulse
