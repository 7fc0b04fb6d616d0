#include "serve/live_reader.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>

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
constexpr int kBatchesAtOnce = 100;
constexpr std::int64_t kLookMs = 1000;      // between two looks while batches come
constexpr std::int64_t kIdleLookMs = 5000;  // and while none come
constexpr std::int64_t kCoverageDays = 400;
constexpr std::int64_t kDayMs = 86'400'000;

LiveEvent trade_event(EventId id, std::string_view name, flow::StoredTrade trade) {
    std::string json;
    flow::append_json(json, trade, flow::TradeFields());
    std::string text = event_text(&id, name, json);
    return {id, std::move(trade), std::move(text)};
}

LiveEvent bulk_event(EventId id, const store::StoredBatch& batch) {
    const std::string json =
        fmt::format(R"({{"from":"{}","to":"{}","trades":null,"history":{}}})",
                    rfc3339_ms(batch.trades->from_ms), rfc3339_ms(batch.trades->to_ms), batch.history);
    return {id, std::nullopt, event_text(&id, "bulk", json)};
}

}  // namespace

std::vector<LiveEvent> events_of(store::Connection& connection, const store::StoredBatch& batch) {
    std::vector<LiveEvent> events;
    const auto next_id = [&] { return EventId{batch.id, static_cast<std::int64_t>(events.size()) + 1}; };
    if (batch.trades) {
        auto trades = flow::read_batch(connection, batch, kMostTrades);
        if (trades.size() > kMostTrades) {
            events.push_back(bulk_event(next_id(), batch));
        } else {
            for (auto& trade : trades) events.push_back(trade_event(next_id(), "trade", std::move(trade)));
        }
    }
    if (batch.cancels)
        for (auto& trade : flow::read_cancelled(connection, batch, kMostTrades))
            events.push_back(trade_event(next_id(), "cancel", std::move(trade)));
    return events;
}

LiveReader::LiveReader(store::DatabaseSettings database, std::function<void(News)> on_news)
    : database_(std::move(database)), on_news_(std::move(on_news)) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw Error(Exit::kFailure, "can't make a pipe");
    wake_read_ = UniqueFd(ends[0]);
    wake_write_ = UniqueFd(ends[1]);
    thread_ = std::thread([this] { run(); });
}

LiveReader::~LiveReader() {
    wake_write_.reset();  // the other end becomes readable, for good
    thread_.join();
}

void LiveReader::run() {
    while (!readable(wake_read_.get(), 0)) {
        try {
            follow();
        } catch (const store::DbError& error) {
            // Told once; what repeats is of no interest to anybody.
            if (failures_++ == 0) log::warn("no database: {}; trying again until it is back", error.what());
        } catch (const Error& error) {
            if (failures_++ == 0) log::error("{}", error.what());
        }
        if (failures_ == 0) continue;
        News news;
        news.lost = true;
        on_news_(std::move(news));
        readable(wake_read_.get(), std::min(250 << std::min(failures_ - 1, 3), 2000));
    }
}

void LiveReader::follow() {
    store::Connection connection(database_);
    connection.listen(store::kBatchChannel);
    look(connection, true);
    if (failures_ > 0) log::info("the database is back: connected to {}", connection.where());
    failures_ = 0;
    for (;;) {
        if (flow::read_feed_state(connection).schema_version >= kNeededSchema) break;
        look(connection, false);
        if (readable(wake_read_.get(), static_cast<int>(kLookMs))) return;
    }
    // A lower number than before means another database, restored or made anew.
    if (!last_ || store::newest_batch(connection) < *last_) start_at(connection);
    catch_up(connection);
    for (;;) {
        const auto payloads = connection.wait_notifications(static_cast<int>(kLookMs), wake_read_.get());
        if (readable(wake_read_.get(), 0)) return;
        if (!payloads.empty()) catch_up(connection);
        look(connection, !payloads.empty());
    }
}

void LiveReader::start_at(store::Connection& connection) {
    News news;
    last_ = std::max<std::int64_t>(0, store::newest_batch(connection) - kBatchesBack);
    news.through = *last_;
    news.began_after = last_;
    on_news_(std::move(news));
}

void LiveReader::catch_up(store::Connection& connection) {
    for (;;) {
        const auto batches = store::read_batches(connection, *last_, kBatchesAtOnce);
        for (const auto& batch : batches) {
            News news;
            news.events = events_of(connection, batch);
            news.through = batch.id;
            // Batches that were deleted before they were seen leave a hole; the ids have none otherwise but
            // for transactions that failed, and one reload too many does no harm.
            if (batch.id > *last_ + store::kBatchesKept / 2) news.began_after = batch.id - 1;
            last_ = batch.id;
            on_news_(std::move(news));
        }
        if (batches.size() < static_cast<std::size_t>(kBatchesAtOnce)) return;
    }
}

void LiveReader::look(store::Connection& connection, bool changed) {
    changed_ = changed_ || changed;
    if (looked_ms_ != 0 && mono_ms() - looked_ms_ < (changed_ ? kLookMs : kIdleLookMs)) return;
    auto snapshot = std::make_shared<Snapshot>();
    snapshot->feed = flow::read_feed_state(connection);
    if (snapshot->feed.schema_version > 0)
        snapshot->coverage = store::read_coverage(
            connection, {snapshot->feed.now_ms - kCoverageDays * kDayMs, snapshot->feed.now_ms + kDayMs});
    looked_ms_ = mono_ms();
    changed_ = false;
    News news;
    news.through = last_.value_or(0);
    news.snapshot = std::move(snapshot);
    on_news_(std::move(news));
}

}  // namespace pulse::serve
