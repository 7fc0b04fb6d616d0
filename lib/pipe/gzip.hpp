#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace pulse {

/// Packs data that come in pieces into one gzip member, quickly rather than tightly.
class Gzip {
  public:
    Gzip();
    ~Gzip();
    Gzip(const Gzip&) = delete;
    Gzip& operator=(const Gzip&) = delete;

    /// Appends what comes out for the next piece to `out`: often nothing until `last`, after which nothing
    /// more may be packed. Throws Error(kFailure) when zlib refuses.
    void pack(std::string_view piece, bool last, std::string& out);

  private:
    struct Stream;
    std::unique_ptr<Stream> stream_;
};

}  // namespace pulse
