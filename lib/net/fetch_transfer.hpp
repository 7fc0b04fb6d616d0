#pragma once

#include <curl/curl.h>

#include <chrono>
#include <cstdint>
#include <exception>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "net/fetch_run.hpp"
#include "vendor/fetch.hpp"

namespace pulse {

/// The clock by which a server's silence is measured: it stands still while our own code runs.
class NetworkClock {
  public:
    using Time = std::chrono::steady_clock;

    [[nodiscard]] std::int64_t now_ms() const {
        return std::chrono::duration_cast<std::chrono::milliseconds>((Time::now() - ours_).time_since_epoch())
            .count();
    }
    /// Runs `work` outside of the clock.
    template <typename Work>
    void pause_for(Work&& work) {
        const auto begin = Time::now();
        work();
        ours_ += Time::now() - begin;
    }

  private:
    Time::duration ours_{};
};

/// One request under way: an easy handle and what it has brought so far. Used again for the next request.
class FetchTransfer {
  public:
    /// Both must outlive this object.
    FetchTransfer(const FetchNetOptions& options, NetworkClock& clock);
    FetchTransfer(const FetchTransfer&) = delete;
    FetchTransfer& operator=(const FetchTransfer&) = delete;

    /// Asks the task for its request and makes the handle ready for it.
    void prepare(FetchTask& task);

    [[nodiscard]] CURL* handle() const { return easy_.get(); }
    [[nodiscard]] FetchTask& task() const { return *task_; }
    /// How it ended. Throws Error for what no further attempt can mend.
    FetchOutcome outcome(CURLcode result);
    /// Why it must be given up at this time of the network clock; empty when it needn't.
    [[nodiscard]] std::string stalled() const;
    /// The outcome of a transfer given up.
    FetchOutcome abandoned(std::string reason);
    /// What the task threw; curl's callbacks let nothing through.
    [[nodiscard]] const std::exception_ptr& failure() const { return failure_; }
    /// Bytes of bodies since the last call.
    std::uint64_t take_bytes() { return std::exchange(bytes_, 0); }

  private:
    static std::size_t on_header(char* text, std::size_t size, std::size_t count, void* self);
    static std::size_t on_body(char* text, std::size_t size, std::size_t count, void* self);
    bool header(std::string_view line);
    bool body(std::string_view piece);
    template <typename Work>
    bool guarded(Work&& work);
    void set_fixed_options();
    void set_headers(const FetchRequest& request);

    struct CloseEasy {
        void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
    };
    struct FreeList {
        void operator()(curl_slist* list) const { curl_slist_free_all(list); }
    };

    const FetchNetOptions& options_;
    NetworkClock& clock_;
    std::unique_ptr<curl_slist, FreeList> headers_;
    std::unique_ptr<CURL, CloseEasy> easy_;
    FetchTask* task_ = nullptr;
    std::string host_;
    FetchOutcome outcome_;
    bool head_done_ = false;
    bool accepted_ = false;
    std::int64_t begun_ms_ = 0;   ///< of the network clock
    std::int64_t active_ms_ = 0;  ///< of the network clock, when the last byte came
    std::uint64_t bytes_ = 0;
    std::exception_ptr failure_;
    char error_text_[CURL_ERROR_SIZE] = {};
};

}  // namespace pulse
