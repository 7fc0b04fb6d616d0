#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "vendor/http_message.hpp"
#include "vendor/sim_rest.hpp"

namespace pulse {

/// One scripted misbehaviour of the simulated vendor's HTTP side.
struct SimHttpFault {
    enum class Kind {
        kThrottled,       ///< 429, Retry-After `text` unless that is empty
        kThrottledEmpty,  ///< 429 without a body
        kServerError,     ///< 500
        kUnavailable,     ///< 503
        kHtml,            ///< 502 with a page for people
        kTruncate,        ///< half the body, then the connection drops
        kStall,           ///< half the body, the rest after `ms`; kNever: for good
        kNoResults,       ///< SimTwist::no_results
        kOtherHost,       ///< SimTwist::Next::kOtherHost
        kLoop,            ///< SimTwist::Next::kLoop
        kGarbage,         ///< 200 with JSON that breaks off in its middle
        kUnauthorized,    ///< 401
        kForbidden,       ///< 403
        kDelayed,         ///< SimTwist::delayed
    };
    std::uint64_t first = 1, last = 1;  ///< requests it hits, 1-based, both included
    Kind kind = Kind::kServerError;
    std::int64_t ms = 0;
    std::string text;
};

/// Reads the entries `http/N:FAULT[:ARG]`, `http/N-M:…` and `http/*:…` of a --faults text and leaves the
/// others to parse_sim_faults(). Throws Error(kUsage) naming the bad entry.
std::vector<SimHttpFault> parse_http_faults(std::string_view spec);

/// The first fault that hits the request, or nullptr.
const SimHttpFault* http_fault_of(const std::vector<SimHttpFault>& all, std::uint64_t request);

/// Those that stand in place of the answer; nothing for the others.
std::optional<HttpAnswer> http_fault_answer(const SimHttpFault& fault, const HttpRequest& request);
/// Those that change how a page is made.
SimTwist http_fault_twist(const SimHttpFault& fault);
/// Those that change an answer on its way.
void http_fault_apply(const SimHttpFault& fault, HttpAnswer& answer);

/// One line for each fault, for --help.
std::string_view http_faults_help();

}  // namespace pulse
