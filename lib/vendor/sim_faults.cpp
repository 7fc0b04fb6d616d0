#include "vendor/sim_faults.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "base/error.hpp"

namespace pulse {

namespace {

enum class Argument { kNone, kMs, kOptionalMs, kCloseCode, kStatus, kVariant };

struct Known {
    std::string_view name;
    SimFault::Kind kind;
    Argument argument;
    bool handshake;  // has no meaning after the first event
};

using Kind = SimFault::Kind;

constexpr std::array kKnown{
    Known{"drop", Kind::kDrop, Argument::kNone, false},
    Known{"close", Kind::kClose, Argument::kCloseCode, false},
    Known{"stall", Kind::kStall, Argument::kOptionalMs, false},
    Known{"slow-handshake", Kind::kSlowHandshake, Argument::kMs, true},
    Known{"half", Kind::kHalf, Argument::kNone, false},
    Known{"ack-silence", Kind::kAckSilence, Argument::kNone, false},
    Known{"status", Kind::kStatus, Argument::kStatus, false},
    Known{"garbage", Kind::kGarbage, Argument::kVariant, false},
    Known{"mixed", Kind::kMixed, Argument::kNone, false},
    Known{"auth-refused", Kind::kAuthRefused, Argument::kNone, true},
    Known{"ping-silence", Kind::kPingSilence, Argument::kNone, false},
};

constexpr std::array<std::string_view, 3> kStatuses{"error", "max_connections", "slow_consumer"};
constexpr std::array<std::string_view, 6> kVariants{"text", "truncated", "types", "empty", "object", "bare"};
constexpr std::int64_t kLongestMs = 86'400'000;

[[noreturn]] void refuse(std::string_view entry, std::string_view why) {
    throw Error(Exit::kUsage,
                fmt::format("--faults: '{}': {}; the form is [C/]N:FAULT[:ARG], see polygon-sim serve --help",
                            entry, why));
}

// A whole number of at most 18 digits.
std::optional<std::int64_t> number(std::string_view text) {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || value < 0) return std::nullopt;
    return value;
}

// Cuts `text` at the first `separator`: returns what is before, keeps what is after.
std::string_view cut(std::string_view& text, char separator) {
    const auto at = std::min(text.find(separator), text.size());
    const auto head = text.substr(0, at);
    text.remove_prefix(std::min(at + 1, text.size()));
    return head;
}

template <std::size_t N>
void take_word(SimFault& fault, std::string_view entry, std::string_view word,
               const std::array<std::string_view, N>& allowed) {
    if (std::find(allowed.begin(), allowed.end(), word) == allowed.end())
        refuse(entry, fmt::format("'{}' is none of {}", word, fmt::join(allowed, ", ")));
    fault.text = word;
}

void take_ms(SimFault& fault, std::string_view entry, std::string_view argument) {
    const auto ms = number(argument);
    if (!ms || *ms > kLongestMs) refuse(entry, "needs milliseconds, 0 to 86400000");
    fault.value = *ms;
}

void take_argument(SimFault& fault, Argument kind, std::string_view entry, std::string_view argument) {
    switch (kind) {
        case Argument::kNone:
            if (!argument.empty()) refuse(entry, "this fault takes no argument");
            break;
        case Argument::kMs:
            take_ms(fault, entry, argument);
            break;
        case Argument::kOptionalMs:
            fault.value = kNever;
            if (!argument.empty()) take_ms(fault, entry, argument);
            break;
        case Argument::kCloseCode: {
            const auto code = number(argument);
            if (!code || *code < 1000 || *code > 4999) refuse(entry, "needs a close code, 1000 to 4999");
            fault.value = *code;
            break;
        }
        case Argument::kStatus:
            take_word(fault, entry, argument, kStatuses);
            break;
        case Argument::kVariant:
            if (!argument.empty()) take_word(fault, entry, argument, kVariants);
            break;
    }
}

SimFault parse_entry(std::string_view entry) {
    SimFault fault;
    std::string_view rest = entry;
    if (rest.find('/') != rest.npos) {
        const auto connection = cut(rest, '/');
        const auto index = connection == "*" ? std::optional<std::int64_t>{0} : number(connection);
        if (!index || *index > 1'000'000 || (*index == 0 && connection != "*"))
            refuse(entry, "the connection is a number from 1, or *");
        fault.connection = static_cast<unsigned>(*index);
    }
    const auto event = number(cut(rest, ':'));
    if (!event) refuse(entry, "the event is a number from 0");
    fault.event = static_cast<std::uint64_t>(*event);
    const auto name = cut(rest, ':');
    const auto* known =
        std::find_if(kKnown.begin(), kKnown.end(), [&](const Known& k) { return k.name == name; });
    if (known == kKnown.end()) refuse(entry, fmt::format("unknown fault '{}'", name));
    if (known->handshake && fault.event != 0)
        refuse(entry, "happens before the first event: give it event 0");
    fault.kind = known->kind;
    take_argument(fault, known->argument, entry, rest);
    return fault;
}

}  // namespace

std::vector<SimFault> parse_sim_faults(std::string_view spec) {
    std::vector<SimFault> faults;
    while (!spec.empty())
        if (const auto entry = cut(spec, ','); !entry.starts_with("http/"))
            faults.push_back(parse_entry(entry));
    return faults;
}

std::vector<SimFault> faults_of(const std::vector<SimFault>& all, unsigned connection) {
    std::vector<SimFault> own;
    for (const auto& fault : all)
        if (fault.connection == 0 || fault.connection == connection) own.push_back(fault);
    std::stable_sort(own.begin(), own.end(), [](const auto& a, const auto& b) { return a.event < b.event; });
    return own;
}

std::string_view sim_faults_help() {
    return R"(Faults, as [C/]N:FAULT[:ARG],… (C: connection from 1, * for all, default 1; N: events sent before):
  drop                 TCP ends without a close frame
  close:CODE           close frame, for example 1000, 1001, 1011
  stall[:MS]           sends nothing and reads nothing (pings too) for MS, without MS for good
  half                 half a frame, then drop
  ack-silence          no more events; pings and requests are still answered
  ping-silence         events go on; nothing from the client is read, its pings stay unanswered
  status:error         N = 0: the first subscription of a request is "not authorized"; later: the same text in between
  status:max_connections, status:slow_consumer
                       the status, then close 1008, or a drop
  garbage[:VARIANT]    text, truncated, types, empty, object (a broken object between two good ones), bare (an event
                       outside an array); without VARIANT one frame of each
  mixed                one frame with events and status objects
  slow-handshake:MS    (N = 0) each answer waits MS
  auth-refused         (N = 0) the key is refused)";
}

}  // namespace pulse
