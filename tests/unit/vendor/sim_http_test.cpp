#include "vendor/sim_http.hpp"

#include "base/error.hpp"
#include "sim_bench.hpp"
#include "vendor/aws_sigv4.hpp"
#include "vendor/sim_faults.hpp"
#include "vendor/ws_peer.hpp"

using namespace pulse;

namespace {

const std::string kPath = "/v3/trades/O:AAPL260320C00190000";
const std::string kFile = "/flatfiles/us_options_opra/trades_v1/2026/03/2026-03-06.csv.gz";

class TextBody : public HttpBody {
  public:
    explicit TextBody(std::string text) : text_(std::move(text)) {}
    bool append(std::string& out) override {
        out += text_;
        return false;
    }

  private:
    std::string text_;
};

// One file, ready at the third look.
class OneFile : public S3Files {
  public:
    static constexpr std::string_view kContent = "0123456789";
    int looks = 0;
    State find(Day date, File& file) override {
        if (date != day_from_civil(2026, 3, 6)) return State::kMissing;
        file = {"\"abc\"", kContent.size(), kMarch6};
        return ++looks > 2 ? State::kReady : State::kPending;
    }
    std::unique_ptr<HttpBody> read(Day, std::uint64_t first, std::uint64_t count) override {
        return std::make_unique<TextBody>(std::string(kContent.substr(first, count)));
    }
};

struct Bench {
    std::string tape =
        tape_line("O:AAPL260320C00190000", kMarch6, 1) + tape_line("O:AAPL260320C00190000", kMarch6, 2);
    SimHistory history{tape};
    OneFile files;
    SimRest rest{std::nullopt, [this]() -> const SimHistory& { return history; }};
    SimS3 s3{S3Credentials{"id", Secret("wonder")}, files};
    SimHttpConfig config;
    std::string log;
    std::optional<SimHttp> http;

    explicit Bench(std::string_view faults = "") { config.faults = parse_http_faults(faults); }
    Bench(const Bench&) = delete;
    Bench& operator=(const Bench&) = delete;

    std::optional<HttpAnswer> try_ask(HttpRequest& request, std::int64_t now_ms = 0) {
        if (!http) http.emplace(config, rest, s3, [this](std::string_view line) { log += line; });
        return http->answer(request, now_ms, kMarch6);
    }
    HttpAnswer ask(HttpRequest request, std::int64_t now_ms = 0) {
        request.number = 0;
        auto answer = try_ask(request, now_ms);
        for (int i = 0; !answer && i < 5; ++i) answer = try_ask(request, now_ms);
        REQUIRE(answer);
        return std::move(*answer);
    }
    HttpAnswer ask() { return ask(get(kPath)); }
};

HttpRequest signed_get(const HttpFields& more = {}, std::string path = kFile, std::string secret = "wonder",
                       std::int64_t unix_s = kMarch6 / 1000, std::string id = "id") {
    HttpRequest request = get(path);
    request.headers = {{"host", "sim:8080"}};
    for (const auto& line : s3_get_headers("sim:8080", path, more, id, Secret(std::move(secret)), unix_s)) {
        const auto colon = line.find(": ");
        std::string name = line.substr(0, colon);
        for (char& c : name) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
        request.headers.emplace_back(name, line.substr(colon + 2));
    }
    return request;
}

std::string header(const HttpAnswer& answer, std::string_view name) {
    for (const auto& [key, value] : answer.headers)
        if (key == name) return value;
    return {};
}

}  // namespace

TEST_CASE("http faults hit the requests they name, of any kind", "[sim_http]") {
    Bench bench("5:drop,http/2:429:7,http/3-4:500,http/6:html");
    std::vector<int> statuses;
    for (int i = 0; i < 7; ++i) statuses.push_back(bench.ask().status);
    CHECK(statuses == std::vector<int>{200, 429, 500, 500, 200, 502, 200});
    CHECK(bench.http->requests() == 7);
    Bench all("http/*:503");
    CHECK(all.ask().status == 503);
    CHECK(all.ask(signed_get()).status == 503);
    CHECK_THAT(all.ask(signed_get()).text, ContainsSubstring("<Code>SlowDown</Code>"));
}

