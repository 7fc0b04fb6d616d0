#!/usr/bin/env bash
# scripts/backfill: the whole job in one process and shared out among several; again, and after a failure.
# shellcheck source=tests/fault/history/harness.bash
. "$(dirname "$0")/harness.bash"
backfill=$(cd "$(dirname "$0")/../../../scripts" && pwd)/backfill
make_tape "${PULSE_TRADES:-60000}" 13
history_vendor --speed max
# The orders and baselines that the tape holds, in the order in which things happened: history has no late deliveries.
evidence() {
    sql "SELECT option_symbol, first_time, last_time, prints, size, premium, left_out_premium, auction_premium, cancelled_prints
         FROM smart_money_orders ORDER BY 1, 2"
    sql "SELECT session, ticker, side, dte_bucket, slot, contracts, histogram FROM flow_baselines ORDER BY 1, 2, 3, 4, 5"
}
database whole
occ-filter --quiet-hits "$work/tape" | sink
prints >"$work/expected"
awk '{ match($0, /"t":[0-9]+/); print substr($0, RSTART + 4, RLENGTH - 4) "\t" $0 }' "$work/tape" | sort -s -n -k 1,1 | cut -f 2- |
    occ-filter --quiet-hits --min-premium 0 | order-join | flow-baseline | grep '"ev":"[OB]"' | sink
evidence >"$work/expected.evidence"
[ "$(wc -l <"$work/expected.evidence")" -gt 500 ] || fail "the tape has too few orders and baselines"

# run OPTION…: scripts/backfill over the tape's day.
run() { "$backfill" --from $day --to $day "$@" 2>"$work/log"; }
check() {
    prints >"$work/actual"
    same "$1" "$work/expected" "$work/actual"
    evidence >"$work/actual.evidence"
    same "orders and baselines: $1" "$work/expected.evidence" "$work/actual.evidence"
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

# Another rule than the folder's is refused: what is there would not be joined anew.
status=0
run --state "$work/one" -- --source rest --rate 0 --min-premium 1000 || status=$?
expect "another threshold" $status 78
grep -q 'another --state' "$work/log" || fail "it doesn't say what to do: $(cat "$work/log")"

database basic
PULSE_CHAIN=basic run --state "$work/one" -- --source rest --rate 0 || { cat "$work/log"; fail "the short chain ended with $?"; }
prints >"$work/actual"
same "the short chain differs from the tape" "$work/expected" "$work/actual"
expect "orders of the short chain" "$(sql 'SELECT count(*) FROM smart_money_orders')" 0

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
    expect "baselines of tickers that aren't covered" "$(sql "SELECT count(*) FROM flow_baselines WHERE ticker NOT IN (SELECT ticker FROM coverage)")" 0
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
