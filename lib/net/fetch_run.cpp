#include "net/fetch_run.hpp"

#include <algorithm>
#include <memory>
#include <new>
#include <vector>

#include "base/clock.hpp"
#include "base/signals.hpp"
#include "net/fetch_transfer.hpp"
#include "net/hide_key.hpp"
#include "net/lws_support.hpp"
#include "pipe/output.hpp"

namespace pulse {

namespace {

constexpr std::int64_t kTickMs = 250;

void check(CURLMcode code) {
    if (code == CURLM_OUT_OF_MEMORY) throw std::bad_alloc();
    if (code != CURLM_OK)
        throw Error(Exit::kFailure, std::string("libcurl failed: ") + curl_multi_strerror(code));
}

/// The requests under way.
class FetchRun {
  public:
    FetchRun(FetchScheduler& scheduler, const FetchNetOptions& options,
             const std::function<void(std::int64_t)>& tick)
        : scheduler_(scheduler), options_(options), tick_(tick), multi_(curl_multi_init()) {
        if (!multi_) throw std::bad_alloc();
        check(curl_multi_setopt(multi_.get(), CURLMOPT_MAXCONNECTS, static_cast<long>(options.connections)));
    }
    ~FetchRun() {
        for (const auto& transfer : active_) curl_multi_remove_handle(multi_.get(), transfer->handle());
    }
    FetchRun(const FetchRun&) = delete;
    FetchRun& operator=(const FetchRun&) = delete;

    FetchStatistics run() {
        for (;;) {
            if (stop_requested()) {
                statistics_.stopped = true;
                break;
            }
            start_due();
            if (scheduler_.finished()) break;
            perform();
            if (!take_ended()) wait();
            give_up_stalled();
            tick_if_due();
        }
        return statistics_;
    }

  private:
    using Transfers = std::vector<std::unique_ptr<FetchTransfer>>;

    void start_due() {
        clock_.pause_for([&] {
            while (const auto start = scheduler_.next(mono_ms())) begin(*start->task);
        });
    }

    void begin(FetchTask& task) {
        if (idle_.empty()) idle_.push_back(std::make_unique<FetchTransfer>(options_, clock_));
        idle_.back()->prepare(task);
        check(curl_multi_add_handle(multi_.get(), idle_.back()->handle()));
        active_.push_back(std::move(idle_.back()));
        idle_.pop_back();
    }

    void perform() {
        int running = 0;
        check(curl_multi_perform(multi_.get(), &running));
        for (const auto& transfer : active_) {
            statistics_.bytes += transfer->take_bytes();
            if (transfer->failure()) std::rethrow_exception(transfer->failure());
        }
    }

    bool take_ended() {
        bool any = false;
        int left = 0;
        while (const CURLMsg* message = curl_multi_info_read(multi_.get(), &left)) {
            if (message->msg != CURLMSG_DONE) continue;
            const CURLcode result = message->data.result;  // the message is gone once the handle is removed
            const auto at = find(message->easy_handle);
            end(at, (*at)->outcome(result));
            any = true;
        }
        return any;
    }

    Transfers::iterator find(CURL* easy) {
        return std::find_if(active_.begin(), active_.end(),
                            [&](const auto& transfer) { return transfer->handle() == easy; });
    }

    void end(Transfers::iterator at, const FetchOutcome& outcome) {
        FetchTask& task = (*at)->task();
        check(curl_multi_remove_handle(multi_.get(), (*at)->handle()));
        idle_.push_back(std::move(*at));
        *at = std::move(active_.back());
        active_.pop_back();
        clock_.pause_for([&] { scheduler_.ended(&task, outcome, mono_ms()); });
    }

    void give_up_stalled() {
        for (std::size_t i = active_.size(); i-- > 0;)
            if (std::string reason = active_[i]->stalled(); !reason.empty())
                end(active_.begin() + static_cast<std::ptrdiff_t>(i),
                    active_[i]->abandoned(std::move(reason)));
    }

    void wait() {
        const std::int64_t now = mono_ms();
        const std::int64_t due = std::min(scheduler_.wake_ms(), ticked_ms_ + kTickMs);
        curl_waitfd stop{stop_fd(), CURL_WAIT_POLLIN, 0};
        check(curl_multi_poll(multi_.get(), &stop, stop.fd >= 0 ? 1 : 0,
                              static_cast<int>(std::clamp<std::int64_t>(due - now, 0, kTickMs)), nullptr));
    }

    void tick_if_due() {
        const std::int64_t now = mono_ms();
        if (now < ticked_ms_ + kTickMs) return;
        ticked_ms_ = now;
        if (tick_) clock_.pause_for([&] { tick_(now); });
    }

    struct CloseMulti {
        void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
    };

    FetchScheduler& scheduler_;
    const FetchNetOptions& options_;
    const std::function<void(std::int64_t)>& tick_;
    NetworkClock clock_;
    FetchStatistics statistics_;
    std::int64_t ticked_ms_ = mono_ms();
    std::unique_ptr<CURLM, CloseMulti> multi_;  // goes last: handles know it
    Transfers idle_;
    Transfers active_;
};

}  // namespace

FetchStatistics run_fetches(FetchScheduler& scheduler, const FetchNetOptions& options,
                            const std::function<void(std::int64_t)>& tick) {
    static const CURLcode ready = curl_global_init(CURL_GLOBAL_DEFAULT);
    if (ready != CURLE_OK) throw Error(Exit::kFailure, "libcurl cannot start");
    if (!options.ca_file.empty()) check_ca_file(options.ca_file);
    try {
        return FetchRun(scheduler, options, tick).run();
    } catch (const ReaderGone&) {
        throw;  // callers know it by its type
    } catch (const Error& error) {
        const std::string text = hide_key(options.bearer_key, error.what());
        if (text == error.what()) throw;
        throw Error(error.exit(), text);
    }
}

}  // namespace pulse
