#!/usr/bin/env bash
# serve.sh [--rows N] [--scale X]: how fast pulse-serve answers over N stored trades (5,000,000), in a private PostgreSQL with
# its default settings, and its rate against the same answer by node's http and node-postgres (serve_peer; needs npm and wrk).
# Needs PULSE_BIN, the directory of the tools. Fails when a figure misses its bound; --scale 0.1 takes a tenth of the time and
# judges nothing.
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
status=0
node "$(dirname "$0")/serve_load.mjs" || status=$?

# The peer gives the same trades the usual way; the rates alternate.
rate() { wrk -t1 -c16 -d"$1s" "$2/api/pulse/smart-money?limit=10" | awk '/^Requests\/sec/ {print $2}'; }
trades() { curl -sf "$1/api/pulse/smart-money?limit=10" | jq -c '.trades[]'; }
cp -r "$(dirname "$0")/serve_peer" "$work/peer"
if command -v wrk >/dev/null && (cd "$work/peer" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error) >"$work/npm.log" 2>&1; then
  node "$work/peer/peer.mjs" >"$work/peer.port" &
  wait_for "the peer" test -s "$work/peer.port"
  peer=http://127.0.0.1:$(cat "$work/peer.port")
  trades "$peer" >"$work/theirs"
  trades "$URL" >"$work/ours"
  same "the peer's trades" "$work/theirs" "$work/ours"
  rounds=5 seconds=3
  [ "$SCALE" = 1 ] || rounds=1 seconds=1
  for ((round = 1; round <= rounds; round++)); do
    theirs=$(rate $seconds "$peer")
    ours=$(rate $seconds "$URL")
    awk "BEGIN {print $ours / $theirs, $ours, $theirs}" >>"$work/ratios"
  done
  sort -n "$work/ratios" | awk '{v[NR] = $1; o[NR] = $2; t[NR] = $3} END {m = int((NR + 1) / 2)
    printf "limit=10, answers a second against node http + pg: %.2f x (%d against %d)\n", v[m], o[m], t[m]}'
else
  echo "no wrk or no npm: no peer"
fi
exit $status
