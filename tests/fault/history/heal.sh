#!/usr/bin/env bash
# The stream is killed for ten minutes of event time and started again: coverage shows the gap, scripts/pipeline heals it
# from history in the background, and the rows are those of the whole tape.
# shellcheck source=tests/fault/history/harness.bash
. "$(dirname "$0")/harness.bash"
make_tape "${PULSE_TRADES:-200000}" 9
sink_whole_tape() {
    database whole
    occ-filter --quiet-hits "$work/tape" | sink
    prints >"$work/expected"
}
sink_whole_tape
days=$((($(date +%s) - $(date -d $day +%s)) / 86400 + 1))
speed=600 # ten minutes are a second
history_vendor --speed $speed --join now
database healed
export PULSE_FILTER_OPTIONS=--quiet-hits

run_pipeline() {
    "$pipeline" 2>>"$work/pipeline.log" &
    pid=$!
}
# The stream alone, its process killed in the middle of the session.
export PULSE_HEAL=0
run_pipeline
wait_for "the first trades" stored_more_than 50
sleep 3
kill -9 "$(pgrep -P "$pid" -x polygon-stream)"
wait "$pid" 2>/dev/null && fail "the pipeline took a killed stream for a success"
before=$(stored)
sleep 1.2
run_pipeline
wait_for "trades after the restart" stored_more_than $((before + 50))
# shellcheck disable=SC2016
covered='SELECT extract(epoch FROM max(to_time)) FROM coverage'
session_over() { [ "$(sql "SELECT max(to_time) > timestamptz '$day 15:59 America/New_York' FROM coverage")" = t ]; }
for ((i = 0; i < 90; i++)); do session_over && break; sleep 1; done
session_over || fail "the stream never reached the close: $(sql "$covered")"
kill "$pid"
wait "$pid" || fail "the restarted pipeline ended with $?"

gaps() {
    sql "SELECT count(*) FROM (SELECT from_time - lag(max_to) OVER (ORDER BY from_time) AS gap FROM (
             SELECT from_time, max(to_time) OVER (ORDER BY from_time) AS max_to FROM coverage
             WHERE ticker IN ('AAPL', '*') AND from_time >= '$day') c) g
         WHERE gap > interval '5 minutes'"
}
expect "gaps in the coverage before healing" "$(gaps)" 1
prints >"$work/actual"
cmp -s "$work/expected" "$work/actual" && fail "nothing was missed: the test proves nothing"

fetch heal --source rest --rate 0 --from $day --to $day >"$work/missed"
expect "source of what heal fetched" "$(grep '"ev":"T"' "$work/missed" | grep -vc '"src":"rest"')" 0
[ "$(wc -l <"$work/missed")" -lt "$(wc -l <"$work/hits")" ] || fail "heal fetched the whole day"
sink <"$work/missed"
expect "gaps in the coverage after healing" "$(gaps)" 0
prints >"$work/actual"
same "the healed rows differ from the whole tape's" "$work/expected" "$work/actual"
fetch heal --from $day --to $day >"$work/again"
expect "records of a second heal" "$(wc -l <"$work/again")" 0

# The same by scripts/pipeline itself, while the stream runs: it heals what lies before the newest interval.
sql "DELETE FROM coverage WHERE source = 'rest'; DELETE FROM smart_money_trades WHERE sequence IS NULL"
stop_vendor
history_vendor --speed 1
export PULSE_HEAL=1 PULSE_HEAL_SECONDS=1 PULSE_HEAL_DAYS=$days PULSE_HEAL_OPTIONS="--rate 0 --base-url $POLYGON_API_URL"
run_pipeline
healed() { [ "$(gaps)" = 0 ]; }
wait_for "the pipeline to heal the gap" healed
# Killed while a fetcher is at work, and with it whoever looks for gaps.
wait_for "another look for gaps" pgrep -f "backfill-fetch heal .*$POLYGON_API_URL"
healer=$(pgrep -P "$pid" -f scripts/heal)
kill "$pid"
wait "$pid" || { cat "$work/pipeline.log" >&2; fail "the healing pipeline ended with $?"; }
prints >"$work/actual"
same "the rows healed by the pipeline differ from the whole tape's" "$work/expected" "$work/actual"
if pgrep -f "backfill-fetch heal .*$POLYGON_API_URL" >/dev/null; then fail "a fetcher outlived the pipeline"; fi
if kill -0 "$healer" 2>/dev/null; then fail "scripts/heal outlived the pipeline"; fi
echo ok
