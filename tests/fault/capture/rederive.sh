#!/usr/bin/env bash
# scripts/rederive: captured sessions through another rule, in the place of what the tables held, before the eyes of readers.
# shellcheck source=tests/fault/pipeline/harness.bash
. "$(dirname "$0")/../pipeline/harness.bash"
rederive=$here/../../../scripts/rederive
export PULSE_HEAL=0
day=2025-12-05 kept=$work/kept

# Everything a session leaves, without the clock's marks. Coverage as stretches of time: how it is cut depends on the files.
everything() {
    rows
    sql "SELECT cancel_time, option_symbol, exchange, price, size, conditions, occurrence, sequence, source
         FROM smart_money_cancels ORDER BY 1, 2, 3, 4, 5, 6, 7"
    sql "SELECT row_to_json(o)::jsonb - 'stored_at' FROM smart_money_orders AS o ORDER BY option_symbol, first_time"
    sql "SELECT * FROM flow_baselines ORDER BY 1, 2, 3, 4, 5, 6"
}
covered() {
    sql "SELECT ticker, range_agg(tstzrange(from_time, to_time + interval '1 ms')) FROM coverage GROUP BY 1 ORDER BY 1"
}
# again STATUS OPTION…: rederive of the day.
again() {
    local expected=$1 status=0
    shift
    "$rederive" --capture "$kept" --from $day "$@" 2>"$work/log" || status=$?
    [ $status = "$expected" ] || { cat "$work/log" >&2; fail "rederive $* ended with $status, expected $expected"; }
    [ "$(sql "SELECT to_regnamespace('pulse_rederive') IS NULL")" = t ] || fail "the scratch schema is still there"
}
says() { grep -qE -e "$1" "$work/log" || { cat "$work/log" >&2; fail "rederive doesn't say: $1"; }; }
# fresh NAME OPTION…: what a new database holds of the tape with these options, in $work/NAME.
fresh() {
    local name=$1
    shift
    database "$name"
    derive "$@" <"$work/raw" | pg-sink
    everything >"$work/$name"
}
derive() {
    occ-filter --quiet-hits --min-premium 0 | order-join "$@" | flow-baseline | occ-filter --quiet-hits "$@"
}

make_tape "${PULSE_TRADES:-60000}" 5
# A print after the close, as extended hours have them: the stream's watermarks vouch for the whole session.
printf '{"ev":"T","sym":"O:AAPL251219C00190000","x":302,"p":1.5,"s":1,"c":[248],"t":%s,"q":999999999}\n' \
    "$(date -d '2025-12-05 16:02 EST' +%s)000" >>"$work/tape"
selected=$((selected + 1))
vendor 8000 # some three seconds, so that a watermark ends a file
database tables
PULSE_STREAM_OPTIONS="--count $selected --capture $kept" PULSE_FILTER_OPTIONS=--quiet-hits "$pipeline" 2>"$work/log" ||
    { cat "$work/log" >&2; fail "the pipeline ended with $?"; }
