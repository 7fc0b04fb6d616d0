#pragma once

#include <functional>
#include <map>
#include <memory>

#include "vendor/sim_flat.hpp"
#include "vendor/sim_s3.hpp"

namespace pulse {

/// The simulator's daily files, each packed at its first request into a temporary file without a name and
/// kept as long as the process lives.
class SimFlatStore : public S3Files {
  public:
    /// `history` is asked for when it is needed first.
    SimFlatStore(std::function<const SimHistory&()> history, FlatLayout layout);
    ~SimFlatStore() override;

    /// Throws Error(kIo) when the temporary file can't be written.
    State find(Day date, File& file) override;
    std::unique_ptr<HttpBody> read(Day date, std::uint64_t first, std::uint64_t count) override;

  private:
    struct Packed;

    std::function<const SimHistory&()> history_;
    FlatLayout layout_;
    std::map<Day, std::unique_ptr<Packed>> files_;
};

}  // namespace pulse
