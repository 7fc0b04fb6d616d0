#include "bus/puller.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.hpp"
#include "base/log.hpp"
#include "bus/route.hpp"

namespace pulse::bus {

namespace {

constexpr std::int64_t kNsAMs = 1'000'000;

std::string_view data_of(natsMsg* message) {
    return {natsMsg_GetData(message), static_cast<std::size_t>(natsMsg_GetDataLength(message))};
}

}  // namespace

void Batch::add(Item item) {
    const auto at = std::lower_bound(items_.begin(), items_.end(), item.sequence,
                                     [](const Item& held, std::uint64_t s) { return held.sequence < s; });
    if (at != items_.end() && at->sequence == item.sequence)
        *at = std::move(item);
    else
        items_.insert(at, std::move(item));
}

std::size_t Batch::bytes() const {
    std::size_t sum = 0;
    for (const Item& item : items_) sum += data_of(item.message.get()).size();
    return sum;
}

std::size_t Batch::delivered_again() const {
    return static_cast<std::size_t>(
        std::count_if(items_.begin(), items_.end(), [](const Item& item) { return item.again; }));
}

std::string Batch::text() const {
    std::string text;
    text.reserve(bytes() + items_.size());
    for (const Item& item : items_) {
        const auto data = data_of(item.message.get());
        text += data;
        if (!data.empty() && data.back() != '\n') text += '\n';
    }
    return text;
}

Puller::Puller(const Link& link, Options options)
    : link_(link),
      options_(std::move(options)),
      name_(fmt::format("{}-{}", options_.durable, options_.partition)),
      filter_(partition_subjects(options_.stream, options_.partition)) {
    ensure_consumer();
    subscribe();
}

void Puller::ensure_consumer() const {
    jsConsumerInfo* found = nullptr;
    jsErrCode code{};
    const natsStatus status =
        js_GetConsumerInfo(&found, link_.jetstream(), options_.stream.c_str(), name_.c_str(), nullptr, &code);
    const Handle<jsConsumerInfo> owner(found);
    if (status == NATS_NOT_FOUND || code == JSConsumerNotFoundErr) return make_consumer();
    check(status, code, "cannot look for consumer " + name_);
    adjust(*found);
}

void Puller::make_consumer() const {
    jsConsumerConfig config;
    jsConsumerConfig_Init(&config);
    config.Durable = name_.c_str();
    config.Description = "one batch of this partition at a time (Pulse, nats-each)";
    config.FilterSubject = filter_.c_str();
    config.DeliverPolicy = js_DeliverAll;
    config.AckPolicy = js_AckExplicit;
    config.AckWait = options_.ack_wait_ms * kNsAMs;
    config.MaxAckPending = options_.batch;
    jsConsumerInfo* made = nullptr;
    jsErrCode code{};
    const natsStatus status =
        js_AddConsumer(&made, link_.jetstream(), options_.stream.c_str(), &config, nullptr, &code);
    const Handle<jsConsumerInfo> owner(made);
    // Another process may have made it meanwhile.
    if (code == JSConsumerNameExistErr || code == JSConsumerExistingActiveErr) return;
    check(status, code, "cannot make consumer " + name_);
}

void Puller::adjust(const jsConsumerInfo& info) const {
    const jsConsumerConfig& config = *info.Config;
    const std::string filter = config.FilterSubject == nullptr ? "" : config.FilterSubject;
    if (filter != filter_ || config.AckPolicy != js_AckExplicit)
        throw Error(Exit::kConfig,
                    fmt::format("consumer {} of stream {} isn't one of nats-each's: choose another --durable",
                                name_, options_.stream));
    if (config.MaxAckPending == options_.batch && config.AckWait == options_.ack_wait_ms * kNsAMs) return;
    jsConsumerConfig changed = config;
    changed.MaxAckPending = options_.batch;
    changed.AckWait = options_.ack_wait_ms * kNsAMs;
    jsConsumerInfo* made = nullptr;
    jsErrCode code{};
    const natsStatus status =
        js_UpdateConsumer(&made, link_.jetstream(), options_.stream.c_str(), &changed, nullptr, &code);
    const Handle<jsConsumerInfo> owner(made);
    check(status, code, "cannot change consumer " + name_);
    log::info("consumer {}: batch {} messages, ack wait {} ms from now on", name_, options_.batch,
              options_.ack_wait_ms);
}

void Puller::subscribe() {
    jsSubOptions options;
    jsSubOptions_Init(&options);
    options.Stream = options_.stream.c_str();
    options.Consumer = name_.c_str();
    natsSubscription* made = nullptr;
    jsErrCode code{};
    const natsStatus status =
        js_PullSubscribe(&made, link_.jetstream(), filter_.c_str(), nullptr, nullptr, &options, &code);
    check(status, code, "cannot use consumer " + name_);
    subscription_.reset(made);
}

Handle<jsConsumerInfo> Puller::info() const {
    jsConsumerInfo* found = nullptr;
    jsErrCode code{};
    const natsStatus status =
        js_GetConsumerInfo(&found, link_.jetstream(), options_.stream.c_str(), name_.c_str(), nullptr, &code);
    check(status, code, "cannot ask for consumer " + name_);
    return Handle<jsConsumerInfo>(found);
}

Puller::Backlog Puller::backlog() const {
    const auto now = info();
    return {now->NumPending, static_cast<std::uint64_t>(now->NumAckPending)};
}

std::size_t Puller::fetch(Batch& batch, int most, int wait_ms) {
    natsMsgList list{};
    jsErrCode code{};
    const natsStatus status = natsSubscription_Fetch(&list, subscription_.get(), most, wait_ms, &code);
    if (status == NATS_TIMEOUT || status == NATS_NOT_FOUND) return 0;
    check(status, code, "cannot fetch from consumer " + name_);
    const auto count = static_cast<std::size_t>(list.Count);
    for (std::size_t i = 0; i < count; ++i) {
        Batch::Item item;
        item.message.reset(list.Msgs[i]);
        list.Msgs[i] = nullptr;
        jsMsgMetaData* meta = nullptr;
        if (natsMsg_GetMetaData(&meta, item.message.get()) != NATS_OK) continue;
        const Handle<jsMsgMetaData> owner(meta);
        item.sequence = meta->Sequence.Stream;
        item.again = meta->NumDelivered > 1;
        batch.add(std::move(item));
    }
    natsMsgList_Destroy(&list);
    return count;
}

void Puller::in_progress(const Batch& batch) noexcept {
    for (const auto& item : batch.items()) natsMsg_InProgress(item.message.get(), nullptr);
}

void Puller::acknowledge(const Batch& batch) {
    const auto& items = batch.items();
    for (std::size_t i = 0; i + 1 < items.size(); ++i)
        check(natsMsg_Ack(items[i].message.get(), nullptr), {}, "cannot acknowledge");
    jsErrCode code{};
    const natsStatus status = natsMsg_AckSync(items.back().message.get(), nullptr, &code);
    check(status, code, "cannot acknowledge");
}

void Puller::give_back(const Batch& batch) noexcept {
    for (const auto& item : batch.items()) natsMsg_Nak(item.message.get(), nullptr);
}

}  // namespace pulse::bus