TEST_CASE("what each http fault does", "[sim_http]") {
    const auto answer_of = [](const std::string& fault) {
        Bench bench("http/1:" + fault);
        auto answer = bench.ask();
        if (answer.ending == HttpEnding::kWhole) materialize(answer);
        return answer;
    };
    CHECK(header(answer_of("429:30"), "Retry-After") == "30");
    CHECK(header(answer_of("429"), "Retry-After").empty());
    CHECK_THAT(answer_of("429").text, ContainsSubstring("exceeded the maximum requests per minute"));
    CHECK(answer_of("429-empty").text.empty());
    CHECK_THAT(answer_of("html").text, ContainsSubstring("<html>"));
    CHECK_THAT(answer_of("401").text, ContainsSubstring("Unknown API Key"));
    CHECK_THAT(answer_of("403").text,
               ContainsSubstring(R"("status":"NOT_AUTHORIZED")") && ContainsSubstring("message"));
    CHECK_THAT(answer_of("delayed").text, ContainsSubstring("DELAYED"));
    CHECK_THAT(answer_of("loop").text, ContainsSubstring("next_url"));
    CHECK_THAT(answer_of("other-host").text, ContainsSubstring("other-host.example"));
    CHECK(answer_of("no-results").text.find("results") == std::string::npos);
    simdjson::dom::parser parser;
    CHECK(parser.parse(answer_of("garbage").text).error() != simdjson::SUCCESS);
    CHECK(answer_of("truncate").ending == HttpEnding::kDrop);
    CHECK(answer_of("truncate").body == nullptr);  // so that a length is told
    CHECK(answer_of("stall").stall_ms == kNever);
    CHECK(answer_of("stall:20").stall_ms == 20);
}

TEST_CASE("wrong http faults are refused by name", "[sim_http]") {
    for (const auto* bad : {"http/0:500", "http/2-1:500", "http/x:500", "http/1:bogus", "http/1:500:1",
                            "http/1:stall:x", "http/1", "http/:500"}) {
        INFO(bad);
        CHECK_THROWS_AS(parse_http_faults(bad), Error);
    }
    CHECK(parse_http_faults("5:drop,*/50:close:1011").empty());
    CHECK(parse_sim_faults("5:drop,http/1:500").size() == 1);
}

