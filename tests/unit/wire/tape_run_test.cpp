#include "wire/tape_run.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <csignal>
#include <thread>

#include "base/fd.hpp"
#include "base/log.hpp"
#include "catch.hpp"
#include "padded.hpp"
#include "wire/record.hpp"

using namespace pulse;

namespace {

constexpr const char* kTrade =
    R"({"ev":"T","sym":"O:AAPL251219C00190000","x":302,"p":8.5,"s":100,"c":[209],"t":1764948620676,"q":7})";
constexpr const char* kSlowTrade =
    R"({"ev":"T","sym":"O:AAPL251219C00190000","p":8.5e0,"s":1,"t":1764948620677,"src":"flat"})";
constexpr const char* kMark = R"({"ev":"W","src":"rest","session":"a","tickers":["AAPL"],"from":1,"to":2})";

/// Notes what it is shown, and says a word before every trade and at the end.
class Notes final : public TapeStage {
  public:
    void on_trade(const TapePrint& print, std::string& out) override {
        seen += "T" + std::to_string(print.t_ms % 1000) + (print.flat ? "f" : "") + " ";
        out += "<" + std::to_string(++trades) + ">\n";
    }
    void on_watermark(const Watermark& watermark, std::string&) override {
        seen += "W" + std::to_string(watermark.to_ms) + " ";
    }
    void on_end(std::string& out) override { out += "<end>\n"; }
    std::string seen;
    int trades = 0;
};

struct Ran {
    std::string output;
    std::string seen;
    Summary summary;
};

std::string read_all(int fd) {
    std::string text;
    char buffer[4096];
    for (ssize_t n = 0; (n = ::read(fd, buffer, sizeof buffer)) > 0;)
        text.append(buffer, static_cast<std::size_t>(n));
    return text;
}

/// Runs over `text`, fed to a pipe `piece` bytes at a time.
Ran run(std::string_view text, std::size_t piece, TapeRun::Options options = {}) {
    int in[2];
    int out[2];
    REQUIRE(::pipe(in) == 0);
    REQUIRE(::pipe(out) == 0);
    const UniqueFd in_read(in[0]);
    UniqueFd out_write(out[1]);
    const UniqueFd out_read(out[0]);
    Ran ran;
    std::thread feeder([&] {
        const UniqueFd in_write(in[1]);
        for (auto rest = text; !rest.empty(); rest.remove_prefix(std::min(piece, rest.size())))
            write_all(in_write.get(), rest.substr(0, piece));
    });
    std::thread reader([&] { ran.output = read_all(out_read.get()); });
    Notes notes;
    Output output(out_write.get(), "stdout");
    Rejects rejects("", false);
    TapeRun tape(notes, options, output, rejects);
    tape.run(in_read.get(), "stdin");
    out_write.reset();
    feeder.join();
    reader.join();
    ran.seen = notes.seen;
    ran.summary = tape.summary();
    return ran;
}

std::string lines(std::initializer_list<std::string_view> parts) {
    std::string text;
    for (const auto part : parts) (text += part) += '\n';
    return text;
}

}  // namespace

TEST_CASE("lines are written as they came, behind what the stage says") {
    const std::string tape =
        lines({kTrade, R"({"ev":"D","ticker":"AAPL"})", "", kMark, kSlowTrade, "nonsense", kTrade});
    const std::string expected = lines(
        {"<1>", kTrade, R"({"ev":"D","ticker":"AAPL"})", kMark, "<2>", kSlowTrade, "<3>", kTrade, "<end>"});
    for (const bool fast : {true, false}) {
        const Ran ran = run(tape, tape.size(), {.fast_path = fast});
        CHECK(ran.output == expected);
        CHECK(ran.seen == "T676 W2 T677f T676 ");
        CHECK(ran.summary.text() == "received=6 passed=5 dropped=0 rejected=1");
    }
}

TEST_CASE("trades that aren't kept are shown all the same") {
    const std::string tape = lines({kTrade, kMark, kSlowTrade});
    const Ran ran = run(tape, tape.size(), {.keep_trades = false});
    CHECK(ran.output == lines({"<1>", kMark, "<2>", "<end>"}));
    CHECK(ran.summary.text() == "received=3 passed=1 dropped=2 (trades=2) rejected=0");
}

TEST_CASE("carriage returns go, a missing newline comes") {
    const std::string tape = std::string(kTrade) + "\r\n\r\n" + kMark + "\r\n" + kTrade;
    CHECK(run(tape, tape.size()).output == lines({"<1>", kTrade, kMark, "<2>", kTrade, "<end>"}));
    CHECK(run(std::string(kTrade) + "\r", 1).output == lines({"<1>", kTrade, "<end>"}));
    CHECK(run("", 1).output == "<end>\n");
}

TEST_CASE("a damaged watermark is passed on and shown to nobody") {
    const std::string tape = lines({R"({"ev":"W","src":"rest"})", kTrade});
    const Ran ran = run(tape, tape.size());
    CHECK(ran.seen == "T676 ");
    CHECK(ran.output == lines({R"({"ev":"W","src":"rest"})", "<1>", kTrade, "<end>"}));
}

TEST_CASE("a line over the limit is rejected, its neighbours aren't touched") {
    const std::string tape = lines({kTrade, std::string(kMaxLine + 1, 'x'), kTrade});
    const Ran ran = run(tape, 60'000);
    CHECK(ran.output == lines({"<1>", kTrade, "<2>", kTrade, "<end>"}));
    CHECK(ran.summary.rejected == 1);
}

TEST_CASE("however the tape is cut into pieces, the output is the same") {
    log::configure("pulse", log::Level::kError, log::Format::kText);
    const std::string tape = lines({kTrade, "nonsense", kMark, kSlowTrade}) + kTrade + "\r\n" + "\n" + kTrade;
    const std::string whole = run(tape, tape.size()).output;
    for (std::size_t piece = 1; piece < tape.size(); ++piece) CHECK(run(tape, piece).output == whole);
    log::configure("pulse", log::Level::kInfo, log::Format::kText);
}

TEST_CASE("a reader that goes away is an error while there is input left") {
    ::signal(SIGPIPE, SIG_IGN);
    int in[2];
    int out[2];
    REQUIRE(::pipe(in) == 0);
    REQUIRE(::pipe(out) == 0);
    const UniqueFd in_read(in[0]);
    UniqueFd in_write(in[1]);
    const UniqueFd out_write(out[1]);
    ::close(out[0]);
    write_all(in_write.get(), lines({kTrade, kTrade}));
    Notes notes;
    Output output(out_write.get(), "stdout");
    Rejects rejects("", false);
    TapeRun tape(notes, {}, output, rejects);
    CHECK_THROWS_AS(tape.run(in_read.get(), "stdin"), ReaderGone);
}
