#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace pulse {

/// A request from the client: `{"action":"subscribe","params":"T.*,T.O:…"}`.
struct SimRequest {
    std::string action;
    std::string params;
};

/// Nothing when the text is no JSON object with a string `action`.
std::optional<SimRequest> parse_sim_request(std::string_view text);

/// `text` as a JSON string, quotes included.
std::string json_text(std::string_view text);

/// `{"ev":"status","status":STATUS,"message":MESSAGE}`, without the array around it.
std::string status_object(std::string_view status, std::string_view message);

/// The text the vendor sends with `max_connections`; seen in public in February 2026.
inline constexpr std::string_view kMaxConnectionsText =
    "Maximum number of websocket connections exceeded. You have reached the connection limit for your "
    "account. "
    "Please contact support at https://polygon.io/contact to increase your limit.";

/// What one connection is subscribed to. As the vendor does: an unknown ticker is acknowledged and stays
/// silent, and so is a partial wildcard (`T.O:AAPL*`); an unknown topic and a subscription already held are
/// not answered at all.
class SimSubscriptions {
  public:
    /// Adds the comma-separated `params` and returns the status objects to answer with, in order. With
    /// `refuse_first` the first one that would be acknowledged is answered "not authorized" instead and not
    /// held; the flag is cleared.
    std::vector<std::string> subscribe(std::string_view params, bool& refuse_first);
    /// Removes what is held of `params` and returns the answers.
    std::vector<std::string> unsubscribe(std::string_view params);

    /// True when trades of the symbol are to be sent.
    [[nodiscard]] bool wants(std::string_view symbol) const {
        return everything_ || symbols_.contains(symbol);
    }
    [[nodiscard]] bool everything() const { return everything_; }
    /// True when any topic T is held, also one that never matches.
    [[nodiscard]] bool trades() const { return everything_ || !symbols_.empty(); }

  private:
    void update(std::string_view param, bool held);

    std::set<std::string, std::less<>> held_;
    std::set<std::string, std::less<>> symbols_;  ///< of topic T, without `T.`
    bool everything_ = false;                     ///< `T.*` is held
};

}  // namespace pulse
