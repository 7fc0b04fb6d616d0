#include "vendor/tape_generator.hpp"

#include <algorithm>
#include <array>
#include <queue>

#include "market/conditions.hpp"
#include "vendor/tape_clock.hpp"
#include "vendor/tape_market.hpp"
#include "vendor/tape_print.hpp"

namespace pulse {

namespace {

constexpr std::size_t kChunk = 1 << 20;
constexpr std::size_t kLongestLine = 160;

// Rates a million orders. An order makes 1.3 prints on average.
constexpr std::uint32_t kSweeps = 50'000;
constexpr std::uint32_t kMultiLegs = 70'000;
constexpr std::uint32_t kLate = 2'600;
constexpr std::uint32_t kRepeated = 6'500;
constexpr std::uint32_t kCancelled = 600;
constexpr std::uint32_t kBigCancelled = 10'000;  // of MAG7 prints that the default filter keeps
constexpr std::uint32_t kTwoConditions = 3'000;
constexpr std::uint32_t kNoConditions = 500;
constexpr std::uint32_t kUnknownCondition = 200;
constexpr std::uint32_t kUnknownExchange = 200;

constexpr std::array<std::int16_t, 32> kExchanges{302, 302, 302, 325, 325, 325, 304, 304, 316, 316, 316,
                                                  313, 313, 313, 323, 323, 308, 308, 312, 312, 300, 300,
                                                  301, 301, 307, 309, 315, 318, 319, 320, 322, 303};
constexpr std::array<std::int16_t, 64> kSingle{
    209, 209, 209, 209, 209, 209, 209, 209, 209, 209, 209, 209, 209, 209, 209, 209,
    209, 209, 209, 209, 209, 209, 209, 209, 209, 209, 209, 209, 209, 209, 209, 209,
    209, 209, 209, 209, 219, 219, 219, 219, 219, 219, 219, 227, 227, 227, 227, 227,
    227, 227, 227, 227, 228, 229, 229, 230, 231, 231, 236, 236, 232, 237, 240, 243};
constexpr std::array<std::int16_t, 16> kMultiLeg{232, 232, 232, 232, 232, 232, 232, 232,
                                                 233, 233, 233, 234, 235, 236, 238, 239};
constexpr std::array<std::int16_t, 8> kCancel{201, 201, 201, 201, 201, 203, 205, 207};

struct DeliveredLater {
    bool operator()(const InventedPrint& a, const InventedPrint& b) const {
        return a.deliver_ms != b.deliver_ms ? a.deliver_ms > b.deliver_ms : a.order > b.order;
    }
};

class Generator {
  public:
    Generator(const TapePlan& plan, const std::function<bool(std::string_view)>& sink)
        : trades_(plan.trades),
          session_(plan.session),
          sink_(sink),
          random_(plan.seed),
          clock_(plan.session, std::max<std::uint64_t>(plan.trades, 1), plan.seed ^ 0x5eed),
          market_(plan.session.date, plan.underlyings),
          sequence_(market_.contracts(), 0) {
        chunk_.reserve(kChunk + kLongestLine);
    }

    void run();

  private:
    void plan_order();
    void plan_sweep(InventedPrint print);
    void plan_multi_leg(InventedPrint print);
    void plan_single(InventedPrint print);
    void plan_cancel(const InventedPrint& print);
    void add_oddities(InventedPrint& print);
    void schedule(InventedPrint print);
    bool deliver(std::int64_t upto_ms);

    InventedPrint draw(std::int64_t now);
    int draw_size(std::int32_t price_cents);
    std::int16_t draw_exchange() { return kExchanges[random_.below(kExchanges.size())]; }
    static void set_condition(InventedPrint& print, std::int16_t id) {
        print.conditions[0] = id;
        print.condition_count = 1;
    }

