#include "vendor/fetch_scheduler.hpp"

#include <deque>
#include <map>

#include "catch.hpp"

using namespace pulse;

namespace {

/// What a task saw, kept where it outlives the task.
struct TaskLog {
    std::deque<FetchNext> ends;  ///< what end() says, in order; then kDone
    int ended = 0;
    std::uint64_t progress = 0;
    bool alive = true;
};

class FakeTask : public FetchTask {
  public:
    explicit FakeTask(TaskLog& log) : log_(log) {}
    ~FakeTask() override { log_.alive = false; }
    FetchRequest request() override { return {.url = "http://vendor/x", .headers = {}}; }
    void start(const FetchReply&) override {}
    void body(std::string_view) override {}
    FetchNext end() override {
        ++log_.ended;
        if (log_.ends.empty()) return FetchNext::kDone;
        const FetchNext next = log_.ends.front();
        log_.ends.pop_front();
        return next;
    }
    [[nodiscard]] std::uint64_t progress() const override { return log_.progress; }
    [[nodiscard]] std::string broken_reason() const override { return "the body is no JSON object"; }
    [[nodiscard]] std::string name() const override { return "trades of O:X"; }

  private:
    TaskLog& log_;
};

FetchOutcome answer(int status, std::string body = {}, std::optional<std::string> retry_after = {}) {
    FetchOutcome outcome;
    outcome.reply.status = status;
    outcome.reply.retry_after = std::move(retry_after);
    outcome.error_body = std::move(body);
    return outcome;
}

FetchOutcome broken_off(int status) {
    FetchOutcome outcome = answer(status);
    outcome.transport_error = "vendor: connection reset";
    return outcome;
}

/// A scheduler over tasks that wait in `logs`, with a clock that only this test moves.
struct Bench {
    explicit Bench(FetchLimits limits, std::size_t tasks = 0)
        : scheduler(limits, [this] { return more(); }, [] { return 1.0; }) {
        logs.resize(tasks);
    }
    std::unique_ptr<FetchTask> more() {
        ++asked;
        if (given == logs.size()) return nullptr;
        return std::make_unique<FakeTask>(logs[given++]);
    }
    /// Starts all that may start now.
    std::vector<FetchTask*> start_all() {
        std::vector<FetchTask*> out;
        while (const auto start = scheduler.next(now)) out.push_back(start->task);
        return out;
    }
    FetchTask* start_one() {
        const auto start = scheduler.next(now);
        REQUIRE(start);
        return start->task;
    }
    void wait() {
        REQUIRE(scheduler.wake_ms() != FetchScheduler::kNever);
        now = scheduler.wake_ms();
    }
    void end(FetchTask* task, const FetchOutcome& outcome) { scheduler.ended(task, outcome, now); }
    Error fatal(FetchTask* task, const FetchOutcome& outcome) {
        try {
            end(task, outcome);
        } catch (const Error& error) {
            return error;
        }
        FAIL("no error");
        return {Exit::kOk, ""};
    }

    std::deque<TaskLog> logs;
    std::size_t given = 0;
    int asked = 0;
    std::int64_t now = 1'000'000;
    FetchScheduler scheduler;
};

constexpr FetchLimits kFour{.concurrency = 4, .rate = 0, .max_retries = 2};

}  // namespace

TEST_CASE("no more requests are under way than allowed, and each end makes room for one") {
    Bench bench(kFour, 6);
    const auto running = bench.start_all();
    CHECK(running.size() == 4);
    CHECK(bench.scheduler.wake_ms() == FetchScheduler::kNever);
    bench.end(running[1], answer(200));
    CHECK(bench.logs[1].ended == 1);
    CHECK_FALSE(bench.logs[1].alive);
    CHECK(bench.start_all().size() == 1);
    CHECK(bench.scheduler.counts().requests == 5);
}

TEST_CASE("finished means that nothing runs, waits or is to come") {
    Bench bench(kFour, 1);
    CHECK_FALSE(bench.scheduler.finished());
    FetchTask* const task = bench.start_one();
    CHECK_FALSE(bench.scheduler.next(bench.now));
    CHECK_FALSE(bench.scheduler.finished());
    bench.logs.emplace_back();  // the end of one task can bring others: contracts, then their trades
    bench.end(task, answer(200));
    CHECK_FALSE(bench.scheduler.finished());
    FetchTask* const second = bench.start_one();
    bench.end(second, answer(200));
    CHECK_FALSE(bench.scheduler.next(bench.now));
    CHECK(bench.scheduler.finished());
}

TEST_CASE("without any task it is finished at the first look") {
    Bench bench({.concurrency = 1, .rate = 0.01});
    CHECK_FALSE(bench.scheduler.next(bench.now));
    CHECK(bench.scheduler.finished());
}

TEST_CASE("the end is noticed without waiting for the rate's next turn") {
    Bench bench({.concurrency = 1, .rate = 0.01}, 1);
    bench.end(bench.start_one(), answer(200));
    CHECK_FALSE(bench.scheduler.next(bench.now));
    CHECK(bench.scheduler.finished());
}

