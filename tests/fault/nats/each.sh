#!/usr/bin/env bash
# nats-each: nothing is acknowledged that the command didn't take, and nothing is lost.
# shellcheck source=tests/fault/nats/harness.bash
. "$(dirname "$0")/harness.bash"
server
polygon-sim generate --trades 5000 --seed 3 --date 2025-12-05 --log-level warn >"$work/tape"
sort "$work/tape" >"$work/expected"
nats-put --partitions 2 <"$work/tape" 2>"$work/log"

# A command that fails twice, after it has read everything: it gets the same batch again.
cat >"$work/flaky" <<'SH'
#!/bin/sh
cat >"$1/input"
echo x >>"$1/tries"
[ "$(wc -l <"$1/tries")" -gt 2 ] || exit 9
cat "$1/input" >>"$1/got"
SH
chmod +x "$work/flaky"
expect "flaky" "$(status nats-each --partition all --until-empty -- "$work/flaky" "$work")" 0
said "flaky" "ended with 9 on .* 2 of 5 times; trying again"
said "flaky" "received=5000 passed=5000 dropped=0"
sort "$work/got" | cmp - "$work/expected" || fail "a failing command changed what is delivered"

# One that fails each time ends it with its status, and the batch is there for the next one.
expect "failing" "$(status nats-each --durable f --partition 0 --max-failures 2 -- sh -c 'cat >/dev/null; exit 7')" 7
said "failing" "2 of 2 times; giving the batch back"
# The first stage of a pipeline, and one that doesn't read all.
expect "first stage" "$(status nats-each --durable f --partition 0 --max-failures 1 -- 'exit 6 | cat >/dev/null')" 6
expect "unread" "$(status nats-each --durable f --partition 0 --max-failures 1 -- 'head -n 1 >/dev/null')" 74
said "unread" "before it had read all"
rm -f "$work/got"
expect "after failures" "$(status nats-each --durable f --partition all --until-empty -- "cat >>$work/got")" 0
sort "$work/got" | cmp - "$work/expected" || fail "records got lost behind a failing command"

# TERM while there is no server.
NATS_URL=nats://127.0.0.1:1 nats-each --stream q --partition all -- cat 2>"$work/log" &
pid=$!
wait_for "the first failure" grep -q "trying again" "$work/log"
kill -TERM $pid
wait $pid || fail "TERM without a server: it ended with $?"

# TERM in mid-batch, to everything that runs, as a service manager does it: the batch is finished and acknowledged.
rm -f "$work/got"
export work
setsid nats-each --durable t --partition all --until-empty -- 'cat >>$work/got; touch $work/busy; sleep 1' 2>"$work/log" &
pid=$!
wait_for "a batch" test -e "$work/busy"
kill -TERM $(pgrep -P $pid) $(pgrep -P "$(pgrep -P $pid)") $pid
wait $pid || fail "TERM: it ended with $?"
said "TERM" "batches=1 failures=0"
records=$(sed -n 's/.*passed=\([0-9]*\) .*/\1/p' "$work/log")
expect "TERM: records" "$records" "$(wc -l <"$work/got")"
expect "the rest" "$(status nats-each --durable t --partition all --until-empty -- "cat >>$work/got")" 0
said "the rest" "messages_again=0"
sort "$work/got" | cmp - "$work/expected" || fail "TERM lost records, or delivered them twice"

# kill -9 in mid-batch: another one that stands by takes over.
rm -f "$work/got" "$work/busy"
nats-each --durable k --partition 0 --ack-wait 1 -- 'cat >/dev/null; touch $work/busy; sleep 60' 2>/dev/null &
pid=$!
wait_for "a batch" test -e "$work/busy"
nats-each --durable k --partition all --ack-wait 1 --until-empty -- "cat >>$work/got" 2>"$work/log" &
standby=$!
sleep 0.5
command=$(pgrep -P $pid)
kill -9 $pid
kill -9 -- "-$command"
wait $standby || fail "the one standing by ended with $?"
sort "$work/got" | cmp - "$work/expected" || fail "taking over lost records, or delivered them twice"
[ "$(sed -n 's/.*messages_again=//p' "$work/log")" -gt 0 ] || fail "nothing was taken over"
echo ok
