#!/usr/bin/env bash
# shellcheck disable=SC2119
# kill -9 of the sink or the server in mid-stream, then a replay: the tables equal the undisturbed ones.
# shellcheck source=SCRIPTDIR/cluster.bash
. "$(dirname "$0")/cluster.bash"
python3 "$(dirname "$0")/tape.py" live 30000 2 >"$work/tape"
database reference
sink <"$work/tape"
snapshot >"$work/expected"
all=$(sql 'SELECT count(*) FROM smart_money_trades')

stored() { sql 'SELECT count(*) FROM smart_money_trades'; }
stored_some() { [ "$(stored)" -gt 500 ]; }
# Slow enough to be hit in the middle.
slowly() { while IFS= read -r -d '' part; do printf '%s' "$part"; sleep 0.02; done < <(split -l 500 --filter='cat; printf "\0"' "$1"); }

database sink_killed
slowly "$work/tape" | "$pg_sink" --batch-rows 200 2>"$work/log" &
wait_for "first rows" stored_some
victim=$(pgrep -P $$ -f "^$pg_sink --batch-rows 200")
kill -9 "$victim"
wait || true
at_kill=$(stored)
[ "$at_kill" -lt "$all" ] || fail "the sink was done before it was killed"
sink <"$work/tape"
snapshot >"$work/actual"
same "after kill -9 of pg-sink and a replay" "$work/expected" "$work/actual"

database server_killed
slowly "$work/tape" | "$pg_sink" --batch-rows 200 2>"$work/log" &
wait_for "first rows" stored_some
cluster_kill
sleep 0.5
cluster_start
wait $! || { cat "$work/log"; fail "pg-sink did not survive the server's death"; }
grep -q "the database is back" "$work/log" || fail "no word of the server's death in the log"
snapshot >"$work/actual"
same "after kill -9 of PostgreSQL in mid-stream, without a replay" "$work/expected" "$work/actual"

database server_restarted
slowly "$work/tape" | "$pg_sink" --batch-rows 200 2>"$work/log" &
for _ in 1 2 3; do
    sleep 0.4
    cluster_stop fast
    cluster_start
done
wait $! || { cat "$work/log"; fail "pg-sink did not survive a restart"; }
snapshot >"$work/actual"
same "after three restarts in mid-stream" "$work/expected" "$work/actual"

database server_frozen
slowly "$work/tape" | "$pg_sink" --batch-rows 200 2>"$work/log" &
sink_pid=$!
wait_for "first rows" stored_some
postmaster=$(head -n 1 "$work/data/postmaster.pid")
mapfile -t frozen < <(pgrep -P "$postmaster")
kill -STOP "${frozen[@]}" "$postmaster"
told=no
for ((i = 0; i < 200; i++)); do
    if grep -q 'no answer from the database for 10 s; input waits' "$work/log"; then told=yes && break; fi
    sleep 0.1
done
kill -CONT "${frozen[@]}" "$postmaster" # first of all: a frozen server can't be stopped
[ $told = yes ] || { kill $sink_pid; fail "no word of a server that stands still"; }
wait $sink_pid || { cat "$work/log"; fail "pg-sink did not survive a frozen server"; }
grep -q 'the database answers again' "$work/log" || fail "no word of its return"
snapshot >"$work/actual"
same "after a server stood still" "$work/expected" "$work/actual"
echo ok
