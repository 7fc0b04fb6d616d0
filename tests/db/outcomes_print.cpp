// Prints outcomes as JSON, one object a line, for outcomes.py to check: each line of the input is a question:
// TICKER SIDE PREMIUM|- AS_OF_MS BEFORE|-. The milliseconds that all took together go to stderr.
#include <fmt/format.h>

#include <cstdio>
#include <iostream>
#include <sstream>

#include "base/clock.hpp"
#include "base/log.hpp"
#include "db/database.hpp"
#include "flow/outcomes.hpp"
#include "store/gaps.hpp"

using namespace pulse;

namespace {

flow::OutcomesQuestion read_question(const std::string& line) {
    std::istringstream words(line);
    std::string side, premium, before;
    flow::OutcomesQuestion question;
    words >> question.ticker >> side >> premium >> question.as_of_ms >> before;
    question.side = side == "PUT" ? OptionSide::kPut : OptionSide::kCall;
    if (premium != "-") question.premium = parse_decimal(premium).value();
    if (before != "-") question.before = parse_date(before).value();
    return question;
}

}  // namespace

int main() {
    log::configure("outcomes_print", log::Level::kWarn, log::Format::kText);
    store::Connection connection(store::test::here());
    // All coverage there is: what is asked about is years old by now.
    const flow::Snapshot snapshot{flow::read_feed_state(connection),
                                  flow::KnownTime(store::read_coverage(connection, {0, wall_ms()}))};
    const std::int64_t start_ms = mono_ms();
    for (std::string line; std::getline(std::cin, line);)
        fmt::print("{{{}}}\n",
                   flow::outcomes_json(flow::read_outcomes(connection, read_question(line), snapshot)));
    fmt::print(stderr, "{}\n", mono_ms() - start_ms);
}
