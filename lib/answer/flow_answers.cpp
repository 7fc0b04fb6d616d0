#include "answer/flow_answers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "answer/page_span.hpp"
#include "base/clock.hpp"
#include "flow/briefing.hpp"
#include "flow/known.hpp"
#include "market/new_york.hpp"

namespace pulse::answer {

using flow::Snapshot;

namespace {

// Room for what stands around a list: names, a cursor, the end.
constexpr std::size_t kAroundList = 600;
constexpr std::int64_t kDayMs = 86'400'000;
// Ends less than this before a window's are no delay worth a word.
constexpr std::int64_t kBehindMs = 60'000;

/// JSON texts of a list's entries; those that don't fit are left off from the end.
struct List {
    std::vector<std::string> texts;
    bool truncated = false;

    void cut(std::size_t max_bytes, std::size_t around) {
        if (max_bytes == 0) return;
        std::size_t bytes = around + kAroundList;
        for (const auto& text : texts) bytes += text.size() + 1;
        while (texts.size() > 1 && bytes > max_bytes) {
            bytes -= texts.back().size() + 1;
            texts.pop_back();
            truncated = true;
        }
    }
    [[nodiscard]] std::string json() const { return fmt::format("[{}]", fmt::join(texts, ",")); }
    [[nodiscard]] std::string_view mark() const { return truncated ? R"(,"truncated":true)" : ""; }
};

std::string coverage_of(const Snapshot& snapshot, const std::vector<std::string>& tickers,
                        const TimeRange& span) {
    return flow::coverage_json(snapshot.coverage, tickers, span, snapshot.feed);
}

/// The moment a question is about: within market time, and nothing that can't be known yet.
std::int64_t moment_of(const std::optional<std::int64_t>& asked, const Snapshot& snapshot) {
    const std::int64_t now = flow::market_now_ms(snapshot.feed);
    if (!asked || *asked >= now) return now;
    return std::min(*asked, last_session(*asked - 1).close_ms);
}

std::string side_json(const flow::SideFlow& side) {
    return fmt::format(
        R"({{"ticker":"{}","side":"{}","premium":{},"orders":{},"contracts":{},"hhi":{:.4f},"left_out_premium":{}}})",
        side.ticker, side_name(side.side), decimal_text(side.premium), side.orders, side.contracts, side.hhi,
        decimal_text(side.left_out));
}

std::string window_json(int minutes, const TimeRange& span) {
    return fmt::format(R"({{"minutes":{},"from":"{}","to":"{}"}})", minutes, rfc3339_ms(span.from_ms),
                       rfc3339_ms(span.to_ms));
}

TimeRange span_of(const OrdersCall& call, const flow::OrderPage& page, const Snapshot& snapshot) {
    std::optional<std::int64_t> last_ms, after_ms;
    if (page.more && !page.orders.empty()) last_ms = page.orders.back().first_ms;
    if (call.after) after_ms = call.after->first_ms;
    return page_span(call.filter, last_ms, after_ms, snapshot);
}

}  // namespace

std::string orders_answer(store::Connection& connection, const OrdersCall& call, const Snapshot& snapshot,
                          const std::vector<std::string>& tickers) {
    flow::OrderPage page = flow::read_orders(connection, call.filter, call.limit, call.after);
    List list;
    for (const auto& order : page.orders) flow::append_json(list.texts.emplace_back(), order);
    const auto& about = asked_or_watched(call.filter.tickers, tickers);
    list.cut(call.max_bytes, coverage_of(snapshot, about, span_of(call, page, snapshot)).size());
    page.more = page.more || list.truncated;
    page.orders.resize(list.texts.size());
    std::string next = "null";
    if (page.more) {
        const flow::OrderCursor behind{page.orders.back().first_ms, page.orders.back().option_symbol};
        next = '"' + behind.text(call.filter) + '"';
    }
    return fmt::format(R"({{"orders":{},"next":{}{},"coverage":{}}})"
                       "\n",
                       list.json(), next, list.mark(),
                       coverage_of(snapshot, about, span_of(call, page, snapshot)));
}

std::string concentration_answer(store::Connection& connection, ConcentrationCall call, const Snapshot& now,
                                 const std::vector<std::string>& tickers) {
    call.question.until_ms = moment_of(call.until_ms, now);
    const Snapshot snapshot = flow::snapshot_before(connection, now, call.question.until_ms);
    const auto found = flow::read_concentration(connection, call.question, snapshot, tickers);
    List list;
    for (const auto& cluster : found.clusters) flow::append_json(list.texts.emplace_back(), cluster);
    std::string sides;
    for (const auto& side : found.sides) sides += (sides.empty() ? "" : ",") + side_json(side);
    const std::string coverage = coverage_of(
        snapshot, asked_or_watched(call.question.filter.tickers, tickers), {found.from_ms, found.to_ms - 1});
    list.cut(call.max_bytes, sides.size() + coverage.size());
    return fmt::format(
        R"({{"window":{},"clusters":{},"cluster_count":{}{},"sides":[{}],"orders_known":{},"coverage":{}}})"
        "\n",
        window_json(call.question.window_min, {found.from_ms, found.to_ms}), list.json(), found.cluster_count,
        list.mark(), sides, found.unjoined.empty(), coverage);
}

std::string signals_answer(store::Connection& connection, SignalsCall call, const Snapshot& now,
                           const std::vector<std::string>& tickers) {
    const std::int64_t until = moment_of(call.until_ms, now);
    const Session session = call.session ? *session_of(*call.session) : last_session(until - 1);
    const Snapshot snapshot = flow::snapshot_before(connection, now, session.close_ms);
    call.question.session = session.date;
    if (call.until_ms) call.question.until_ms = *call.until_ms;
    const auto found = flow::read_signals(connection, call.question, snapshot, tickers);
    List list;
    for (const auto& signal : found.signals) {
        std::string& text = list.texts.emplace_back();
        flow::append_json(text, signal.cluster);
        text.pop_back();
        text += fmt::format(R"(,"known_at":"{}"}})", rfc3339_ms(signal.known_ms));
    }
    const std::string coverage = coverage_of(
        snapshot, asked_or_watched(call.question.filter.tickers, tickers),
        {session.open_ms, std::max(session.open_ms, std::min(session.close_ms, call.question.until_ms) - 1)});
    list.cut(call.max_bytes, coverage.size());
    return fmt::format(
        R"({{"session":"{}","signals":{},"contracts":{},"unscored":{},"history_sessions":{},"sessions_needed":{},"max_p":{}{},"orders_known":{},"coverage":{}}})"
        "\n",
        date_text(session.date), list.json(), found.contracts, found.unscored, found.sessions,
        flow::kSessionsNeeded, call.question.max_p, list.mark(), found.unjoined.empty(), coverage);
}

std::string outcomes_answer(store::Connection& connection, OutcomesCall call, const Snapshot& now,
                            const std::vector<std::string>& /*tickers*/) {
    // An invented session is over when it has played, whatever the calendar says.
    const auto& feed = now.feed;
    const std::int64_t latest =
        feed.simulated && feed.live_to_ms ? flow::known_at_ms(*feed.live_to_ms) : feed.now_ms;
    call.question.as_of_ms = std::min(call.as_of_ms.value_or(latest), feed.now_ms);
    const Snapshot snapshot = flow::snapshot_before(connection, now, call.question.as_of_ms);
    const auto outcomes = flow::read_outcomes(connection, call.question, snapshot, call.days);
    TimeRange span{call.question.as_of_ms - call.days * kDayMs, call.question.as_of_ms};
    if (outcomes.first <= outcomes.last)
        span = {new_york_ms(outcomes.first, 0), new_york_ms(outcomes.last + 1, 0) - 1};
    return fmt::format(R"({{{},"coverage":{}}})"
                       "\n",
                       flow::outcomes_json(outcomes), coverage_of(snapshot, {call.question.ticker}, span));
}

namespace {

// How well the window is known, over all tickers it is about: a gap in one is a gap.
void judge_window(flow::Evidence& evidence, const Snapshot& snapshot, const Snapshot& now,
                  const std::vector<std::string>& about) {
    const std::int64_t horizon = flow::horizon_ms(snapshot.feed);
    NewYorkClock clock;
    const Day day = clock.date_of(evidence.from_ms);
    const auto sessions = sessions_between(day, day);
    std::int64_t market_ms = 0;
    std::int64_t known_ms = 0;
    std::optional<std::int64_t> known_to;
    for (const auto& ticker : about) {
        const auto known = flow::known_of(snapshot.coverage, ticker, sessions,
                                          {evidence.from_ms, evidence.to_ms - 1}, horizon);
        market_ms += known.market_ms;
        known_ms += known.known_ms;
        evidence.gap_count += static_cast<int>(known.gaps.size());
        // Of all that is known by now: behind is only who has nothing later.
        if (const auto& ranges = now.coverage.of(ticker).all; !ranges.empty())
            known_to = std::max(known_to.value_or(INT64_MIN), ranges.back().to_ms);
    }
    evidence.knowledge = flow::judge(market_ms, known_ms);
    if (!known_to || *known_to + kBehindMs >= evidence.to_ms) return;
    evidence.behind_ms = evidence.to_ms - *known_to;
    evidence.live_until_ms = known_to;
}

}  // namespace

std::string briefing_answer(store::Connection& connection, BriefingCall call, const Snapshot& now,
                            const std::vector<std::string>& tickers) {
    call.question.until_ms = moment_of(call.until_ms, now);
    const Snapshot snapshot = flow::snapshot_before(connection, now, call.question.until_ms);
    auto found = flow::read_concentration(connection, call.question, snapshot, tickers);
    const auto& about = asked_or_watched(call.question.filter.tickers, tickers);
    flow::Evidence evidence;
    evidence.tickers = call.question.filter.tickers;
    evidence.filter = flow::filter_words(call.question.filter);
    evidence.left_out = found.left_out;
    evidence.unjoined = found.unjoined;
    evidence.from_ms = found.from_ms;
    evidence.to_ms = found.to_ms;
    // A tape of another day, played today, isn't late: how late the feed is can't be seen from it.
    if (snapshot.feed.delay_ms.value_or(kDayMs) < kDayMs) evidence.delay_ms = snapshot.feed.delay_ms;
    evidence.live_until_ms = snapshot.feed.live_to_ms;
    evidence.simulated = snapshot.feed.simulated;
    if (!found.clusters.empty()) {
        evidence.cluster = std::move(found.clusters.front());
        flow::OutcomesQuestion past;
        past.ticker = evidence.cluster->ticker;
        past.side = evidence.cluster->side;
        past.premium = evidence.cluster->premium;
        past.as_of_ms = flow::known_at_ms(evidence.cluster->last_ms);
        NewYorkClock clock;
        past.before = clock.date_of(evidence.cluster->first_ms);
        evidence.outcomes = flow::read_outcomes(connection, past, snapshot);
    }
    judge_window(evidence, snapshot, now, evidence.cluster ? std::vector{evidence.cluster->ticker} : about);
    std::string body = flow::briefing_json(evidence);
    body.pop_back();
    return fmt::format(R"({},"coverage":{}}})"
                       "\n",
                       body, coverage_of(snapshot, about, {evidence.from_ms, evidence.to_ms - 1}));
}

}  // namespace pulse::answer
