#include "serve/live_reader.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <iterator>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/log.hpp"
#include "flow/stored_trade.hpp"
#include "flow/trades.hpp"
#include "serve/readiness.hpp"

namespace pulse::serve {

namespace {

constexpr int kMostTrades = 500;             // of one batch, told one by one
constexpr std::int64_t kBatchesBack = 2000;  // looked at when starting, for clients that come back
constexpr std::int64_t kBackMs = 2000;       // spent on that: clients wait
constexpr std::int64_t kUsualJump = 100;     // between ids: transactions that failed leave holes
constexpr int kBatchesAtOnce = 100;
constexpr int kStatementMs = 3000;          // for one read; a server silent for 2 s more is taken for lost
constexpr std::int64_t kLookMs = 1000;      // between two looks while batches come
constexpr std::int64_t kIdleLookMs = 5000;  // and while none come
constexpr std::int64_t kDayMs = 86'400'000;

LiveEvent trade_event(EventId id, std::string_view name, flow::StoredTrade trade) {
    std::string json;
    flow::append_json(json, trade, flow::TradeFields());
    std::string text = event_text(&id, name, json);
    return {id, std::move(trade), std::move(text)};
}

LiveEvent bulk_event(EventId id, std::int64_t from_ms, std::int64_t to_ms, bool history) {
    const std::string json = fmt::format(R"({{"from":"{}","to":"{}","trades":null,"history":{}}})",
                                         rfc3339_ms(from_ms), rfc3339_ms(to_ms), history);
    return {id, std::nullopt, event_text(&id, "bulk", json)};
}

// The few trades that `read` gives; nothing when they are too many to tell one by one, or can't be found in
// time: trying again for ever would stop the stream.
template <typename Read>
std::optional<std::vector<flow::StoredTrade>> few(Read read) {
    try {
        auto trades = read(kMostTrades + 1);
        if (trades.size() <= kMostTrades) return trades;
    } catch (const store::DbError& error) {
        if (error.kind() != store::DbErrorKind::kBusy) throw;
    }
    return std::nullopt;
}

}  // namespace

std::vector<LiveEvent> events_of(store::Connection& connection, const store::StoredBatch& batch) {
    std::vector<LiveEvent> events;
    const auto next_id = [&] { return EventId{batch.id, static_cast<std::int64_t>(events.size()) + 1}; };
    const auto tell_bulk = [&](std::int64_t from_ms, std::int64_t to_ms) {
        events.push_back(bulk_event(next_id(), from_ms, to_ms, batch.history));
    };
    if (batch.trades) {
        auto trades = few([&](int limit) { return flow::read_batch(connection, batch, limit - 1); });
        bool cancelled = false;
        for (auto& trade : trades ? *trades : std::vector<flow::StoredTrade>()) {
            cancelled = cancelled || trade.cancelled_ms;
            events.push_back(trade_event(next_id(), "trade", std::move(trade)));
        }
        if (!trades || cancelled)
            tell_bulk(batch.trades->from_ms - (cancelled ? kDayMs : 0), batch.trades->to_ms);
    }
    if (batch.cancels) {
        auto trades = few([&](int limit) { return flow::read_cancelled(connection, batch, limit); });
        if (!trades) tell_bulk(batch.cancels->from_ms - kDayMs, batch.cancels->to_ms);
        for (auto& trade : trades ? *trades : std::vector<flow::StoredTrade>())
            events.push_back(trade_event(next_id(), "cancel", std::move(trade)));
    }
    return events;
}

LiveReader::LiveReader(store::DatabaseSettings database, std::function<void(News)> on_news)
    : database_(std::move(database)), on_news_(std::move(on_news)) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw Error(Exit::kFailure, "can't make a pipe");
    wake_read_ = UniqueFd(ends[0]);
    wake_write_ = UniqueFd(ends[1]);
    database_.wake_fd = wake_read_.get();
    thread_ = std::thread([this] { run(); });
}

LiveReader::~LiveReader() {
    wake_write_.reset();  // the other end becomes readable, for good
    thread_.join();
}

