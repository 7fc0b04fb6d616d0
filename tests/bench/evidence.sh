#!/usr/bin/env bash
# evidence.sh [--rows N]: how long the questions about orders (at most 50 ms) and concentration, signals, outcomes and briefing (at
# most 200 ms) take over N stored orders (1,000,000) of 62 sessions and their baselines, in a private PostgreSQL with its default
# settings: as a bulk load leaves the tables, which is told but not judged, since autovacuum comes within a minute or two, and after
# VACUUM ANALYZE. Needs PULSE_BIN and PULSE_TESTS, the directories of the tools and test programs. Fails when a figure after VACUUM
# misses its bound; with --rows it judges nothing, and fills and asks less.
# The comparison needs an autovacuum that doesn't come in the middle of it.
# shellcheck disable=SC2034
server_options='-c autovacuum=off'
# shellcheck source=SCRIPTDIR/../db/cluster.bash
. "$(dirname "$0")/../db/cluster.bash"
rows=1000000 judge=1 sessions=62 asked=(3 10 1000)
while [ $# -gt 0 ]; do
  case $1 in
    --rows) rows=$2 judge=0 sessions=6 asked=(1 10) ;;
    *) fail "usage: evidence.sh [--rows N]" ;;
  esac
  shift 2
done

# measure: prints the figures; 1 when a bound was missed. Anything else is a failure at any size.
measure() {
  local status=0
  "$PULSE_TESTS/evidence_speed" "${asked[@]}" || status=$?
  [ "$status" -le 1 ] || exit "$status"
  return "$status"
}

# sizes TABLE: of its rows and of each of its indexes
sizes() {
  echo "$(sql "SELECT count(*) FROM $1") rows of $1, $(sql "SELECT pg_size_pretty(pg_table_size('$1'))") and $(sql "SELECT pg_size_pretty(pg_indexes_size('$1'))") of indexes:"
  sql "SELECT format('  %-34s %s', indexrelid::regclass, pg_size_pretty(pg_relation_size(indexrelid)))
       FROM pg_index WHERE indrelid = '$1'::regclass ORDER BY pg_relation_size(indexrelid) DESC"
}

database evidence
sink --migrate-only
"$(dirname "$0")/evidence_data" "$rows" 2025-12-05 "$sessions"
sizes smart_money_orders
sizes flow_baselines
if [ "$judge" = 1 ]; then
  echo "--- before any VACUUM and ANALYZE"
  measure || true
fi
sql 'VACUUM ANALYZE'
echo "--- after VACUUM ANALYZE"
measure || [ "$judge" = 0 ] || exit 1
