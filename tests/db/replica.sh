#!/usr/bin/env bash
# pulse-serve and pulse-mcp on a read replica: the primary's answers and its live events; gone and back again.
# shellcheck disable=SC2034
server_options='-c wal_level=replica -c max_wal_senders=4'
# shellcheck source=SCRIPTDIR/cluster.bash
. "$(dirname "$0")/cluster.bash"
database served
sink --migrate-only
python3 "$(dirname "$0")/tape.py" live 5000 3 | sink

as_owner "$server_bin/pg_basebackup" -h "$work" -U pulse -D "$work/replica" -R -X stream -c fast >"$work/backup.log" 2>&1 ||
    { cat "$work/backup.log"; fail "no base backup"; }
mkdir "$work/standby"
[ "$(id -u)" != 0 ] || chown nobody "$work/standby"
replica() {
    as_owner "$server_bin/pg_ctl" -D "$work/replica" -l "$work/replica.log" -w -t 60 -m immediate \
        -o "-c listen_addresses='' -p 5432 -k $work/standby -c fsync=off" "$1" >>"$work/replica.out" 2>&1 </dev/null ||
        { cat "$work/replica.out" "$work/replica.log"; fail "the replica: $1"; }
}
replica start
trap 'replica stop || true; cleanup' EXIT
caught_up() { [ "$(PGHOST=$work/standby sql 'SELECT count(*) FROM smart_money_trades')" = "$(sql 'SELECT count(*) FROM smart_money_trades')" ]; }
wait_for "the replica" caught_up

serve() { # serve HOST: sets server and http
    PGHOST=$1 "$PULSE_BIN/pulse-serve" --listen 127.0.0.1:0 2>"$work/serve.log.$2" &
    server=$!
    wait_for "pulse-serve" grep -q "listening on" "$work/serve.log.$2"
    http=$(sed -n 's/.*listening on http:\/\/127.0.0.1:\([0-9]*\).*/\1/p' "$work/serve.log.$2")
    wait_for "an answer" curl -fsS "http://127.0.0.1:$http/api/pulse/smart-money"
}
answers() {
    local question
    for question in 'smart-money?limit=1000&cancelled=include' 'orders?limit=100' 'coverage?since=2025-12-01&until=2025-12-31'; do
        curl -fsS "http://127.0.0.1:$1/api/pulse/$question" | jq -S 'del(.. | .as_of?, .now?, .generated_at?)'
    done
}
serve "$work" primary
primary=$server
answers "$http" >"$work/expected"
serve "$work/standby" standby
standby=$server
answers "$http" >"$work/actual"
same "answers of the replica" "$work/expected" "$work/actual"

curl -NsS "http://127.0.0.1:$http/api/pulse/stream" >"$work/events" &
reader=$!
wait_for "the stream" grep -q . "$work/events"
trade() { printf '{"ev":"T","sym":"O:AAPL301220C%08d","x":302,"p":8.5,"s":100,"c":[209],"t":%s,"q":%s}\n' "$1" "$(date +%s%3N)" "$1" | sink; }
trade 190000
wait_for "the trade on the replica's stream" grep -q 'O:AAPL301220C00190000' "$work/events"
replica stop
replica start
trade 200000
wait_for "the trade behind the replica's restart" grep -q 'O:AAPL301220C00200000' "$work/events"

question='{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"t","version":"1"}}}
{"jsonrpc":"2.0","method":"notifications/initialized"}
{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"smart_money_trades","arguments":{"limit":1}}}'
PGHOST=$work/standby "$PULSE_BIN/pulse-mcp" <<<"$question" 2>"$work/mcp.log" | grep -q 'O:AAPL301220C00200000' || { cat "$work/mcp.log"; fail "pulse-mcp on the replica"; }

# A sink that is sent there by mistake waits for a primary and says why.
status=0
PGHOST=$work/standby "$pg_sink" --max-retries 1 <<<'{"ev":"D","ticker":"AAPL","date":"2025-12-05","o":1,"h":1,"l":1,"c":1,"v":1}' 2>"$work/log" || status=$?
expect "status of a sink on a replica" "$status" 69
grep -q "read-only" "$work/log" || { cat "$work/log"; fail "no word about the reason"; }
kill $reader "$primary" "$standby"
echo ok
