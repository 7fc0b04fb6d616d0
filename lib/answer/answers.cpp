#include "answer/answers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "answer/page_span.hpp"
#include "base/clock.hpp"
#include "base/json_text.hpp"
#include "flow/known.hpp"
#include "market/new_york.hpp"

namespace pulse::answer {

namespace {

// Room for what stands around the trades: names, a cursor, the end.
constexpr std::size_t kAroundTrades = 600;

struct Page {
    std::vector<std::string> texts;  // of the trades, as JSON
    std::size_t bytes = 0;
};

Page write_trades(const std::vector<flow::StoredTrade>& trades, const flow::TradeFields& fields) {
    Page page;
    page.texts.reserve(trades.size());
    for (const auto& trade : trades) {
        std::string text;
        flow::append_json(text, trade, fields);
        page.bytes += text.size() + 1;
        page.texts.push_back(std::move(text));
    }
    return page;
}

std::string join(const std::vector<std::string>& texts) {
    std::string all;
    for (const auto& text : texts) {
        if (!all.empty()) all += ',';
        all += text;
    }
    return all;
}

void append_time(std::string& out, std::string_view name, const std::optional<std::int64_t>& unix_ms) {
    fmt::format_to(std::back_inserter(out), "\"{}\":", name);
    out += unix_ms ? '"' + rfc3339_ms(*unix_ms) + '"' : "null";
}

}  // namespace

TimeRange span_of(const TradesCall& call, const std::vector<flow::StoredTrade>& trades, bool more,
                  const Snapshot& snapshot) {
    std::optional<std::int64_t> last_ms, after_ms;
    if (more && !trades.empty()) last_ms = trades.back().t_ms;
    if (call.after) after_ms = call.after->t_ms;
    return page_span(call.filter, last_ms, after_ms, snapshot);
}

std::string trades_answer(store::Connection& connection, const TradesCall& call, const Snapshot& snapshot,
                          const std::vector<std::string>& tickers) {
    auto [trades, more] = flow::read_trades(connection, call.filter, call.limit, call.after);
    const auto& about = asked_or_watched(call.filter.tickers, tickers);
    const auto coverage = [&] {
        return flow::coverage_json(snapshot.coverage, about, span_of(call, trades, more, snapshot),
                                   snapshot.feed);
    };
    Page page = write_trades(trades, call.fields);
    std::string known = coverage();
    bool truncated = false;
    while (call.max_bytes != 0 && trades.size() > 1 &&
           page.bytes + known.size() + kAroundTrades > call.max_bytes) {
        page.bytes -= page.texts.back().size() + 1;
        page.texts.pop_back();
        trades.pop_back();
        more = truncated = true;
        // A shorter page speaks of less time, so this can only get shorter but for the few gaps it lists.
        if (page.bytes + kAroundTrades < call.max_bytes) known = coverage();
    }
    std::string out = R"({"trades":[)" + join(page.texts) + R"(],"next":)";
    out += more ? '"' + flow::Cursor::behind(trades.back()).text(call.filter) + '"' : "null";
    if (truncated) out += R"(,"truncated":true)";
    return out + R"(,"coverage":)" + known + "}\n";
}

std::string summary_answer(store::Connection& connection, SummaryCall call, const Snapshot& snapshot,
                           const std::vector<std::string>& tickers) {
    auto& filter = call.question.filter;
    if (call.newest_day) {
        const auto day = flow::newest_day(connection);
        const Session session = last_session(snapshot.feed.now_ms);
        filter.since_ms = day ? day->from_ms : new_york_ms(session.date, 0);
        filter.until_ms = day ? day->to_ms : new_york_ms(session.date + 1, 0) - 1;
    }
    std::string out = R"({"period":{)";
    append_time(out, "from", filter.since_ms);
    out += ',';
    append_time(out, "to", filter.until_ms);
    out += fmt::format(",\"bucket_minutes\":{}", call.question.bucket_minutes);
    out += '}';
    if (const std::string sections = flow::summary_json(connection, call.question); !sections.empty())
        out += ',' + sections;
    return out + R"(,"coverage":)" +
           flow::coverage_json(snapshot.coverage, asked_or_watched(filter.tickers, tickers),
                               {*filter.since_ms, *filter.until_ms}, snapshot.feed) +
           "}\n";
}

std::string coverage_answer(const CoverageCall& call, const Snapshot& snapshot,
                            const std::vector<std::string>& tickers) {
    return flow::sessions_json(snapshot.coverage, asked_or_watched(call.tickers, tickers), call.sessions,
                               snapshot.feed) +
           "\n";
}

}  // namespace pulse::answer
