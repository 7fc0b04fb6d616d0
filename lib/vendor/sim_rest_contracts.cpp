// /v3/reference/options/contracts of the simulated vendor.
#include <fmt/format.h>

#include <algorithm>

#include "market/decimal.hpp"
#include "market/new_york.hpp"
#include "vendor/sim_rest.hpp"

namespace pulse {

namespace {

using Contract = SimHistory::Contract;

SimRange date_range(std::string_view name, std::string_view text) {
    const Day day = sim_date(name, text);
    return {day, day};
}

// Strikes are compared in 1/1000 dollar; a price between two of those is an empty interval between them.
SimRange strike_range(std::string_view name, std::string_view text) {
    const auto price = parse_decimal(text);
    if (!price || price->digits < 0 || price->digits > 100'000'000'000 || price->scale > 9)
        throw SimBadRequest(fmt::format("Could not parse '{}': '{}' is no price", name, text));
    std::int64_t milli = price->digits * 1000, rest = 0;
    for (int i = 0; i < price->scale; ++i) {
        rest |= milli % 10;
        milli /= 10;
    }
    return {rest == 0 ? milli : milli + 1, milli};
}

struct Filter {
    std::string_view underlying, ticker;
    std::optional<OptionSide> side;
    SimRange expiry, strike;
    Day as_of;
    bool expired;

    [[nodiscard]] bool wants(const Contract& c) const {
        return (underlying.empty() || c.underlying == underlying) && (ticker.empty() || c.symbol == ticker) &&
               (!side || c.parts.side == *side) && expiry.contains(c.parts.expiry) &&
               strike.contains(c.parts.strike_milli) && (c.parts.expiry < as_of) == expired;
    }
};

Filter filter_of(const SimQuery& query) {
    Filter filter{.underlying = query.text("underlying_ticker"),
                  .ticker = query.text("ticker"),
                  .side = std::nullopt,
                  .expiry = sim_range(query, "expiration_date", {INT32_MIN, INT32_MAX}, date_range),
                  .strike = sim_range(query, "strike_price", {0, INT32_MAX}, strike_range),
                  .as_of = sim_date("as_of", query.text("as_of")),
                  .expired = query.is_second("expired", "false", "true")};
    if (!query.text("contract_type").empty())
        filter.side = query.is_second("contract_type", "call", "put") ? OptionSide::kPut : OptionSide::kCall;
    return filter;
}

// History keeps them by ticker: a stable sort leaves equal ones so.
void sort_by(std::string_view key, std::vector<const Contract*>& contracts) {
    const auto by = [&](auto&& value) {
        std::stable_sort(contracts.begin(), contracts.end(),
                         [&](const Contract* a, const Contract* b) { return value(*a) < value(*b); });
    };
    if (key == "expiration_date")
        by([](const Contract& c) { return c.parts.expiry; });
    else if (key == "strike_price")
        by([](const Contract& c) { return c.parts.strike_milli; });
    else if (key == "underlying_ticker")
        by([](const Contract& c) { return std::string_view(c.underlying); });
    else if (key != "ticker" && !key.empty())
        throw SimBadRequest(fmt::format("Could not parse 'sort': contracts have no order by '{}'", key));
}

void append_contract(std::string& out, const Contract& c) {
    const bool call = c.parts.side == OptionSide::kCall;
    const bool index =
        c.underlying == "SPX" || c.underlying == "NDX" || c.underlying == "RUT" || c.underlying == "VIX";
    fmt::format_to(std::back_inserter(out),
                   R"({{"cfi":"O{}{}","contract_type":"{}","exercise_style":"{}","expiration_date":"{}",)"
                   R"("primary_exchange":"BATO","shares_per_contract":100,"strike_price":{},"ticker":"{}",)"
                   R"("underlying_ticker":"{}"}})",
                   call ? "C" : "P", index ? "EICS" : "ASPS", call ? "call" : "put",
                   index ? "european" : "american", date_text(c.parts.expiry),
                   strike_text(c.parts.strike_milli), c.symbol, c.underlying);
}

}  // namespace

HttpAnswer sim_contracts(const SimCall& call, const SimHistory& history) {
    SimQuery query(call.request);
    query.fix("as_of", date_text(NewYorkClock().date_of(call.wall_ms)));
    const auto limit = query.limit(10, 1'000);
    const bool descending = query.is_second("order", "asc", "desc");
    const Filter filter = filter_of(query);
    std::vector<const Contract*> found;
    for (const auto& contract : history.contracts())
        if (filter.wants(contract)) found.push_back(&contract);
    sort_by(query.text("sort"), found);
    if (descending) std::reverse(found.begin(), found.end());

    const std::size_t first = std::min<std::size_t>(query.place(), found.size());
    const std::size_t last = std::min<std::size_t>(first + limit, found.size());
    HttpAnswer answer;
    answer.headers = {{"Content-Type", "application/json"}};
    answer.text = "{";
    if (!call.twist.no_results) {
        answer.text += R"("results":[)";
        for (std::size_t i = first; i < last; ++i) {
            if (i > first) answer.text += ',';
            append_contract(answer.text, *found[i]);
        }
        answer.text += "],";
    }
    std::optional<std::uint64_t> next;
    if (last < found.size()) next = last;
    answer.text += sim_page_end(call, query, next);
    return answer;
}

}  // namespace pulse
