#pragma once

#include <string>
#include <string_view>

#include "market/date.hpp"

namespace pulse {

/// Where the vendor keeps its daily files, as S3 sees it.
struct S3Endpoint {
    std::string base;  ///< `https://files.polygon.io`, without a slash at the end
    std::string host;  ///< as it goes into the Host header: without a port that is the scheme's own
    std::string path;  ///< what stands before the bucket, usually nothing

    /// Reads the base url of an S3 service. Throws Error(kUsage) as rest_base() does.
    static S3Endpoint parse(std::string_view url);
};

/// The object with all option trades of a session: `us_options_opra/trades_v1/2026/11/2026-11-20.csv.gz`. The
/// vendor has them from 2014-06-02 on, about 11:00 New York on the next day.
std::string flat_key(Day session);

}  // namespace pulse
