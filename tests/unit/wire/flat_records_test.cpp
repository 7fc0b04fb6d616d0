#include "wire/flat_records.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "catch.hpp"

using namespace pulse;

namespace {

const std::string kHeader = "ticker,conditions,correction,exchange,price,sip_timestamp,size\n";
const Day kDay = day_from_civil(2025, 12, 5);
const std::string kMarker =
    "\n"
    R"({"ev":"W","src":"flat","session":"again","tickers":[],"from":0,"to":0})"
    "\n";

std::string row(const std::string& root, int second, int size = 100) {
    return fmt::format("O:{}251219C00190000,209,0,302,8.5,{}000000000,{}\n", root, 1'764'948'620 + second,
                       size);
}

std::string new_folder() {
    char name[] = P_tmpdir "/pulse-flat-XXXXXX";
    REQUIRE(::mkdtemp(name) != nullptr);
    return name;
}

FilterOptions two_tickers() {
    FilterOptions options;
    options.log_hits = false;
    options.rule.underlyings = Underlyings::parse("AAPL,TSLA");
    return options;
}

/// A folder and an output that is read back.
struct Fixture {
    std::string folder = new_folder();
    UniqueFd file{::open((folder + "/out").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)};
    Output output{file.get(), "out"};
    Rejects rejects{"", false};
    FilterOptions options = two_tickers();

    Fixture() = default;
    Fixture(const Fixture&) = delete;
    Fixture& operator=(const Fixture&) = delete;
    ~Fixture() { std::filesystem::remove_all(folder); }

    std::string written() const {
        std::string text(1 << 20, '\0');
        const ssize_t size = ::pread(file.get(), text.data(), text.size(), 0);
        REQUIRE(size >= 0);
        text.resize(static_cast<std::size_t>(size));
        return text;
    }
};

std::size_t count(std::string_view text, std::string_view what) {
    std::size_t found = 0;
    for (std::size_t at = 0; (at = text.find(what, at)) != std::string_view::npos; ++at) ++found;
    return found;
}

void read_file(FlatRecords& records, const std::string& text, std::string_view etag = "\"1\"",
               std::optional<Day> day = kDay) {
    records.begin("2025-12-05");
    records.feed(text);
    REQUIRE(records.finish());
    records.complete("2025-12-05", day, etag);
}

}  // namespace

TEST_CASE("a whole file gives its trades and a watermark for each ticker") {
    Fixture f;
    FlatRecords records(f.options, f.output, f.rejects, nullptr);
    const std::string text = kHeader + row("AAPL", 1) + row("GOOG", 2) + row("TSLA", 3);
    records.begin("2025-12-05");
    for (const char c : text) records.feed({&c, 1});
    REQUIRE(records.finish());
    records.complete("2025-12-05", kDay, "\"1\"");
    CHECK(count(f.written(), R"("ev":"T")") == 2);
    CHECK_THAT(
        f.written(),
        ContainsSubstring(
            R"({"ev":"W","src":"flat","session":"2025-12-05","tickers":["TSLA"],"from":1764945000000,"to":1764968400000})"
            "\n"));
    const Summary summary = records.close();
    CHECK(summary.received == 3);
    CHECK(summary.passed == 2);
}

TEST_CASE("a file without a last newline loses nothing, one that breaks off gives whole rows only") {
    Fixture f;
    FlatRecords records(f.options, f.output, f.rejects, nullptr);
    std::string text = kHeader + row("AAPL", 1) + row("AAPL", 2);
    text.pop_back();
    read_file(records, text);
    CHECK(count(f.written(), R"("ev":"T")") == 2);
    records.begin("2025-12-05");
    records.feed(std::string_view(text).substr(0, text.size() - 2));  // the size is 1 instead of 100
    records.start_over();
    f.output.flush();
    CHECK(count(f.written(), R"("ev":"T")") == 3);
    CHECK(f.written().ends_with(kMarker));
    CHECK(f.rejects.count() == 0);
}

TEST_CASE("rows of several days or of another day prove nothing") {
    Fixture f;
    FlatRecords records(f.options, f.output, f.rejects, nullptr);
    read_file(records, kHeader + row("AAPL", 1) + row("TSLA", 86'400 * 3));
    read_file(records, kHeader + row("AAPL", 86'400 * 3));
    read_file(records, kHeader);
    read_file(records, kHeader + row("AAPL", 86'400), {}, std::nullopt);  // a Saturday
    CHECK(count(f.written(), R"("ev":"W")") == 0);
    read_file(records, kHeader + row("AAPL", 86'400 * 3), {}, std::nullopt);
    CHECK(count(f.written(), R"("session":"2025-12-08")") == 2);
    read_file(records, kHeader + row("GOOG", 1));  // none of ours that day
    CHECK(count(f.written(), R"("session":"2025-12-05")") == 2);
}

TEST_CASE("the journal remembers what was read, and a resumed run begins with a marker") {
    Fixture f;
    const std::string path = f.folder + "/state";
    const std::string text = kHeader + row("AAPL", 1);
    {
        Journal journal(path, FlatRecords::journal_header(f.options));
        FlatRecords records(f.options, f.output, f.rejects, &journal);
        CHECK(records.etag_read(kDay).empty());
        read_file(records, text, R"("a\b")");
        CHECK(count(f.written(), kMarker) == 0);
    }
    Journal journal(path, FlatRecords::journal_header(f.options));
    CHECK(journal.lines() == std::vector<std::string>{R"({"flat":"2025-12-05","etag":"\"a\\b\""})"});
    FlatRecords records(f.options, f.output, f.rejects, &journal);
    CHECK(records.etag_read(kDay) == R"("a\b")");
    CHECK(records.etag_read(kDay + 1).empty());
    const std::string before = f.written();
    read_file(records, text, "\"2\"");
    read_file(records, text, "\"3\"");
    CHECK(f.written().starts_with(before + kMarker));
    CHECK(count(f.written(), kMarker) == 1);
}

TEST_CASE("a state file belongs to one selection, however its tickers are ordered") {
    FilterOptions options;
    options.rule.underlyings = Underlyings::parse("TSLA,AAPL");
    CHECK(FlatRecords::journal_header(options) ==
          R"({"job":"flat","underlyings":"AAPL,TSLA","min_premium":50000,"min_dte":0,"max_dte":30})");
    options.unfiltered = true;
    options.rule.underlyings = Underlyings::parse("ALL");
    CHECK(FlatRecords::journal_header(options) == R"({"job":"flat","underlyings":"ALL","unfiltered":true})");
}

TEST_CASE("a reader that went away stops the feeding side") {
    Fixture f;
    std::array<int, 2> ends{};
    REQUIRE(::pipe(ends.data()) == 0);
    ::close(ends[0]);
    const UniqueFd closed(ends[1]);
    ::signal(SIGPIPE, SIG_IGN);
    Output output(closed.get(), "stdout");
    FlatRecords records(f.options, output, f.rejects, nullptr);
    records.begin("2025-12-05");
    records.feed(kHeader);
    std::string many;
    for (int i = 0; i < 20'000; ++i) many += row("AAPL", i % 1000);
    CHECK_THROWS_AS(
        [&] {
            for (;;) records.feed(many);
        }(),
        ReaderGone);
}