TEST_CASE("no task is asked for again until a request has ended") {
    Bench bench(kFour, 1);
    FetchTask* const task = bench.start_one();
    for (int i = 0; i < 10; ++i) CHECK_FALSE(bench.scheduler.next(bench.now));
    CHECK(bench.asked == 2);
    bench.end(task, answer(200));
    CHECK_FALSE(bench.scheduler.next(bench.now));
    CHECK(bench.asked == 3);
}

TEST_CASE("the next page of a task comes before a new task") {
    Bench bench({.concurrency = 1, .rate = 0}, 2);
    bench.logs[0].ends = {FetchNext::kMore};
    FetchTask* const first = bench.start_one();
    bench.end(first, answer(200));
    CHECK(bench.start_one() == first);
    bench.end(first, answer(200));
    CHECK_FALSE(bench.logs[0].alive);
    CHECK(bench.scheduler.counts().retries == 0);
}

TEST_CASE("starts are spaced by the rate") {
    Bench bench({.concurrency = 1000, .rate = 90}, 300);
    const std::int64_t begin = bench.now;
    std::size_t started = 0;
    std::map<std::int64_t, std::size_t> at;
    while (started < 300) {
        const std::size_t now_started = bench.start_all().size();
        if (now_started > 0) at[bench.now] = now_started;
        started += now_started;
        if (started < 300) bench.wait();
    }
    CHECK(at.begin()->second == 9);
    CHECK(bench.now - begin >= 3'200);
    CHECK(bench.now - begin <= 3'300);
}

TEST_CASE("429 holds everything back, without using up anybody's retries") {
    Bench bench(kFour, 8);
    for (int round = 0; round < 10; ++round) {
        const auto running = bench.start_all();
        REQUIRE(running.size() == 4);
        for (FetchTask* const task : running) bench.end(task, answer(429));
        CHECK(bench.start_all().empty());
        CHECK(bench.scheduler.wake_ms() == bench.now + std::min<std::int64_t>(500LL << round, 60'000));
        bench.wait();
    }
    CHECK(bench.scheduler.counts().throttled == 40);
    CHECK(bench.scheduler.counts().retries == 36);
    for (FetchTask* const task : bench.start_all()) bench.end(task, answer(200));
    CHECK(bench.given == 4);
    CHECK(bench.logs[3].ended == 1);
}

TEST_CASE("an answer between them makes pauses short again") {
    Bench bench(kFour, 1);
    bench.logs[0].ends = {FetchNext::kMore, FetchNext::kMore, FetchNext::kMore};
    for (int round = 0; round < 3; ++round) {
        bench.end(bench.start_one(), answer(429));
        CHECK_FALSE(bench.scheduler.next(bench.now));
        CHECK(bench.scheduler.wake_ms() == bench.now + 500);
        bench.wait();
        bench.end(bench.start_one(), answer(200));
        ++bench.now;
    }
}

TEST_CASE("Retry-After of a 429 is kept to") {
    Bench bench(kFour, 1);
    bench.end(bench.start_one(), answer(429, "", "7"));
    CHECK_FALSE(bench.scheduler.next(bench.now + 6'999));
    CHECK(bench.scheduler.next(bench.now + 7'000));
}

TEST_CASE("being throttled for an hour on end is unavailable") {
    Bench bench(kFour, 1);
    const std::int64_t begin = bench.now;
    FetchTask* task = bench.start_one();
    std::optional<Error> error;
    while (!error) {
        try {
            bench.end(task, answer(429, R"({"error":"You've exceeded the maximum requests per minute"})"));
            CHECK_FALSE(bench.scheduler.next(bench.now));
            bench.wait();
            task = bench.start_one();
        } catch (const Error& caught) {
            error = caught;
        }
    }
    CHECK(error->exit() == Exit::kUnavailable);
    CHECK_THAT(error->what(), ContainsSubstring("HTTP 429: You've exceeded") && ContainsSubstring("--rate"));
    CHECK(bench.now - begin >= 59LL * 60'000);
}

TEST_CASE("a failure is tried again after a back-off that holds up nobody else") {
    const FetchOutcome outcome = GENERATE(answer(500), answer(503), answer(408), answer(413), answer(499),
                                          broken_off(0), broken_off(200), FetchOutcome{});
    Bench bench({.concurrency = 1, .rate = 0, .max_retries = 2}, 2);
    FetchTask* const first = bench.start_one();
    bench.end(first, outcome);
    CHECK(bench.logs[0].ended == 0);
    FetchTask* const second = bench.start_one();
    CHECK(second != first);
    bench.end(second, answer(200));
    CHECK_FALSE(bench.scheduler.next(bench.now + 499));
    CHECK(bench.scheduler.wake_ms() == bench.now + 500);
    bench.wait();
    CHECK(bench.start_one() == first);
    CHECK(bench.scheduler.counts().retries == 1);
}

TEST_CASE("a body that makes no sense is tried again, then it is unavailable with the reason") {
    Bench bench(kFour, 1);
    bench.logs[0].ends = {FetchNext::kBroken, FetchNext::kBroken, FetchNext::kBroken};
    for (int attempt = 0; attempt < 2; ++attempt) {
        bench.end(bench.start_one(), answer(200));
        CHECK_FALSE(bench.scheduler.next(bench.now));
        bench.wait();
    }
    const Error error = bench.fatal(bench.start_one(), answer(200));
    CHECK(error.exit() == Exit::kUnavailable);
    CHECK(std::string(error.what()) ==
          "trades of O:X: gave up after 3 attempts: the body is no JSON object; run the same command again "
          "later");
}

TEST_CASE("progress starts the count of failures over") {
    Bench bench(kFour, 1);
    for (int page = 0; page < 5; ++page) bench.logs[0].ends.push_back(FetchNext::kMore);
    FetchTask* task = nullptr;
    for (int page = 0; page < 5; ++page) {
        for (int failure = 0; failure < 2; ++failure) {
            task = bench.start_one();
            bench.end(task, answer(502, "<html>Bad Gateway</html>"));
            CHECK_FALSE(bench.scheduler.next(bench.now));
            CHECK(bench.scheduler.wake_ms() == bench.now + (500LL << failure));
            bench.wait();
        }
        bench.end(bench.start_one(), answer(200));
    }
    for (int failure = 0; failure < 2; ++failure) {
        bench.end(bench.start_one(), answer(502));
        CHECK_FALSE(bench.scheduler.next(bench.now));
        bench.wait();
    }
    const Error error = bench.fatal(bench.start_one(), answer(502, "<html>Bad Gateway</html>"));
    CHECK_THAT(error.what(), ContainsSubstring("gave up after 3 attempts: HTTP 502: Bad Gateway"));
}

TEST_CASE("an attempt that gets further than those before it starts the count of failures over") {
    Bench bench(kFour, 1);
    for (int failure = 0; failure < 20; ++failure) {
        FetchTask* const task = bench.start_one();
        bench.logs[0].progress += 1000;
        bench.end(task, broken_off(200));
        CHECK_FALSE(bench.scheduler.next(bench.now));
        bench.wait();
    }
    bench.end(bench.start_one(), broken_off(200));
    CHECK_FALSE(bench.scheduler.next(bench.now));
    bench.wait();
    CHECK_THAT(bench.fatal(bench.start_one(), broken_off(200)).what(),
               ContainsSubstring("gave up after 3 attempts"));
}

TEST_CASE("Retry-After of a 503 concerns that request alone") {
    Bench bench(kFour, 2);
    FetchTask* const first = bench.start_one();
    bench.end(first, answer(503, "", "20"));
    CHECK(bench.start_one() != first);
    CHECK_FALSE(bench.scheduler.next(bench.now + 19'999));
    CHECK(bench.scheduler.next(bench.now + 20'000)->task == first);
}

TEST_CASE("tasks that wait for another attempt don't pile up without bound") {
    Bench bench({.concurrency = 2, .rate = 0}, 100);
    for (int i = 0; i < 8; ++i) bench.end(bench.start_one(), broken_off(0));
    CHECK(bench.given == 8);
    CHECK_FALSE(bench.scheduler.next(bench.now));
    CHECK(bench.given == 8);
    CHECK(bench.scheduler.wake_ms() == bench.now + 500);
}

TEST_CASE("refused credentials end it at once, with the reason and what to check") {
    const int status = GENERATE(401, 403);
    Bench bench(kFour, 1);
    const Error error =
        bench.fatal(bench.start_one(), answer(status, R"({"message":"Your plan doesn't include this"})"));
    CHECK(error.exit() == Exit::kAuth);
    CHECK_THAT(error.what(),
               ContainsSubstring("trades of O:X: HTTP " + std::to_string(status) + ": Your plan doesn't"));
    CHECK_THAT(error.what(), ContainsSubstring("check the key"));
}

TEST_CASE("other refusals end it at once, too") {
    const int status = GENERATE(400, 404, 405, 204, 301, 302, 304, 600);
    Bench bench(kFour, 1);
    const Error error = bench.fatal(bench.start_one(), answer(status, "no such page"));
    CHECK(error.exit() == Exit::kFailure);
    CHECK_THAT(error.what(), ContainsSubstring("HTTP " + std::to_string(status) + ": no such page;"));
}

TEST_CASE("an answer that breaks off is judged by its status when the task doesn't take it") {
    Bench bench(kFour, 3);
    CHECK(bench.fatal(bench.start_one(), broken_off(401)).exit() == Exit::kAuth);
    bench.end(bench.start_one(), broken_off(429));
    CHECK(bench.scheduler.counts().throttled == 1);
}

TEST_CASE("an end that was never begun is a mistake of the caller") {
    Bench bench(kFour, 1);
    CHECK_THROWS_AS(bench.end(nullptr, answer(200)), std::logic_error);
}

TEST_CASE("a task may find that an answer it took is a refusal") {
    Bench bench(kFour, 1);
    bench.logs[0].ends = {FetchNext::kRefused};
    const Error error = bench.fatal(bench.start_one(), answer(200));
    CHECK(error.exit() == Exit::kFailure);
    CHECK_THAT(error.what(),
               ContainsSubstring("trades of O:X: HTTP 200: the body is no JSON object; the vendor doesn't"));
}
