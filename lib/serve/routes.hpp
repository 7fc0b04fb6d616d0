#pragma once

#include <optional>
#include <string_view>

namespace pulse::serve {

/// What a path asks for.
enum class Route {
    kSmartMoney,
    kSummary,
    kCoverage,
    kStream,
    kOpenApi,
    kOrders,
    kConcentration,
    kSignals,  ///< as a list, or live when the caller wants events
    kOutcomes,
    kBriefing,
    kHealth,
    kReady,
    kMetrics,
    kPage,     ///< the dashboard and its files
    kUnknown,  ///< nothing
};
inline constexpr int kRoutes = 15;

/// The route of a path as it was sent; paths are plain ASCII, so an escape in one makes it unknown.
Route route_of(std::string_view path);

/// How metrics and logs call it.
std::string_view name_of(Route route);

/// True for what a token protects.
bool is_protected(Route route);

}  // namespace pulse::serve
