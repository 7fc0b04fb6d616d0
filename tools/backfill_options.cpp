#include "backfill_options.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "base/env.hpp"
#include "base/log.hpp"
#include "vendor/rest_urls.hpp"

namespace pulse {

namespace {

constexpr unsigned kDefaultDays = 90;

Day date_option(const std::string& name, const std::string& text) {
    const auto day = parse_date(text);
    if (!day) throw Error(Exit::kUsage, fmt::format("{} takes a date like 2025-12-05, not '{}'", name, text));
    return *day;
}

}  // namespace

void declare_dates(CLI::App& app, Selection& o) {
    app.add_option("--days", o.days, "N calendar days up to the last date (default 90)")
        ->check(CLI::Range(1U, 10'000U))
        ->type_name("N");
    app.add_option("--from", o.from, "first date, in New York")->type_name("YYYY-MM-DD")->excludes("--days");
    app.add_option("--to", o.to, "last date (default: the newest there is)")->type_name("YYYY-MM-DD");
}

void declare_underlyings(CLI::App& app, Selection& o) {
    app.add_option("--underlyings", o.rule.underlyings, "the stocks")
        ->type_name("LIST")
        ->capture_default_str();
}

void declare_rule(CLI::App& app, Selection& o) {
    declare_rule_options(app, o.rule);
    app.add_flag("--unfiltered", o.unfiltered,
                 "every trade of the underlyings, whatever its premium and expiry");
}

DateSpan dates_of(const Selection& o, Day newest) {
    const Day last = o.to.empty() ? newest : date_option("--to", o.to);
    const Day first = o.from.empty() ? last + 1 - static_cast<Day>(o.days.value_or(kDefaultDays))
                                     : date_option("--from", o.from);
    if (first > last) throw Error(Exit::kUsage, "--from is later than --to");
    return {first, last};
}

std::vector<Session> sessions_of(const Selection& o, Day newest) {
    const DateSpan dates = dates_of(o, newest);
    auto sessions = sessions_between(dates.first, dates.last);
    if (sessions.empty())
        log::info("no session between {} and {}: the market was closed", date_text(dates.first),
                  date_text(dates.last));
    return sessions;
}

FilterOptions filter_options(const Selection& o, bool strict) {
    FilterOptions options;
    options.rule = rule_of(o.rule);
    options.log_hits = false;  // months of them would bury everything else
    options.strict = strict;
    options.unfiltered = o.unfiltered;
    return options;
}

void declare_state(CLI::App& app, Working& o) {
    app.add_option("--state", o.state, "remember there what is finished, and go on from it")
        ->type_name("FILE");
    app.add_flag("--whole-sessions", o.whole_sessions,
                 "fetch a session that an earlier run began from its start: for flow-baseline, which counts "
                 "over sessions");
}

void declare_working(CLI::App& app, Working& o) {
    app.add_option("--ca-file", o.ca_file, "PEM file of a private certificate authority to trust as well")
        ->type_name("FILE");
    app.add_option("--rejects", o.rejects, "write rejected rows there as they came")->type_name("FILE");
    app.add_flag("--strict", o.strict, "end with 65 at the first rejected row");
    app.add_option("--progress", o.progress, "auto, always or never")
        ->check(CLI::IsMember({"auto", "always", "never"}))
        ->capture_default_str();
    app.add_option("--max-retries", o.max_retries, "failed attempts of a request in a row before giving up")
        ->check(CLI::Range(0U, 1000U))
        ->capture_default_str();
    app.add_option("--stall-timeout", o.stall_timeout_s, "seconds without a byte until an attempt has failed")
        ->check(CLI::Range(1U, 3600U))
        ->capture_default_str();
}

FetchNetOptions net_options(const Working& o) {
    FetchNetOptions net;
    net.ca_file = o.ca_file.empty() ? env("POLYGON_CA_FILE").value_or("") : o.ca_file;
    net.stall_timeout_ms = std::int64_t{o.stall_timeout_s} * 1000;
    return net;
}

void declare_rest(CLI::App& app, RestSettings& o) {
    app.add_option("--base-url", o.base_url, "the REST service (default https://api.polygon.io)")
        ->type_name("URL");
    app.add_option("--concurrency", o.concurrency, "requests under way at once")
        ->check(CLI::Range(1U, 256U))
        ->capture_default_str();
    app.add_option("--rate", o.rate, "requests a second, 0: no limit; 0.08 for a plan of 5 a minute")
        ->check(CLI::Range(0.0, 100'000.0))
        ->capture_default_str();
}

std::string base_of(const RestSettings& o) {
    return rest_base(o.base_url.empty() ? env("POLYGON_API_URL").value_or("https://api.polygon.io")
                                        : o.base_url);
}

RestOptions rest_options(const RestSettings& o, const Working& working) {
    RestOptions rest;
    rest.limits = {o.concurrency, o.rate, working.max_retries};
    rest.net = net_options(working);
    rest.net.connections = o.concurrency;
    for (const char* name : {"POLYGON_API_KEY", "MASSIVE_API_KEY"})
        if (auto key = secret_from_env(name); key && !rest.net.bearer_key) rest.net.bearer_key = key;
    if (!rest.net.bearer_key)
        throw Error(Exit::kConfig,
                    "no key: set POLYGON_API_KEY, or POLYGON_API_KEY_FILE to a file that holds it");
    return rest;
}

void declare_s3(CLI::App& app, std::string& endpoint) {
    app.add_option("--s3-endpoint", endpoint,
                   "S3 service with the flat files (default https://files.polygon.io)")
        ->type_name("URL");
}

bool has_s3_key() {
    return secret_from_env("POLYGON_S3_ACCESS_KEY_ID") && secret_from_env("POLYGON_S3_SECRET_ACCESS_KEY");
}

FlatSource flat_source(const std::string& endpoint) {
    auto key_id = secret_from_env("POLYGON_S3_ACCESS_KEY_ID");
    auto secret = secret_from_env("POLYGON_S3_SECRET_ACCESS_KEY");
    if (!key_id || !secret)
        throw Error(
            Exit::kConfig,
            "no S3 key: set POLYGON_S3_ACCESS_KEY_ID and POLYGON_S3_SECRET_ACCESS_KEY (from the dashboard; "
            "they are not the API key), or name local files");
    const std::string url =
        endpoint.empty() ? env("POLYGON_S3_ENDPOINT").value_or("https://files.polygon.io") : endpoint;
    return {S3Endpoint::parse(url), "flatfiles", key_id->reveal(), *secret};
}

}  // namespace pulse
