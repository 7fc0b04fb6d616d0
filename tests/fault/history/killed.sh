#!/usr/bin/env bash
# kill -9 of a backfill at ten random points, resumed each time: the same rows, and nothing that was finished is asked twice.
# shellcheck source=tests/fault/history/harness.bash
. "$(dirname "$0")/harness.bash"
make_tape "${PULSE_TRADES:-150000}" 11
history_vendor --speed max --http-latency 5
database whole
occ-filter --quiet-hits "$work/tape" | sink
prints >"$work/expected"
span=(--source rest --from "$day" --to "$day" --rate 0 --concurrency 8)
begin=$(date +%s%N)
fetch trades "${span[@]}" >"$work/uninterrupted"
took_ms=$((($(date +%s%N) - begin) / 1000000))

: >"$work/requests"
RANDOM=${PULSE_SEED:-7}
kills=0
for ((i = 0; i < 10; i++)); do
    backfill-fetch trades "${span[@]}" --state "$work/state" >>"$work/pieces" 2>>"$work/log" &
    pid=$!
    sleep "$(awk -v ms=$took_ms -v r=$RANDOM 'BEGIN { print (30 + r / 32768 * ms / 6) / 1000 }')"
    kill -9 $pid 2>/dev/null && kills=$((kills + 1))
    wait $pid 2>/dev/null || true
done
[ $kills -gt 5 ] || fail "only $kills of ten runs were still alive to be killed"
fetch trades "${span[@]}" --state "$work/state" >>"$work/pieces"
# A request that was under way at a kill may be made again, eight of them a kill; a finished one may not.
asked=$(grep -c '^GET /v3/trades/' "$work/requests")
contracts=$(grep -o '^GET /v3/trades/[^?]*' "$work/requests" | sort -u | wc -l)
[ "$asked" -le $((contracts + 8 * kills)) ] || fail "$asked requests for $contracts contracts with $kills kills"
# What one more run asks for: nothing.
: >"$work/requests"
fetch trades "${span[@]}" --state "$work/state" >"$work/nothing"
expect "requests of a run with nothing left" "$(grep -c '^GET /v3/trades/' "$work/requests")" 0
expect "records of a run with nothing left" "$(wc -l <"$work/nothing")" 0

database one_sink
sink <"$work/pieces"
prints >"$work/actual"
same "the pieces differ from the whole tape" "$work/expected" "$work/actual"
expect "watermarks" "$(sql "SELECT count(*) FROM coverage WHERE source = 'rest'")" 7
echo ok
