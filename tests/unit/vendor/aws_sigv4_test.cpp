#include "vendor/aws_sigv4.hpp"

#include "catch.hpp"

using namespace pulse;

namespace {

// The examples of "Signature Calculations for the Authorization Header" (Amazon S3 API reference).
const Secret kS3Secret("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
const AwsScope kS3Scope{"AKIAIOSFODNN7EXAMPLE", "20130524"};

AwsRequest s3_example(std::string path, NameValues query = {}) {
    return {"GET",
            std::move(path),
            std::move(query),
            {{"Host", "examplebucket.s3.amazonaws.com"},
             {"x-amz-content-sha256", std::string(kEmptyPayloadHash)},
             {"x-amz-date", "20130524T000000Z"}}};
}

std::string signature(const AwsRequest& request) {
    return aws_signature(request, kS3Scope, kS3Secret);
}

}  // namespace

TEST_CASE("signatures equal Amazon's published examples for S3") {
    AwsRequest part = s3_example("/test.txt");
    part.headers.insert(part.headers.begin() + 1, {"Range", "bytes=0-9"});
    CHECK(aws_authorization(part, kS3Scope, kS3Secret) ==
          "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, "
          "SignedHeaders=host;range;x-amz-content-sha256;x-amz-date, "
          "Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");

    AwsRequest put = s3_example("/test$file.text");
    put.method = "PUT";
    put.payload_hash = "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072";
    put.headers[1].second = put.payload_hash;
    put.headers.emplace_back("Date", "Fri, 24 May 2013 00:00:00 GMT");
    put.headers.emplace_back("x-amz-storage-class", "REDUCED_REDUNDANCY");
    CHECK(signature(put) == "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd");

    CHECK(signature(s3_example("/", {{"lifecycle", ""}})) ==
          "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543");
    CHECK(signature(s3_example("/", {{"prefix", "J"}, {"max-keys", "2"}})) ==
          "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7");
}

TEST_CASE("the signature equals the AWS test suite's get-vanilla") {
    const AwsRequest request{
        "GET", "/", {}, {{"Host", "example.amazonaws.com"}, {"X-Amz-Date", "20150830T123600Z"}}};
    CHECK(aws_signature(request, {"AKIDEXAMPLE", "20150830", "us-east-1", "service"},
                        Secret("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")) ==
          "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31");
}

TEST_CASE("the order and spelling of headers and query do not matter, their content does") {
    AwsRequest request = s3_example("/a b.txt", {{"a", "1 2"}, {"b", "+"}});
    const std::string expected = signature(request);
    request.query = {{"b", "+"}, {"a", "1 2"}};
    request.headers = {{"X-AMZ-DATE", "  20130524T000000Z "},
                       {"host", "examplebucket.s3.amazonaws.com"},
                       {"X-Amz-Content-SHA256", std::string(kEmptyPayloadHash)}};
    CHECK(signature(request) == expected);
    request.query[0].second = "-";
    CHECK(signature(request) != expected);
}

TEST_CASE("percent-encoding leaves only what Amazon leaves") {
    CHECK(aws_uri_encode("/a b/ü~-_.*:", true) == "/a%20b/%C3%BC~-_.%2A%3A");
    CHECK(aws_uri_encode("a/b", false) == "a%2Fb");
}

TEST_CASE("a header that was written can be taken apart and verified") {
    const AwsRequest request = s3_example("/test.txt");
    const auto parsed = parse_aws_authorization(aws_authorization(request, kS3Scope, kS3Secret));
    REQUIRE(parsed);
    CHECK(parsed->scope.key_id == "AKIAIOSFODNN7EXAMPLE");
    CHECK(parsed->scope.date == "20130524");
    CHECK(parsed->scope.region == "us-east-1");
    CHECK(parsed->scope.service == "s3");
    CHECK(parsed->signed_headers == std::vector<std::string>{"host", "x-amz-content-sha256", "x-amz-date"});
    CHECK(same_signature(parsed->signature, signature(request)));
    CHECK_FALSE(same_signature(parsed->signature, aws_signature(request, kS3Scope, Secret("other"))));
    CHECK_FALSE(same_signature(parsed->signature, ""));
}

TEST_CASE("other or incomplete Authorization headers are nothing") {
    for (const char* value :
         {"", "Bearer x", "AWS4-HMAC-SHA256", "AWS4-HMAC-SHA256 ",
          "AWS4-HMAC-SHA256 Credential=a/20130524/us-east-1/s3, SignedHeaders=host, Signature=00",
          "AWS4-HMAC-SHA256 Credential=a/20130524/us-east-1/s3/aws4_request, SignedHeaders=host",
          "AWS4-HMAC-SHA256 Credential=a/20130524/us-east-1/s3/aws4_request, Signature=00"})
        CHECK_FALSE(parse_aws_authorization(value));
    CHECK(parse_aws_authorization(
        "AWS4-HMAC-SHA256 Credential=a/20130524/us-east-1/s3/aws4_request,SignedHeaders=host,Signature=00"));
}

TEST_CASE("times are written and read as Amazon spells them") {
    CHECK(amz_date(1'369'353'600) == "20130524T000000Z");
    CHECK(amz_date(1'440'938'160) == "20150830T123600Z");
    CHECK(parse_amz_date("20150830T123600Z") == 1'440'938'160);
    for (const char* text :
         {"", "20150830T123600", "20151330T123600Z", "20150830T243600Z", "2015083T1236000Z"})
        CHECK_FALSE(parse_amz_date(text));
}

TEST_CASE("a GET's header lines carry the signature of everything sent") {
    const auto lines = s3_get_headers("examplebucket.s3.amazonaws.com", "/test.txt", {{"Range", "bytes=0-9"}},
                                      kS3Scope.key_id, kS3Secret, 1'369'353'600);
    REQUIRE(lines.size() == 4);
    CHECK(lines[0] == "Range: bytes=0-9");
    CHECK(lines[2] == "x-amz-date: 20130524T000000Z");
    CHECK_THAT(lines[3], ContainsSubstring(
                             "Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"));
}
