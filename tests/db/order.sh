#!/usr/bin/env bash
# Stream, replay and history of the same period in any order and any number of times end in the same rows.
# shellcheck source=SCRIPTDIR/cluster.bash
. "$(dirname "$0")/cluster.bash"
here=$(dirname "$0")
for kind in live rest flat; do python3 "$here/tape.py" "$kind" 4000 1 >"$work/$kind"; done
# Half of the live tape, as if the stream had been down for the rest.
head -n 2300 "$work/live" >"$work/early"
# The same lines, none in its place. A shuffled history has no passes, so only the stream may be shuffled.
shuf --random-source="$work/rest" "$work/live" >"$work/mixed"

database reference
sink <"$work/live"
sink <"$work/rest"
sink <"$work/flat"
snapshot >"$work/expected"
prints=$(grep -c '"ev":"T"' "$work/live")
expect "prints and cancels stored" \
    "$(sql 'SELECT (SELECT count(*) FROM smart_money_trades) + (SELECT count(*) FROM smart_money_cancels)')" "$prints"
expect "every row numbered by the stream" "$(sql 'SELECT count(*) FROM smart_money_trades WHERE sequence IS NULL')" 0
[ "$(sql 'SELECT count(*) FROM smart_money_trades WHERE occurrence > 2')" -gt 20 ] || fail "the tape has no identical prints"
[ "$(sql 'SELECT count(*) FROM smart_money_trades WHERE cancelled_at IS NOT NULL')" -gt 20 ] || fail "the tape has no cancels"

number=0
# deliver "OPTIONS" INPUT…: the same rows must come out of a fresh database.
deliver() {
    local options=$1 input
    shift
    number=$((number + 1))
    database "d$number"
    # shellcheck disable=SC2086
    for input in "$@"; do sink $options <"$work/$input"; done
    snapshot >"$work/actual"
    same "$* with '$options' differs from live rest flat" "$work/expected" "$work/actual"
}
deliver "" flat rest live
deliver "" rest live flat live rest
deliver "--batch-rows 7" early flat live rest
deliver "--batch-rows 300" flat mixed rest early
deliver "--batch-rows 64" mixed rest flat mixed
cat "$work/rest" "$work/live" "$work/flat" "$work/rest" "$work/early" >"$work/all"
deliver "--batch-rows 1000" all
# A print that comes late between a print and the cancel that took it back: the cancel takes the later print, and the
# earlier one is free again, whatever came first.
line() { printf '{"ev":"T","sym":"O:AAPL251219C00190000","x":302,"p":8.5,"s":100,"c":[%s],"t":%s,"q":%s}\n' "$1" "$2" "$3"; }
declare -A event=([p]="209 1764946800000 1" [l]="209 1764948600000 2" [c]="201 1764950400000 3")
for order in "p l c" "p c l" "l p c" "l c p" "c p l" "c l p"; do
    database "late_${order// /_}"
    for name in $order; do
        # shellcheck disable=SC2086
        line ${event[$name]} | sink
    done
    snapshot >"$work/late"
    [ -e "$work/late.expected" ] || cp "$work/late" "$work/late.expected"
    same "prints and cancel in the order $order" "$work/late.expected" "$work/late"
    expect "cancelled prints" "$(sql 'SELECT count(cancelled_at) FROM smart_money_trades')" 1
done
echo ok
