#include "bus/command_line.hpp"

#include "catch.hpp"

using namespace pulse::bus;

namespace {
using Words = std::vector<std::string>;
}

TEST_CASE("a pipeline in one text goes to a shell that notices a failing stage") {
    CHECK(argv_of({"occ-filter | pg-sink"}, true) ==
          Words{"bash", "-o", "pipefail", "-c", "occ-filter | pg-sink"});
    CHECK(argv_of({"occ-filter | pg-sink"}, false) == Words{"sh", "-c", "occ-filter | pg-sink"});
    CHECK(argv_of({"pg-sink --strict"}, true).size() == 5);
    CHECK(argv_of({"cat>file"}, true).size() == 5);
}

TEST_CASE("words stay what they are") {
    CHECK(argv_of({"pg-sink"}, true) == Words{"pg-sink"});
    CHECK(argv_of({"pg-sink", "--rejects", "a file"}, true) == Words{"pg-sink", "--rejects", "a file"});
    CHECK(argv_of({"/usr/bin/pg-sink"}, true) == Words{"/usr/bin/pg-sink"});
}
