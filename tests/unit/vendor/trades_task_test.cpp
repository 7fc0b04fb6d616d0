#include "vendor/trades_task.hpp"

#include "backfill_job.hpp"
#include "base/error.hpp"
#include "wire/watermark.hpp"

using namespace pulse;
using namespace pulse::test;

namespace {

const auto kNone = std::string::npos;

std::string row(std::int64_t ns, int size = 100, const std::string& price = "8.5") {
    return fmt::format(R"({{"exchange":302,"price":{},"sip_timestamp":{},"size":{}}})", price, ns, size);
}

std::string page(const std::vector<std::string>& rows, const std::string& more = "") {
    std::string body = R"({"results":[)";
    for (const auto& text : rows) (body += body.ends_with('[') ? "" : ",") += text;
    return body + "]" + more + "}";
}

const std::string kMore = R"(,"next_url":"/v3/next")";

// Tasks driven by hand: the first contracts of AAPL on Monday and Tuesday.
struct Hand {
    FakeEdge edge;
    FakeVendor vendor;
    TradesBackfill backfill;
    std::vector<std::unique_ptr<FetchTask>> tasks;

    explicit Hand(const std::vector<std::string>& contracts = {kNear})
        : backfill({kBase,
                    {day_window("AAPL", kMonday), day_window("AAPL", kMonday + 1)},
                    {.rule = {}, .log_hits = false, .strict = false, .fast_path = true, .unfiltered = false}},
                   {}, edge) {
        for (const auto& contract : contracts) vendor.list("AAPL", contract);
        for (int i = 0; i < 2; ++i) {
            auto list = backfill.next_task();
            vendor.page_rows = 1000;
            give(*list, vendor.answer(list->request().url));
            REQUIRE(list->end() == FetchNext::kDone);
        }
        while (auto task = backfill.next_task()) tasks.push_back(std::move(task));
        REQUIRE(tasks.size() == contracts.size());
    }
    static void give(FetchTask& task, const std::string& body, std::size_t size = kNone) {
        task.start({});
        task.body(std::string_view(body).substr(0, size));
    }
    std::string flushed() {
        backfill.tick(now_ms += 1000);
        return edge.written;
    }
    std::int64_t now_ms = 0;
};

const std::int64_t kTen = at(kMonday, 600);
const std::int64_t kTuesday = at(kMonday + 1, 600);

}  // namespace

TEST_CASE("a task asks for its key and compression, and names its contract") {
    Hand hand;
    const FetchRequest request = hand.tasks[0]->request();
    CHECK(request.bearer_key);
    CHECK(request.accept_gzip);
    CHECK(request.headers.empty());
    CHECK(request.url == trades_url(kBase, kNear, new_york_ms(kMonday, 0), new_york_ms(kMonday + 2, 0)));
    CHECK(hand.tasks[0]->name() == "trades of " + kNear);
}

