#!/usr/bin/env bash
# scripts/backfill: the whole job in one process and shared out among several; again, and after a failure.
# shellcheck source=tests/fault/history/harness.bash
. "$(dirname "$0")/harness.bash"
backfill=$(cd "$(dirname "$0")/../../../scripts" && pwd)/backfill
make_tape "${PULSE_TRADES:-60000}" 13
history_vendor --speed max
database whole
occ-filter --quiet-hits "$work/tape" | sink
prints >"$work/expected"

# run OPTION…: scripts/backfill over the tape's day.
run() { "$backfill" --from $day --to $day "$@" 2>"$work/log"; }
check() {
    prints >"$work/actual"
    same "$1" "$work/expected" "$work/actual"
    expect "bars ($1)" "$(sql 'SELECT count(*) FROM daily_bars')" 7
    expect "watermarks ($1)" "$(sql "SELECT count(*) FROM coverage WHERE source <> 'live'")" 7
}
trade_requests() { grep -c '^GET /v3/trades/' "$work/requests" || true; }

database one
run --state "$work/one" -- --source rest --rate 0 || { cat "$work/log"; fail "scripts/backfill ended with $?"; }
check "one process differs from the tape"
: >"$work/requests"
run --state "$work/one" -- --source rest --rate 0 || fail "the second run failed"
expect "contracts asked again" "$(trade_requests)" 0

database several
run --jobs 3 --state "$work/several" -- --source rest --rate 3000 || { cat "$work/log"; fail "with --jobs it ended with $?"; }
check "three processes differ from the tape"
: >"$work/requests"
run --jobs 3 --state "$work/several" -- --source rest --rate 3000 || fail "the second run with --jobs failed"
expect "contracts asked again by jobs" "$(trade_requests)" 0

database flat
run --state "$work/flat" -- --source flat || { cat "$work/log"; fail "from flat files it ended with $?"; }
check "flat files differ from the tape"

# TERM in the middle: a polite end with nobody left behind, and the next run goes on.
stop_vendor
history_vendor --speed max --http-latency 20
for jobs in 1 2; do
    database "stopped_$jobs"
    state=$work/stopped.$jobs
    options=(--from "$day" --to "$day" --jobs "$jobs" --state "$state" -- --source rest --rate 0 --concurrency 2)
    "$backfill" "${options[@]}" 2>"$work/log" &
    pid=$!
    wait_for "the first finished contracts" eval 'cat "$state"/*.state | grep -q "\"c\":"'
    kill -TERM "$pid"
    status=0
    wait "$pid" || status=$?
    [ "$status" = 0 ] || { cat "$work/log" >&2; fail "TERM with $jobs jobs ended with $status"; }
    if pgrep -f "$state" >"$work/orphans"; then fail "left behind with $jobs jobs: $(cat "$work/orphans")"; fi
    if compgen -G "$state/*.unstored" >/dev/null; then fail "what was fetched was not stored"; fi
    [ "$(sql "SELECT count(*) FROM coverage WHERE source <> 'live'")" -lt 7 ] || fail "it was over already: nothing was stopped"
    "$backfill" "${options[@]}" 2>"$work/log" || { cat "$work/log" >&2; fail "the run after TERM ended with $?"; }
    check "the run after TERM with $jobs jobs differs from the tape"
done
stop_vendor
history_vendor --speed max

# A database that is away: what was fetched but not stored is not taken for done.
database late
status=0
PGHOST=/nonexistent PULSE_SINK_OPTIONS="--max-retries 0" run --state "$work/late" -- --source rest --rate 0 || status=$?
expect "status without a database" "$status" 69
run --state "$work/late" -- --source rest --rate 0 || fail "it didn't recover"
check "the run after the failure differs from the tape"
echo ok