TEST_CASE("more REST requests a minute than allowed are throttled, files aren't", "[sim_http]") {
    Bench bench;
    bench.config.rate_limit = 2;
    CHECK(bench.ask(get(kPath), 0).status == 200);
    CHECK(bench.ask(get(kPath), 30'000).status == 200);
    CHECK(bench.ask(get(kPath), 59'999).status == 429);
    CHECK(bench.ask(signed_get(), 59'999).status == 200);
    CHECK(bench.ask(get(kPath), 60'000).status == 200);
    CHECK(bench.ask(get(kPath), 60'001).status == 429);
}

TEST_CASE("the log has a line a request and never a key", "[sim_http]") {
    Bench bench("http/2:429");
    bench.ask(get(kPath, {{"apiKey", "sesame"}, {"limit", "1"}}));
    bench.ask(get("/v1/marketstatus/now\r\nx"));
    CHECK(bench.log == "GET " + kPath + "?limit=1 200\nGET /v1/marketstatus/now??x 429\n");
}

TEST_CASE("answers are packed for who offers gzip, when asked for", "[sim_http]") {
    for (const bool on : {false, true}) {
        Bench bench;
        bench.config.gzip = on;
        bench.config.latency_ms = 40;
        auto request = get(kPath);
        CHECK(header(bench.ask(request), "Content-Encoding").empty());
        request.headers.emplace_back("accept-encoding", "br, gzip");
        const auto answer = bench.ask(request);
        CHECK(answer.delay_ms == 40);
        CHECK(header(answer, "Content-Encoding") == (on ? "gzip" : ""));
    }
}

TEST_CASE("a signed request gets the file, in whole or in part", "[sim_s3]") {
    Bench bench;
    auto request = signed_get();
    request.number = 0;
    CHECK_FALSE(bench.try_ask(request));  // the file is being made
    const auto answer = bench.ask(signed_get());
    CHECK(bench.http->requests() == 2);
    CHECK(answer.status == 200);
    CHECK(answer.length == 10);
    CHECK(header(answer, "ETag") == "\"abc\"");
    CHECK(header(answer, "Last-Modified") == "Fri, 06 Mar 2026 14:30:00 GMT");
    const auto part = [&](const std::string& range) { return bench.ask(signed_get({{"range", range}})); };
    CHECK(part("bytes=7-").status == 206);
    CHECK(header(part("bytes=7-"), "Content-Range") == "bytes 7-9/10");
    CHECK(whole(part("bytes=7-")) == "789");
    CHECK(whole(part("bytes=2-3")) == "23");
    CHECK(whole(part("bytes=-4")) == "6789");
    CHECK(whole(part("bytes=0-99")) == "0123456789");
    CHECK(part("bytes=10-").status == 416);
    CHECK(part("lines=1-").status == 200);
    CHECK(part("bytes=5-2").status == 200);
}

TEST_CASE("conditions on the file's tag", "[sim_s3]") {
    Bench bench;
    const auto status = [&](const std::string& name, const std::string& tag) {
        return bench.ask(signed_get({{name, tag}})).status;
    };
    CHECK(status("if-match", "\"abc\"") == 200);
    CHECK(status("if-match", "\"other\"") == 412);
    CHECK(status("if-none-match", "\"abc\"") == 304);
    CHECK(status("if-none-match", "\"other\"") == 200);
}

TEST_CASE("S3 refuses with its own words", "[sim_s3]") {
    Bench bench;
    const auto refused = [&](const HttpRequest& request, int status, const std::string& code) {
        const auto answer = bench.ask(request);
        CHECK(answer.status == status);
        CHECK_THAT(answer.text, ContainsSubstring("<Code>" + code + "</Code>"));
    };
    const std::int64_t now = kMarch6 / 1000;
    refused(signed_get({}, kFile, "wrong"), 403, "SignatureDoesNotMatch");
    refused(signed_get({}, kFile, "wonder", now, "other"), 403, "InvalidAccessKeyId");
    refused(signed_get({}, kFile, "wonder", now - 901), 403, "RequestTimeTooSkewed");
    refused(signed_get({}, kFile, "wonder", now + 901), 403, "RequestTimeTooSkewed");
    CHECK(bench.ask(signed_get({}, kFile, "wonder", now - 900)).status == 200);
    refused(get(kFile), 400, "AuthorizationHeaderMalformed");
    auto unsigned_request = get(kFile);
    unsigned_request.headers = {{"host", "sim:8080"}};
    refused(unsigned_request, 403, "AccessDenied");
    const std::string folder = "/flatfiles/us_options_opra/trades_v1/";
    for (const auto* missing :
         {"2026/03/2026-03-07.csv.gz", "2026/04/2026-03-06.csv.gz", "2026/03/2026-03-06.csv"})
        refused(signed_get({}, folder + missing), 404, "NoSuchKey");
    // What was signed can't be changed, and what wasn't hashed is told.
    auto moved = signed_get();
    moved.query = {{"versionId", "1"}};
    refused(moved, 403, "SignatureDoesNotMatch");
    auto bare = signed_get();
    std::erase_if(bare.headers, [](const auto& field) { return field.first == "x-amz-content-sha256"; });
    refused(bare, 400, "InvalidRequest");
}
