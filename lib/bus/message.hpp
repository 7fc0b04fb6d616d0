#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace pulse::bus {

/// One JetStream message: whole lines of one underlying, or one watermark.
struct Message {
    std::string subject;
    std::string data;           ///< lines, each with its newline
    std::string id;             ///< Nats-Msg-Id: the server stores a second message with it only once
    std::uint32_t records = 0;  ///< lines of the input that it stands for
};

/// Messages of one partition that may be on the way at the same time: at most one of each underlying, or a
/// watermark alone. A partition's rounds are sent one after the other, each when the one before is
/// acknowledged, so nothing that gets lost and is sent again can change the order of an underlying.
struct Round {
    std::vector<Message> messages;
    [[nodiscard]] std::uint64_t records() const {
        std::uint64_t sum = 0;
        for (const Message& message : messages) sum += message.records;
        return sum;
    }
};

}  // namespace pulse::bus
