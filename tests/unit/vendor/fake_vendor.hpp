#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "catch.hpp"
#include "market/new_york.hpp"
#include "market/occ_symbol.hpp"

namespace pulse::test {

inline const std::string kBase = "http://vendor.test";

/// A vendor in memory: answers the urls of rest_urls with small pages.
class FakeVendor {
  public:
    std::size_t page_rows = 3;
    std::vector<std::string> requests;  ///< asked for, in order

    void list(const std::string& underlying, const std::string& contract, bool expired = false) {
        OccSymbol symbol;
        REQUIRE(parse_occ_symbol(contract, symbol) == SymbolError::kNone);
        contracts_.push_back({underlying, contract, symbol.expiry, expired});
    }
    void trade(const std::string& contract, std::int64_t ns, const std::string& price, int size,
               const std::string& conditions = "209") {
        trades_[contract].push_back(
            {ns,
             fmt::format(R"({{"conditions":[{}],"exchange":302,"price":{},"sip_timestamp":{},"size":{}}})",
                         conditions, price, ns, size)});
    }
    void bar(const std::string& ticker, std::int64_t t_ms, const std::string& numbers) {
        bars_[ticker].push_back(fmt::format(R"({{{},"t":{}}})", numbers, t_ms));
    }

    /// The body of the answer.
    std::string answer(const std::string& url) {
        requests.push_back(url);
        REQUIRE(url.starts_with(kBase));
        if (const auto at = url.find("cursor="); at != std::string::npos) {
            const auto [rows, offset] = cursors_.at(std::stoul(url.substr(at + 7)));
            return page(rows, offset);
        }
        return page(rows_for(url), 0);
    }

    static std::string value(const std::string& url, const std::string& key) {
        // npos is the largest number: the smaller one is the place where it stands, if at all.
        const auto found = std::min(url.find("?" + key + "="), url.find("&" + key + "="));
        if (found == std::string::npos) return {};
        const auto begin = found + key.size() + 2;
        return url.substr(begin, url.find('&', begin) - begin);
    }
    static std::string contract_of(const std::string& url) {
        const auto begin = url.find("/v3/trades/") + 11;
        return url.substr(begin, url.find('?') - begin);
    }

  private:
    struct Contract {
        std::string underlying, name;
        Day expiry{};
        bool expired = false;
    };
    struct Trade {
        std::int64_t ns = 0;
        std::string row;
    };
    using Rows = std::vector<std::string>;

    [[nodiscard]] Rows rows_for(const std::string& url) const {
        Rows rows;
        if (url.find("/v3/reference/options/contracts") != std::string::npos) {
            const auto last = value(url, "expiration_date.lte");
            for (const Contract& contract : contracts_)
                if (contract.underlying == value(url, "underlying_ticker") &&
                    (value(url, "expired") == "true") == contract.expired &&
                    date_text(contract.expiry) >= value(url, "expiration_date.gte") &&
                    (last.empty() || date_text(contract.expiry) <= last))
                    rows.push_back(fmt::format(R"({{"ticker":"{}","underlying_ticker":"{}"}})", contract.name,
                                               contract.underlying));
        } else if (url.find("/v3/trades/") != std::string::npos) {
            if (const auto at = trades_.find(contract_of(url)); at != trades_.end())
                for (const Trade& trade : at->second)
                    if (trade.ns >= std::stoll(value(url, "timestamp.gte")) &&
                        trade.ns < std::stoll(value(url, "timestamp.lt")))
                        rows.push_back(trade.row);
        } else {
            const auto begin = url.find("/ticker/") + 8;
            if (const auto at = bars_.find(url.substr(begin, url.find('/', begin) - begin));
                at != bars_.end())
                rows = at->second;
        }
        return rows;
    }
    std::string page(const Rows& rows, std::size_t offset) {
        std::string body = R"({"status":"OK")";
        const std::size_t end = std::min(rows.size(), offset + page_rows);
        if (!rows.empty()) body += R"(,"results":[)";
        for (std::size_t i = offset; i < end; ++i) (body += i == offset ? "" : ",") += rows[i];
        if (!rows.empty()) body += "]";
        if (end < rows.size()) {
            body += fmt::format(R"(,"next_url":"{}/v3/next?cursor={}")", kBase, cursors_.size());
            cursors_.emplace_back(rows, end);
        }
        return body + "}";
    }

    std::vector<Contract> contracts_;
    std::map<std::string, std::vector<Trade>> trades_;
    std::map<std::string, Rows> bars_;
    std::vector<std::pair<Rows, std::size_t>> cursors_;
};

}  // namespace pulse::test
