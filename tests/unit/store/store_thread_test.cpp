#include "store/store_thread.hpp"

#include <atomic>
#include <chrono>
#include <stdexcept>
#include <thread>

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
    StoreThread writer([&](const Batch& batch) {
        sizes.push_back(batch.size());
        return StoreResult{batch.size(), 1, {{batch.size(), "l", "r"}}};
    });
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
    StoreThread writer([&](const Batch&) {
        while (!go) std::this_thread::sleep_for(std::chrono::milliseconds(1));
        return StoreResult{};
    });
    CHECK_FALSE(writer.busy());
    Batch batch = batch_of(1);
    writer.submit(batch);
    CHECK(writer.busy());
    go = true;
    writer.wait();
    CHECK_FALSE(writer.busy());
}

TEST_CASE("a failure comes out at the next call, once") {
    StoreThread writer([](const Batch& batch) -> StoreResult {
        if (batch.size() == 1) throw std::runtime_error("no database");
        return {};
    });
    Batch batch = batch_of(1);
    writer.submit(batch);
    CHECK_THROWS_WITH(writer.wait(), "no database");
    CHECK_NOTHROW(writer.wait());
    batch = batch_of(1);
    writer.submit(batch);
    batch = batch_of(2);
    CHECK_THROWS_WITH(writer.submit(batch), "no database");
    CHECK(batch.size() == 2);
}
