#!/usr/bin/env bash
# How fast pg-sink is, as ratios of runs that alternate on one machine (which drifts; single times mean nothing):
#   fresh   new rows                  against psql \copy of the same rows into the same table with its key
#   replay  rows that are all there   against the same
#   insert  new rows, a row           against one prepared INSERT a row, autocommit (pgbench)
#   indexed new rows                  against itself without the indexes that only questions need
# Usage: PULSE_BIN=build/release/bin tests/bench/pg_sink.sh [ROWS [ROUNDS]]
here=$(cd "$(dirname "$0")" && pwd)
server_options='-c fsync=on -c max_wal_size=8GB -c checkpoint_timeout=1h'
# shellcheck source=SCRIPTDIR/../db/cluster.bash
. "$here/../db/cluster.bash"
rows=${1:-1000000}
rounds=${2:-5}
inserts=4000
database bench
sink --migrate-only
python3 "$here/make_trades.py" "$rows" >"$work/tape"
sink <"$work/tape"
psql -qX -c "\\copy (SELECT * FROM smart_money_trades ORDER BY trade_time) TO '$work/rows.csv' (FORMAT csv)"
cat >"$work/insert.sql" <<'SQL'
\set size random(1, 2000000000)
INSERT INTO smart_money_trades (trade_time, option_symbol, ticker, expiry, side, strike, price, size, premium, dte, exchange,
                                conditions, occurrence, sequence, source)
VALUES (date_trunc('milliseconds', clock_timestamp()), U&'O\003AAAPL251219C00190000', 'AAPL', '2025-12-19', 'CALL', 190, 8.5, :size,
        850.0 * :size, 14, 302, '{209}', 1, :size, 'live');
SQL

calc() { awk "BEGIN {printf \"%.5f\\n\", $1}"; }
# seconds COMMAND…: its wall time; the checkpoint before it keeps the last run's dirty pages out of it.
seconds() {
    sql CHECKPOINT
    local begin end
    begin=$(date +%s%N)
    "$@" || { tail -n 5 "$work"/*.log >&2; fail "$*"; }
    end=$(date +%s%N)
    calc "($end - $begin) / 1e9"
}
copy() { psql -qX -c "\\copy smart_money_trades FROM '$work/rows.csv' (FORMAT csv)"; }
store() { "$pg_sink" --log-level warn <"$work/tape"; }
insert() { "$server_bin/pgbench" -n -M prepared -t "$inserts" -f "$work/insert.sql" >"$work/pgbench.log" 2>&1; }
empty() { sql 'TRUNCATE smart_money_trades'; }
drop_reading() { sql 'DROP INDEX smart_money_trades_by_expiry, smart_money_trades_big, smart_money_trades_big_by_time'; }
create_reading() { psql -qX -v ON_ERROR_STOP=1 -f "$here/../../lib/store/sql/003_reading.sql"; }
median() { sort -n | awk '{v[NR] = $1} END {print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2}'; }

for ((round = 1; round <= rounds; round++)); do
    empty && t_copy=$(seconds copy)
    expect "rows of \\copy" "$(sql 'SELECT count(*) FROM smart_money_trades')" "$rows"
    t_replay=$(seconds store)
    expect "rows after the replay" "$(sql 'SELECT count(*) FROM smart_money_trades')" "$rows"
    empty && t_fresh=$(seconds store)
    expect "rows of pg-sink" "$(sql 'SELECT count(*) FROM smart_money_trades')" "$rows"
    empty && drop_reading && t_bare=$(seconds store)
    empty && create_reading && t_insert=$(seconds insert)
    calc "$t_copy / $t_fresh" >>"$work/fresh"
    calc "$t_copy / $t_replay" >>"$work/replay"
    calc "$t_bare / $t_fresh" >>"$work/indexed"
    calc "($t_insert / $inserts) / ($t_fresh / $rows)" >>"$work/insert"
    printf 'round %d: \\copy %.2f s, pg-sink new %.2f s, replay %.2f s, without indexes %.2f s, %d INSERTs %.2f s\n' \
        "$round" "$t_copy" "$t_fresh" "$t_replay" "$t_bare" "$inserts" "$t_insert"
done
printf 'pg-sink, %d new rows, against psql \\copy:    %.2f x (target 1.4)\n' "$rows" "$(median <"$work/fresh")"
printf 'pg-sink, all rows there, against psql \\copy: %.2f x (target 0.95)\n' "$(median <"$work/replay")"
printf 'pg-sink, new rows, against single INSERTs:   %.0f x (target 80)\n' "$(median <"$work/insert")"
printf 'pg-sink, new rows, against itself without the indexes for questions: %.2f x (at least 0.5)\n' "$(median <"$work/indexed")"
