#pragma once

// Inside lib/bus only: libnats' types with owners.
#include <nats/nats.h>

#include <memory>

namespace pulse::bus {

struct NatsDelete {
    void operator()(natsOptions* options) const noexcept { natsOptions_Destroy(options); }
    void operator()(natsConnection* connection) const noexcept { natsConnection_Destroy(connection); }
    void operator()(natsSubscription* subscription) const noexcept { natsSubscription_Destroy(subscription); }
    void operator()(natsMsg* message) const noexcept { natsMsg_Destroy(message); }
    void operator()(jsCtx* context) const noexcept { jsCtx_Destroy(context); }
    void operator()(jsStreamInfo* info) const noexcept { jsStreamInfo_Destroy(info); }
    void operator()(jsConsumerInfo* info) const noexcept { jsConsumerInfo_Destroy(info); }
    void operator()(jsPubAck* ack) const noexcept { jsPubAck_Destroy(ack); }
    void operator()(jsMsgMetaData* data) const noexcept { jsMsgMetaData_Destroy(data); }
};

template <typename T>
using Handle = std::unique_ptr<T, NatsDelete>;

}  // namespace pulse::bus
