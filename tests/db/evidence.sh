#!/usr/bin/env bash
# Orders, concentration and unusualness through the whole chain of tools, against plain python that knows only the tape: evidence.py.
# shellcheck source=SCRIPTDIR/cluster.bash
. "$(dirname "$0")/cluster.bash"
py=$(dirname "$0")/evidence.py
tools=$PULSE_BIN
watch=(--underlyings "AAA,BBB" --quiet-hits)

database evidence
sink --migrate-only
python3 "$py" empty

python3 "$py" tape >"$work/tape"
"$tools/occ-filter" "${watch[@]}" --min-premium 0 <"$work/tape" 2>"$work/chain.log" | "$tools/order-join" 2>>"$work/chain.log" |
    "$tools/flow-baseline" 2>>"$work/chain.log" | "$tools/occ-filter" "${watch[@]}" 2>>"$work/chain.log" >"$work/records"
sink <"$work/records"
python3 "$py" check
# Statistics may change how an answer is found, not the answer.
sql 'ANALYZE'
python3 "$py" check

# A hole in the coverage that only the database knows of.
sql "UPDATE coverage SET to_time = from_time + interval '100 minutes' WHERE session = 's7-0' AND ticker = 'AAA'"
sql "INSERT INTO coverage SELECT source, 's7-1', ticker, from_time + interval '115 minutes', from_time + interval '390 minutes'
     FROM coverage WHERE session = 's7-0' AND ticker = 'AAA'"
HOLE_SESSION=7 python3 "$py" check

# Trades of a session that nobody joined. An order that was taken back stands for one that was.
sql "DELETE FROM smart_money_orders WHERE ticker = 'AAA' AND first_time >= '2025-10-03'"
python3 "$py" unjoined
