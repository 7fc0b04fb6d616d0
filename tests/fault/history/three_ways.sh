#!/usr/bin/env bash
# One tape by socket, REST and flat file, in every order and overlapped: the same rows, and every identical print.
# shellcheck source=tests/fault/history/harness.bash
. "$(dirname "$0")/harness.bash"
make_tape "${PULSE_TRADES:-200000}" 5
history_vendor --speed max

polygon-stream --count "$selected" 2>"$work/log" | occ-filter --quiet-hits >"$work/live"
fetch trades --source rest --from $day --to $day >"$work/rest"
fetch flat --from $day --to $day >"$work/flat"
count() { grep -c '"ev":"T"' "$1"; }
expect "trades by socket" "$(count "$work/live")" "$(count "$work/hits")"
expect "trades by REST" "$(count "$work/rest")" "$(count "$work/hits")"
expect "trades by flat file" "$(count "$work/flat")" "$(count "$work/hits")"

database live
sink <"$work/live"
prints >"$work/expected"
[ "$(sql 'SELECT count(*) FROM smart_money_trades WHERE occurrence > 1')" -gt 0 ] || fail "the tape has no identical prints"
[ "$(sql 'SELECT count(*) FROM smart_money_trades WHERE cancelled_at IS NOT NULL')" -gt 0 ] || fail "the tape has no cancels"
number=0
# deliver INPUT…: one after the other into a fresh database.
deliver() {
    number=$((number + 1))
    database "d$number"
    for input in "$@"; do sink --batch-rows 300 <"$work/$input"; done
    prints >"$work/actual"
    same "$* differs from the stream alone" "$work/expected" "$work/actual"
    rows >"$work/rows.$number"
}
deliver rest
deliver flat
deliver live rest flat
all=$number
for order in "live flat rest" "rest live flat" "rest flat live" "flat live rest" "flat rest live" "rest rest flat live live"; do
    # shellcheck disable=SC2086
    deliver $order
    same "$order differs from live rest flat" "$work/rows.$all" "$work/rows.$number"
done
# Halves that overlap, as after an outage, and all three at once from several sinks.
half=$(($(wc -l <"$work/live") / 2))
head -n $half "$work/live" >"$work/morning"
tail -n +$((half / 2)) "$work/live" >"$work/late"
deliver morning flat late rest
same "overlapping halves differ" "$work/rows.$all" "$work/rows.$number"
database at_once
pg-sink --migrate-only
sinks=()
for input in live rest flat; do
    pg-sink --batch-rows 100 <"$work/$input" 2>>"$work/sinks.log" &
    sinks+=($!)
done
for pid in "${sinks[@]}"; do wait "$pid" || { cat "$work/sinks.log" >&2; fail "a sink failed"; }; done
rows >"$work/rows.at_once"
same "three sinks at once differ" "$work/rows.$all" "$work/rows.at_once"
[ "$(sql "SELECT count(DISTINCT source) FROM coverage WHERE source IN ('live', 'rest', 'flat')")" = 3 ] ||
    fail "a source left no coverage"
echo ok