TEST_CASE("prints of one millisecond are held back until a later one or the end") {
    Hand hand;
    hand.give(*hand.tasks[0], page({row(kTen), row(kTen + 999'999), row(kTen + 1'000'000)}, kMore));
    CHECK(read_records(hand.flushed()).prints.size() == 2);
    REQUIRE(hand.tasks[0]->end() == FetchNext::kMore);
    CHECK(hand.tasks[0]->request().url == kBase + "/v3/next");
    hand.give(*hand.tasks[0], page({row(kTen + 1'000'001)}));
    CHECK(read_records(hand.flushed()).prints.size() == 2);
    REQUIRE(hand.tasks[0]->end() == FetchNext::kDone);
    const Reading reading = read_records(hand.flushed());
    CHECK(reading.prints.size() == 4);
    CHECK(reading.watermarks.size() == 2);
}

TEST_CASE("a watermark of the ticker doesn't come between prints of one millisecond of another contract") {
    Hand hand({kNear, "O:AAPL251205P00190000"});
    hand.give(*hand.tasks[0], page({row(kTuesday), row(kTuesday)}, kMore));
    REQUIRE(hand.tasks[0]->end() == FetchNext::kMore);
    hand.give(*hand.tasks[1], page({row(kTuesday)}));
    REQUIRE(hand.tasks[1]->end() == FetchNext::kDone);
    CHECK(read_records(hand.flushed()).watermarks.size() == 1);  // Monday's: both are past it
    hand.give(*hand.tasks[0], page({row(kTuesday)}));
    REQUIRE(hand.tasks[0]->end() == FetchNext::kDone);
    const Reading reading = read_records(hand.flushed());
    CHECK(reading.prints.size() == 4);
    CHECK(reading.repeated_prints == 0);
    CHECK(reading.watermarks.size() == 2);
}

TEST_CASE("more than a MiB of one millisecond is written, and watermarks of the ticker wait") {
    Hand hand({kNear, "O:AAPL251205P00190000"});
    const std::vector<std::string> many(7'000, row(kTuesday));
    hand.give(*hand.tasks[0], page(many, kMore));
    REQUIRE(hand.tasks[0]->end() == FetchNext::kMore);
    hand.give(*hand.tasks[1], page({row(kTuesday)}));
    REQUIRE(hand.tasks[1]->end() == FetchNext::kDone);
    Reading reading = read_records(hand.flushed());
    CHECK(reading.prints.size() > 4'000);
    CHECK(reading.watermarks.empty());  // not even Monday's, which is complete
    hand.give(*hand.tasks[0], page({row(kTuesday), row(kTuesday + 1'000'000)}));
    REQUIRE(hand.tasks[0]->end() == FetchNext::kDone);
    reading = read_records(hand.flushed());
    CHECK(reading.prints.size() == 7'003);
    CHECK(reading.repeated_prints == 0);
    CHECK(reading.watermarks.size() == 2);
}

TEST_CASE("a watermark that waits for a split millisecond comes once that has passed") {
    Hand hand({kNear, "O:AAPL251205P00190000"});
    hand.give(*hand.tasks[0], page(std::vector<std::string>(7'000, row(kTen)), kMore));
    hand.give(*hand.tasks[1], page({row(kTuesday)}));
    REQUIRE(hand.tasks[1]->end() == FetchNext::kDone);
    REQUIRE(hand.tasks[0]->end() == FetchNext::kMore);
    CHECK(read_records(hand.flushed()).watermarks.empty());
    hand.give(*hand.tasks[0], page({row(kTuesday)}, kMore), 120);
    CHECK(read_records(hand.flushed()).watermarks.size() == 1);
    CHECK(read_records(hand.flushed()).prints.size() == 7'001);
}

TEST_CASE("a page that is fetched again adds no row twice") {
    Hand hand;
    FetchTask& task = *hand.tasks[0];
    const std::string body =
        page({row(kTen), row(kTen), row(kTen), row(kTen + 5'000'000), row(kTen + 5'000'000)});
    for (std::size_t size = 0; size < body.size(); size += 7) hand.give(task, body, size);
    hand.give(task, body);
    REQUIRE(task.end() == FetchNext::kDone);
    const Reading reading = read_records(hand.flushed());
    CHECK(reading.prints.size() == 5);
    CHECK(reading.repeated_prints == 0);
    CHECK(reading.markers == 0);
    CHECK(hand.backfill.result().summary.text() == "received=5 passed=5 dropped=0 rejected=0");
}

TEST_CASE("a broken body is worth another try") {
    Hand hand;
    FetchTask& task = *hand.tasks[0];
    hand.give(task, page({row(kTen)}) + "}");
    CHECK(task.end() == FetchNext::kBroken);
    CHECK_FALSE(task.broken_reason().empty());
    hand.give(task, page({row(kTen)}));
    CHECK(task.end() == FetchNext::kDone);
    CHECK(read_records(hand.flushed()).prints.size() == 1);
}

TEST_CASE("a page that changed is written again from the first unfinished day, behind a marker") {
    Hand hand;
    FetchTask& task = *hand.tasks[0];
    hand.give(
        task,
        page({row(kTen, 100), row(kTuesday, 200), row(kTuesday, 201), row(kTuesday + 1'000'000)}, kMore),
        300);
    CHECK_FALSE(hand.flushed().empty());
    hand.give(task,
              page({row(kTen, 100), row(kTuesday, 999), row(kTuesday, 201), row(kTuesday + 1'000'000)}));
    REQUIRE(task.end() == FetchNext::kMore);
    CHECK(task.request().url ==
          trades_url(kBase, kNear, new_york_ms(kMonday + 1, 0), new_york_ms(kMonday + 2, 0)));
    hand.give(task, page({row(kTuesday, 999), row(kTuesday, 201), row(kTuesday + 1'000'000)}));
    REQUIRE(task.end() == FetchNext::kDone);
    const std::string written = hand.flushed();
    CHECK(read_records(written).markers == 1);
    const std::string after = written.substr(written.find(pass_marker("rest")));
    CHECK(read_records(after).prints.size() == 3);
    CHECK(read_records(after).repeated_prints == 0);
    CHECK(read_records(written).watermarks.size() == 2);
}

TEST_CASE("a marker in the middle of a split millisecond makes that contract begin again") {
    Hand hand({kNear, "O:AAPL251205P00190000"});
    FetchTask& split = *hand.tasks[0];
    FetchTask& changed = *hand.tasks[1];
    hand.give(split, page(std::vector<std::string>(7'000, row(kTuesday)), kMore));
    REQUIRE(split.end() == FetchNext::kMore);
    hand.give(changed, page({row(kTuesday), row(kTuesday + 1'000'000)}), 90);
    hand.give(changed, page({row(kTuesday, 7), row(kTuesday + 1'000'000)}));
    REQUIRE(changed.end() == FetchNext::kMore);
    hand.give(changed, page({row(kTuesday, 700)}));
    REQUIRE(changed.end() == FetchNext::kDone);
    hand.give(split, page({row(kTuesday)}));
    REQUIRE(split.end() == FetchNext::kMore);
    CHECK(split.request().url ==
          trades_url(kBase, kNear, new_york_ms(kMonday + 1, 0), new_york_ms(kMonday + 2, 0)));
    hand.give(split, page(std::vector<std::string>(7'001, row(kTuesday))));
    REQUIRE(split.end() == FetchNext::kDone);
    const Reading reading = read_records(hand.flushed());
    CHECK(reading.markers == 1);
    CHECK(reading.watermarks.size() == 2);
    CHECK(reading.prints.size() == 7'002);
}

TEST_CASE("a page that never stays the same ends the job") {
    Hand hand;
    FetchTask& task = *hand.tasks[0];
    const auto read_all = [&] {
        for (int i = 1; i < 100; ++i) {
            const std::string body = page({row(kTen, 100 + i), row(kTen, 200)});
            hand.give(task, body, 100);
            hand.give(task, page({row(kTen, 500 + i), row(kTen, 200)}));
            if (task.end() != FetchNext::kMore) return;
        }
    };
    CHECK_THROWS_WITH(read_all(), ContainsSubstring("another one each time"));
}

TEST_CASE("rows that go back in time are kept") {
    Hand hand;
    hand.give(*hand.tasks[0],
              page({row(kTen), row(kTuesday), row(kTen + 60'000'000'000, 101), row(kTuesday + 5, 102)}));
    REQUIRE(hand.tasks[0]->end() == FetchNext::kDone);
    const Reading reading = read_records(hand.flushed());
    CHECK(reading.prints.size() == 4);
    CHECK(reading.watermarks.size() == 2);
}

TEST_CASE("a damaged row makes the page broken, is no reject, and comes again") {
    Hand hand;
    FetchTask& task = *hand.tasks[0];
    hand.give(task, page({row(kTen), "{\"size\":1x}", row(kTen)}));
    CHECK(task.end() == FetchNext::kBroken);
    CHECK(task.broken_reason() == "a row is no valid JSON");
    hand.give(task, page({row(kTen), row(kTen), row(kTen)}));
    REQUIRE(task.end() == FetchNext::kDone);
    CHECK(read_records(hand.flushed()).prints.size() == 3);
    CHECK(hand.edge.rejects.empty());
    CHECK(hand.backfill.result().summary.text() == "received=3 passed=3 dropped=0 rejected=0");
}

TEST_CASE("an answer that is none promises nothing") {
    for (const std::string body : {R"({"status":"DENIED"})", "{}"}) {
        Hand hand;
        hand.give(*hand.tasks[0], body);
        CHECK(hand.tasks[0]->end() == FetchNext::kBroken);
        CHECK(hand.flushed().empty());
    }
}

TEST_CASE("a page that begins before the end of the one before it leads back") {
    Hand hand;
    FetchTask& task = *hand.tasks[0];
    hand.give(task, page({row(kTen), row(kTen + 5)}, kMore));
    REQUIRE(task.end() == FetchNext::kMore);
    // The same time is fine, and so is a second attempt at a page.
    const std::string second = page({row(kTen + 5), row(kTen + 7)}, R"(,"next_url":"/v3/third")");
    hand.give(task, second, 120);
    hand.give(task, second);
    REQUIRE(task.end() == FetchNext::kMore);
    CHECK_THROWS_WITH(hand.give(task, page({row(kTen + 6)})),
                      ContainsSubstring("trades of " + kNear + ": next_url leads back"));
}

TEST_CASE("a chain that begins again may begin in the past") {
    Hand hand;
    FetchTask& task = *hand.tasks[0];
    hand.give(task, page({row(kTen), row(kTen + 5)}, kMore));
    REQUIRE(task.end() == FetchNext::kMore);
    hand.give(task, page({row(kTen + 5), row(kTen + 6)}), 120);
    hand.give(task, page({row(kTen + 9)}));
    REQUIRE(task.end() == FetchNext::kMore);
    hand.give(task, page({row(kTen), row(kTen + 9)}));
    CHECK(task.end() == FetchNext::kDone);
    CHECK(read_records(hand.flushed()).watermarks.size() == 2);
}

namespace {

const std::string kUnknown = R"({"status":"NOT_FOUND","request_id":"1","message":"Ticker not found."})";

FetchNext answer_404(FetchTask& task, std::string_view body) {
    FetchReply reply;
    reply.status = 404;
    task.start(reply);
    for (; !body.empty(); body.remove_prefix(std::min<std::size_t>(body.size(), 10)))
        task.body(body.substr(0, 10));
    return task.end();
}

}  // namespace

TEST_CASE("a contract that the vendor doesn't know has no trades") {
    Hand hand;
    FetchTask& task = *hand.tasks[0];
    CHECK(task.accepts(200));
    CHECK(task.accepts(404));
    CHECK_FALSE(task.accepts(400));
    CHECK(answer_404(task, kUnknown) == FetchNext::kDone);
    CHECK(read_records(hand.flushed()).watermarks.size() == 2);
    CHECK(hand.backfill.result().contracts == 1);
}

TEST_CASE("another 404 is a refusal, and so is one that comes behind rows or pages") {
    for (const std::string body : {"404 page not found\n", R"({"error":"no such route"})", ""}) {
        Hand hand;
        CHECK(answer_404(*hand.tasks[0], body) == FetchNext::kRefused);
        CHECK(hand.tasks[0]->broken_reason() == body);
        CHECK(hand.flushed().empty());
    }
    Hand rows;
    rows.give(*rows.tasks[0], page({row(kTen), row(kTen)}), 90);
    CHECK(answer_404(*rows.tasks[0], kUnknown) == FetchNext::kRefused);
    Hand pages;
    pages.give(*pages.tasks[0], page({}, kMore));
    REQUIRE(pages.tasks[0]->end() == FetchNext::kMore);
    CHECK(answer_404(*pages.tasks[0], kUnknown) == FetchNext::kRefused);
    CHECK(pages.flushed().empty());
}

TEST_CASE("of a refusal no more than its beginning is kept") {
    Hand hand;
    CHECK(answer_404(*hand.tasks[0], std::string(100'000, 'x')) == FetchNext::kRefused);
    CHECK(hand.tasks[0]->broken_reason() == std::string(65'536, 'x'));
}
