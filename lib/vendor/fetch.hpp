#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pulse {

/// One GET that a task wants made.
struct FetchRequest {
    std::string url;                   ///< absolute; never holds a secret
    std::vector<std::string> headers;  ///< more header lines, `Name: value`; never logged
    bool bearer_key = false;           ///< the network edge adds `Authorization: Bearer KEY`
    bool accept_gzip = false;          ///< offer compression; the body arrives unpacked
};

/// The head of an answer.
struct FetchReply {
    int status = 0;
    std::string etag;                        ///< as sent, quotes included; empty when absent
    std::optional<std::string> retry_after;  ///< as sent
    std::int64_t length = -1;                ///< of the body as sent, in bytes; -1 when unknown
};

/// What is left to do after an answer that arrived whole.
enum class FetchNext {
    kDone,     ///< the task is finished
    kMore,     ///< request() now gives the next request of the chain
    kBroken,   ///< the body makes no sense (`broken_reason()`): the same request is worth another try
    kRefused,  ///< the answer is what a task that doesn't accept it gets (`broken_reason()`: its body): that
               ///< ends the job
};

/// One chain of requests made one after the other: the pages of a resource, or a file. Knows nothing of
/// sockets, clocks and retries. Calls come in the order start, body…, end for an answer it accepts; an answer
/// that breaks off or is refused never gets its end(), and request() is asked again for the next attempt.
class FetchTask {
  public:
    FetchTask() = default;
    FetchTask(const FetchTask&) = delete;
    FetchTask& operator=(const FetchTask&) = delete;
    virtual ~FetchTask() = default;

    /// What to ask for now: the first request, the next one after kMore, or the same again after a failure.
    [[nodiscard]] virtual FetchRequest request() = 0;
    /// Statuses whose body goes to the task. Every other answer is the scheduler's business: tried again or
    /// fatal.
    [[nodiscard]] virtual bool accepts(int status) const { return status == 200; }
    /// An accepted answer begins.
    virtual void start(const FetchReply& reply) = 0;
    /// A piece of its body, any size.
    virtual void body(std::string_view piece) = 0;
    /// Its body arrived whole.
    virtual FetchNext end() = 0;
    [[nodiscard]] virtual std::string broken_reason() const { return {}; }
    /// Grows when a failed attempt has got further than those before it: then the retries begin anew. 0 for a
    /// task that starts each attempt from the beginning.
    [[nodiscard]] virtual std::uint64_t progress() const { return 0; }
    /// What is being fetched, for messages: `trades of O:AAPL251219C00190000`.
    [[nodiscard]] virtual std::string name() const = 0;
};

}  // namespace pulse
