#!/usr/bin/env bash
# evidence.sh [--rows N]: how long the questions about orders (at most 50 ms), concentration and signals (at most 200 ms) take over N
# stored orders (1,000,000) of 62 sessions and their baselines, in a private PostgreSQL with its default settings. Needs PULSE_BIN and
# PULSE_TESTS, the directories of the tools and test programs. Fails when a figure misses its bound; with --rows it judges nothing.
# shellcheck source=SCRIPTDIR/../db/cluster.bash
. "$(dirname "$0")/../db/cluster.bash"
rows=1000000 judge=1
while [ $# -gt 0 ]; do
  case $1 in
    --rows) rows=$2 judge=0 ;;
    *) fail "usage: evidence.sh [--rows N]" ;;
  esac
  shift 2
done
database evidence
sink --migrate-only
"$(dirname "$0")/evidence_data" "$rows"
sql 'VACUUM ANALYZE'
echo "$(sql 'SELECT count(*) FROM smart_money_orders') orders, $(sql "SELECT pg_size_pretty(pg_table_size('smart_money_orders'))") and $(sql "SELECT pg_size_pretty(pg_indexes_size('smart_money_orders'))") of indexes"
echo "$(sql 'SELECT count(*) FROM flow_baselines') baseline cells, $(sql "SELECT pg_size_pretty(pg_table_size('flow_baselines'))") and $(sql "SELECT pg_size_pretty(pg_indexes_size('flow_baselines'))") of indexes"
status=0
"$PULSE_TESTS/evidence_speed" 3 || status=$?
# 1: a bound was missed; anything else is a failure at any size.
[ "$status" = 0 ] || { [ "$status" = 1 ] && [ "$judge" = 0 ]; } || exit "$status"
