#pragma once

#include <optional>
#include <string>
#include <vector>

#include "market/calendar.hpp"
#include "market/rule_options.hpp"
#include "net/flat_task.hpp"
#include "net/rest_backfill.hpp"
#include "vendor/history_window.hpp"
#include "wire/filter_result.hpp"

namespace CLI {
class App;
}

/// The option groups that backfill-fetch's subcommands share, and what they mean to the library.
namespace pulse {

/// Which dates and trades.
struct Selection {
    std::optional<unsigned> days;
    std::string from;
    std::string to;
    RuleOptions rule;
    bool unfiltered = false;

    [[nodiscard]] bool names_dates() const { return days || !from.empty() || !to.empty(); }
};

struct DateSpan {
    Day first{};
    Day last{};
};

void declare_dates(CLI::App& app, Selection& o);
void declare_underlyings(CLI::App& app, Selection& o);
void declare_rule(CLI::App& app, Selection& o);
/// The dates asked for, both inclusive; without --to up to `newest`. Throws Error(kUsage).
DateSpan dates_of(const Selection& o, Day newest);
/// The sessions among them; tells when there are none.
std::vector<Session> sessions_of(const Selection& o, Day newest);
FilterOptions filter_options(const Selection& o, bool strict);

/// How to work: the same for every source.
struct Working {
    std::string state;
    bool whole_sessions = false;
    std::string ca_file;
    std::string rejects;
    std::string progress = "auto";
    bool strict = false;
    unsigned max_retries = 8;
    unsigned stall_timeout_s = 30;
};

void declare_state(CLI::App& app, Working& o);
void declare_working(CLI::App& app, Working& o);
FetchNetOptions net_options(const Working& o);

/// How the REST service is asked.
struct RestSettings {
    std::string base_url;
    unsigned concurrency = 16;
    double rate = 90;
};

void declare_rest(CLI::App& app, RestSettings& o);
/// The service's address as of rest_base(), from --base-url, POLYGON_API_URL, or the default.
std::string base_of(const RestSettings& o);
/// Throws Error(kConfig) when no key is set.
RestOptions rest_options(const RestSettings& o, const Working& working);

void declare_s3(CLI::App& app, std::string& endpoint);
bool has_s3_key();
/// Throws Error(kConfig) when no key is set.
FlatSource flat_source(const std::string& endpoint);

}  // namespace pulse
