#!/usr/bin/env bash
# The deployed command line is replaced under load, as a platform does it: the next deployment starts while the one before runs,
# waits for it, and takes over when that gets TERM. Twice: each time the old one ends with 0 within the seconds that
# deploy/railway/pipeline.json grants, leaves no process behind, and what it had received is stored, no more and no less.
#
#   PULSE_TRADES       length of the tape (200000)
#   PULSE_SPEED        how fast it plays (2000 times its own time)
#   PULSE_DEPLOYMENTS  how many, one after the other (2)
# shellcheck source=tests/fault/pipeline/harness.bash
. "$(dirname "$0")/harness.bash"
root=$(cd "$here/../../.." && pwd)
settings=$root/deploy/railway/pipeline.json
grace=$(jq -e .deploy.drainingSeconds "$settings")
# The platform splits it like a shell and expands nothing.
command=()
eval "command=($(jq -er .deploy.startCommand "$settings"))"

make_tape "${PULSE_TRADES:-200000}" 8
vendor "${PULSE_SPEED:-2000}"
# So that scripts/heal is there to be stopped, too.
export POLYGON_API_URL=${POLYGON_WS_URL/ws:/http:}
POLYGON_API_URL=${POLYGON_API_URL%/options}
# What the image sets.
mkdir "$work/spool"
export LOG_LEVEL=info LOG_FORMAT=json PULSE_SPOOL_DIR=$work/spool

# said TOOL PATTERN: the number that the tool's summary in $log gives after PATTERN.
said() { jq -r --arg tool "$1" --arg pattern "$2(?<n>[0-9]+)" 'select(.tool == $tool) | .msg | capture($pattern) | .n' "$log" | tail -n 1; }

# deploy NUMBER: starts one, the leader of a session; sets pid and log.
deploy() {
    log=$work/log.$1
    (cd "$root" && exec setsid "${command[@]}") >"$log" 2>&1 &
    pid=$!
}

# drains: TERM to the deployment $pid under load. Sets received.
drains() {
    local status=0 began took left
    pgrep -s "$pid" -f scripts/heal >/dev/null || fail "scripts/heal is not running: its end would go untested"
    began=${EPOCHREALTIME/./}
    kill -TERM "$pid"
    wait "$pid" || status=$?
    took=$(((${EPOCHREALTIME/./} - began) / 1000))
    [ $status = 0 ] || { cat "$log"; fail "ended with $status"; }
    [ $took -le $((grace * 1000)) ] || fail "took $took ms, granted are $grace s"
    left=$(pgrep -r D,R,S,T -s "$pid" -a || true)
    [ -z "$left" ] || fail "still running: $left"
    jq -e . "$log" >"$work/parsed" || fail "the log has a line that is no JSON: $(grep -vm 1 '^{' "$log")"
    received=$(said polygon-stream '^received=')
    [ "$received" -lt "$(wc -l <"$work/tape")" ] || fail "was stopped too late to matter"
    # The last filter's output is the sink's input, watermarks and all.
    expect "the sink took" "$(said pg-sink '^received=')" "$(said occ-filter '^received=[0-9]+ passed=')"
    echo "received $received trades, drained in $took ms, $(stored) rows"
}

database deployed
deployments=${PULSE_DEPLOYMENTS:-2}
most=0
mark=30
deploy 1
for ((i = 1; i <= deployments; i++)); do
    wait_for "more than $mark rows" stored_more_than "$mark"
    old=("$pid" "$log")
    if [ $i -lt "$deployments" ]; then
        deploy $((i + 1))
        wait_for "the next deployment to wait" grep -q "another holds the lock" "$log"
        no_orphans || fail "two pipelines run at once: $(stages "$pid")"
    fi
    next=("$pid" "$log")
    pid=${old[0]} log=${old[1]}
    drains
    pid=${next[0]} log=${next[1]}
    # Each connection gets the tape from its start, so a later deployment first meets what is stored already.
    [ "$received" -gt "$most" ] || fail "deployment $i came less far than the one before"
    most=$received
    mark=$(($(stored) + 30))
done
rows >"$work/actual"
expect "covered to the last trade" \
    "$(sql "SELECT bool_and(c.to_time >= t.last) FROM (SELECT max(to_time) AS to_time FROM coverage) c, (SELECT max(trade_time) AS last FROM smart_money_trades) t")" t

# What the last of them had received, by hand.
database expected
LOG_LEVEL=warn
head -n "$most" "$work/tape" | occ-filter --quiet-hits --min-premium 0 | order-join | flow-baseline | occ-filter --quiet-hits | pg-sink
rows >"$work/expected"
same "rows after $deployments deployments" "$work/expected" "$work/actual"
echo ok
