#include "answer/flow_calls.hpp"
#include "base/clock.hpp"
#include "base/log.hpp"
#include "serve/service_impl.hpp"
#include "serve/signal_look.hpp"
#include "serve/status_answers.hpp"

namespace pulse::serve {

namespace {

constexpr std::int64_t kLookMs = 2000;        // between two looks while somebody listens
constexpr std::int64_t kIdleLookMs = 15'000;  // and while nobody does

}  // namespace

void Service::Impl::look_for_signals() {
    if (!signals_due || looking || !database_up || !snapshot) return;
    if (snapshot->feed.schema_version < kNeededSchema) return;
    const bool listened = signal_hub.clients() > 0 || webhook != nullptr;
    if (looked_ms != 0 && mono_ms() - looked_ms < (listened ? kLookMs : kIdleLookMs)) return;
    signals_due = false;
    looked_ms = mono_ms();
    const auto done = [this](auto work) {
        server.post([this, work = std::move(work)] {
            looking = false;
            work();
        });
    };
    looking = pool->submit(
        [this, known = snapshot, done](store::Connection& connection) {
            auto found = std::make_shared<const std::vector<SeenSignal>>(
                look_at_signals(connection, *known, options.tickers));
            done([this, found] { take_signals(*found); });
        },
        [this, done](const std::exception_ptr& failure) {
            done([this, failure] { signals_failed(failure); });
        });
    // Too many questions are in line: the next tick tries again.
    signals_due = !looking;
}

void Service::Impl::signals_failed(const std::exception_ptr& failure) {
    signals_due = true;
    try {
        std::rethrow_exception(failure);
    } catch (const std::exception& error) {
        if (signal_warnings.allow(mono_ms())) log::warn("signals can't be looked for: {}", error.what());
    }
}

void Service::Impl::take_signals(const std::vector<SeenSignal>& found) {
    if (!signal_hub.begun()) {
        signal_hub.begin(found, status_event());
        if (webhook_news)
            for (const SeenSignal& signal : found) webhook_news->remember(signal);
        return;
    }
    metrics.count_signals(signal_hub.look(found));
    if (!webhook_news) return;
    for (const SeenSignal& signal : found)
        if (webhook_news->take(signal)) webhook->send(id_of(signal), signal.json);
}

void Service::Impl::open_signals(const Exchange& exchange, const flow::Parameters& parameters) {
    SignalFilter filter = read_signal_filter(parameters);
    if (!begin_stream(exchange, "Accept")) return;
    const std::string last(exchange.request.header("last-event-id"));
    std::string hello = "retry: 2000\n";
    if (const auto now = signal_hub.position(); now && last.empty()) hello += "id: " + *now + "\n";
    hello += status_event();
    server.send(exchange.ticket, std::make_shared<const std::string>(std::move(hello)));
    signal_hub.add(exchange.ticket, std::move(filter), last);
}

}  // namespace pulse::serve
