#!/usr/bin/env bash
# kill -9 of each stage, of the script that started them, and of PostgreSQL, in mid-stream; then the same tape again: the table equals the undisturbed one.
# shellcheck source=tests/fault/pipeline/harness.bash
. "$(dirname "$0")/harness.bash"
make_tape 200000 4
database undisturbed
vendor max
run_to_end
rows >"$work/expected"
all=$(stored)
kill "$vendor_pid"
vendor 3000 # the tape takes some eight seconds

for victim in polygon-stream occ-filter order-join flow-baseline pg-sink pipeline; do
    database "${victim//-/_}_killed"
    PULSE_FILTER_OPTIONS=--quiet-hits setsid "$pipeline" 2>"$work/log" &
    pid=$!
    wait_for "first rows" stored_more_than 50
    if [ $victim = pipeline ]; then kill -9 $pid; else kill -9 "$(pgrep -P $pid -o -x "$victim")"; fi
    status=0
    wait $pid || status=$?
    [ "$victim" = pipeline ] || grep -q "error pipeline: $victim was killed by SIGKILL" "$work/log" || fail "the log doesn't say who was killed"
    [ $status != 0 ] || fail "the pipeline took the death of $victim for a success"
    wait_for "the other stages to end" no_orphans
    [ "$(stored)" -lt "$all" ] || fail "$victim was killed too late to matter"
    run_to_end
    rows >"$work/actual"
    same "after kill -9 of $victim and a replay" "$work/expected" "$work/actual"
done

database server_killed
PULSE_STREAM_OPTIONS="--count $selected" PULSE_FILTER_OPTIONS=--quiet-hits setsid "$pipeline" 2>"$work/log" &
pid=$!
wait_for "first rows" stored_more_than 50
cluster_kill
sleep 1
cluster_start
wait $pid || { cat "$work/log"; fail "the pipeline did not survive the server's death"; }
rows >"$work/actual"
same "after kill -9 of PostgreSQL, without a replay" "$work/expected" "$work/actual"
echo ok
