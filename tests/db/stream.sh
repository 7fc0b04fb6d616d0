#!/usr/bin/env bash
# A live stream: rows are visible soon, watermarks never before their trades, SIGTERM stores what was accepted.
# shellcheck source=SCRIPTDIR/cluster.bash
. "$(dirname "$0")/cluster.bash"
database stream
sink --migrate-only
mkfifo "$work/pipe"
"$pg_sink" --flush-ms 60000 <"$work/pipe" 2>"$work/log" &
pid=$!
exec 3>"$work/pipe"
trade() { printf '{"ev":"T","sym":"O:AAPL251219C00190000","x":302,"p":8.5,"s":100,"c":[209],"t":%s,"q":%s}\n' $((1764948620000 + $1)) "$1"; }
count_is() { [ "$(sql 'SELECT count(*) FROM smart_money_trades')" = "$1" ]; }

# One line, committed while the input stays open, long before --flush-ms.
for i in 1 2 3; do
    trade "$i" >&3
    begin=$(date +%s%N)
    wait_for "row $i" count_is "$i"
    took_ms=$((($(date +%s%N) - begin) / 1000000))
    [ "$took_ms" -lt 1000 ] || fail "row $i was visible after $took_ms ms"
done
# Half a line is nothing yet.
printf '{"ev":"T","sym":"O:AAPL251219C00190000","x":302,' >&3
sleep 0.3
count_is 3 || fail "half a line was stored"
printf '"p":8.5,"s":100,"c":[209],"t":1764948620004,"q":4}\n' >&3
wait_for "row 4" count_is 4
expect "application name" "$(sql "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'pg-sink'")" 1

# Polite stop: what was accepted is committed.
for i in $(seq 5 500); do trade "$i"; done >&3
wait_for "row 500 taken" count_is 500
kill -TERM "$pid"
wait "$pid" || fail "status $? after SIGTERM: $(cat "$work/log")"
exec 3>&-
grep -q 'received=500 passed=500' "$work/log" || fail "$(cat "$work/log")"

# A watermark becomes visible with its trades or later: a reader never sees the promise without the goods.
database coverage
sink --migrate-only
python3 "$(dirname "$0")/tape.py" live 30000 4 >"$work/tape"
"$pg_sink" --batch-rows 50 <"$work/tape" 2>"$work/log" &
pid=$!
# Coverage says "complete to X"; rows up to X seen now must be all rows up to X there will ever be.
: >"$work/seen"
while kill -0 "$pid" 2>/dev/null; do
    sql "SELECT c.to_time, (SELECT count(*) FROM smart_money_trades t WHERE t.trade_time < c.to_time)
         FROM (SELECT max(to_time) AS to_time FROM coverage) c WHERE c.to_time IS NOT NULL" >>"$work/seen"
done
wait "$pid"
sort -u "$work/seen" >"$work/unique"
[ "$(wc -l <"$work/unique")" -ge 3 ] || fail "the tape was stored too fast to be watched"
while IFS='|' read -r to_time count; do
    expect "rows before the watermark $to_time" "$count" "$(sql "SELECT count(*) FROM smart_money_trades WHERE trade_time < '$to_time'")"
done <"$work/unique"

# The database is away before anything was read: SIGTERM ends it politely, and soon.
cluster_stop
trade 1 | "$pg_sink" 2>"$work/log" &
wait_for "the first refusal" grep -q "no database" "$work/log"
kill -TERM $!
wait $! || fail "SIGTERM before anything was read ended with $?"

# With a line in hand it tries some seconds more; a second SIGTERM leaves at once.
cluster_start
"$pg_sink" <"$work/pipe" 2>"$work/log" &
pid=$!
exec 3>"$work/pipe"
wait_for "a connection" grep -q "connected to" "$work/log"
cluster_stop
trade 9000 >&3
wait_for "the first refusal" grep -q "no database" "$work/log"
kill -TERM $pid
sleep 0.3
kill -0 $pid || fail "one SIGTERM made it drop what it had accepted"
kill -TERM $pid
status=0
wait $pid || status=$?
expect "status after the second SIGTERM" "$status" 143
echo ok
