#include "vendor/tape_market.hpp"

#include <algorithm>
#include <cmath>

#include "market/underlyings.hpp"
#include "vendor/tape_expiries.hpp"

// Arithmetic here is + - * / and square roots only: those give the same bits on every IEEE machine, exp and
// log don't.

namespace pulse {

namespace {

constexpr int kStrikesEachWay = 45;
constexpr std::size_t kRootTable = 65'536;
constexpr std::size_t kExpiryTable = 256;

int strike_step_milli(double spot) {
    if (spot < 25) return 500;
    if (spot < 100) return 1'000;
    if (spot < 300) return 2'500;
    return 5'000;
}

void put_two(char* at, unsigned value) {
    at[0] = static_cast<char>('0' + value / 10 % 10);
    at[1] = static_cast<char>('0' + value % 10);
}

// Time value as a share of its value at the money, `z` standard deviations away: close to Black-Scholes for
// |z| < 2, with the fatter tails real quotes have.
double tail(double z) {
    const double base = 1 + 0.35 * z * z;
    return 1 / (base * base * base * base);
}

}  // namespace

TapeMarket::TapeMarket(Day day, const std::vector<std::string>& names) : day_(day) {
    for (std::size_t i = 0; i < listings_.size(); ++i)
        listings_[i] = make_listing(day, static_cast<ExpiryCycle>(i));
    const auto roots = tape_roots(names);
    roots_.reserve(roots.size());
    for (const auto& root : roots) add_root(root);
    build_root_table(roots);
}

TapeMarket::Listing TapeMarket::make_listing(Day day, ExpiryCycle cycle) {
    Listing listing;
    std::vector<double> weights;
    double sum = 0;
    for (const Day date : tape_expiries(day, cycle)) {
        const auto civil = civil_from_day(date);
        Expiry expiry{date, {}, 0};
        put_two(expiry.text.data(), static_cast<unsigned>(static_cast<int>(civil.year()) % 100));
        put_two(expiry.text.data() + 2, static_cast<unsigned>(civil.month()));
        put_two(expiry.text.data() + 4, static_cast<unsigned>(civil.day()));
        const double days = date - day;
        expiry.root_years = std::sqrt((days + 0.4) / 365);  // 0.4: what is left of today, more or less
        listing.expiries.push_back(expiry);
        weights.push_back(1 / (1 + days / 4 + days * days / 300));
        sum += weights.back();
    }
    double upto = 0;
    std::size_t index = 0;
    for (std::size_t i = 0; i < kExpiryTable; ++i) {
        const double at = (static_cast<double>(i) + 0.5) / kExpiryTable * sum;
        while (index + 1 < weights.size() && upto + weights[index] < at) upto += weights[index++];
        listing.by_weight.push_back(static_cast<std::uint16_t>(index));
    }
    return listing;
}

void TapeMarket::add_root(const TapeRoot& root) {
    static const auto mag7 = Underlyings::parse(kMag7);
    const int step = strike_step_milli(root.spot);
    const int centre = static_cast<int>(std::lround(root.spot * 1000 / step));
    const int below = std::min(kStrikesEachWay, centre - 1);
    // Adjusted contracts have strikes that are no multiple of anything.
    const int odd = root.cycle == ExpiryCycle::kAdjusted ? 130 : 0;
    const Listing& listing = listings_[static_cast<std::size_t>(root.cycle)];
    roots_.push_back({root.name, root.spot, root.volatility, (centre - below) * step + odd, step,
                      static_cast<std::uint16_t>(below + kStrikesEachWay + 1), contracts_, &listing,
                      root.name == "SPY" || root.name == "QQQ" || root.name == "IWM",
                      mag7.contains(root.name)});
    contracts_ += static_cast<std::uint32_t>(listing.expiries.size()) * roots_.back().strikes * 2;
}

void TapeMarket::build_root_table(const std::vector<TapeRoot>& roots) {
    double sum = 0;
    for (const auto& root : roots) sum += root.weight;
    double upto = 0;
    for (std::size_t i = 0; i < roots.size(); ++i) {
        upto += roots[i].weight;
        const auto end = static_cast<std::size_t>(std::lround(upto / sum * kRootTable));
        while (root_table_.size() < std::min(end, kRootTable))
            root_table_.push_back(static_cast<std::uint16_t>(i));
    }
    while (root_table_.size() < kRootTable)
        root_table_.push_back(static_cast<std::uint16_t>(roots.size() - 1));
}

TapeContract TapeMarket::pick_contract(std::uint16_t root_index, TapeRandom& random) const {
    const Root& root = roots_[root_index];
    TapeContract contract;
    contract.root = root_index;
    contract.expiry = root.listing->by_weight[random.below(kExpiryTable)];
    contract.side = random.below(100) < 56 ? OptionSide::kCall : OptionSide::kPut;
    const double deviation = root.spot * root.volatility * root.listing->expiries[contract.expiry].root_years;
    double away = random.unit();
    away = random.below(100) < 4 ? -5 * away : 2.6 * away * away - 0.25;
    const double target = root.spot + (contract.side == OptionSide::kCall ? away : -away) * deviation;
    const int index =
        static_cast<int>(std::lround((target * 1000 - root.first_strike_milli) / root.step_milli));
    contract.strike = static_cast<std::uint16_t>(std::clamp(index, 0, root.strikes - 1));
    contract.id = root.first_contract +
                  (std::uint32_t{contract.expiry} * root.strikes + contract.strike) * 2 +
                  (contract.side == OptionSide::kPut ? 1U : 0U);
    return contract;
}

int TapeMarket::price_cents(const TapeContract& contract, TapeRandom& random) {
    Root& root = roots_[contract.root];
    root.spot *= 1 + (random.unit() - 0.5) * 0.00006;
    const double strike = (root.first_strike_milli + contract.strike * root.step_milli) / 1000.0;
    const double deviation = root.spot * root.volatility * root.listing->expiries[contract.expiry].root_years;
    const double call = contract.side == OptionSide::kCall ? root.spot - strike : strike - root.spot;
    const double value = std::max(call, 0.0) + 0.4 * deviation * tail((strike - root.spot) / deviation);
    const int cents = static_cast<int>(std::lround(value * 100 * (0.97 + 0.06 * random.unit())));
    // Classes of the penny programme: a cent below 3 dollars, five above; price improvement prints in
    // between.
    if (cents < 300 || root.penny || random.below(100) < 8) return std::max(cents, 1);
    return (cents + 2) / 5 * 5;
}

int TapeMarket::days_to_expiry(const TapeContract& contract) const {
    return roots_[contract.root].listing->expiries[contract.expiry].day - day_;
}

void TapeMarket::append_symbol(std::string& out, const TapeContract& contract) const {
    const Root& root = roots_[contract.root];
    const auto& date = root.listing->expiries[contract.expiry].text;
    std::array<char, 8> strike{};
    auto milli = static_cast<unsigned>(root.first_strike_milli + contract.strike * root.step_milli);
    for (std::size_t i = strike.size(); i-- > 0; milli /= 10) strike[i] = static_cast<char>('0' + milli % 10);
    out.append("O:").append(root.name).append(date.data(), date.size());
    out += static_cast<char>(contract.side);
    out.append(strike.data(), strike.size());
}

}  // namespace pulse
