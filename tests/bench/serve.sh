#!/usr/bin/env bash
# serve.sh [--rows N] [--scale X]: how fast pulse-serve answers over N stored trades (5,000,000), in a private PostgreSQL with
# its default settings. Needs PULSE_BIN, the directory of the tools. Fails when a figure misses its bound; --scale 0.1 takes a tenth
# of the time and judges nothing.
# shellcheck source=SCRIPTDIR/../db/cluster.bash
. "$(dirname "$0")/../db/cluster.bash"
rows=5000000
export SCALE=1
while [ $# -gt 0 ]; do
  case $1 in
    --rows) rows=$2 ;;
    --scale) SCALE=$2 ;;
    *) fail "usage: serve.sh [--rows N] [--scale X]" ;;
  esac
  shift 2
done
database serve_load
sink --migrate-only
"$(dirname "$0")/serve_data" "$rows"
sql 'ANALYZE'
echo "$(sql 'SELECT count(*) FROM smart_money_trades') trades, $(sql "SELECT pg_size_pretty(pg_table_size('smart_money_trades'))") and $(sql "SELECT pg_size_pretty(pg_indexes_size('smart_money_trades'))") of indexes"
"$PULSE_BIN/pulse-serve" --listen 127.0.0.1:0 2>"$work/serve.log" >/dev/null &
export SERVE_PID=$! SINK="$pg_sink --log-level warn"
wait_for "pulse-serve" grep -q listening "$work/serve.log"
URL=$(sed -n 's|.*listening on \(http://[^ ]*\)/.*|\1|p' "$work/serve.log")
export URL
wait_for "an answer" curl -sf "$URL/api/pulse/smart-money?limit=1"
node "$(dirname "$0")/serve_load.mjs"
