#include "store/store_lanes.hpp"

#include <atomic>
#include <chrono>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "catch.hpp"

using namespace pulse::store;

namespace {

Batch batch_of(int lines) {
    Batch batch;
    for (int i = 0; i < lines; ++i) batch.add_line(static_cast<std::uint64_t>(i), "line");
    return batch;
}

}  // namespace

TEST_CASE("batches are stored in order and their results added up") {
    std::vector<std::size_t> sizes;
    StoreLanes writer({.store = [&](std::size_t, const Batch& batch) {
        sizes.push_back(batch.size());
        return StoreResult{batch.size(), 1, {{batch.size(), "l", "r"}}};
    }});
    for (const int lines : {3, 1, 2}) {
        Batch batch = batch_of(lines);
        writer.submit(batch);
        CHECK(batch.empty());
    }
    writer.wait();
    const StoreResult result = writer.collect();
    CHECK(sizes == std::vector<std::size_t>{3, 1, 2});
    CHECK(result.stored == 6);
    CHECK(result.duplicates == 3);
    REQUIRE(result.refused.size() == 3);
    CHECK(result.refused[1].line_number == 1);
    CHECK(writer.collect().refused.empty());
}

TEST_CASE("one batch is in work while the next is gathered") {
    std::atomic<bool> go = false;
    StoreLanes writer({.store = [&](std::size_t, const Batch&) {
        while (!go) std::this_thread::sleep_for(std::chrono::milliseconds(1));
        return StoreResult{};
    }});
    CHECK_FALSE(writer.busy());
    Batch batch = batch_of(1);
    writer.submit(batch);
    CHECK(writer.busy());
    go = true;
    writer.wait();
    CHECK_FALSE(writer.busy());
}

TEST_CASE("a failure comes out at the next call, once") {
    StoreLanes writer({.store = [](std::size_t, const Batch& batch) -> StoreResult {
        if (batch.size() == 1) throw std::runtime_error("no database");
        return {};
    }});
    Batch batch = batch_of(1);
    writer.submit(batch);
    CHECK_THROWS_WITH(writer.wait(), "no database");
    CHECK_NOTHROW(writer.wait());
    batch = batch_of(1);
    writer.submit(batch);
    while (true) {
        try {
            if (!writer.busy()) FAIL("the second failure was lost");
        } catch (const std::runtime_error&) {
            break;
        }
    }
    batch = batch_of(2);
    writer.submit(batch);
    CHECK_NOTHROW(writer.wait());
}

namespace {

/// Lets a thread wait for what another has done.
class Mark {
  public:
    void set() { set_ = true; }
    void wait() const {
        while (!set_) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }

  private:
    std::atomic<bool> set_ = false;
};

void submit(StoreLanes& writer, int lines) {
    Batch batch = batch_of(lines);
    writer.submit(batch);
}

}  // namespace

TEST_CASE("the next batch is sent ahead while one is stored, on its own lane, and stored after it") {
    Mark ahead;
    std::vector<std::string> order;  // store() runs alone
    StoreLanes writer({.send_ahead =
                           [&](std::size_t lane, const Batch& batch) {
                               CHECK(lane == 1);
                               CHECK(batch.size() == 2);
                               ahead.set();
                           },
                       .store =
                           [&](std::size_t lane, const Batch& batch) {
                               if (batch.size() == 1) ahead.wait();
                               order.push_back(std::to_string(lane) + ":" + std::to_string(batch.size()));
                               return StoreResult{};
                           }});
    submit(writer, 1);
    submit(writer, 2);
    writer.wait();
    CHECK(order == std::vector<std::string>{"0:1", "1:2"});
}

TEST_CASE("a batch that waits too long for its turn is taken back, and stored in its turn") {
    Mark taken_back;
    std::vector<std::size_t> order;
    StoreLanes writer({.take_back =
                           [&](std::size_t lane) {
                               CHECK(lane == 1);
                               taken_back.set();
                           },
                       .store =
                           [&](std::size_t, const Batch& batch) {
                               if (batch.size() == 1)
                                   taken_back.wait();  // as one that waits for a row of the other
                               order.push_back(batch.size());
                               return StoreResult{};
                           }},
                      std::chrono::milliseconds(5));
    submit(writer, 1);
    submit(writer, 2);
    writer.wait();
    CHECK(order == std::vector<std::size_t>{1, 2});
}

TEST_CASE("a batch behind one that failed is not stored: what it says of the earlier one would be wrong") {
    Mark ahead;
    std::vector<std::size_t> stored, taken_back;
    StoreLanes writer({.send_ahead = [&](std::size_t, const Batch&) { ahead.set(); },
                       .take_back = [&](std::size_t lane) { taken_back.push_back(lane); },
                       .store = [&](std::size_t, const Batch& batch) -> StoreResult {
                           if (batch.size() == 1) {
                               ahead.wait();
                               throw std::runtime_error("no database");
                           }
                           stored.push_back(batch.size());
                           return {};
                       }});
    submit(writer, 1);
    submit(writer, 2);
    CHECK_THROWS_WITH(writer.wait(), "no database");
    submit(writer, 3);
    writer.wait();
    CHECK(stored == std::vector<std::size_t>{3});
    CHECK(taken_back == std::vector<std::size_t>{1});
}
