#include "capture/capture_names.hpp"

#include <string>

#include "catch.hpp"

using namespace pulse;

namespace {

constexpr Day kToday = day_from_civil(2025, 12, 5);
constexpr std::int64_t kStart = 1'764'945'000'123;  // 2025-12-05T14:30:00.123Z

std::vector<std::string> names_of(const std::vector<CapturedFile>& files) {
    std::vector<std::string> names;
    for (const CapturedFile& file : files) names.push_back(file.folder + "/" + file.file);
    return names;
}

CapturedFile live(const std::string& folder, const std::string& clock, std::uint64_t bytes = 10) {
    std::string day = folder;
    std::erase(day, '-');
    return {folder, "live-" + day + "T" + clock + "00000Z-a_1.ndjson.zst", bytes};
}

CapturedFile history(const std::string& folder, const std::string& clock, const std::string& writer,
                     const std::string& ending = "") {
    std::string day = folder;
    std::erase(day, '-');
    return {folder, "history-" + day + "T" + clock + "00000Z-p0_d0to30-" + writer + ".ndjson.zst" + ending,
            10};
}

}  // namespace

TEST_CASE("a file's name says when it begins, who wrote it, and what it holds") {
    const CaptureName name{"live", kStart, "", "19b2c8f0a1e_4d2", false};
    CHECK(name.text() == "live-20251205T143000123Z-19b2c8f0a1e_4d2.ndjson.zst");
    const CaptureName other{"history", kStart, capture_scope("2500.5", 0, 30), "1_f", true};
    CHECK(other.text() == "history-20251205T143000123Z-p2500.5_d0to30-1_f.ndjson.zst.part");
}

TEST_CASE("names are read back") {
    const bool part = GENERATE(false, true);
    const std::string scope = GENERATE("", "p0_d0to30");
    const CaptureName name{scope.empty() ? "live" : "history", kStart, scope, "19b_4d2", part};
    const auto read = parse_capture_name(name.text());
    REQUIRE(read);
    CHECK(read->kind == name.kind);
    CHECK(read->start_ms == kStart);
    CHECK(read->scope == scope);
    CHECK(read->writer == "19b_4d2");
    CHECK(read->part == part);
}

TEST_CASE("other files are no capture's") {
    for (const char* const file :
         {"", "live", "live-20251205T143000123Z-a_1.ndjson", "live-20251205T143000123Z.ndjson.zst",
          "live-20251205T243000123Z-a_1.ndjson.zst", "live-20251305T143000123Z-a_1.ndjson.zst",
          "dead-20251205T143000123Z-a_1.ndjson.zst", "live-20251205T14300012-Z-a_1.ndjson.zst",
          "live-20251205T143000123Z-.ndjson.zst", "live-20251205T143000123Z-a-b-c.ndjson.zst",
          "live-20251205T143000123Z-A.ndjson.zst", "live-20251205T-43000123Z-a_1.ndjson.zst"}) {
        INFO(file);
        CHECK_FALSE(parse_capture_name(file));
    }
}

TEST_CASE("names of one writer sort in the order of their time") {
    CaptureName name{"live", kStart, "", "a_1", false};
    std::string before = name.text();
    for (const std::int64_t step : {1LL, 999LL, 60'000LL, 3'600'000LL, 86'400'000LL, 31'536'000'000LL}) {
        name.start_ms += step;
        CHECK(before < name.text());
        before = name.text();
    }
}

TEST_CASE("files of dates that are too old go, oldest first") {
    const std::vector<CapturedFile> files{live("2025-12-05", "1430"), live("2025-12-02", "1530"),
                                          live("2025-12-02", "1430"), live("2025-12-01", "1430"),
                                          live("2025-12-03", "1430")};
    CHECK(names_of(captures_to_remove(files, kToday, {3, 0})) == names_of({files[3], files[2], files[1]}));
    CHECK(captures_to_remove(files, kToday, {5, 0}).empty());
    CHECK(captures_to_remove(files, kToday, {0, 0}).empty());
}

TEST_CASE("days are counted from the newest date there is, but not from one in the future") {
    const std::vector<CapturedFile> files{live("2024-01-02", "1430"), live("2024-01-03", "1430")};
    CHECK(captures_to_remove(files, kToday, {2, 0}).empty());
    CHECK(names_of(captures_to_remove(files, kToday, {1, 0})) == names_of({files[0]}));
    const std::vector<CapturedFile> damaged{live("2025-12-04", "1430"), live("2099-01-01", "1430")};
    CHECK(captures_to_remove(damaged, kToday, {1, 0}).empty());
}

TEST_CASE("the oldest files go until the rest fits") {
    const std::vector<CapturedFile> files{live("2025-12-03", "1430", 10), live("2025-12-03", "1530", 20),
                                          live("2025-12-04", "1430", 30)};
    CHECK(captures_to_remove(files, kToday, {0, 60}).empty());
    CHECK(names_of(captures_to_remove(files, kToday, {0, 59})) == names_of({files[0]}));
    CHECK(names_of(captures_to_remove(files, kToday, {0, 30})) == names_of({files[0], files[1]}));
    CHECK(captures_to_remove(files, kToday, {0, 1}).size() == 3);
}

TEST_CASE("what is being written stays, and so does what isn't a capture's") {
    CapturedFile part = live("2025-12-01", "1430");
    part.file += ".part";
    const std::vector<CapturedFile> files{part,
                                          {"2025-12-01", "notes.txt", 1000},
                                          {"other", live("2025-12-01", "1430").file, 1000},
                                          live("2025-12-05", "1430")};
    CHECK(captures_to_remove(files, kToday, {1, 10}).empty());
}

// A watermark of history speaks for all files of its date, also for those of a process that it went on from:
// with one of them gone it would claim too much.
TEST_CASE("files of history go together, and none while one is being written") {
    const std::vector<CapturedFile> files{history("2025-12-01", "1430", "a_1"),
                                          history("2025-12-01", "1530", "b_2"), live("2025-12-01", "1500"),
                                          live("2025-12-05", "1430")};
    CHECK(names_of(captures_to_remove(files, kToday, {0, 39})) == names_of({files[0], files[1]}));
    std::vector<CapturedFile> at_work = files;
    at_work.push_back(history("2025-12-01", "1630", "b_2", ".part"));
    CHECK(names_of(captures_to_remove(at_work, kToday, {0, 39})) == names_of({files[2]}));
}
