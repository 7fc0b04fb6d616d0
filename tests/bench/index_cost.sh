#!/usr/bin/env bash
# What one index more costs pg-sink: its rate for new rows with only that index beside the key, against its rate without, in
# runs that alternate. Shows which columns of smart_money_trades_by_expiry are paid for.
# Usage: PULSE_BIN=build/release/bin tests/bench/index_cost.sh [ROWS [ROUNDS]]
here=$(cd "$(dirname "$0")" && pwd)
server_options='-c fsync=on -c max_wal_size=8GB -c checkpoint_timeout=1h'
# shellcheck source=SCRIPTDIR/../db/cluster.bash
. "$here/../db/cluster.bash"
rows=${1:-500000}
rounds=${2:-3}
day="((trade_time AT TIME ZONE INTERVAL '0')::date)"
variants=('expiry' 'ticker COLLATE "C", expiry' "ticker COLLATE \"C\", expiry, $day"
  "ticker COLLATE \"C\", expiry, $day, ((strike * 1000)::int)")
database bench
sink --migrate-only
python3 "$here/make_trades.py" "$rows" >"$work/tape"
sql 'DROP INDEX smart_money_trades_by_expiry, smart_money_trades_big, smart_money_trades_big_by_time'

# milliseconds COLUMNS: of storing the tape into the empty table, with an index on these columns when there are any.
milliseconds() {
    sql 'TRUNCATE smart_money_trades; DROP INDEX IF EXISTS one_more'
    [ -z "$1" ] || sql "CREATE INDEX one_more ON smart_money_trades ($1)"
    sql CHECKPOINT
    local begin
    begin=$(date +%s%N)
    "$pg_sink" --log-level warn <"$work/tape"
    echo $((($(date +%s%N) - begin) / 1000000))
}
milliseconds '' >"$work/warm"
for ((round = 1; round <= rounds; round++)); do
    bare=$(milliseconds '')
    for i in "${!variants[@]}"; do
        with=$(milliseconds "${variants[i]}")
        awk "BEGIN {print $bare / $with}" >>"$work/ratio.$i"
    done
done
for i in "${!variants[@]}"; do
    printf '%.2f of the rate with an index on (%s)\n' "$(sort -n "$work/ratio.$i" | sed -n "$(((rounds + 1) / 2))p")" "${variants[i]}"
done
