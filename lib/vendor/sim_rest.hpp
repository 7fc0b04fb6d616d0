#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "vendor/http_message.hpp"
#include "vendor/sim_history.hpp"
#include "vendor/sim_query.hpp"

namespace pulse {

/// How an answer differs from a healthy one; applies to what has pages.
struct SimTwist {
    enum class Next { kUsual, kOtherHost, kLoop };
    Next next = Next::kUsual;  ///< where `next_url` leads, also when there is no other page
    bool no_results = false;   ///< no key `results`, and a `next_url` that goes on at the same place
    bool delayed = false;      ///< status DELAYED
};

/// A call and what its answer needs to know.
struct SimCall {
    const HttpRequest& request;
    SimTwist twist;
    std::int64_t wall_ms = 0;  ///< Unix ms
};

/// The vendor's REST interface over a tape: contracts, trades, daily bars, market status, and the errors.
/// Shapes and texts follow the vendor's documentation and public observations.
class SimRest {
  public:
    /// `key` is the only one accepted; unset: any that isn't empty. `history` is asked for when it is needed
    /// first and must give the same one ever after.
    SimRest(std::optional<std::string> key, std::function<const SimHistory&()> history)
        : key_(std::move(key)), history_(std::move(history)) {}

    [[nodiscard]] HttpAnswer answer(const SimCall& call) const;

  private:
    [[nodiscard]] HttpAnswer route(const SimCall& call) const;

    std::optional<std::string> key_;
    std::function<const SimHistory&()> history_;
};

/// An error as the vendor words it, for example 429 or 401. Statuses it has no text for get a plain one.
HttpAnswer sim_rest_error(int status, const HttpRequest& request, std::string_view reason = {});

/// The end of an answer with pages, from the bracket that closes `results` on. `next`: the place the next
/// page starts at, nothing when this is the last one.
std::string sim_page_end(const SimCall& call, const SimQuery& query, std::optional<std::uint64_t> next);

/// One of the routes each; they throw SimBadRequest.
HttpAnswer sim_contracts(const SimCall& call, const SimHistory& history);
HttpAnswer sim_trades(const SimCall& call, const SimHistory& history, std::string_view contract);
/// `rest` is `AAPL/range/1/day/2026-03-02/2026-03-06`.
HttpAnswer sim_bars(const SimCall& call, const SimHistory& history, std::string_view rest);
HttpAnswer sim_market_now(const SimCall& call);
HttpAnswer sim_market_upcoming(const SimCall& call);

}  // namespace pulse
