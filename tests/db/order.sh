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
echo ok
