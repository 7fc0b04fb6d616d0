#include "wire/filter_pool.hpp"

#include <thread>
#include <vector>

#include "base/signals.hpp"
#include "wire/filter_run.hpp"

namespace pulse {

LineBlocks::Status FilterPool::run() {
    {
        std::vector<std::jthread> threads;
        for (unsigned i = 0; i < jobs_; ++i) threads.emplace_back([this] { work(); });
    }
    if (failure_) std::rethrow_exception(failure_);
    return end_status_;
}

void FilterPool::work() {
    TradeFilter filter(run_.options_);
    FilterResult result;
    auto buffer = blocks_.new_buffer();
    Ticket ticket{};
    for (;;) {
        bool emitting = false;
        try {
            if (!take(ticket, buffer)) return;
            result.clear();
            if (ticket.status == LineBlocks::Status::kLines) filter.filter(ticket.text, result);
            if (!wait_for_turn(ticket.turn)) return;
            emitting = true;
            run_.emit(ticket.status, ticket.text, result);
            if (ticket.flush) run_.output_.flush();
            finish_turn(nullptr);
        } catch (...) {
            if (!emitting && !wait_for_turn(ticket.turn)) return;
            return finish_turn(std::current_exception());
        }
    }
}

bool FilterPool::take(Ticket& ticket, std::unique_ptr<char[]>& buffer) {
    const std::lock_guard lock(input_mutex_);
    ticket.turn = next_turn_;
    if (end_status_ != LineBlocks::Status::kLines) return false;
    end_status_ =
        LineBlocks::Status::kStopped;  // holds if reading fails: nobody reads on, and the turn is ours
    ++next_turn_;
    ticket.status = blocks_.next();
    if (ticket.status == LineBlocks::Status::kEnd || ticket.status == LineBlocks::Status::kStopped) {
        end_status_ = ticket.status;
        return false;
    }
    ticket.text = blocks_.text();
    ticket.flush = blocks_.drained() || !blocks_.ready();
    blocks_.exchange_buffer(buffer);
    end_status_ = LineBlocks::Status::kLines;
    return true;
}

/// False when another thread has failed: nobody's turn comes any more.
bool FilterPool::wait_for_turn(std::uint64_t turn) {
    std::unique_lock lock(turn_mutex_);
    turn_changed_.wait(lock, [&] { return turn_ == turn || failure_ != nullptr; });
    return failure_ == nullptr;
}

void FilterPool::finish_turn(std::exception_ptr failure) {
    if (failure) request_stop();  // wakes a thread that waits for input, too
    const std::lock_guard lock(turn_mutex_);
    ++turn_;
    if (failure_ == nullptr) failure_ = std::move(failure);
    turn_changed_.notify_all();
}

}  // namespace pulse
