#include "bus/stream.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "base/error.hpp"
#include "base/log.hpp"
#include "bus/route.hpp"

namespace pulse::bus {

namespace {

constexpr std::int64_t kNs = 1'000'000'000;

Handle<jsStreamInfo> info_of(const Link& link, const std::string& name) {
    jsStreamInfo* info = nullptr;
    jsErrCode code{};
    const natsStatus status = js_GetStreamInfo(&info, link.jetstream(), name.c_str(), nullptr, &code);
    if (status == NATS_NOT_FOUND || code == JSStreamNotFoundErr) return nullptr;
    check(status, code, "cannot look for stream " + name + " (is JetStream enabled on the server?)");
    return Handle<jsStreamInfo>(info);
}

// How many partitions the stream's subjects make; 0 when they are others than ours.
unsigned partitions_of(const std::string& name, const jsStreamConfig& config) {
    std::vector<std::string> subjects;
    for (int i = 0; i < config.SubjectsLen; ++i) subjects.emplace_back(config.Subjects[i]);
    const auto count = static_cast<unsigned>(subjects.size());
    for (unsigned p = 0; p < count; ++p)
        if (std::find(subjects.begin(), subjects.end(), partition_subjects(name, p)) == subjects.end())
            return 0;
    return count;
}

StreamFacts facts_of(const std::string& name, const jsStreamInfo& info) {
    const StreamFacts facts{partitions_of(name, *info.Config), static_cast<int>(info.Config->Replicas)};
    if (facts.partitions == 0)
        throw Error(Exit::kConfig,
                    fmt::format("stream {} has other subjects than {}.0.>, {}.1.>, …: it isn't "
                                "one of nats-put's; choose another --stream",
                                name, name, name));
    return facts;
}

// Makes a stream; another process may be doing the same.
void add_stream(const Link& link, jsStreamConfig& config) {
    jsStreamInfo* info = nullptr;
    jsErrCode code{};
    const natsStatus status = js_AddStream(&info, link.jetstream(), &config, nullptr, &code);
    const Handle<jsStreamInfo> owner(info);
    if (code == JSStreamNameExistErr) return;
    if (code == JSStreamReplicasNotSupportedErr || code == JSStreamSubjectOverlapErr)
        throw Error(Exit::kConfig, fmt::format("cannot make stream {}: {}", config.Name,
                                               code == JSStreamSubjectOverlapErr
                                                   ? "its subjects belong to another stream already"
                                                   : "replicas want a cluster of as many servers"));
    check(status, code, fmt::format("cannot make stream {}", config.Name));
    log::info("made stream {} with {} replicas", config.Name, config.Replicas);
}

void make_stream(const Link& link, const StreamSettings& settings) {
    const unsigned partitions = settings.partitions.value_or(kDefaultPartitions);
    std::vector<std::string> subjects;
    for (unsigned p = 0; p < partitions; ++p) subjects.push_back(partition_subjects(settings.name, p));
    std::vector<const char*> texts;
    for (const std::string& subject : subjects) texts.push_back(subject.c_str());
    jsStreamConfig config;
    jsStreamConfig_Init(&config);
    config.Name = settings.name.c_str();
    config.Description = "records of the options tape, by partition of underlyings (Pulse)";
    config.Subjects = texts.data();
    config.SubjectsLen = static_cast<int>(texts.size());
    config.Retention = js_LimitsPolicy;
    config.Storage = js_FileStorage;
    config.Replicas = settings.replicas;
    config.MaxAge = settings.max_age_s * kNs;
    // The server wants a window no longer than the messages live.
    const auto window_s = settings.max_age_s > 0 ? std::min(settings.duplicate_window_s, settings.max_age_s)
                                                 : settings.duplicate_window_s;
    config.Duplicates = window_s * kNs;
    add_stream(link, config);
}

}  // namespace

StreamFacts ensure_stream(const Link& link, const StreamSettings& settings) {
    StreamFacts facts;
    link.persist([&] {
        auto info = info_of(link, settings.name);
        if (!info) {
            make_stream(link, settings);
            info = info_of(link, settings.name);
        }
        if (!info) throw Passing("stream " + settings.name + " was made and isn't there yet");
        facts = facts_of(settings.name, *info);
    });
    if (settings.partitions && *settings.partitions != facts.partitions)
        throw Error(
            Exit::kConfig,
            fmt::format("stream {} has {} partitions, not {}: leave --partitions out, or choose another "
                        "--stream",
                        settings.name, facts.partitions, *settings.partitions));
    return facts;
}

StreamFacts find_stream(const Link& link, const std::string& name) {
    StreamFacts facts;
    link.persist([&] {
        const auto info = info_of(link, name);
        if (!info) throw Error(Exit::kConfig, "there is no stream " + name + "; nats-put makes it");
        facts = facts_of(name, *info);
    });
    return facts;
}

std::string ensure_lease_stream(const Link& link, const std::string& name, int replicas) {
    const std::string leases = name + "_leases";
    const std::string subject = leases + ".>";
    link.persist([&] {
        if (info_of(link, leases)) return;
        const char* subjects[] = {subject.c_str()};
        jsStreamConfig config;
        jsStreamConfig_Init(&config);
        config.Name = leases.c_str();
        config.Description = "who works on which partition (Pulse, nats-each)";
        config.Subjects = static_cast<const char**>(subjects);
        config.SubjectsLen = 1;
        config.Storage = js_FileStorage;
        config.Replicas = replicas;
        config.MaxMsgsPerSubject = 1;
        add_stream(link, config);
    });
    return leases;
}

}  // namespace pulse::bus
