#include "bus/packer.hpp"

#include "catch.hpp"
#include "wire/watermark.hpp"

using namespace pulse;
using namespace pulse::bus;

namespace {

struct Fixture {
    explicit Fixture(PackLimits limits = {})
        : packer("s", 2, limits, [this](Round&& round) { rounds.push_back(std::move(round)); }) {}
    std::vector<Round> rounds;
    Packer packer;
};

CountedPrint print(const char* line, std::int64_t t_ms = 1) {
    return {"O:AAPL251219C00190000", "rest", t_ms, line};
}

std::string marker() {
    return pass_marker("rest").substr(1);
}

}  // namespace

TEST_CASE("a round holds one message an underlying, its lines in order") {
    Fixture f;
    f.packer.add("AAPL", "1", true);
    f.packer.add("MSFT", "2", true);
    f.packer.add("AAPL", "3", true);
    CHECK(f.packer.gathered() == 3);
    f.packer.close();
    f.packer.close();
    CHECK(f.packer.gathered() == 0);
    REQUIRE(f.rounds.size() == 1);
    const auto& messages = f.rounds[0].messages;
    REQUIRE(messages.size() == 2);
    CHECK(messages[0].subject == "s.2.AAPL");
    CHECK(messages[0].data == "1\n3\n");
    CHECK(messages[0].records == 2);
    CHECK(messages[1].subject == "s.2.MSFT");
    CHECK(f.rounds[0].records() == 3);
}

TEST_CASE("a full round closes before the next line") {
    Fixture f({2, 1'000});
    for (const char* line : {"1", "2"}) f.packer.add("AAPL", line, true);
    CHECK(f.rounds.empty());
    f.packer.add("MSFT", "3", true);
    REQUIRE(f.rounds.size() == 1);
    CHECK(f.rounds[0].messages[0].data == "1\n2\n");
    CHECK(f.packer.gathered() == 1);
}

TEST_CASE("a full message closes its round; a line of its own size goes alone") {
    Fixture f({100, 10});
    f.packer.add("AAPL", "12345", true);
    f.packer.add("AAPL", "1234", true);
    const std::string longer(30, 'x');
    f.packer.add("AAPL", longer, true);
    f.packer.close();
    REQUIRE(f.rounds.size() == 3);
    CHECK(f.rounds[0].messages[0].data == "12345\n");
    CHECK(f.rounds[2].messages[0].data == longer + "\n");
}

TEST_CASE("a watermark is a round of its own, behind what came before") {
    Fixture f;
    f.packer.add("AAPL", "1", true);
    f.packer.add_alone("w", 1);
    f.packer.add("AAPL", "2", true);
    REQUIRE(f.rounds.size() == 2);
    CHECK(f.rounds[0].messages[0].data == "1\n");
    REQUIRE(f.rounds[1].messages.size() == 1);
    CHECK(f.rounds[1].messages[0].subject == "s.2._watermark");
    CHECK(f.rounds[1].messages[0].data == "w\n");
    CHECK(f.packer.gathered() == 1);
}

TEST_CASE("numbered records have the id of their content, others count") {
    Fixture f;
    for (int twice = 0; twice < 2; ++twice) {
        f.packer.add("AAPL", "numbered", true);
        f.packer.close();
        f.packer.add("AAPL", "bar", false);
        f.packer.close();
    }
    REQUIRE(f.rounds.size() == 4);
    const auto id = [&](std::size_t i) { return f.rounds[i].messages[0].id; };
    CHECK(id(0) == id(2));
    CHECK(id(1) == content_id("s.2.AAPL", "bar\n") + "-1");
    CHECK(id(3) == content_id("s.2.AAPL", "bar\n") + "-2");
}

TEST_CASE("the same lines make the same messages again") {
    std::vector<std::string> ids[2];
    for (auto& run : ids) {
        Fixture f({3, 1'000});
        for (int i = 0; i < 10; ++i)
            f.packer.add(i % 2 == 0 ? "AAPL" : "MSFT", std::to_string(i), i % 3 != 0);
        f.packer.close();
        for (const Round& round : f.rounds)
            for (const Message& message : round.messages) run.push_back(message.id);
    }
    CHECK(ids[0] == ids[1]);
    CHECK(ids[0].size() >= 4);
}

TEST_CASE("prints that are told apart by counting can be counted in each message by itself") {
    Fixture f;
    f.packer.add_print("AAPL", print("a"));
    f.packer.add_print("AAPL", print("a"));
    f.packer.close();
    f.packer.add_print("AAPL", print("a"));
    f.packer.add_print("AAPL", print("b", 2));
    f.packer.close();
    REQUIRE(f.rounds.size() == 2);
    CHECK(f.rounds[0].messages[0].data == marker() + "a\na\n");
    CHECK(f.rounds[0].messages[0].records == 2);
    CHECK(f.rounds[1].messages[0].data == marker() + "a\na\na\nb\n");
    CHECK(f.rounds[1].messages[0].records == 2);
}

TEST_CASE("behind the end of a pass the counting starts anew") {
    Fixture f;
    f.packer.add_print("AAPL", print("a"));
    f.packer.add_alone("w", 1);
    f.packer.end_pass("rest", "AAPL");
    f.packer.add_print("AAPL", print("a"));
    f.packer.close();
    REQUIRE(f.rounds.size() == 3);
    CHECK(f.rounds[2].messages[0].data == marker() + "a\n");
}
