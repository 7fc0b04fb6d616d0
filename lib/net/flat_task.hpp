#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/env.hpp"
#include "vendor/fetch.hpp"
#include "vendor/flat_keys.hpp"
#include "wire/flat_records.hpp"

namespace pulse {

/// Where flat files are, and who asks for them.
struct FlatSource {
    S3Endpoint endpoint;
    std::string bucket = "flatfiles";
    std::string key_id;
    Secret secret;
};

/// How many files ended how, and how far the present one is.
struct FlatProgress {
    std::uint64_t read = 0;
    std::uint64_t missing = 0;
    std::vector<Day> missing_sessions;  ///< their dates
    std::uint64_t unchanged = 0;
    std::string name;         ///< of the present file
    std::uint64_t bytes = 0;  ///< of it, as stored
    std::int64_t total = -1;  ///< -1: unknown
};

/// Fetches the file of one session into FlatRecords. A download that breaks off goes on where it stood as
/// long as the file is the same one (ETag); else it starts over behind a pass marker.
class FlatTask : public FetchTask {
  public:
    /// All must outlive the task.
    FlatTask(const FlatSource& source, Day session, FlatRecords& records, FlatProgress& progress);

    FetchRequest request() override;
    [[nodiscard]] bool accepts(int status) const override;
    void start(const FetchReply& reply) override;
    void body(std::string_view piece) override;
    FetchNext end() override;
    [[nodiscard]] std::string broken_reason() const override { return broken_reason_; }
    [[nodiscard]] std::uint64_t progress() const override { return progress_.bytes; }
    [[nodiscard]] std::string name() const override { return "flat file of " + progress_.name; }

  private:
    void start_whole(const FetchReply& reply);
    void start_rest(const FetchReply& reply);
    FetchNext start_over(const char* why);
    FetchNext end_of_file();
    FetchNext missing();

    const FlatSource& source_;
    Day session_;
    FlatRecords& records_;
    FlatProgress& progress_;
    std::string read_before_;    ///< ETag an earlier run read, empty: none
    std::string etag_;           ///< of the file being read
    bool taking_ = false;        ///< the body at hand goes to the records
    std::uint64_t skip_ = 0;     ///< bytes of the body at hand that are known already
    int status_ = 0;             ///< of the answer at hand
    unsigned fresh_starts_ = 0;  ///< after the first
    std::string broken_reason_;
};

}  // namespace pulse
