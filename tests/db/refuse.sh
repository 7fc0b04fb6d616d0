#!/usr/bin/env bash
# A row that PostgreSQL refuses goes to the rejects alone; its neighbours are stored.
# shellcheck source=SCRIPTDIR/cluster.bash
. "$(dirname "$0")/cluster.bash"
database refuse
sink --migrate-only
sql 'ALTER TABLE smart_money_trades ADD CONSTRAINT no_big CHECK (size < 5000)'

trade() { printf '{"ev":"T","sym":"O:AAPL251219C00190000","x":302,"p":8.5,"s":%s,"c":[209],"t":176494862%s,"q":%s}\n' "$1" "$2" "$2"; }
{
    for i in $(seq 1000 1499); do trade 10 "$i"; done
    trade 6000 1500
    echo '{"ev":"D","ticker":"AAPL","date":"2025-12-05","o":1,"h":2,"l":1,"c":2,"v":1000}'
    echo '{"ev":"D","ticker":"AAPL","date":"2025-13-45","o":1,"h":2,"l":1,"c":2,"v":1000}'
    echo 'no json'
    trade 7000 1501
    echo '{"ev":"W","src":"live","session":"s","tickers":["AAPL"],"from":1764948620000,"to":1764948621999}'
    echo '{"ev":"W","src":"live","session":"s","from":1764948620000,"to":1764948621999}'
    echo '{"ev":"T","sym":"O:AAPL251219C00190000","p":8.5,"s":1,"t":1764948621600,"src":"a\u0000b"}'
    for i in $(seq 1502 1999); do trade 10 "$i"; done
} >"$work/input"
sink --rejects "$work/rejects" <"$work/input"
expect "trades stored" "$(sql 'SELECT count(*) FROM smart_money_trades')" 998
expect "bars stored" "$(sql 'SELECT count(*) FROM daily_bars')" 1
expect "watermarks stored" "$(sql 'SELECT count(*) FROM coverage')" 1
expect "lines rejected" "$(wc -l <"$work/rejects")" 6
grep -E '6000|7000|2025-13-45|no json|a\\u0000b|"session":"s","from"' "$work/input" | sort >"$work/bad"
sort "$work/rejects" >"$work/rejected"
same "the rejects are the bad lines as they came" "$work/bad" "$work/rejected"
grep -q 'line 501: the database refuses it: .*no_big' "$work/log" || fail "the log names no line and reason: $(cat "$work/log")"
grep -q 'received=1006 passed=1000 dropped=0 rejected=6' "$work/log" || fail "the summary doesn't add up: $(cat "$work/log")"

# The same again: all but the refused are duplicates, and the sums still hold.
sink <"$work/input"
grep -q 'received=1006 passed=2 dropped=998 (duplicate=998) rejected=6' "$work/log" || fail "replay: $(cat "$work/log")"

database strict
sink --migrate-only
sql 'ALTER TABLE smart_money_trades ADD CONSTRAINT no_big CHECK (size < 5000)'
status=0
"$pg_sink" --strict <"$work/input" 2>"$work/log" || status=$?
expect "status under --strict" "$status" 65
expect "trades before the bad line stored" "$(sql "SELECT count(*) FROM smart_money_trades WHERE sequence < 1500")" 500

status=0
"$pg_sink" --rejects /dev/full <"$work/input" 2>"$work/log" || status=$?
expect "status when the rejects file is full" "$status" 74
echo ok
