#include "flow/known.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "base/clock.hpp"
#include "base/json_text.hpp"
#include "market/decimal.hpp"
#include "market/new_york.hpp"

namespace pulse::flow {

namespace {

constexpr std::size_t kMostGaps = 20;
/// The calendar knows sessions from here on.
constexpr Day kFirstDay = day_from_civil(2012, 1, 1);

std::string text_or_null(const std::optional<std::int64_t>& unix_ms) {
    return unix_ms ? fmt::format("\"{}\"", rfc3339_ms(*unix_ms)) : "null";
}

// Four decimals, rounded down: 1 says all of it.
std::string share(std::int64_t part, std::int64_t whole) {
    if (whole == 0) return "null";
    const std::int64_t rounded = part * 10'000 / whole;
    return decimal_text(make_decimal(rounded, 4).value_or(Decimal{}));
}

struct NamedGap {
    std::string_view ticker;
    TimeRange range;
};

void append_range(std::string& out, const TimeRange& range) {
    out += fmt::format(R"("from":"{}","to":"{}")", rfc3339_ms(range.from_ms), rfc3339_ms(range.to_ms));
}

/// What is known of several tickers.
struct Overview {
    std::int64_t market_ms = 0;
    std::int64_t known_ms = 0;
    std::int64_t live_ms = 0;
    std::vector<NamedGap> gaps;

    void add(const Known& known) {
        market_ms += known.market_ms;
        known_ms += known.known_ms;
        live_ms += known.live_ms;
        for (const TimeRange& gap : known.gaps) gaps.push_back({known.ticker, gap});
    }
};

void append_tickers(std::string& out, const std::vector<Known>& all) {
    out += "\"tickers\":{";
    for (const Known& known : all) {
        if (out.back() != '{') out += ',';
        append_json_string(out, known.ticker);
        out += fmt::format(":\"{}\"", name_of(known.knowledge));
    }
    out += "}";
}

// The newest ones when there are too many.
void append_gaps(std::string& out, std::vector<NamedGap> gaps) {
    std::stable_sort(gaps.begin(), gaps.end(),
                     [](const NamedGap& a, const NamedGap& b) { return a.range.from_ms > b.range.from_ms; });
    out += "\"gaps\":[";
    for (std::size_t i = 0; i < std::min(gaps.size(), kMostGaps); ++i) {
        if (i > 0) out += ',';
        out += "{\"ticker\":";
        append_json_string(out, gaps[i].ticker);
        out += ',';
        append_range(out, gaps[i].range);
        out += '}';
    }
    out += fmt::format("],\"gap_count\":{}", gaps.size());
}

void append_feed(std::string& out, const FeedState& state) {
    out += fmt::format(R"("feed_delay_s":{},"live_until":{},"simulated":{})",
                       state.delay_ms ? std::to_string(*state.delay_ms / 1000) : "null",
                       text_or_null(state.live_to_ms), state.simulated);
}

// Those that have begun by the horizon: nothing is expected of later ones.
std::vector<Session> sessions_in(const TimeRange& span, std::int64_t horizon_ms) {
    NewYorkClock clock;
    const auto date = [&](std::int64_t ms) {
        return clock.date_of(std::clamp<std::int64_t>(ms, 0, kMaxUnixMs));
    };
    return sessions_between(std::max(kFirstDay, date(span.from_ms)), date(std::min(span.to_ms, horizon_ms)));
}

// The ends of the market time that could be known.
std::optional<TimeRange> expected_ends(const std::vector<Session>& sessions, const TimeRange& span,
                                       std::int64_t horizon_ms) {
    std::optional<TimeRange> ends;
    for (const Session& session : sessions)
        if (const auto part = expected_part(session, span, horizon_ms))
            ends = TimeRange{ends ? ends->from_ms : part->from_ms, part->to_ms};
    return ends;
}

void append_session_ticker(std::string& out, const Known& known) {
    out += "{\"ticker\":";
    append_json_string(out, known.ticker);
    out += fmt::format(R"(,"state":"{}","market_s":{},"known_s":{},"live_s":{},"gaps":[)",
                       name_of(known.knowledge), known.market_ms / 1000, known.known_ms / 1000,
                       known.live_ms / 1000);
    for (std::size_t i = 0; i < known.gaps.size(); ++i) {
        out += i > 0 ? ",{" : "{";
        append_range(out, known.gaps[i]);
        out += '}';
    }
    out += "]}";
}

}  // namespace

std::string coverage_json(const KnownTime& coverage, const std::vector<std::string>& tickers,
                          const TimeRange& span, const FeedState& state) {
    const std::int64_t horizon = horizon_ms(state);
    const auto sessions = sessions_in(span, horizon);
    std::vector<Known> all;
    for (const std::string& ticker : tickers)
        all.push_back(known_of(coverage, ticker, sessions, span, horizon));
    Overview sum;
    for (const Known& known : all) sum.add(known);
    const auto ends = expected_ends(sessions, span, horizon);
    std::string out =
        fmt::format(R"({{"from":{},"to":{},"state":"{}","known_share":{},)",
                    text_or_null(ends ? std::optional(ends->from_ms) : std::nullopt),
                    text_or_null(ends ? std::optional(ends->to_ms) : std::nullopt),
                    name_of(judge(sum.market_ms, sum.known_ms)), share(sum.known_ms, sum.market_ms));
    append_tickers(out, all);
    out += ',';
    append_gaps(out, sum.gaps);
    out += fmt::format(",\"live_share\":{},", share(sum.live_ms, sum.known_ms));
    append_feed(out, state);
    return out + "}";
}

std::string sessions_json(const KnownTime& coverage, const std::vector<std::string>& tickers,
                          const std::vector<Session>& sessions, const FeedState& state) {
    const std::int64_t horizon = horizon_ms(state);
    std::string out = "{\"sessions\":[";
    for (auto session = sessions.rbegin(); session != sessions.rend(); ++session) {
        if (out.back() != '[') out += ',';
        out += fmt::format(R"({{"date":"{}","open":"{}","close":"{}","tickers":[)", date_text(session->date),
                           rfc3339_ms(session->open_ms), rfc3339_ms(session->close_ms));
        for (const std::string& ticker : tickers) {
            if (out.back() != '[') out += ',';
            append_session_ticker(
                out, known_of(coverage, ticker, {*session}, {session->open_ms, session->close_ms}, horizon));
        }
        out += "]}";
    }
    const TimeRange span = sessions.empty() ? TimeRange{state.now_ms, state.now_ms}
                                            : TimeRange{sessions.front().open_ms, sessions.back().close_ms};
    out += "],\"coverage\":";
    return out + coverage_json(coverage, tickers, span, state) + "}";
}

}  // namespace pulse::flow
