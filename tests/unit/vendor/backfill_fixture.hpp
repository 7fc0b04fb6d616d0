#pragma once

#include <functional>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <stdexcept>
#include <string>
#include <tuple>
#include <vector>

#include "fake_vendor.hpp"
#include "market/calendar.hpp"
#include "vendor/backfill_outlet.hpp"
#include "vendor/fetch.hpp"
#include "vendor/history_window.hpp"

namespace pulse::test {

/// A whole New York day as a backfill asks for it.
inline HistoryWindow day_window(const std::string& ticker, Day day) {
    const auto session = session_of(day);
    REQUIRE(session);
    return {ticker, day, new_york_ms(day, 0), new_york_ms(day + 1, 0), session->open_ms, session->close_ms};
}

struct Killed : std::runtime_error {
    Killed() : std::runtime_error("killed") {}
};

/// Keeps what a backfill hands out. Like a kill, it can end the run in the middle of any call.
class FakeEdge : public BackfillEdge {
  public:
    std::string written;
    std::string state;
    std::vector<std::string> rejects;
    int kill_at = -1;         ///< number of the write or state call that is the last, from 0
    double kill_share = 0.5;  ///< how much of it still happens
    int calls = 0;

    void write(std::string_view records) override { take(written, records); }
    void remember(std::string_view lines) override { take(state, std::string(lines) + "\n"); }
    void reject(std::string_view input, std::uint64_t row, std::string_view,
                std::string_view reason) override {
        rejects.push_back(fmt::format("{} {}: {}", input, row, reason));
    }
    /// The state as the next run finds it: without a torn last line.
    [[nodiscard]] std::vector<std::string> state_lines() const { return whole_lines(state); }

    static std::vector<std::string> whole_lines(const std::string& text) {
        std::vector<std::string> lines;
        std::size_t begin = 0;
        for (std::size_t end = 0; (end = text.find('\n', begin)) != std::string::npos; begin = end + 1)
            lines.push_back(text.substr(begin, end - begin));
        return lines;
    }

  private:
    void take(std::string& into, std::string_view text) {
        if (calls++ != kill_at) {
            into += text;
            return;
        }
        into += text.substr(0, static_cast<std::size_t>(static_cast<double>(text.size()) * kill_share));
        throw Killed();
    }
};

/// Runs tasks against the vendor, a piece of an answer at a time, several at once, in an order that chance
/// decides.
class Driver {
  public:
    using Next = std::function<std::unique_ptr<FetchTask>()>;
    unsigned concurrency = 3;
    double break_chance = 0;  ///< of an answer to break off
    std::size_t piece = 100;  ///< most bytes at once
    std::function<void()> after_step = [] {};
    std::function<std::string(const std::string& url)> vendor;

    Driver(FakeVendor& fake, Next next, unsigned seed = 1)
        : vendor([&fake](const std::string& url) { return fake.answer(url); }),
          next_(std::move(next)),
          random_(seed) {}

    void run() {
        while (step()) after_step();
    }
    bool step() {
        if (active_.size() < concurrency)
            if (auto task = next_()) active_.push_back({std::move(task), {}, 0, 0, false});
        if (active_.empty()) return false;
        const std::size_t at = random_() % active_.size();
        if (feed(active_[at])) active_.erase(active_.begin() + static_cast<std::ptrdiff_t>(at));
        return true;
    }

  private:
    struct Active {
        std::unique_ptr<FetchTask> task;
        std::string body;
        std::size_t fed = 0;
        std::size_t end = 0;  ///< where it breaks off, or its size
        bool begun = false;
    };
    bool feed(Active& active) {
        if (!active.begun) {
            active.body = vendor(active.task->request().url);
            active.fed = 0;
            active.end = active.body.size();
            if (std::uniform_real_distribution<>(0, 1)(random_) < break_chance)
                active.end = random_() % active.end;
            active.begun = true;
            active.task->start({});
            return false;
        }
        const std::size_t size = std::min(active.end - active.fed, 1 + random_() % piece);
        active.task->body(std::string_view(active.body).substr(active.fed, size));
        active.fed += size;
        if (active.fed < active.end) return false;
        active.begun = false;
        return active.end == active.body.size() && active.task->end() == FetchNext::kDone;
    }

    Next next_;
    std::mt19937 random_;
    std::vector<Active> active_;
};

/// What a reader that follows the counting rule of the tape's records makes of lines: each print with the
/// number it has among its identical ones, and the watermarks.
struct Reading {
    std::set<std::pair<std::string, int>> prints;
    std::set<std::string> watermarks;
    int bad_lines = 0;
    int markers = 0;
    int repeated_prints = 0;
    friend bool operator==(const Reading& a, const Reading& b) {
        return a.prints == b.prints && a.watermarks == b.watermarks;
    }
};

inline std::string between(const std::string& line, const std::string& before, char end) {
    const auto begin = line.find(before);
    if (begin == std::string::npos) return {};
    return line.substr(begin + before.size(), line.find(end, begin + before.size()) - begin - before.size());
}

inline Reading read_records(const std::string& text) {
    struct Pass {
        std::string t;
        int epoch = -1;
        std::map<std::string, int> counts;
    };
    Reading reading;
    std::map<std::string, Pass> passes;  // by symbol
    std::map<std::string, int> epochs;   // by ticker
    for (const std::string& line : FakeEdge::whole_lines(text)) {
        if (line.empty()) continue;
        if (!line.starts_with("{") || !line.ends_with("}")) {
            ++reading.bad_lines;
        } else if (line.starts_with(R"({"ev":"W")")) {
            const auto tickers = between(line, R"("tickers":[)", ']');
            ++epochs[tickers.empty() ? "*" : tickers.substr(1, tickers.size() - 2)];
            if (tickers.empty())
                ++reading.markers;
            else
                reading.watermarks.insert(line);
        } else {
            const auto symbol = between(line, R"("sym":")", '"');
            const auto t = between(line, R"("t":)", ',');
            const int epoch = epochs["*"] + epochs[symbol.substr(2, symbol.size() - 17)];
            Pass& pass = passes[symbol];
            if (pass.t != t || pass.epoch != epoch) pass = {t, epoch, {}};
            std::string group = line;
            const auto ns = group.find(R"("ns":)");
            group.erase(ns, group.find(',', ns) - ns);
            const int ordinal = ++pass.counts[group];
            if (!reading.prints.emplace(group, ordinal).second) ++reading.repeated_prints;
        }
    }
    return reading;
}

}  // namespace pulse::test
