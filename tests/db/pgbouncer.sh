#!/usr/bin/env bash
# All tools through pgbouncer in transaction mode, with fewer server sessions than clients: the same rows and answers.
# shellcheck source=SCRIPTDIR/cluster.bash
. "$(dirname "$0")/cluster.bash"
here=$(dirname "$0")
for kind in live rest flat; do python3 "$here/tape.py" "$kind" 5000 3 >"$work/$kind"; done
database direct
for kind in live rest flat; do sink <"$work/$kind"; done
snapshot >"$work/expected"

database pooled
sql "CREATE ROLE reader LOGIN; ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO reader"
port=$((20000 + RANDOM % 20000))
cat >"$work/pgbouncer.ini" <<INI
[databases]
* = host=$work port=5432
[pgbouncer]
listen_addr =
unix_socket_dir = $work
listen_port = $port
auth_type = any
pool_mode = transaction
default_pool_size = 4
ignore_startup_parameters = extra_float_digits, options
logfile = $work/pgbouncer.log
pidfile = $work/pgbouncer.pid
INI
# With auth_type any, pgbouncer takes the user from the database's own line.
sed -i "s|^\* = .*|pooled = host=$work port=5432 user=pulse\nreading = host=$work port=5432 dbname=pooled user=reader|" "$work/pgbouncer.ini"
chmod 644 "$work/pgbouncer.ini"
as_owner pgbouncer -q "$work/pgbouncer.ini" >"$work/pgbouncer.out" 2>&1 </dev/null &
bouncer=$!
export PGPORT=$port
wait_for "pgbouncer" psql -qXAt -c 'SELECT 1'

# Five sinks at once on four server sessions.
sink --migrate-only
pids=()
for input in live rest flat live rest; do
    "$pg_sink" --batch-rows 300 <"$work/$input" 2>"$work/log.${#pids[@]}" &
    pids+=($!)
done
for pid in "${pids[@]}"; do wait "$pid" || { tail -n 5 "$work"/log.*; fail "a sink failed through pgbouncer"; }; done
snapshot >"$work/actual"
same "five sinks through pgbouncer" "$work/expected" "$work/actual"

# The run lock belongs to a transaction, so a pooler can't take it from under us.
"$PULSE_BIN/pg-lock" --name once -- sleep 600 2>"$work/lock.log" &
holder=$!
wait_for "the lock" sh -c "[ \$(psql -qXAtc \"SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 1\") = 1 ]"
for _ in 1 2 3 4 5; do
    status=0
    "$PULSE_BIN/pg-lock" --name once -- true 2>/dev/null || status=$?
    expect "a second holder through the pooler" "$status" 69
done
kill $holder
wait $holder 2>/dev/null || true

# pulse-serve has a role and so a pool of its own: its sessions can't write, and those of the sink must be able to.
PGDATABASE=reading "$PULSE_BIN/pulse-serve" --listen 127.0.0.1:0 2>"$work/serve.log" &
server=$!
wait_for "pulse-serve" grep -q "listening on" "$work/serve.log"
http=$(sed -n 's/.*listening on http:\/\/127.0.0.1:\([0-9]*\).*/\1/p' "$work/serve.log")
wait_for "an answer" curl -fsS "http://127.0.0.1:$http/api/pulse/smart-money"
curl -NsS "http://127.0.0.1:$http/api/pulse/stream" >"$work/events" &
reader=$!
wait_for "the stream" grep -q . "$work/events"
for ((i = 0; i < 20; i++)); do curl -fsS "http://127.0.0.1:$http/api/pulse/smart-money?limit=1000" >"$work/answer.$i" & done
sleep 1
now=$(date +%s%3N)
printf '{"ev":"T","sym":"O:AAPL301220C00190000","x":302,"p":8.5,"s":100,"c":[209],"t":%s,"q":1}\n' "$now" | sink
wait_for "the trade on the stream" grep -q 'O:AAPL301220C00190000' "$work/events"
for ((i = 0; i < 20; i++)); do wait_for "an answer" jq -e '.trades | length > 100' "$work/answer.$i"; done
expect "the answer's newest trade" "$(curl -fsS "http://127.0.0.1:$http/api/pulse/smart-money?limit=1" | jq -r '.trades[0].option_symbol')" O:AAPL301220C00190000
kill $reader $server $bouncer
echo ok
