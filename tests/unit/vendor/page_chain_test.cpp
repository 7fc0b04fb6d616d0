#include "vendor/page_chain.hpp"

#include <vector>

#include "base/error.hpp"
#include "catch.hpp"

using namespace pulse;

namespace {

const std::string kBase = "http://vendor.test";

struct Reader {
    PageChain chain{kBase, "rows"};
    std::string rows;

    Reader() { chain.begin(kBase + "/first"); }
    PageChain::End read(const std::string& body) {
        part(body);
        return chain.end();
    }
    void part(const std::string& body) {
        chain.start();
        chain.feed(body, [this](std::string_view row) { rows += row; });
    }
};

std::string next(const std::string& path) {
    return R"("status":"OK","next_url":")" + kBase + path + "\"";
}

}  // namespace

TEST_CASE("pages follow each other until one names no next") {
    Reader reader;
    CHECK(reader.read(R"({"results":[{"a":1}],)" + next("/second") + "}") == PageChain::End::kMore);
    CHECK(reader.chain.url() == kBase + "/second");
    CHECK(reader.read(R"({"results":[{"a":2}]})") == PageChain::End::kDone);
    CHECK(reader.rows == R"({"a":1}{"a":2})");
}

TEST_CASE("rows of a page that broke off are handed out once") {
    Reader reader;
    reader.part(R"({"results":[{"a":1},{"a":2},{"a")");
    reader.part(R"({"results":[{"a":1},)");
    CHECK(reader.read(R"({"results":[{"a":1},{"a":2},{"a":3}],)") == PageChain::End::kBroken);
    CHECK(reader.read(R"({"results":[{"a":1},{"a":2},{"a":3},{"a":3}]})") == PageChain::End::kDone);
    CHECK(reader.rows == R"({"a":1}{"a":2}{"a":3}{"a":3})");
}

TEST_CASE("a page that is another one the second time is found out") {
    for (const std::string second :
         {R"({"results":[{"a":1},{"a":9},{"a":3}]})", R"({"results":[{"a":1}]})", R"({"status":"OK"})"}) {
        Reader reader;
        reader.part(R"({"results":[{"a":1},{"a":2},)");
        CHECK(reader.read(second) == PageChain::End::kChanged);
        CHECK(reader.rows == R"({"a":1}{"a":2})");
        reader.chain.begin_again(kBase + "/first");
        CHECK(reader.read(R"({"results":[{"a":5}]})") == PageChain::End::kDone);
        CHECK(reader.rows == R"({"a":1}{"a":2}{"a":5})");
    }
}

TEST_CASE("what was read of one page says nothing about the next") {
    Reader reader;
    CHECK(reader.read(R"({"results":[{"a":1},{"a":2}],)" + next("/second") + "}") == PageChain::End::kMore);
    CHECK(reader.read(R"({"results":[{"a":3}]})") == PageChain::End::kDone);
    CHECK(reader.rows == R"({"a":1}{"a":2}{"a":3})");
}

TEST_CASE("pages that lead in a circle are an error") {
    Reader itself;
    CHECK_THROWS_WITH(itself.read("{" + next("/first") + "}"), ContainsSubstring("rows: next_url loops"));
    Reader reader;
    CHECK(reader.read(R"({"results":[{"a":1}],)" + next("/second") + "}") == PageChain::End::kMore);
    CHECK(reader.read(R"({"results":[{"a":1}],)" + next("/third") + "}") == PageChain::End::kMore);
    CHECK_THROWS_WITH(reader.read(R"({"results":[{"a":1}],)" + next("/second") + "}"),
                      ContainsSubstring("loops"));
}

TEST_CASE("empty pages without an end are an error") {
    Reader reader;
    const auto read_all = [&] {
        for (int i = 0; i < 1000; ++i) reader.read("{" + next("/" + std::to_string(i)) + "}");
    };
    CHECK_THROWS_WITH(read_all(), ContainsSubstring("100 pages in a row were empty"));
    // A single empty page in between is ordinary.
    Reader sparse;
    for (int i = 0; i < 300; ++i) {
        const std::string rows = i % 2 == 0 ? "" : R"("results":[{"a":1}],)";
        CHECK(sparse.read("{" + rows + next("/" + std::to_string(i)) + "}") == PageChain::End::kMore);
    }
}

TEST_CASE("a next page on a foreign host is an error") {
    Reader reader;
    CHECK_THROWS_WITH(reader.read(R"({"results":[],"next_url":"http://elsewhere.test/second"})"),
                      ContainsSubstring("rows: "));
}

TEST_CASE("a damaged row breaks the page and comes again") {
    PageChain chain(kBase, "rows");
    chain.begin(kBase + "/first");
    std::string rows;
    const auto read = [&](const std::string& body) {
        chain.start();
        chain.feed(body, [&](std::string_view row) {
            if (row.find('?') != std::string_view::npos) return chain.row_is_damaged();
            rows += row;
        });
        return chain.end();
    };
    CHECK(read(R"({"results":[{"a":1},{"a":?},{"a":3}]})") == PageChain::End::kBroken);
    CHECK(chain.broken_reason() == "a row is no valid JSON");
    CHECK(rows == R"({"a":1})");
    CHECK(read(R"({"results":[{"a":1},{"a":2},{"?":3}]})") == PageChain::End::kBroken);
    CHECK(rows == R"({"a":1}{"a":2})");
    CHECK(read(R"({"results":[{"a":1},{"a":2},{"a":3}]})") == PageChain::End::kDone);
    CHECK(rows == R"({"a":1}{"a":2}{"a":3})");
}

TEST_CASE("a page that is another one each time is begun again eight times") {
    Reader reader;
    for (int i = 0; i < 8; ++i) reader.chain.begin_again(kBase + "/first");
    CHECK_THROWS_WITH(reader.chain.begin_again(kBase + "/first"),
                      ContainsSubstring("rows: the vendor's page is another one each time"));
}

TEST_CASE("the first page is the first until it is read, also after another beginning") {
    Reader reader;
    CHECK(reader.chain.at_first_page());
    reader.part(R"({"results":[{"a":1},)");
    CHECK(reader.chain.at_first_page());
    CHECK(reader.read(R"({"results":[{"a":1}],)" + next("/second") + "}") == PageChain::End::kMore);
    CHECK_FALSE(reader.chain.at_first_page());
    reader.chain.begin_again(kBase + "/first");
    CHECK(reader.chain.at_first_page());
}

TEST_CASE("pages with rows and without an end are an error") {
    Reader reader;
    const auto page = [](int number) {
        return R"({"results":[{"a":1}],)" + next("/" + std::to_string(number)) + "}";
    };
    for (int i = 1; i < 10'000; ++i) REQUIRE(reader.read(page(i)) == PageChain::End::kMore);
    CHECK_THROWS_WITH(reader.read(page(10'000)), ContainsSubstring("rows: 10000 pages were read"));
}
