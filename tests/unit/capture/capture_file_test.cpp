#include "capture/capture_file.hpp"

#include "base/error.hpp"
#include "capture/capture_store.hpp"
#include "catch.hpp"
#include "scratch_folder.hpp"

using namespace pulse;

namespace {

const CaptureName kName{"live", 1'764'945'000'123, "", "a_1", false};
const std::string kPath = "2025-12-05/live-20251205T143000123Z-a_1.ndjson.zst";
const std::string kPart = kPath + ".part";

}  // namespace

TEST_CASE("a file has its name when it is closed, not before") {
    const ScratchFolder folder;
    CaptureFile file(folder.path, "2025-12-05", kName);
    file.append(frame_of("one\n"));
    CHECK(folder.files() == std::vector{kPart});
    CHECK(recover_part(folder.path + "/" + kPart).in_use);
    file.append(frame_of("two\n"));
    file.close();
    CHECK(folder.files() == std::vector{kPath});
    CHECK(folder.text_of(kPath) == "one\ntwo\n");
}

TEST_CASE("a file without content leaves nothing behind") {
    const ScratchFolder folder;
    CaptureFile file(folder.path, "2025-12-05", kName);
    file.close();
    CHECK(folder.files().empty());
}

TEST_CASE("two files of one name are an error, not one on top of the other") {
    const ScratchFolder folder;
    const CaptureFile file(folder.path, "2025-12-05", kName);
    CHECK_THROWS_AS(CaptureFile(folder.path, "2025-12-05", kName), Error);
}

TEST_CASE("a file whose writer is gone is cut to its whole frames") {
    const ScratchFolder folder;
    const std::string whole = frame_of("one\n") + frame_of("two\n");
    const std::string torn = frame_of("three\n").substr(0, 9);
    folder.write(kPart, whole + torn);
    const RecoveredPart found = recover_part(folder.path + "/" + kPart);
    CHECK_FALSE(found.in_use);
    CHECK(found.kept == whole.size());
    CHECK(found.cut == torn.size());
    CHECK(folder.files() == std::vector{kPath});
    CHECK(folder.text_of(kPath) == "one\ntwo\n");
}

TEST_CASE("one that holds no whole frame is removed, and one that is whole keeps everything") {
    const ScratchFolder folder;
    const std::string content = GENERATE(std::string(), std::string("(\xb5/\xfd"), frame_of("one\n"));
    folder.write(kPart, content);
    const bool whole = content.size() > 8;
    const RecoveredPart found = recover_part(folder.path + "/" + kPart);
    CHECK(found.kept == (whole ? content.size() : 0));
    CHECK(folder.files().size() == (whole ? 1U : 0U));
}

TEST_CASE("a writer that dies without closing leaves a file that can be recovered") {
    const ScratchFolder folder;
    {
        CaptureFile(folder.path, "2025-12-05", kName).append(frame_of("one\n"));
    }
    CHECK(folder.files() == std::vector{kPart});
    recover_captures(folder.path);
    CHECK(folder.files() == std::vector{kPath});
}

TEST_CASE("only files of captures are recovered and removed, and empty dates go with them") {
    const ScratchFolder folder;
    folder.write("2025-12-04/notes.part", "mine");
    folder.write("2025-12-03/live-20251203T143000123Z-a_1.ndjson.zst", "old");
    folder.write(kPath, "new");
    recover_captures(folder.path);
    CHECK(remove_old_captures(folder.path, {1, 0}) == 1);
    CHECK(folder.files() == std::vector<std::string>{"2025-12-04/notes.part", kPath});
    CHECK_FALSE(std::filesystem::exists(folder.path + "/2025-12-03"));
}

TEST_CASE("a capture is made where there was no folder, and refused where none can be") {
    const ScratchFolder folder;
    make_capture_folder(folder.path + "/a/b");
    CHECK(std::filesystem::is_directory(folder.path + "/a/b"));
    folder.write("file", "");
    CHECK_THROWS_WITH(make_capture_folder(folder.path + "/file/b"), ContainsSubstring("--capture"));
}
