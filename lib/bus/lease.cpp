#include "bus/lease.hpp"

#include "base/clock.hpp"
#include "base/log.hpp"

namespace pulse::bus {

Lease::Lease(const Link& link, const std::string& stream, unsigned partition, std::string holder,
             std::int64_t term_ms)
    : link_(link),
      stream_(stream),
      subject_(stream + '.' + std::to_string(partition)),
      holder_(std::move(holder)),
      rule_(term_ms) {}

bool Lease::try_take() {
    read();
    // An own lease that is still there: an earlier attempt succeeded though its answer got lost.
    if (revision_ && text_ == holder_) return held_ = true;
    if (!rule_.may_take(revision_, text_.empty(), mono_ms())) return false;
    return held_ = write(holder_, revision_);
}

bool Lease::renew() {
    if (!held_ || write(holder_, revision_)) return held_;
    read();
    return held_ = revision_ && text_ == holder_;
}

void Lease::release() noexcept {
    if (!held_) return;
    held_ = false;
    try {
        write("", revision_);
    } catch (const std::exception& failure) {
        log::debug("lease {} ends with its term: {}", subject_, failure.what());
    }
}

// False when the last message isn't the one that was to be replaced.
bool Lease::write(std::string_view text, std::optional<std::uint64_t> replaces) {
    jsPubOptions options;
    jsPubOptions_Init(&options);
    options.ExpectNoMessage = !replaces;
    options.ExpectLastSubjectSeq = replaces.value_or(0);
    jsPubAck* ack = nullptr;
    jsErrCode code{};
    const natsStatus status = js_Publish(&ack, link_.jetstream(), subject_.c_str(), text.data(),
                                         static_cast<int>(text.size()), &options, &code);
    const Handle<jsPubAck> owner(ack);
    if (code == JSStreamWrongLastSequenceErr) return false;
    check(status, code, "cannot write lease " + subject_);
    revision_ = ack->Sequence;
    text_ = text;
    return true;
}

// False when nobody has ever written it.
bool Lease::read() {
    natsMsg* message = nullptr;
    jsErrCode code{};
    const natsStatus status =
        js_GetLastMsg(&message, link_.jetstream(), stream_.c_str(), subject_.c_str(), nullptr, &code);
    const Handle<natsMsg> owner(message);
    if (status == NATS_NOT_FOUND || code == JSNoMessageFoundErr) {
        revision_.reset();
        text_.clear();
        return false;
    }
    check(status, code, "cannot read lease " + subject_);
    revision_ = natsMsg_GetSequence(message);
    text_.assign(natsMsg_GetData(message), static_cast<std::size_t>(natsMsg_GetDataLength(message)));
    return true;
}

}  // namespace pulse::bus
