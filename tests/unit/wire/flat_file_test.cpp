#include "wire/flat_file.hpp"

#include "catch.hpp"

using namespace pulse;

namespace {
constexpr std::string_view kHeader = "ticker,conditions,correction,exchange,price,sip_timestamp,size\n";

FilterResult filtered(const std::string& text) {
    FilterOptions options;
    options.log_hits = false;
    FlatFilter filter(options);
    FilterResult result;
    static std::string kept;  // results point into the text
    kept = text;
    filter.filter(kept, result);
    return result;
}
std::string first_reason(const std::string& row) {
    const FilterResult result = filtered(std::string(kHeader) + row);
    return result.rejected.empty() ? "accepted" : result.rejected.front().reason;
}
}  // namespace

TEST_CASE("a row becomes the trade record with ns and src") {
    const FilterResult result =
        filtered(std::string(kHeader) + "O:AAPL251219C00190000,209,0,302,8.5,1764948620676123456,100\n");
    CHECK(
        result.output ==
        R"({"ev":"T","sym":"O:AAPL251219C00190000","x":302,"p":8.5,"s":100,"c":[209],"t":1764948620676,"ns":1764948620676123456,"src":"flat","ticker":"AAPL","expiry":"2025-12-19","side":"CALL","strike":190,"premium":85000,"dte":14})"
        "\n");
    CHECK(result.lines == 2);
    CHECK(result.ignored == 1);
}

TEST_CASE("columns are found by name in any layout") {
    const std::string older =
        "ticker,conditions,correction,exchange,participant_timestamp,price,sip_timestamp,size\r\n"
        "O:AAPL251219C00190000,\"232,209\",,302,1,8.5,1764948620676000000,100.0\r\n";
    const std::string shuffled =
        "size,sip_timestamp,extra,price,exchange,conditions,ticker\n"
        "100,1764948620676000000,x,8.5,302,\"232,209\",O:AAPL251219C00190000\n";
    CHECK(filtered(older).output == filtered(shuffled).output);
    CHECK_THAT(filtered(older).output, ContainsSubstring(R"("s":100,"c":[232,209],)"));
}

TEST_CASE("files joined by zcat bring their headers along") {
    const std::string day =
        std::string(kHeader) + "O:AAPL251219C00190000,,0,302,8.5,1764948620676000000,100\n";
    const FilterResult result = filtered(day + day);
    CHECK(result.ignored == 2);
    CHECK(result.verdicts[0] == 2);
    CHECK_THAT(result.output, ContainsSubstring(R"("c":[],)"));
}

TEST_CASE("rows of other roots are dropped, bad ones get the reason") {
    CHECK(filtered(std::string(kHeader) + "O:GOOG251219C00190000,,0,302,8.5,1,100\n").verdicts[1] == 1);
    CHECK_THAT(first_reason("O:AAPL251219C00190000,209,0,302,8.5\n"), ContainsSubstring("5 columns"));
    CHECK_THAT(first_reason("O:AAPL251319C00190000,209,0,302,8.5,1,1\n"),
               ContainsSubstring("impossible expiry date"));
    CHECK_THAT(first_reason("O:AAPL251219C00190000,209,0,302,x,1,1\n"), ContainsSubstring("price"));
    CHECK_THAT(first_reason("O:AAPL251219C00190000,209,0,302,8.5,1,1.5\n"),
               ContainsSubstring("size is not a whole"));
    CHECK_THAT(first_reason("O:AAPL251219C00190000,209,0,302,8.5,-1,1\n"),
               ContainsSubstring("sip_timestamp is negative"));
    CHECK_THAT(first_reason("O:AAPL251219C00190000,\"209,0,302,8.5,1,1\n"), ContainsSubstring("quotes"));
    CHECK_THAT(first_reason("O:AAPL251219C00190000,\"209,\",0,302,8.5,1,1\n"), ContainsSubstring("comma"));
    CHECK_THAT(filtered("O:AAPL251219C00190000,209,0,302,8.5,1,1\n").rejected.front().reason,
               ContainsSubstring("no header"));
}

TEST_CASE("padded condition ids stay valid JSON") {
    const FilterResult result =
        filtered(std::string(kHeader) + "O:AAPL251219C00190000,0209,0,302,8.5,1764948620676000000,100\n");
    CHECK_THAT(result.output, ContainsSubstring(R"("c":[209],)"));
}

TEST_CASE("a header is told from JSON") {
    CHECK(looks_like_flat_header("ticker,conditions,correction,exchange,price,sip_timestamp,size"));
    CHECK_FALSE(looks_like_flat_header(R"({"ev":"T"})"));
    CHECK_FALSE(looks_like_flat_header("ticker,volume,open,close,high,low,window_start,transactions"));
}

TEST_CASE("unfiltered keeps every trade of the roots, without derived fields") {
    FilterOptions options;
    options.unfiltered = true;
    FlatFilter filter(options);
    FilterResult result;
    const std::string text =
        std::string(kHeader) +
        "O:AAPL251219C00190000,209,0,302,0.01,1764948620676000000,1\n"                    // a small premium
        "O:AAPL240119C00190000,209,0,302,0.02,1764948620676000000,1\n"                    // expired
        "O:AAPL281215C00190000,209,0,302,999999999999999.99,1764948620676000000,99999\n"  // a premium of 23
                                                                                          // digits
        "O:GOOG251219C00190000,209,0,302,8.5,1764948620676000000,1000\n"
        "O:AAPL251219C00190000,209,0,302,-1,1764948620676000000,1\n";
    filter.filter(text, result);
    CHECK(result.verdicts[0] == 3);
    CHECK(result.verdicts[1] == 1);
    CHECK(result.rejected.size() == 1);
    CHECK(result.output.starts_with(
        R"({"ev":"T","sym":"O:AAPL251219C00190000","x":302,"p":0.01,"s":1,"c":[209],"t":1764948620676,"ns":1764948620676000000,"src":"flat"})"
        "\n"));
    CHECK_THAT(result.output, ContainsSubstring(R"("sym":"O:AAPL240119C00190000")"));
}

TEST_CASE("the dates of the rows are told, of those of other roots only the first one's") {
    CHECK(filtered(std::string(kHeader)).days.empty());
    const Day day = day_from_civil(2025, 12, 5);
    const std::string today = ",209,0,302,8.5,1764948620676000000,1\n";
    const std::string tomorrow = ",209,0,302,8.5,1765035020676000000,1\n";
    const auto span = [](const std::string& rows) {
        const FilterResult result = filtered(std::string(kHeader) + rows);
        return std::pair(result.days.first, result.days.last);
    };
    CHECK(span("O:AAPL251219C00190000" + today) == std::pair(day, day));
    CHECK(span("O:AAPL251219C00190000" + today + "O:TSLA251219C00190000" + tomorrow) ==
          std::pair(day, day + 1));
    CHECK(span("O:GOOG251219C00190000" + today + "O:GOOG251219C00190000" + tomorrow) == std::pair(day, day));
    // 21:00 in New York is the next day in UTC.
    CHECK(span("O:AAPL251219C00190000,209,0,302,8.5,1764986400000000000,1\n") == std::pair(day, day));
}
