#include "pipe/journal.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "base/error.hpp"
#include "catch.hpp"

using namespace pulse;

namespace {

const std::string kHeader = R"({"state":"a job"})";

struct Folder {
    Folder() { REQUIRE(::mkdtemp(name.data()) != nullptr); }
    ~Folder() { std::filesystem::remove_all(name); }
    [[nodiscard]] std::string file() const { return name + "/state"; }
    std::string name = (std::filesystem::temp_directory_path() / "pulse-journal-XXXXXX").string();
};

std::string text_of(const std::string& path) {
    std::ifstream in(path);
    return {std::istreambuf_iterator<char>(in), {}};
}

void put(const std::string& path, const std::string& text) {
    std::ofstream(path) << text;
}

Exit exit_of(const std::string& path, const std::string& header = kHeader) {
    try {
        const Journal journal(path, header);
        return Exit::kOk;
    } catch (const Error& error) {
        return error.exit();
    }
}

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("a journal gives back what was flushed to it") {
    const Folder folder;
    {
        Journal journal(folder.file(), kHeader);
        CHECK_FALSE(journal.resumed());
        CHECK(journal.lines().empty());
        journal.append("one");
        journal.append("two\nthree");
        CHECK(text_of(folder.file()) == kHeader + "\n");
        journal.flush();
        journal.append("lost");
    }
    const Journal journal(folder.file(), kHeader);
    CHECK(journal.resumed());
    CHECK(journal.lines() == Lines{"one", "two", "three"});
}

TEST_CASE("a torn last line is dropped and the next line starts clean") {
    const Folder folder;
    put(folder.file(), kHeader + "\none\ntw");
    {
        Journal journal(folder.file(), kHeader);
        CHECK(journal.lines() == Lines{"one"});
        journal.append("three");
        journal.flush();
    }
    CHECK(text_of(folder.file()) == kHeader + "\none\nthree\n");
}

TEST_CASE("a journal that died in its header starts over") {
    const Folder folder;
    for (const std::size_t kept : {std::size_t{0}, std::size_t{5}, kHeader.size()}) {
        put(folder.file(), kHeader.substr(0, kept));
        const Journal journal(folder.file(), kHeader);
        CHECK_FALSE(journal.resumed());
        CHECK(text_of(folder.file()) == kHeader + "\n");
    }
}

TEST_CASE("another job's journal and other files are refused and left alone") {
    const Folder folder;
    for (const std::string text :
         {"{\"state\":\"another job\"}\n", "{\"state\":\"a job\"} \n", "precious", "precious\n"}) {
        put(folder.file(), text);
        CHECK(exit_of(folder.file()) == Exit::kConfig);
        CHECK(text_of(folder.file()) == text);
    }
    CHECK_THROWS_WITH(Journal(folder.file(), kHeader), ContainsSubstring("belongs to another job"));
    CHECK(exit_of("/dev/null") == Exit::kConfig);
    CHECK(exit_of(folder.name) == Exit::kIo);
    CHECK(exit_of(folder.name + "/none/state") == Exit::kIo);
}

TEST_CASE("a journal has one user at a time, also after compaction") {
    const Folder folder;
    {
        Journal journal(folder.file(), kHeader);
        CHECK(exit_of(folder.file()) == Exit::kConfig);
        CHECK_THROWS_WITH(Journal(folder.file(), kHeader), ContainsSubstring("another process"));
        journal.compact({"one"});
        CHECK(exit_of(folder.file()) == Exit::kConfig);
    }
    CHECK(exit_of(folder.file()) == Exit::kOk);
}

TEST_CASE("rollback takes back what this process appended") {
    const Folder folder;
    put(folder.file(), kHeader + "\none\n");
    Journal journal(folder.file(), kHeader);
    journal.append("two");
    journal.flush();
    journal.append("three");
    journal.rollback();
    journal.flush();
    CHECK(text_of(folder.file()) == kHeader + "\none\n");
    journal.append("four");
    journal.flush();
    CHECK(text_of(folder.file()) == kHeader + "\none\nfour\n");
}

TEST_CASE("compaction replaces the lines and the journal goes on behind them") {
    const Folder folder;
    put(folder.file(), kHeader + "\none\ntwo\nthree\n");
    put(folder.file() + ".new", "left by a crash");
    Journal journal(folder.file(), kHeader);
    journal.compact({"two"});
    CHECK(journal.lines() == Lines{"two"});
    journal.append("four");
    journal.flush();
    CHECK(text_of(folder.file()) == kHeader + "\ntwo\nfour\n");
    journal.rollback();
    CHECK(text_of(folder.file()) == kHeader + "\ntwo\n");
    CHECK_FALSE(std::filesystem::exists(folder.file() + ".new"));
}

TEST_CASE("a full disk is an error that names the state file") {
    const Folder folder;
    Journal journal(folder.file(), kHeader);
    rlimit before{};
    REQUIRE(::getrlimit(RLIMIT_FSIZE, &before) == 0);
    ::signal(SIGXFSZ, SIG_IGN);
    const rlimit small{100, before.rlim_max};
    REQUIRE(::setrlimit(RLIMIT_FSIZE, &small) == 0);
    journal.append(std::string(200, 'x'));
    std::string said;
    try {
        journal.flush();
    } catch (const Error& error) {
        said = error.what();
    }
    REQUIRE(::setrlimit(RLIMIT_FSIZE, &before) == 0);
    CHECK_THAT(said, ContainsSubstring("cannot write the state file " + folder.file()));
}
