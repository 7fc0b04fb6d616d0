#!/usr/bin/env bash
# The log of batches: batches_test.cpp, a database from before it, and the tool itself, watched by psql.
# shellcheck source=SCRIPTDIR/cluster.bash
. "$(dirname "$0")/cluster.bash"
here=$(dirname "$0")
database batches
"$PULSE_TESTS/db_batches" ${PULSE_CASE:+"$PULSE_CASE"}

# A database of version 1 with rows in it.
database version_1
psql -qX -v ON_ERROR_STOP=1 -1 -f "$here/../../lib/store/sql/001_tables.sql"
sql "CREATE TABLE pulse_schema (version int PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now());
     INSERT INTO pulse_schema (version) VALUES (1);
     INSERT INTO coverage VALUES ('live', 's', 'AAPL', now(), now());
     INSERT INTO smart_money_trades (trade_time, option_symbol, ticker, expiry, side, strike, price, size, premium, dte,
                                     exchange, conditions, occurrence, sequence, source)
     VALUES ('2025-12-05 15:30:20.001Z', 'O:AAPL251219C00190000', 'AAPL', '2025-12-19', 'CALL', 190, 8.5, 100, 85000, 14, 302,
             '{209}', 1, 1, 'live')"
line() { printf '{"ev":"T","sym":"O:AAPL251219C00190000","x":302,"p":8.5,"s":100,"c":[209],"t":%s,"q":%s}\n' $((1764948620000 + $1)) "$1"; }
{ line 1; line 2; } | sink
expect "prints after the migration" "$(sql 'SELECT count(*) FROM smart_money_trades')" 2
expect "batches after the migration" \
    "$(sql "SELECT count(*), min(trades_from) = '2025-12-05 15:30:20.001Z', max(trades_to) = '2025-12-05 15:30:20.002Z' FROM stored_batches")" '1|t|t'

# A role that may only INSERT, SELECT and DELETE there needs no right on the sequence.
sql "CREATE ROLE writer LOGIN; GRANT SELECT ON ALL TABLES IN SCHEMA public TO writer;
     GRANT INSERT, UPDATE ON smart_money_trades, smart_money_cancels, coverage TO writer;
     GRANT INSERT, DELETE ON stored_batches TO writer"
line 3 | PGUSER=writer sink
expect "batches of a role without rights on sequences" "$(sql 'SELECT count(*) FROM stored_batches')" 2

# Two pg-sinks on one tape in small batches, watched by LISTEN.
database watched
sink --migrate-only
python3 "$here/tape.py" live 20000 7 >"$work/tape"
mkfifo "$work/commands"
psql -qXAt <"$work/commands" >"$work/heard" 2>&1 &
listener=$!
exec 4>"$work/commands"
echo 'LISTEN pulse_batches;' >&4
wait_for "the listener" sh -c "psql -qXAt -c \"SELECT 1 FROM pg_stat_activity WHERE query LIKE 'LISTEN pulse%'\" | grep -q 1"
pids=()
for rows in 60 95; do
    "$pg_sink" --batch-rows "$rows" <"$work/tape" 2>"$work/log.$rows" &
    pids+=($!)
done
for pid in "${pids[@]}"; do wait "$pid" || { cat "$work"/log.*; fail "a sink failed"; }; done
echo 'SELECT 1;' >&4 # psql looks for notifications after a statement
exec 4>&-
wait "$listener"
grep -o 'payload "[0-9]*"' "$work/heard" | tr -dc '0-9\n' >"$work/ids"
[ "$(wc -l <"$work/ids")" -gt 20 ] || fail "only $(wc -l <"$work/ids") notifications"
sort -n "$work/ids" >"$work/sorted"
same "notifications come in the order of the ids" "$work/sorted" "$work/ids"
sql 'SELECT id FROM stored_batches ORDER BY id' >"$work/stored"
same "a notification for every batch" "$work/stored" "$work/ids"
expect "every print is found through one batch" \
    "$(sql 'SELECT sum(n) FROM stored_batches b CROSS JOIN LATERAL (SELECT count(*) AS n FROM smart_money_trades t
                WHERE t.stored_at = b.stored_at AND t.trade_time BETWEEN b.trades_from AND b.trades_to) c')" \
    "$(sql 'SELECT count(*) FROM smart_money_trades')"
expect "where the stream's coverage ends" "$(sql 'SELECT max(live_to) = (SELECT max(to_time) FROM coverage) FROM stored_batches')" t

# The tape again: nothing is new, nothing is told.
before=$(sql 'SELECT max(id) FROM stored_batches')
sink <"$work/tape"
expect "newest batch after a replay" "$(sql 'SELECT max(id) FROM stored_batches')" "$before"
echo ok
