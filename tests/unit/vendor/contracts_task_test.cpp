#include "vendor/contracts_task.hpp"

#include <optional>

#include "backfill_job.hpp"

using namespace pulse;
using namespace pulse::test;

namespace {

std::string listed(const std::string& ticker) {
    return fmt::format(R"({{"ticker":"{}","underlying_ticker":"AAPL"}})", ticker);
}

struct List {
    FakeEdge edge;
    std::optional<std::vector<RestContract>> done;
    ContractsQuery query{"AAPL", kMonday, kMonday, true};
    ContractsTask task{kBase, query, edge,
                       [this](std::vector<RestContract> contracts) { done = std::move(contracts); }};

    FetchNext read(const std::string& body) {
        task.start({});
        task.body(body);
        return task.end();
    }
    [[nodiscard]] std::vector<std::string> names() const {
        std::vector<std::string> out;
        for (const RestContract& contract : done.value()) out.push_back(contract.ticker);
        return out;
    }
};

const std::string kOther = "O:AAPL251205P00190000";
using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("contracts are handed on when all pages are read") {
    List list;
    CHECK(list.task.request().url == contracts_url(kBase, list.query));
    CHECK(list.task.request().bearer_key);
    CHECK(list.task.name() == "expired contracts of AAPL");
    CHECK(list.read(R"({"results":[)" + listed(kNear) + R"(],"next_url":"/v3/next"})") == FetchNext::kMore);
    CHECK_FALSE(list.done);
    CHECK(list.task.request().url == kBase + "/v3/next");
    CHECK(list.read(R"({"results":[)" + listed(kOther) + "]}") == FetchNext::kDone);
    CHECK(list.names() == Names{kNear, kOther});
}

TEST_CASE("a damaged row makes the list broken") {
    List list;
    CHECK(list.read(R"({"results":[)" + listed(kNear) + R"(,{"ticker":O}]})") == FetchNext::kBroken);
    CHECK(list.task.broken_reason() == "a row is no valid JSON");
    CHECK(list.edge.rejects.empty());
    CHECK(list.read(R"({"results":[)" + listed(kNear) + "," + listed(kOther) + "]}") == FetchNext::kDone);
    CHECK(list.names() == Names{kNear, kOther});
}

TEST_CASE("a row without a symbol that can be read is told with what it says") {
    List list;
    CHECK(list.read(R"({"results":[{"ticker":"AAPL\n1"},)" + listed(kNear) + R"(,{"cfi":"x"}]})") ==
          FetchNext::kDone);
    REQUIRE(list.edge.rejects.size() == 2);
    CHECK_THAT(list.edge.rejects[0],
               ContainsSubstring("expired contracts of AAPL 1: ") &&
                   ContainsSubstring("('AAPL 1'); its trades can't be asked for and will be missing"));
    CHECK(list.edge.rejects[1] ==
          "expired contracts of AAPL 3: lacks a ticker; its trades can't be asked for and will be missing");
    CHECK(list.names() == Names{kNear});
}

TEST_CASE("a list that changed while it was read is read again from the start") {
    List list;
    list.task.start({});
    list.task.body(R"({"results":[)" + listed(kNear) + ",");
    CHECK(list.read(R"({"results":[)" + listed(kOther) + "]}") == FetchNext::kMore);
    CHECK(list.task.request().url == contracts_url(kBase, list.query));
    CHECK(list.read(R"({"results":[)" + listed(kOther) + "]}") == FetchNext::kDone);
    CHECK(list.names() == Names{kOther});
}
