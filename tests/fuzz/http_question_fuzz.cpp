// A request's query through everything that reads it before a database is asked: whatever comes in is
// understood, or refused with an error that can be sent.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "answer/calls.hpp"
#include "answer/flow_calls.hpp"
#include "check.hpp"
#include "flow/parameters.hpp"
#include "serve/query_string.hpp"
#include "serve/routes.hpp"
#include "serve/web_answer.hpp"

namespace {

using namespace pulse;

template <typename Read>
void understood_or_refused(const Read& read) {
    try {
        read();
    } catch (const flow::ParameterError& error) {
        const auto answer = serve::error_answer(400, error.code(), error.what(), error.parameter());
        FUZZ_CHECK(!answer.body->empty() && answer.body->size() < 4096);
        for (const char c : *answer.body) FUZZ_CHECK(static_cast<unsigned char>(c) >= ' ' || c == '\n');
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view target(reinterpret_cast<const char*>(data), size);
    const auto mark = std::min(target.find('?'), target.size());
    FUZZ_CHECK(!serve::name_of(serve::route_of(target.substr(0, mark))).empty());
    const std::string_view query = target.substr(std::min(mark + 1, target.size()));
    understood_or_refused([&] {
        const auto parameters = serve::parse_query(query);
        understood_or_refused([&] {
            const auto call = answer::read_trades_call(parameters);
            FUZZ_CHECK(call.limit >= 1 && call.limit <= 1000);
            // A cursor that was accepted is one that we write.
            if (call.after)
                FUZZ_CHECK(answer::read_trades_call({{"cursor", call.after->text({})}}).after.has_value());
        });
        understood_or_refused([&] {
            const auto call = answer::read_summary_call(parameters, 1'764'954'000'000);
            FUZZ_CHECK(call.newest_day != call.question.filter.since_ms.has_value());
            FUZZ_CHECK(call.newest_day != call.question.filter.until_ms.has_value());
        });
        understood_or_refused([&] {
            FUZZ_CHECK(answer::read_coverage_call(parameters, 1'764'954'000'000).sessions.size() <= 120);
        });
        understood_or_refused([&] { FUZZ_CHECK(answer::read_orders_call(parameters).limit <= 1000); });
        understood_or_refused(
            [&] { FUZZ_CHECK(answer::read_concentration_call(parameters).question.limit <= 200); });
        understood_or_refused([&] { FUZZ_CHECK(answer::read_signals_call(parameters).question.max_p <= 1); });
        understood_or_refused(
            [&] { FUZZ_CHECK(!answer::read_outcomes_call(parameters).question.ticker.empty()); });
        understood_or_refused(
            [&] { FUZZ_CHECK(answer::read_briefing_call(parameters).question.limit == 1); });
        understood_or_refused([&] { answer::read_stream_call(parameters); });
        understood_or_refused([&] { answer::refuse_parameters(parameters); });
    });
    return 0;
}
