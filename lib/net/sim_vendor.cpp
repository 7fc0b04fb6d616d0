#include "net/sim_vendor.hpp"

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/fd.hpp"
#include "base/log.hpp"
#include "base/mapped_file.hpp"
#include "net/sim_flat_store.hpp"
#include "vendor/sim_hub.hpp"

namespace pulse {

namespace {

constexpr std::uint64_t kReleaseEvents = 200'000;  // about 20 MiB of tape

SimConfig with_tape(SimConfig config, std::string_view tape) {
    config.tape = tape;
    return config;
}

/// The tape's history, made when it is asked for first.
class LazyHistory {
  public:
    explicit LazyHistory(std::string_view tape) : tape_(tape) {}

    const SimHistory& operator()() {
        if (history_) return *history_;
        const auto start = mono_ms();
        history_.emplace(tape_);
        log::info("history: {} trades of {} contracts, read in {} ms", history_->size(),
                  history_->contracts().size(), mono_ms() - start);
        return *history_;
    }

  private:
    std::string_view tape_;
    std::optional<SimHistory> history_;
};

}  // namespace

struct SimVendor::Impl {
    explicit Impl(SimVendorOptions&& o)
        : http_log(o.http_log.empty() ? UniqueFd() : open_for_writing(o.http_log)),
          tape(o.tape),
          hub(with_tape(o.socket, tape.text())),
          history(tape.text()),
          files(std::ref(history), o.flat_layout),
          rest(o.socket.key, std::ref(history)),
          s3(std::move(o.s3), files),
          http(std::move(o.http), rest, s3, [this](std::string_view line) { log_request(line); }),
          server(
              o.server, [this](std::int64_t now_ms) { return hub.connect(now_ms); },
              [this](HttpRequest& request, std::int64_t now_ms) {
                  return http.answer(request, now_ms, wall_ms());
              }) {}

    void log_request(std::string_view line) const {
        if (http_log && write_all(http_log.get(), line) != 0)
            throw Error(Exit::kIo, "can't write the log of HTTP requests; is the disk full?");
    }

    UniqueFd http_log;
    MappedFile tape;
    SimHub hub;
    LazyHistory history;
    SimFlatStore files;
    SimRest rest;
    SimS3 s3;
    SimHttp http;
    SimServer server;
};

SimVendor::SimVendor(SimVendorOptions options) : impl_(std::make_unique<Impl>(std::move(options))) {}

SimVendor::~SimVendor() = default;

int SimVendor::port() const {
    return impl_->server.port();
}

const SimCounts& SimVendor::counts() const {
    return impl_->hub.counts();
}

std::uint64_t SimVendor::http_requests() const {
    return impl_->http.requests();
}

void SimVendor::run() {
    std::uint64_t release_at = kReleaseEvents;
    impl_->server.run([&] {
        if (counts().events >= release_at) {
            impl_->tape.release_pages();
            release_at = counts().events + kReleaseEvents;
        }
        return impl_->hub.finished();
    });
}

}  // namespace pulse
