#!/usr/bin/env bash
# shellcheck disable=SC2119
# Several sinks at once over the same period, each with its own cut of it: no row lost, none twice, cancels right.
# shellcheck source=SCRIPTDIR/cluster.bash
. "$(dirname "$0")/cluster.bash"
here=$(dirname "$0")
for kind in live rest flat; do python3 "$here/tape.py" "$kind" 5000 3 >"$work/$kind"; done
shuf --random-source="$work/rest" "$work/live" >"$work/mixed"
database reference
for kind in live rest flat; do sink <"$work/$kind"; done
snapshot >"$work/expected"

for round in 1 2 3; do
    database "round$round"
    pids=()
    for input in live mixed rest flat live; do
        "$pg_sink" --batch-rows $((97 * round + ${#pids[@]})) --log-level debug <"$work/$input" 2>"$work/log.${#pids[@]}" &
        pids+=($!)
    done
    for pid in "${pids[@]}"; do wait "$pid" || { tail -n 3 "$work"/log.*; fail "a sink failed"; }; done
    snapshot >"$work/actual"
    same "five sinks at once, round $round" "$work/expected" "$work/actual"
done
echo ok
