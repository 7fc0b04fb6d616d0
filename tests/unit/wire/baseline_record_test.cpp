#include "wire/baseline_record.hpp"

#include "catch.hpp"

using namespace pulse;

TEST_CASE("a baseline row is one line of JSON") {
    BaselineCell cell;
    cell.session = day_from_civil(2025, 12, 5);
    cell.ticker = "AAPL";
    cell.side = OptionSide::kPut;
    cell.dte_bucket = 3;
    cell.slot = 1;
    cell.contracts = 2;
    cell.histogram = {{0, 9}, {78, 3}};
    std::string out = "before\n";
    append_baseline(out, cell);
    CHECK(
        out ==
        "before\n"
        R"({"ev":"B","session":"2025-12-05","ticker":"AAPL","side":"PUT","dte_bucket":"8-14","slot":"10:00",)"
        R"("window_min":30,"contracts":2,"hist":[[0,9],[78,3]]})"
        "\n");
}
