#include "vendor/sim_hub.hpp"

namespace pulse {

/// A session that tells the hub when it takes and leaves the account's slot.
class SimHub::Member : public SimSession {
  public:
    Member(SimHub& hub, std::int64_t now_ms)
        : SimSession(hub.config_, hub.counts_, hub.place_, ++hub.opened_, now_ms), hub_(hub) {
        ++hub_.open_;
    }
    ~Member() override {
        if (hub_.holder_ == this) hub_.holder_ = nullptr;
        --hub_.open_;
    }
    void receive(std::string_view message, std::int64_t now_ms) override {
        const bool before = authenticated();
        SimSession::receive(message, now_ms);
        if (before || !authenticated()) return;
        if (hub_.holder_ != nullptr && hub_.holder_->authenticated()) hub_.holder_->evict();
        hub_.holder_ = this;
    }

  private:
    SimHub& hub_;
};

std::unique_ptr<WsPeer> SimHub::connect(std::int64_t now_ms) {
    return std::make_unique<Member>(*this, now_ms);
}

}  // namespace pulse