[ "$(find "$kept" -name '*.zst' | wc -l)" -ge 2 ] || fail "the session is in one file"
zstdcat "$kept"/$day/*.zst >"$work/raw"
everything >"$work/pipeline"
covered >"$work/coverage"
for dollars in 50000 25000 100000; do fresh "fresh_$dollars" --min-premium $dollars; done
same "the capture doesn't give what the pipeline stored" "$work/pipeline" "$work/fresh_50000"
grep -q . "$work/fresh_25000" || fail "nothing is stored at all"
export PGDATABASE=fresh_25000
[ "$(sql 'SELECT count(*) FROM smart_money_trades WHERE cancelled_at IS NOT NULL')" -gt 0 ] || fail "the tape has no cancels"

# Other rows, which no watermark of the capture is about, stay: another ticker, another date.
export PGDATABASE=tables
sql "CREATE TABLE others AS
     SELECT trade_time, replace(option_symbol, 'AAPL', 'ZZZ') AS option_symbol, 'ZZZ' AS ticker FROM smart_money_trades
     WHERE ticker = 'AAPL'
     UNION SELECT trade_time - interval '1 day', option_symbol, ticker FROM smart_money_trades"
sql "INSERT INTO smart_money_trades (trade_time, option_symbol, ticker, expiry, side, strike, price, size, premium, dte, exchange,
                                     conditions, occurrence, source)
     SELECT trade_time, option_symbol, ticker, date '2026-01-16', 'CALL', 1, 1, 1, 100, 30, 1, '{}', 1, 'rest' FROM others"
others() { sql "SELECT count(*) FROM smart_money_trades WHERE strike = 1"; }
number_of_others=$(others)
[ "$number_of_others" -gt 100 ] || fail "no other rows"
same_session() { # WHAT FRESH
    expect "$1: other rows" "$(others)" "$number_of_others"
    sql "CREATE TABLE aside AS SELECT * FROM smart_money_trades WHERE strike = 1; DELETE FROM smart_money_trades WHERE strike = 1"
    everything >"$work/actual"
    sql "INSERT INTO smart_money_trades SELECT * FROM aside; DROP TABLE aside"
    same "$1" "$work/$2" "$work/actual"
    covered >"$work/coverage.now"
    same "$1: coverage" "$work/coverage" "$work/coverage.now"
}

# A reader that looks all the time sees the session of one rule or of the other.
look="SELECT (SELECT (count(*), sum(premium)) FROM smart_money_trades WHERE strike <> 1),
             (SELECT (count(*), sum(premium)) FROM smart_money_orders)"
sql "$look" >"$work/legal"
yes "$look;" | head -n 200000 | psql -qXAt >"$work/seen" 2>/dev/null &
reader=$!
again 0 -- --min-premium 25000
says "$day: [1-9][0-9]* trades in the place of [1-9][0-9]*, [1-9][0-9]* orders, [1-9][0-9]* baseline rows"
same_session "at 25000" fresh_25000
kill $reader 2>/dev/null || true
wait $reader 2>/dev/null || true
# same_session moved rows about, but none that a reader asks for.
sql "$look" >>"$work/legal"
expect "legal states" "$(sort -u "$work/legal" | wc -l)" 2
head -n -1 "$work/seen" | sort -u >"$work/states"
expect "states that a reader saw" "$(wc -l <"$work/states")" 2
grep -vxFf "$work/legal" "$work/states" && fail "a reader saw half a session"

# Its rows are told to those who follow the batches.
expect "rows of the last batch" "$(sql "SELECT count(*) > 0
    FROM smart_money_trades t JOIN (SELECT * FROM stored_batches ORDER BY id DESC LIMIT 1) b
    ON t.stored_at = b.stored_at AND t.trade_time BETWEEN b.trades_from AND b.trades_to")" t
again 0 -- --min-premium 100000
same_session "at 100000" fresh_100000
PULSE_FILTER_OPTIONS="--quiet-hits --min-premium 100000" again 0 -- --min-premium=25000
same_session "at 25000 again" fresh_25000
again 0 -- --min-premium 25000
same_session "twice" fresh_25000

# A sink that stores the same session meanwhile: 50,000 and more is part of 25,000 and more, so in any order the rows are these.
again 0 -- --min-premium 100000
: >"$work/go"
derive --min-premium 50000 <"$work/raw" | grep -v '"ev":"W"' >"$work/hits.raw"
(while [ -e "$work/go" ]; do pg-sink --batch-rows 50 <"$work/hits.raw" || exit 1; done) 2>"$work/sink.log" &
sinks=$!
for _ in 1 2; do again 0 -- --min-premium 25000; done
rm "$work/go"
wait $sinks || { tail -n 5 "$work/sink.log" >&2; fail "the sink beside it failed"; }
same_session "beside a running sink" fresh_25000

# What is broken leaves the tables alone.
good=$kept
leaves_alone() { # WHAT PATTERN
    again 1 -- --min-premium 50000
    says "$2"
    says "$day: not made anew; its tables are as they were"
    same_session "$1" fresh_25000
}
kept=$work/damaged
cp -r "$good" "$kept"
file=$(find "$kept" -name '*.zst' | sort | tail -n 1)
size=$(stat -c %s "$file")
head -c $((size / 2)) "$file" >"$file.new"
printf '\377\376\375' >>"$file.new"
tail -c +$((size / 2 + 4)) "$file" >>"$file.new"
mv "$file.new" "$file"
leaves_alone "a damaged file" 'the replay failed'
kept=$work/silent
mkdir -p "$kept/$day"
grep -v '"ev":"W"' "$work/raw" | zstd -q -o "$kept/$day/live-20251205T143000000Z-a_1.ndjson.zst"
leaves_alone "no watermark" 'hold no watermark of this session'
kept=$work/narrow
mkdir -p "$kept/$day"
zstd -q -o "$kept/$day/history-20251205T143000000Z-p50000_d0to30-a_1.ndjson.zst" "$work/raw"
leaves_alone "a filtered history" 'left out, because it holds less than is asked for \(p50000_d0to30\)'
kept=$good
sql 'ALTER TABLE flow_baselines RENAME TO hidden'
again 1 -- --min-premium 50000
sql 'ALTER TABLE hidden RENAME TO flow_baselines'
same_session "a table that is missing" fresh_25000

# A stage that fails, and a stop while one takes its time: the tables stay, and so does no schema.
mkdir "$work/bin"
ln -s "$PULSE_BIN"/* "$work/bin"
rm "$work/bin/order-join"
stage() { printf '#!/bin/sh\n%s\n' "$1" >"$work/bin/order-join" && chmod +x "$work/bin/order-join"; }
stage 'cat >/dev/null; exit 3'
PULSE_BIN=$work/bin leaves_alone "a stage that fails" 'the replay failed'
stage "touch $work/reached; sleep 60"
PULSE_BIN=$work/bin "$rederive" --capture "$kept" --from $day -- --min-premium 50000 2>"$work/stopped.log" &
stopped=$!
wait_for "the replay" test -e "$work/reached"
"$rederive" --capture "$kept" --from $day 2>"$work/log" && fail "two rederives at once"
says 'another rederive is at work'
kill -TERM $stopped
wait $stopped && fail "a stopped rederive ended with 0"
expect "no schema after a stop" "$(sql "SELECT to_regnamespace('pulse_rederive') IS NULL")" t
same_session "stopped" fresh_25000

# The short chain derives trades alone: orders and baselines stay.
PULSE_CHAIN=basic again 0 -- --min-premium 100000
sql 'SELECT count(*) FROM smart_money_trades WHERE strike <> 1 AND premium < 100000' >"$work/smaller"
expect "trades below the threshold" "$(cat "$work/smaller")" 0
expect "orders" "$(sql 'SELECT count(*) FROM smart_money_orders')" \
    "$(psql -qXAt -d fresh_25000 -c 'SELECT count(*) FROM smart_money_orders')"

# The same session again, by a second stream and from a flat file: every print once.
polygon-stream --count "$selected" --capture "$kept" >/dev/null
polygon-sim flat --tape "$work/tape" | gzip >"$work/day.csv.gz"
backfill-fetch flat "$work/day.csv.gz" --min-premium 0 --capture "$kept" >/dev/null
find "$kept" -name 'history-*' | grep -q . || fail "no history is kept"
again 0 -- --min-premium 25000
for source in expected actual; do
    [ $source = actual ] || export PGDATABASE=fresh_25000
    [ $source = expected ] || export PGDATABASE=tables
    sql "SELECT trade_time, option_symbol, premium, dte, exchange, price, size, conditions, occurrence, sequence, source, cancelled_at
         FROM smart_money_trades WHERE strike <> 1 ORDER BY 1, 2, 5, 6, 7, 8, 9" >"$work/$source"
    sql "SELECT row_to_json(o)::jsonb - 'stored_at' FROM smart_money_orders AS o ORDER BY option_symbol, first_time" >>"$work/$source"
done
same "captured thrice" "$work/expected" "$work/actual"

# A backfill that was killed and went on, contract by contract: two writers, of which the second one's watermarks speak for both.
history=$(zstdcat "$kept"/$day/history-*.zst)
for name in whole halves; do
    database $name
    kept=$work/$name
    mkdir -p "$kept/$day"
    first=$kept/$day/history-20251205T143000000Z-p0_d0to30-a_1.ndjson.zst
    if [ $name = whole ]; then
        zstd -q -o "$first" <<<"$history"
    else
        grep -E '"sym":"O:[A-M]' <<<"$history" | zstd -q -o "$first"
        grep -vE '"sym":"O:[A-L]' <<<"$history" | zstd -q -o "${first/a_1/b_2}"
    fi
    again 0 -- --min-premium 25000
    everything >"$work/of_$name"
done
same "two writers of history" "$work/of_whole" "$work/of_halves"

# A cancel and its print on the two sides of where the capture begins: they find each other, and part again when the cancel is gone.
database border
t=1764950000000
print() { printf '{"ev":"T","sym":"O:AAPL251219C00190000","x":302,"p":8.5,"s":100,"c":[%s],"t":%s%s}\n' "$1" "$2" "${3:-}"; }
watermark() { printf '{"ev":"W","src":"%s","session":"b","tickers":["AAPL"],"from":%s,"to":%s}\n' "$1" "$2" "$3"; }
kept=$work/border
file=$kept/$day/live-20251205T153320000Z-a_1.ndjson.zst
mkdir -p "$kept/$day"
{ print 209 $((t - 10000)) ',"src":"rest"'; watermark rest $((t - 20000)) $((t - 1)); } | pg-sink
{ print 201 $((t + 1000)) ',"q":2'; watermark live $t $((t + 5000)); } | zstd -q -o "$file"
again 0
expect "a print that was taken back" "$(sql "SELECT extract(epoch FROM cancelled_at) * 1000 - $t FROM smart_money_trades")" 1000.000000
watermark live $t $((t + 5000)) | zstd -qf -o "$file"
again 0
expect "a print whose cancel is gone" "$(sql 'SELECT cancelled_at IS NULL FROM smart_money_trades')" t
expect "cancels" "$(sql 'SELECT count(*) FROM smart_money_cancels')" 0

# A session that goes on: what the stream's file holds so far is made anew while it is written.
kill "$vendor_pid"
vendor 3000
database growing
kept=$work/growing
PULSE_STREAM_OPTIONS="--count $selected --capture $kept" PULSE_FILTER_OPTIONS=--quiet-hits "$pipeline" 2>"$work/growing.log" &
growing=$!
wait_for "rows" stored_more_than 20
wait_for "frames" sh -c "find '$kept' -size +8k | grep -q ."
again 0 -- --min-premium 25000
says 'trades in the place of .*, of the session so far'
kill -0 $growing || fail "the session was over too early"
wait $growing || { cat "$work/growing.log" >&2; fail "the pipeline ended with $?"; }
[ "$(sql 'SELECT count(*) FROM smart_money_trades WHERE premium < 50000')" -gt 0 ] || fail "nothing was made anew"
expect "rows of the whole session" "$(sql 'SELECT count(*) FROM smart_money_trades WHERE premium >= 50000')" \
    "$(psql -qXAt -d fresh_50000 -c 'SELECT count(*) FROM smart_money_trades')"
echo ok
