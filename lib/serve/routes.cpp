#include "serve/routes.hpp"

#include <array>
#include <utility>

#include "serve/web_files.hpp"

namespace pulse::serve {

namespace {

constexpr std::array<std::pair<std::string_view, Route>, 13> kPaths{{
    {"/api/pulse/smart-money", Route::kSmartMoney},
    {"/api/pulse/summary", Route::kSummary},
    {"/api/pulse/coverage", Route::kCoverage},
    {"/api/pulse/stream", Route::kStream},
    {"/api/pulse/openapi.json", Route::kOpenApi},
    {"/api/pulse/orders", Route::kOrders},
    {"/api/pulse/concentration", Route::kConcentration},
    {"/api/pulse/signals", Route::kSignals},
    {"/api/pulse/outcomes", Route::kOutcomes},
    {"/api/pulse/briefing", Route::kBriefing},
    {"/healthz", Route::kHealth},
    {"/readyz", Route::kReady},
    {"/metrics", Route::kMetrics},
}};

constexpr std::array<std::string_view, kRoutes> kNames{
    "smart-money", "summary",  "coverage", "stream", "openapi", "orders", "concentration", "signals",
    "outcomes",    "briefing", "healthz",  "readyz", "metrics", "page",   "unknown"};

}  // namespace

Route route_of(std::string_view path) {
    for (const auto& [known, route] : kPaths)
        if (path == known) return route;
    return find_web_file(path) == nullptr ? Route::kUnknown : Route::kPage;
}

std::string_view name_of(Route route) {
    return kNames.at(static_cast<std::size_t>(route));
}

bool is_protected(Route route) {
    switch (route) {
        case Route::kSmartMoney:
        case Route::kSummary:
        case Route::kCoverage:
        case Route::kStream:
        case Route::kOpenApi:
        case Route::kOrders:
        case Route::kConcentration:
        case Route::kSignals:
        case Route::kOutcomes:
        case Route::kBriefing:
        case Route::kMetrics:
            return true;
        case Route::kHealth:
        case Route::kReady:
        case Route::kPage:
        case Route::kUnknown:
            return false;
    }
    return true;
}

}  // namespace pulse::serve
