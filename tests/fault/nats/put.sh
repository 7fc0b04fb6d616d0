#!/usr/bin/env bash
# nats-put: each record once, however often it is put; every record in its place.
# shellcheck source=tests/fault/nats/harness.bash
. "$(dirname "$0")/harness.bash"
server

# Everything in the stream, partition by partition, as a consumer of its own gets it.
consumers=0
stored() {
    consumers=$((consumers + 1))
    rm -f "$work/got"
    nats-each --stream "$1" --partition all --durable "look$consumers" --until-empty -- "cat >>$work/got" 2>>"$work/each.log"
    cat "$work/got"
}

polygon-sim generate --trades 20000 --seed 3 --date 2025-12-05 --log-level warn >"$work/tape"
expect "put" "$(status nats-put --partitions 4 <"$work/tape")" 0
said "put" "received=20000 passed=20000 dropped=0 rejected=0"
expect "put again" "$(status nats-put <"$work/tape")" 0
said "put again" "received=20000 passed=0 dropped=20000 (duplicate=20000) rejected=0"
stored pulse >"$work/all"
sort "$work/tape" | cmp - <(sort "$work/all") || fail "the stream holds other records than the tape"
# The order of an underlying.
for root in AAPL TSLA; do
    cmp <(grep -E "O:${root}[0-9]{6}[CP]" "$work/tape") <(grep -E "O:${root}[0-9]{6}[CP]" "$work/all") || fail "$root is out of order"
done

# Through a pipe that pauses: other messages, the same records.
{ head -n 300 "$work/tape"; sleep 0.3; sed -n '301,600p' "$work/tape"; } >"$work/part"
{ head -n 300 "$work/part"; sleep 0.3; tail -n +301 "$work/part"; } | nats-put --stream slow 2>"$work/log"
said "a slow writer" "received=600 passed=600"
stored slow | sort | cmp - <(sort "$work/part") || fail "a slow writer's records got lost"

# Identical prints of history are two, wherever they are cut apart; putting them again adds nothing.
a=$(rest O:AAPL251219C00190000 1764948620676)
b=$(rest O:AAPL251219C00190000 1764948620677)
printf '%s\n%s\n%s\n' "$a" "$a" "$b" >"$work/history"
for round in 1 2; do expect "history $round" "$(status nats-put --stream history <"$work/history")" 0; done
said "history again" "(duplicate=3)"
expect "identical prints" "$(stored history | grep -c '"t":1764948620676')" 2
# Cut between the two, the second one takes the first along, behind a mark to count anew from there.
{ echo "$a"; sleep 0.3; echo "$a"; } | nats-put --stream cut 2>"$work/log"
expect "cut apart" "$(stored cut | sed 's/"src":"rest","session":"again".*/MARK/; s/^{"ev":"W",MARK$/mark/; s/^{"ev":"T".*/print/' | tr '\n' ' ')" \
    "mark print mark print print "

# Partitions are the stream's, not the caller's.
expect "other partitions" "$(status nats-put --partitions 5 </dev/null)" 78
said "other partitions" "has 4 partitions, not 5"

# Rejects, as in every tool.
printf '{\n%s\n' "$a" >"$work/bad"
expect "a reject" "$(status nats-put --rejects "$work/rejects" <"$work/bad")" 0
said "a reject" "received=2 passed=1 dropped=0 rejected=1"
expect "rejected" "$(cat "$work/rejects")" "{"
expect "strict" "$(status nats-put --strict <"$work/bad")" 65
echo ok