    std::uint64_t trades_;
    Session session_;
    const std::function<bool(std::string_view)>& sink_;
    TapeRandom random_;
    TapeClock clock_;
    TapeMarket market_;
    std::vector<std::uint64_t> sequence_;  // the last `q` by contract; 0: none yet
    std::priority_queue<InventedPrint, std::vector<InventedPrint>, DeliveredLater> pending_;
    std::uint64_t planned_ = 0;
    std::string chunk_;
};

void Generator::run() {
    while (planned_ < trades_) {
        const std::int64_t now = clock_.at(planned_);
        plan_order();
        if (!deliver(now)) return;
    }
    if (deliver(INT64_MAX) && !chunk_.empty()) sink_(chunk_);
}

void Generator::plan_order() {
    InventedPrint print = draw(clock_.at(planned_));
    const std::uint32_t kind = random_.below(1'000'000);
    if (kind < kSweeps)
        plan_sweep(print);
    else if (kind < kSweeps + kMultiLegs)
        plan_multi_leg(print);
    else
        plan_single(print);
}

InventedPrint Generator::draw(std::int64_t now) {
    InventedPrint print;
    print.deliver_ms = print.t_ms = now;
    print.contract = market_.pick_contract(market_.pick_root(random_), random_);
    print.price_cents = market_.price_cents(print.contract, random_);
    print.size = draw_size(print.price_cents);
    print.exchange = draw_exchange();
    return print;
}

// Most prints are a few contracts; one in a thousand is a block. Contracts of eight dollars and more trade
// smaller.
int Generator::draw_size(std::int32_t price_cents) {
    const std::uint32_t u = random_.below(price_cents >= 800 && random_.below(8) != 0 ? 945 : 1000);
    if (u < 420) return 1;
    if (u < 540) return 2;
    if (u < 600) return 3;
    if (u < 690) return 5;
    if (u < 790) return random_.between(4, 9);
    if (u < 890) return 10;
    if (u < 940) return random_.between(11, 25);
    if (u < 982) return random_.between(26, 99);
    if (u < 995) return random_.between(4, 16) * 25;
    return u < 999 ? random_.between(5, 19) * 50 : random_.between(10, 60) * 100;
}

// One order taken from several exchanges within some ten milliseconds, the price giving way now and then.
void Generator::plan_sweep(InventedPrint print) {
    set_condition(print, 219);
    for (int legs = random_.between(2, 8); legs > 0; --legs) {
        schedule(print);
        print.t_ms = print.deliver_ms = print.deliver_ms + random_.between(0, 9);
        print.exchange = draw_exchange();
        print.size = draw_size(print.price_cents);
        if (random_.below(5) == 0) print.price_cents += print.price_cents < 300 ? 1 : 5;
    }
}

// Several contracts of one root on one exchange in the same millisecond.
void Generator::plan_multi_leg(InventedPrint print) {
    set_condition(print, kMultiLeg[random_.below(kMultiLeg.size())]);
    for (int legs = random_.between(2, 4); legs > 0; --legs) {
        schedule(print);
        print.contract = market_.pick_contract(print.contract.root, random_);
        print.price_cents = market_.price_cents(print.contract, random_);
    }
}

void Generator::plan_single(InventedPrint print) {
    set_condition(print, kSingle[random_.below(kSingle.size())]);
    if (random_.chance(kLate)) {
        const double part = random_.unit();
        const auto late = 2'000 + static_cast<std::int64_t>(part * part * 900'000);
        print.t_ms = std::max(session_.open_ms, print.t_ms - late);
        set_condition(print, random_.below(2) == 0 ? 202 : 204);
    }
    add_oddities(print);
    schedule(print);
    // A second print of the same millisecond and size is a trade of its own: only `q` tells them apart.
    if (random_.chance(kRepeated)) schedule(print);
    const bool kept = market_.mag7(print.contract) && market_.days_to_expiry(print.contract) <= 30 &&
                      std::int64_t{print.price_cents} * print.size >= 50'000;
    if (random_.chance(kept ? kBigCancelled : kCancelled)) plan_cancel(print);
}

// What a tolerant reader must live with.
void Generator::add_oddities(InventedPrint& print) {
    if (random_.chance(kTwoConditions)) {
        print.conditions[1] = print.conditions[0] == 227 ? 209 : 227;
        print.condition_count = 2;
    }
    if (random_.chance(kNoConditions)) print.condition_count = 0;
    if (random_.chance(kUnknownCondition)) set_condition(print, 999);
    if (random_.chance(kUnknownExchange)) print.exchange = 399;
}

// The vendor withdraws nothing: a cancel is one more print with the same contract, exchange, price and size.
void Generator::plan_cancel(const InventedPrint& print) {
    InventedPrint cancel = print;
    const double part = random_.unit();
    const auto delay = 1'000 + static_cast<std::int64_t>(part * part * 1'200'000);
    cancel.deliver_ms = std::min(print.deliver_ms + delay, session_.close_ms + random_.between(1, 60'000));
    cancel.t_ms = cancel.deliver_ms;
    set_condition(cancel, kCancel[random_.below(kCancel.size())]);
    schedule(cancel);
}

void Generator::schedule(InventedPrint print) {
    if (planned_ == trades_) return;
    print.order = planned_++;
    pending_.push(print);
}

// Writes what stands before every print still to be planned. False when the sink wants no more.
bool Generator::deliver(std::int64_t upto_ms) {
    while (!pending_.empty() && pending_.top().deliver_ms <= upto_ms) {
        const InventedPrint& print = pending_.top();
        auto& sequence = sequence_[print.contract.id];
        if (sequence == 0) sequence = random_.below(800'000'000);
        sequence += 1 + random_.below(random_.below(4) == 0 ? 50'000 : 200);
        append_print(chunk_, market_, print, sequence);
        pending_.pop();
        if (chunk_.size() < kChunk) continue;
        if (!sink_(chunk_)) return false;
        chunk_.clear();
    }
    return true;
}

}  // namespace

void generate_tape(const TapePlan& plan, const std::function<bool(std::string_view)>& sink) {
    Generator(plan, sink).run();
}

}  // namespace pulse
