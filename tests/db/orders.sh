#!/usr/bin/env bash
# Order and baseline records: any number of deliveries in any order end in the same rows, the fullest account winning.
# shellcheck source=SCRIPTDIR/cluster.bash
. "$(dirname "$0")/cluster.bash"

# order SYMBOL PRINTS CANCELLED PREMIUM EXTRA
order() {
    printf '{"ev":"O","sym":"%s","ticker":"AAPL","expiry":"2025-12-19","side":"CALL","strike":190,"dte":14,"t_first":1764948620676,"t_last":%s,"n":%s,"s":%s,"premium":%s,"vwap":3.8,"p_min":3.7,"p_max":3.9,"trend":"up","x":[302],"c":[209],"iso":false,"multileg":false%s}\n' \
        "$1" $((1764948620676 + $2)) "$2" "$2" "$4" "$5"
}
baseline() {
    printf '{"ev":"B","session":"2025-12-05","ticker":"AAPL","side":"CALL","dte_bucket":"8-14","slot":"10:00","window_min":30,"contracts":%s,"hist":%s}\n' "$1" "$2"
}
# span SYMBOL FIRST LAST PRINTS: an order of which others may be parts.
span() {
    order "$1" "$4" 0 $((20000 * $4)) '' | sed "s/\"t_first\":[0-9]*,\"t_last\":[0-9]*/\"t_first\":$((1764948620676 + $2)),\"t_last\":$((1764948620676 + $3))/"
}
symbol=O:AAPL251219C00190000
{
    order $symbol 20 0 80000 ''                                            # cut short by the end of a pipe
    order $symbol 61 0 228000 ',"left_out":3800,"auction":400'             # whole
    order $symbol 60 1 224200 ',"left_out":3800,"auction":400,"cancelled":1' # a print taken back
    order O:AAPL251219C00195000 1 0 60000 ''
    order O:AAPL251219C00195000 0 1 0 ',"cancelled":1' # nothing left of it
    printf '{"ev":"O","sym":"O:AAPL251219P00190000","ticker":"AAPL","expiry":"2025-12-19","side":"PUT","strike":190,"dte":14,"t_first":1764948620676,"t_last":1764948620676,"n":1,"s":100,"premium":70000,"vwap":7,"p_min":7,"p_max":7,"trend":"flat","x":[302],"c":[232],"iso":false,"multileg":true}\n'
    printf '{"ev":"O","sym":"O:AAPL251219P00195000","ticker":"AAPL","expiry":"2025-12-19","side":"PUT","strike":195,"dte":14,"t_first":1764948620676,"t_last":1764948620676,"n":1,"s":100,"premium":70000,"vwap":7,"p_min":7,"p_max":7,"trend":"flat","x":[302],"c":[227],"iso":false,"multileg":false}\n'
    # The stream broke off in an order, history came in later in it, and all of it once more.
    span O:AAPL251219C00210000 0 300 10
    span O:AAPL251219C00210000 200 500 8
    span O:AAPL251219C00210000 0 500 13
    span O:AAPL251219C00220000 0 300 10
    span O:AAPL251219C00220000 200 500 8
    span O:AAPL251219C00230000 100 300 8 # the stream came in late
    span O:AAPL251219C00230000 0 300 10
    span O:AAPL251219C00240000 0 300 10 # neighbours, not parts
    span O:AAPL251219C00240000 301 500 8
    span O:AAPL251219C00250000 0 100 5 # two parts of one
    span O:AAPL251219C00250000 300 400 5
    span O:AAPL251219C00250000 0 400 12
    baseline 3 '[[0,17],[81,1]]'
    baseline 4 '[[0,22],[81,1],[85,1]]' # more zeros
    baseline 4 '[[0,20],[81,2],[97,2]]'
} >"$work/records"
stored() {
    sql "SELECT option_symbol, prints, cancelled_prints, size, premium, left_out_premium, auction_premium FROM smart_money_orders ORDER BY 1, first_time"
    sql "SELECT contracts, histogram, array_length(at_least, 1), at_least[1], at_least[82], at_least[83], at_least[98] FROM flow_baselines"
}
cat >"$work/expected" <<'E2'
O:AAPL251219C00190000|60|1|60|224200|3800|400
O:AAPL251219C00195000|0|1|0|0|0|0
O:AAPL251219C00210000|13|0|13|260000|0|0
O:AAPL251219C00220000|10|0|10|200000|0|0
O:AAPL251219C00230000|10|0|10|200000|0|0
O:AAPL251219C00240000|10|0|10|200000|0|0
O:AAPL251219C00240000|8|0|8|160000|0|0
O:AAPL251219C00250000|12|0|12|240000|0|0
O:AAPL251219P00190000|1|0|100|70000|70000|0
O:AAPL251219P00195000|1|0|100|70000|0|70000
4|[[0, 20], [81, 2], [97, 2]]|98|24|4|2|2
E2
for arrangement in 'cat' tac 'sort' 'shuf --random-source=/dev/zero'; do
    database "orders_${arrangement%% *}"
    $arrangement "$work/records" | sink
    stored >"$work/actual"
    same "$arrangement in one batch" "$work/expected" "$work/actual"
    expect "$arrangement: told to readers" "$(sql 'SELECT count(*) FROM stored_batches')" 1
    $arrangement "$work/records" | sink --batch-rows 1
    stored >"$work/actual"
    same "$arrangement once more, one by one" "$work/expected" "$work/actual"
    expect "$arrangement: told again" "$(sql 'SELECT count(*) FROM stored_batches')" 1
done
database orders_single
while read -r line; do sink <<<"$line"; done <"$work/records"
stored >"$work/actual"
same "each by a process of its own" "$work/expected" "$work/actual"

# What isn't a record of its kind is refused alone.
{
    order $symbol 61 0 228000 ',"left_out":"much"'
    baseline 3 '[]'
    baseline 3 '{"a":1}'
    order O:AAPL251219C00200000 3 0 90000 ''
} | sink --rejects "$work/rejects"
expect "refused" "$(wc -l <"$work/rejects")" 3
expect "their neighbour" "$(sql "SELECT count(*) FROM smart_money_orders WHERE option_symbol = 'O:AAPL251219C00200000'")" 1

# A database of an earlier release gets the columns.
database migrated
sink --migrate-only
sql "DROP INDEX smart_money_orders_by_contract, smart_money_orders_by_ticker, smart_money_orders_by_expiry, smart_money_orders_by_strike,
                smart_money_orders_by_dte, smart_money_orders_large, smart_money_orders_counted, flow_baselines_by_cell,
                flow_baselines_by_session;
     ALTER TABLE flow_baselines DROP COLUMN at_least, DROP COLUMN windows;
     DROP FUNCTION pulse_at_least, pulse_windows;
     ALTER TABLE smart_money_orders DROP counted, DROP left_out_premium, DROP auction_premium, DROP cancelled_prints;
     DELETE FROM pulse_schema WHERE version = 4;
     INSERT INTO flow_baselines VALUES ('2025-12-05', 'AAPL', 'CALL', '8-14', '10:00', 30, 4, '[[0,20],[81,2],[97,2]]')"
sink --migrate-only
expect "a row from before the migration" "$(sql "SELECT at_least[82] FROM flow_baselines")" 4
echo ok
