#include "net/flat_task.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/clock.hpp"
#include "base/log.hpp"
#include "base/signals.hpp"
#include "vendor/aws_sigv4.hpp"
#include "vendor/source_choice.hpp"

namespace pulse {

namespace {

constexpr int kOk = 200;
constexpr int kPartial = 206;
constexpr int kNotModified = 304;
constexpr int kNotFound = 404;
constexpr int kPreconditionFailed = 412;
constexpr int kRangeNotSatisfiable = 416;
constexpr unsigned kMaxFreshStarts = 5;

}  // namespace

FlatTask::FlatTask(const FlatSource& source, Day session, FlatRecords& records, FlatProgress& progress)
    : source_(source),
      session_(session),
      records_(records),
      progress_(progress),
      read_before_(records.etag_read(session)) {
    progress_.name = date_text(session);
    progress_.bytes = 0;
    progress_.total = -1;
}

FetchRequest FlatTask::request() {
    const S3Endpoint& endpoint = source_.endpoint;
    const std::string path = fmt::format("{}/{}/{}", endpoint.path, source_.bucket, flat_key(session_));
    NameValues conditions;
    if (progress_.bytes > 0 && !etag_.empty()) {
        conditions = {{"Range", fmt::format("bytes={}-", progress_.bytes)}, {"If-Match", etag_}};
    } else if (!records_.is_open() && fresh_starts_ == 0 && !read_before_.empty()) {
        conditions = {{"If-None-Match", read_before_}};
    }
    FetchRequest request;
    request.url =
        endpoint.base.substr(0, endpoint.base.size() - endpoint.path.size()) + aws_uri_encode(path, true);
    request.headers =
        s3_get_headers(endpoint.host, path, conditions, source_.key_id, source_.secret, wall_ms() / 1000);
    request.headers.push_back("Host: " + endpoint.host);  // exactly what was signed
    return request;
}

bool FlatTask::accepts(int status) const {
    return status == kOk || status == kPartial || status == kNotModified || status == kNotFound ||
           status == kPreconditionFailed || status == kRangeNotSatisfiable;
}

void FlatTask::start(const FetchReply& reply) {
    status_ = reply.status;
    taking_ = false;
    skip_ = 0;
    if (status_ == kOk) start_whole(reply);
    if (status_ == kPartial) start_rest(reply);
}

void FlatTask::start_whole(const FetchReply& reply) {
    const bool same = !etag_.empty() && reply.etag == etag_;
    if (records_.is_open() && same) {
        skip_ = progress_.bytes;  // the server doesn't know Range
    } else {
        if (records_.is_open()) start_over("came again from its beginning and can't be compared");
        if (fresh_starts_ == 0 && !read_before_.empty())
            log::info("flat file of {} was replaced since it was read: reading it again", progress_.name);
        etag_ = reply.etag;
        progress_.total = reply.length;
        records_.begin(progress_.name);
    }
    taking_ = true;
}

void FlatTask::start_rest(const FetchReply& reply) {
    const bool same_file = reply.etag.empty() || reply.etag == etag_;
    const auto have = static_cast<std::int64_t>(progress_.bytes);
    const bool same_size = reply.length < 0 || progress_.total < 0 || have + reply.length == progress_.total;
    taking_ = records_.is_open() && same_file && same_size;
    if (taking_) log::info("flat file of {} broke off: going on at byte {}", progress_.name, have);
}

void FlatTask::body(std::string_view piece) {
    if (!taking_) return;
    const std::size_t known = static_cast<std::size_t>(std::min<std::uint64_t>(skip_, piece.size()));
    skip_ -= known;
    piece.remove_prefix(known);
    progress_.bytes += piece.size();
    records_.feed(piece);
}

FetchNext FlatTask::end() {
    switch (status_) {
        case kOk:
            return end_of_file();
        case kPartial:
            return taking_ ? end_of_file() : start_over("is another one than before");
        case kNotModified:
            log::info("flat file of {} is unchanged since it was read", progress_.name);
            ++progress_.unchanged;
            return FetchNext::kDone;
        case kNotFound:
            return missing();
        default:
            return start_over("was replaced while it was read");
    }
}

FetchNext FlatTask::start_over(const char* why) {
    if (++fresh_starts_ > kMaxFreshStarts)
        throw Error(Exit::kUnavailable,
                    fmt::format("flat file of {} {} for the {}th time; run the same command again later",
                                progress_.name, why, fresh_starts_));
    log::warn("flat file of {} {}: starting it over", progress_.name, why);
    records_.start_over();
    etag_.clear();
    progress_.bytes = 0;
    progress_.total = -1;
    return FetchNext::kMore;
}

FetchNext FlatTask::end_of_file() {
    if (!records_.finish()) {
        broken_reason_ = records_.broken_reason();
        start_over("arrived damaged");
        return FetchNext::kBroken;
    }
    if (stop_requested()) return FetchNext::kDone;  // the filter may have stopped before the last row
    records_.complete(progress_.name, session_, etag_);
    ++progress_.read;
    return FetchNext::kDone;
}

FetchNext FlatTask::missing() {
    if (records_.is_open()) return start_over("vanished while it was read");
    const bool due = wall_ms() >= flat_file_published_ms(session_);
    log::warn("no file for {}: {}", progress_.name,
              due ? "the vendor has none (a holiday, or before its history)"
                  : "not published yet (about 11:00 New York the next day)");
    ++progress_.missing;
    progress_.missing_sessions.push_back(session_);
    return FetchNext::kDone;
}

}  // namespace pulse
