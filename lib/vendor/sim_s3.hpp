#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/env.hpp"
#include "market/date.hpp"
#include "vendor/http_message.hpp"

namespace pulse {

/// The daily files that can be fetched; the edge keeps them.
class S3Files {
  public:
    S3Files() = default;
    S3Files(const S3Files&) = delete;
    S3Files& operator=(const S3Files&) = delete;
    virtual ~S3Files() = default;

    enum class State {
        kMissing,
        kPending,  ///< being made: ask again soon, each call works on it for a moment
        kReady,
    };
    struct File {
        std::string etag;  ///< quotes included
        std::uint64_t size = 0;
        std::int64_t modified_ms = 0;  ///< Unix ms
    };
    /// Fills `file` when the file of that date is ready.
    virtual State find(Day date, File& file) = 0;
    /// `count` bytes of a ready file from `first` on.
    virtual std::unique_ptr<HttpBody> read(Day date, std::uint64_t first, std::uint64_t count) = 0;
};

struct S3Credentials {
    std::string key_id;
    Secret secret;
};

/// The vendor's flat files: path-style GET and HEAD of
/// `/flatfiles/us_options_opra/trades_v1/YYYY/MM/YYYY-MM-DD.csv.gz`, signed with AWS Signature Version 4 in
/// headers, with S3's error codes, ranges and conditions.
class SimS3 {
  public:
    /// Without credentials every key id is good and no signature is checked, but the request must look
    /// signed.
    SimS3(std::optional<S3Credentials> credentials, S3Files& files)
        : credentials_(std::move(credentials)), files_(files) {}

    /// True for what this part of the vendor answers.
    static bool wants(std::string_view path);

    /// Nothing while the file is being made: ask again soon. `wall_ms`: Unix ms.
    [[nodiscard]] std::optional<HttpAnswer> answer(const HttpRequest& request, std::int64_t wall_ms) const;

  private:
    /// The error to answer with, or nothing when the request may pass.
    [[nodiscard]] std::optional<HttpAnswer> refuse(const HttpRequest& request, std::int64_t wall_ms) const;

    std::optional<S3Credentials> credentials_;
    S3Files& files_;
};

/// S3's error document.
HttpAnswer s3_error(int status, std::string_view code, std::string_view message, const HttpRequest& request);

}  // namespace pulse
