// Asks the database that PGHOST and PGDATABASE name what the test evidence.py wants to know; answers in JSON.
//   evidence_probe concentration NOW UNTIL MINUTES LIMIT [NAME=VALUE…]
//   evidence_probe signals NOW DATE UNTIL MAX_P LIMIT [NAME=VALUE…]
//   evidence_probe orders LIMIT [NAME=VALUE…]        every page, one behind the other
// NOW and UNTIL are Unix ms: a test's sessions don't grow old with the wall clock. WATCHED in the
// environment: the tickers watched, with commas (AAA,BBB).
#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <span>
#include <string>

#include "db/database.hpp"
#include "flow/concentration.hpp"
#include "flow/known.hpp"
#include "flow/orders.hpp"
#include "flow/signals.hpp"
#include "store/gaps.hpp"

using namespace pulse;
using namespace pulse::flow;

namespace {

using Arguments = std::span<char*>;

const std::vector<std::string>& watched() {
    static const auto names = [] {
        const char* const given = std::getenv("WATCHED");
        TradeFilter filter;
        filter.set("ticker", given != nullptr ? given : "AAA,BBB");
        return filter.tickers;
    }();
    return names;
}

TradeFilter filter_of(Arguments arguments) {
    TradeFilter filter;
    for (const std::string_view argument : arguments) {
        const std::size_t equals = argument.find('=');
        filter.set(argument.substr(0, equals), argument.substr(equals + 1));
    }
    return filter;
}

Snapshot snapshot_at(store::Connection& connection, std::int64_t now_ms) {
    Snapshot snapshot = read_snapshot(connection);
    snapshot.feed.now_ms = now_ms;
    snapshot.feed.delay_ms.reset();
    snapshot.coverage = KnownTime(store::read_coverage(connection, {0, now_ms}));
    return snapshot;
}

std::int64_t number(const char* text) {
    return std::strtoll(text, nullptr, 10);
}

std::string concentration(store::Connection& connection, Arguments arguments) {
    const Snapshot snapshot = snapshot_at(connection, number(arguments[0]));
    ConcentrationQuestion question;
    question.until_ms = number(arguments[1]);
    question.window_min = static_cast<int>(number(arguments[2]));
    question.limit = static_cast<int>(number(arguments[3]));
    question.filter = filter_of(arguments.subspan(4));
    const Concentration answer = read_concentration(connection, question, snapshot, watched());
    std::string out = fmt::format(R"({{"from":{},"to":{},"count":{},"clusters":[)", answer.from_ms,
                                  answer.to_ms, answer.cluster_count);
    for (const Cluster& cluster : answer.clusters) {
        if (out.back() != '[') out += ',';
        append_json(out, cluster);
    }
    out += "],\"sides\":[";
    for (const SideFlow& side : answer.sides)
        out += fmt::format(R"({}["{}","{}",{},{},{},"{:.4f}",{}])", out.back() == '[' ? "" : ",", side.ticker,
                           side_name(side.side), decimal_text(side.premium), side.orders, side.contracts,
                           side.hhi, decimal_text(side.left_out));
    return out +
           fmt::format(R"(],"left_out":{},"unjoined":[{}{}{}],"coverage":)", decimal_text(answer.left_out),
                       answer.unjoined.empty() ? "" : "\"", fmt::join(answer.unjoined, "\",\""),
                       answer.unjoined.empty() ? "" : "\"") +
           coverage_json(snapshot.coverage, watched(), {answer.from_ms, answer.to_ms - 1}, snapshot.feed) +
           "}";
}

std::string signals(store::Connection& connection, Arguments arguments) {
    const Snapshot snapshot = snapshot_at(connection, number(arguments[0]));
    SignalsQuestion question;
    question.session = parse_date(arguments[1]).value();
    question.until_ms = number(arguments[2]);
    question.max_p = std::strtod(arguments[3], nullptr);
    question.limit = static_cast<int>(number(arguments[4]));
    question.filter = filter_of(arguments.subspan(5));
    const Signals answer = read_signals(connection, question, snapshot, watched());
    std::string out = fmt::format(R"({{"contracts":{},"unscored":{},"sessions":{},"unjoined":{},"signals":[)",
                                  answer.contracts, answer.unscored, answer.sessions, answer.unjoined.size());
    for (const Signal& signal : answer.signals) {
        if (out.back() != '[') out += ',';
        append_json(out, signal.cluster);
    }
    return out + "]}";
}

std::string orders(store::Connection& connection, Arguments arguments) {
    const int limit = static_cast<int>(number(arguments[0]));
    const TradeFilter filter = filter_of(arguments.subspan(1));
    std::string out = "[";
    std::optional<OrderCursor> after;
    for (bool more = true; more;) {
        const OrderPage page = read_orders(connection, filter, limit, after);
        for (const StoredOrder& order : page.orders) {
            if (out.size() > 1) out += ',';
            append_json(out, order);
        }
        more = page.more;
        if (!more) break;
        const OrderCursor behind{page.orders.back().first_ms, page.orders.back().option_symbol};
        after = OrderCursor::parse(behind.text(filter), filter);
    }
    return out + "]";
}

}  // namespace

int main(int argc, char** argv) {
    const Arguments arguments(argv, static_cast<std::size_t>(argc));
    const std::string_view what = argc > 2 ? argv[1] : "";
    store::Connection connection(store::test::here());
    std::string answer;
    if (what == "concentration" && argc >= 6) answer = concentration(connection, arguments.subspan(2));
    if (what == "signals" && argc >= 7) answer = signals(connection, arguments.subspan(2));
    if (what == "orders") answer = orders(connection, arguments.subspan(2));
    if (answer.empty()) return 2;
    std::puts(answer.c_str());
    return 0;
}
