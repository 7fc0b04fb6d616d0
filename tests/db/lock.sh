#!/usr/bin/env bash
# One command at a time: pg-lock, in whatever way the holder ends, and while the server dies.
# shellcheck source=SCRIPTDIR/cluster.bash
. "$(dirname "$0")/cluster.bash"
lock=$PULSE_BIN/pg-lock
database lock
export POLYGON_API_KEY=hunter2-not-to-be-seen

holders() { sql "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted"; }
# shellcheck disable=SC2120
held() { [ "$(holders)" = "${1:-1}" ]; }
# hold: a command that holds the lock until it's told to end, and leaves a mark then. Sets holder.
hold() {
    rm -f "$work/ended"
    "$lock" "${name[@]}" -- bash -c "trap 'touch $work/ended; kill \$!; exit 7' TERM; sleep 600 & wait" 2>"$work/holder" &
    holder=$!
    wait_for "the lock" held
}
# ends STATUS TEXT COMMAND…
ends() {
    local expected=$1 text=$2 status=0
    shift 2
    "$@" >"$work/out" 2>"$work/log" || status=$?
    grep -q "$POLYGON_API_KEY" "$work/out" "$work/log" && fail "the key is in the output"
    [ "$status" = "$expected" ] || { cat "$work/log"; fail "got $status, expected $expected: $*"; }
    [ -z "$text" ] || grep -q -- "$text" "$work/log" || { cat "$work/log"; fail "the log doesn't say '$text'"; }
}

name=(--key-of POLYGON_API_KEY)
ends 0 "" "$lock" "${name[@]}" -- true
ends 42 "" "$lock" -- sh -c 'exit 42'
ends 2 "cannot run 'no-such-command'" "$lock" -- no-such-command
ends 2 "" "$lock"
ends 78 "NOT_SET is not set" "$lock" --key-of NOT_SET -- true
expect "the command's output" "$("$lock" -- echo hello)" hello

# A second one with the same key leaves at once or waits; one with another key runs.
hold
ends 69 "another holds the lock: session [0-9]* of pg-lock" "$lock" "${name[@]}" -- touch "$work/ran"
[ ! -e "$work/ran" ] || fail "the command ran without the lock"
printf '%s\n' "$POLYGON_API_KEY" >"$work/key"
ends 69 "another holds the lock" env POLYGON_API_KEY= "POLYGON_API_KEY_FILE=$work/key" "$lock" "${name[@]}" -- true
ends 0 "" env POLYGON_API_KEY=another "$lock" "${name[@]}" -- true
"$lock" "${name[@]}" --wait 60 -- touch "$work/ran" 2>"$work/waiting" &
waiting=$!
wait_for "the second one to wait" grep -q "waiting up to 60 s" "$work/waiting"
kill -TERM $holder
status=0
wait $holder || status=$?
expect "the holder's status, after TERM" "$status" 7
[ -e "$work/ended" ] || fail "TERM was not passed on"
wait $waiting || fail "the second one didn't get its turn: $(cat "$work/waiting")"
[ -e "$work/ran" ] || fail "the second command didn't run"

# The holder is killed: its command is told, and the lock is free.
hold
kill -9 $holder
wait $holder 2>/dev/null || true
wait_for "the command's end" test -e "$work/ended"
wait_for "the lock to be free" held 0

# The command is killed: what it started is stopped before the lock is free.
ends 137 "left processes running" "$lock" "${name[@]}" -- bash -c "(trap 'sleep 1; touch $work/child_ended; exit' TERM; while :; do sleep 0.1; done) & sleep 0.5; kill -9 \$\$"
[ -e "$work/child_ended" ] || fail "the lock was free before the command's child had ended"

# A stop while it waits.
hold
"$lock" "${name[@]}" --wait 60 -- touch "$work/never" 2>"$work/waiting" &
waiting=$!
wait_for "the second one to wait" grep -q "waiting up to 60 s" "$work/waiting"
kill -TERM $waiting
wait $waiting || fail "stopped while waiting: not 0"
[ ! -e "$work/never" ] || fail "it ran all the same"

# The server dies and comes back: the command goes on, and the lock is held again.
cluster_kill
wait_for "the loss to be noticed" grep -q "lost the lock" "$work/holder"
ends 69 "no database" "$lock" "${name[@]}" -- true
cluster_start
wait_for "the lock again" held
wait_for "a word about it" grep -q "has the lock again" "$work/holder"
[ ! -e "$work/ended" ] || fail "the command was stopped"

# It comes back, and somebody else was faster: the command is stopped.
kill -STOP $holder
cluster_kill
cluster_start
"$lock" "${name[@]}" -- sleep 600 2>"$work/usurper" &
usurper=$!
wait_for "the usurper's lock" held
kill -CONT $holder
status=0
wait $holder || status=$?
expect "status of one whose lock went to another" "$status" 69
grep -q "another one took the lock" "$work/holder" || fail "$(cat "$work/holder")"
[ -e "$work/ended" ] || fail "the command wasn't stopped"
kill $usurper
wait $usurper 2>/dev/null || true

# An open transaction that does nothing keeps neither VACUUM nor a time limit for idle ones busy.
sql "ALTER DATABASE lock SET idle_in_transaction_session_timeout = 200"
hold
sleep 1
held || fail "the server's limit for idle transactions took the lock"
expect "what VACUUM must leave alone because of it" \
    "$(sql "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'pg-lock' AND backend_xmin IS NOT NULL")" 0
kill $holder
wait $holder || true
echo ok
