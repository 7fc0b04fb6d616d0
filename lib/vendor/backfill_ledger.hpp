#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "market/date.hpp"
#include "market/smart_money.hpp"
#include "vendor/history_window.hpp"

namespace pulse {

/// What earlier runs of a backfill have finished, by the lines of its state file (pipe/journal). Two kinds of
/// lines:
/// `{"c":"O:AAPL251219C00190000","u":"AAPL","from":"2025-12-01","through":"2025-12-05"}`: the trades of that
/// contract of the underlying AAPL in the sessions of these dates are written;
/// `{"w":"AAPL","session":"2025-12-05","from":MS,"to":MS}`: so is that watermark, and with it the whole
/// session.
class BackfillLedger {
  public:
    /// Sessions `from` to `through`, both inclusive.
    struct Stretch {
        Day from{};
        Day through{};
    };

    BackfillLedger() = default;
    explicit BackfillLedger(const std::vector<std::string>& lines);

    /// Leaves only whole sessions: what is known of single contracts is forgotten, so that a session that was
    /// begun is fetched from its start.
    void forget_contracts() { contracts_.clear(); }

    /// The watermark of the window is written.
    [[nodiscard]] bool watermarked(const HistoryWindow& window) const;
    /// What is finished of a contract; null when nothing is.
    [[nodiscard]] const std::vector<Stretch>* finished(const std::string& contract) const;
    static bool contains(const std::vector<Stretch>* stretches, Day session);

    /// The lines that say the same with less: stretches joined, contract-days left out whose session has its
    /// watermark.
    [[nodiscard]] std::vector<std::string> compacted() const;
    /// The same, when it pays: less than half of the lines read, and those were a thousand or more.
    [[nodiscard]] std::optional<std::vector<std::string>> much_shorter() const;
    /// Lines that make no sense. Leaving them out costs a second fetch, nothing else.
    [[nodiscard]] std::size_t ignored() const { return ignored_; }

  private:
    struct Contract {
        std::string underlying;
        std::vector<Stretch> stretches;
    };
    [[nodiscard]] bool covered(const std::string& underlying, const Stretch& stretch) const;

    std::unordered_map<std::string, Contract> contracts_;
    std::set<std::tuple<std::string, Day, std::int64_t, std::int64_t>> watermarks_;
    std::size_t lines_ = 0;
    std::size_t ignored_ = 0;
};

/// The lines themselves, without newline.
std::string contract_state_line(std::string_view contract, std::string_view underlying, Day from,
                                Day through);
std::string watermark_state_line(const HistoryWindow& window);

/// The first line of the state file: what was selected. Dates and underlyings may differ from run to run.
std::string trades_state_header(const SmartMoneyRule& rule, bool unfiltered);

}  // namespace pulse