void LiveReader::run() {
    while (!stopping()) {
        try {
            follow();
        } catch (const store::DbError& error) {
            // Told once; what repeats is of no interest to anybody.
            if (failures_++ == 0 && !stopping())
                log::warn("no database: {}; trying again until it is back", error.what());
        } catch (const std::exception& error) {
            if (failures_++ == 0) log::error("{}", error.what());
        }
        if (failures_ > 0) report_loss();
    }
}

void LiveReader::report_loss() {
    News news;
    news.lost = true;
    on_news_(std::move(news));
    readable(wake_read_.get(), std::min(250 << std::min(failures_ - 1, 3), 2000));
}

void LiveReader::follow() {
    store::Connection connection(database_);
    connection.limit_to_questions(kStatementMs);
    if (!connection.listen(store::kBatchChannel))
        log::debug("a standby tells of no batches: asking for them every {} ms", kLookMs);
    look(connection, true);
    if (failures_ > 0) log::info("the database is back: connected to {}", connection.where());
    failures_ = 0;
    while (flow::read_feed_state(connection).schema_version < kNeededSchema) {
        look(connection, false);
        if (readable(wake_read_.get(), static_cast<int>(kLookMs))) return;
    }
    go_on(connection);
    while (!stopping()) {
        connection.wait_notifications(static_cast<int>(kLookMs), wake_read_.get());
        if (!stopping()) look(connection, go_on(connection));
    }
}

// True when there were new batches.
bool LiveReader::go_on(store::Connection& connection) {
    const std::int64_t newest = store::newest_batch(connection);
    if (last_ == newest) return false;
    // A lower number than before means another database, restored or made anew. Of a much higher one the
    // first batches may have been deleted, and clients do better to fetch once than to hear them all.
    if (!last_ || newest < *last_ || newest - *last_ >= kBatchesBack)
        start_at(connection, newest);
    else
        catch_up(connection);
    return true;
}

// Reads back from the newest batch until clients that come back have enough to go on from.
void LiveReader::start_at(store::Connection& connection, std::int64_t newest) {
    const std::int64_t until_ms = mono_ms() + kBackMs;
    std::vector<std::vector<LiveEvent>> found;  // of each batch, newest first
    std::int64_t oldest = newest + 1;
    std::size_t count = 0;
    for (bool more = true; more;) {
        const auto batches = store::read_batches_back(connection, oldest - 1, kBatchesAtOnce);
        more = batches.size() == static_cast<std::size_t>(kBatchesAtOnce);
        for (const auto& batch : batches) {
            if (stopping()) return;
            if (count >= LiveHub::kEventsKept || newest - batch.id >= kBatchesBack || mono_ms() >= until_ms) {
                more = false;
                break;
            }
            found.push_back(events_of(connection, batch));
            count += found.back().size();
            oldest = batch.id;
        }
    }
    News news;
    for (auto events = found.rbegin(); events != found.rend(); ++events)
        std::move(events->begin(), events->end(), std::back_inserter(news.events));
    news.through = newest;
    news.began_after = oldest - 1;
    news.opens_after = first_seen_.value_or(newest);
    last_ = newest;
    on_news_(std::move(news));
}

void LiveReader::catch_up(store::Connection& connection) {
    for (bool more = true; more;) {
        const auto batches = store::read_batches(connection, *last_, kBatchesAtOnce);
        more = batches.size() == static_cast<std::size_t>(kBatchesAtOnce);
        for (const auto& batch : batches) {
            if (stopping()) return;
            News news;
            news.events = events_of(connection, batch);
            news.through = batch.id;
            if (batch.id - *last_ > kUsualJump) news.began_after = batch.id - 1;
            last_ = batch.id;
            on_news_(std::move(news));
        }
    }
}

void LiveReader::look(store::Connection& connection, bool changed) {
    changed_ = changed_ || changed;
    if (looked_ms_ != 0 && mono_ms() - looked_ms_ < (changed_ ? kLookMs : kIdleLookMs)) return;
    auto snapshot = std::make_shared<const Snapshot>(flow::read_snapshot(connection));
    if (!first_seen_ && snapshot->feed.schema_version >= kNeededSchema)
        first_seen_ = snapshot->feed.last_batch;
    looked_ms_ = mono_ms();
    changed_ = false;
    News news;
    news.through = last_.value_or(0);
    news.snapshot = std::move(snapshot);
    on_news_(std::move(news));
}

}  // namespace pulse::serve
