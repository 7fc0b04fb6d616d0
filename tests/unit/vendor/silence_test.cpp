#include "vendor/silence.hpp"

#include "catch.hpp"
#include "market/calendar.hpp"
#include "market/new_york.hpp"

using namespace pulse;

namespace {

constexpr std::int64_t kMinute = 60'000;
constexpr Day kFriday = day_from_civil(2025, 12, 5);

// A connection that pongs, subscribed at 9:00 New York of a session, with the wall clock at `minutes` after
// midnight.
Quiet quiet_at(int minutes, Day day = kFriday) {
    Quiet quiet;
    quiet.now_ms = 1'000'000;
    quiet.heard_ms = quiet.now_ms - 1000;
    quiet.stale_after_ms = 60'000;
    quiet.now_wall_ms = new_york_ms(day, minutes);
    quiet.subscribed_wall_ms = new_york_ms(day, 9 * 60);
    return quiet;
}

}  // namespace

TEST_CASE("a link that says nothing, not even pong, is dead at any hour") {
    Quiet quiet = quiet_at(3 * 60);
    quiet.heard_ms = quiet.now_ms - 59'999;
    CHECK(judge_silence(quiet) == SilenceVerdict::kFine);
    quiet.heard_ms = quiet.now_ms - 60'000;
    CHECK(judge_silence(quiet) == SilenceVerdict::kReconnect);
    quiet.stale_after_ms = 0;
    CHECK(judge_silence(quiet) == SilenceVerdict::kFine);
}

TEST_CASE("no trade in market hours is worth a warning after two minutes") {
    CHECK(judge_silence(quiet_at(9 * 60 + 29)) == SilenceVerdict::kFine);
    CHECK(judge_silence(quiet_at(9 * 60 + 31)) == SilenceVerdict::kFine);
    CHECK(judge_silence(quiet_at(9 * 60 + 32)) == SilenceVerdict::kWarn);
    CHECK(judge_silence(quiet_at(15 * 60 + 59)) == SilenceVerdict::kWarn);
    CHECK(judge_silence(quiet_at(16 * 60)) == SilenceVerdict::kFine);
}

TEST_CASE("before the subscription, on weekends, holidays and after a half day silence is normal") {
    Quiet unsubscribed = quiet_at(12 * 60);
    unsubscribed.subscribed_wall_ms = 0;
    CHECK(judge_silence(unsubscribed) == SilenceVerdict::kFine);
    CHECK(judge_silence(quiet_at(12 * 60, day_from_civil(2025, 12, 6))) == SilenceVerdict::kFine);
    CHECK(judge_silence(quiet_at(12 * 60, day_from_civil(2025, 12, 25))) == SilenceVerdict::kFine);
    CHECK(judge_silence(quiet_at(12 * 60, day_from_civil(2025, 11, 28))) == SilenceVerdict::kWarn);
    CHECK(judge_silence(quiet_at(13 * 60, day_from_civil(2025, 11, 28))) == SilenceVerdict::kFine);
}

TEST_CASE("the delayed feed starts and ends fifteen minutes later") {
    Quiet quiet = quiet_at(9 * 60 + 46);
    quiet.feed_delay_ms = feed_delay_of("delayed.polygon.io");
    CHECK(quiet.feed_delay_ms == 15 * kMinute);
    CHECK(judge_silence(quiet) == SilenceVerdict::kFine);
    quiet.now_wall_ms = new_york_ms(kFriday, 9 * 60 + 47);
    CHECK(judge_silence(quiet) == SilenceVerdict::kWarn);
    quiet.now_wall_ms = new_york_ms(kFriday, 16 * 60 + 14);
    CHECK(judge_silence(quiet) == SilenceVerdict::kWarn);
    quiet.now_wall_ms = new_york_ms(kFriday, 16 * 60 + 15);
    CHECK(judge_silence(quiet) == SilenceVerdict::kFine);
    CHECK(feed_delay_of("socket.polygon.io") == 0);
}

TEST_CASE("a trade, a fresh subscription and a fresh warning start the wait over") {
    Quiet quiet = quiet_at(12 * 60);
    quiet.last_trade_wall_ms = quiet.now_wall_ms - kQuietMs + 1;
    CHECK(judge_silence(quiet) == SilenceVerdict::kFine);
    quiet.last_trade_wall_ms = quiet.now_wall_ms - kQuietMs;
    CHECK(judge_silence(quiet) == SilenceVerdict::kWarn);
    quiet.subscribed_wall_ms = quiet.now_wall_ms - 1000;
    CHECK(judge_silence(quiet) == SilenceVerdict::kFine);

    quiet = quiet_at(12 * 60);
    quiet.last_warning_wall_ms = quiet.now_wall_ms - kQuietRepeatMs + 1;
    CHECK(judge_silence(quiet) == SilenceVerdict::kFine);
    quiet.last_warning_wall_ms = quiet.now_wall_ms - kQuietRepeatMs;
    CHECK(judge_silence(quiet) == SilenceVerdict::kWarn);
}
