#!/usr/bin/env bash
# faults.sh BIN CASE: polygon-stream meets one misbehaviour of the vendor.
set -u
BIN=$1
# shellcheck source-path=SCRIPTDIR source=harness.sh
source "$(dirname "$0")/harness.sh"

case_none() {
    make_tape 20000
    select_mag7 "$work/tape" >"$work/expected"
    start_sim
    stream 0 --count "$(wc -l <"$work/expected")"
    trades_are "$work/expected"
    counts_add_up
    sessions_are 1
    says '✅ Authenticated successfully!'
    says '📡 Subscribed to MAG7 options flow'
}

case_drop() {
    delivered_after 1000 1000:drop
    sessions_are 2
    says 'WebSocket connection failed: the connection was dropped without a close frame; next try in'
}

case_close() {
    make_tape 5000
    head -n 500 "$work/tape" >"$work/head"
    select_mag7 "$work/head" "$work/head" "$work/head" "$work/tape" >"$work/expected"
    start_sim --faults 1/500:close:1000,2/500:close:1001,3/500:close:1011
    stream 0 --count "$(wc -l <"$work/expected")"
    trades_are "$work/expected"
    sessions_are 4
    for code in 1000 1001 1011; do says "closed the connection with code $code"; done
}

case_half() {
    delivered_after 1000 1000:half
    says 'rejected=0'
}

case_stall() {
    delivered_after 1000 1000:stall --stale-after 2
    says 'WebSocket connection failed: nothing heard for [0-9]+ s, not even a pong'
}

case_slow_consumer() {
    delivered_after 1000 1000:status:slow_consumer
    says 'slow_consumer'
}

case_status_error_refused_once() {
    make_tape 2000
    select_mag7 "$work/tape" >"$work/expected"
    start_sim --faults 0:status:error
    stream 0 --count "$(wc -l <"$work/expected")"
    trades_are "$work/expected"
    says 'Authentication failed: error: not authorized'
}

case_status_error_for_good() {
    make_tape 2000
    start_sim --faults '*/0:status:error'
    stream 77
    says 'Authentication failed: error: not authorized.*refused 3 times'
}

case_status_error_later() {
    make_tape 2000
    select_mag7 "$work/tape" >"$work/expected"
    start_sim --faults 500:status:error
    stream 0 --count "$(wc -l <"$work/expected")"
    trades_are "$work/expected"
    says 'refuses a subscription.*not authorized'
    says 'connections=1'
}

case_max_connections() {
    make_tape 2000
    start_sim --faults 500:status:max_connections
    start_stream
    wait_for 'the eviction' grep -q 'next try in 6[0-9]' "$work/err"
    says 'WebSocket connection failed: max_connections: Maximum number of'
    kill -TERM "$stream_pid"
    join_stream 0
    select_mag7 <(head -n 500 "$work/tape") >"$work/expected"
    trades_are "$work/expected"
}

case_auth_refused() {
    make_tape 100
    start_sim --key another-key
    stream 77
    says 'Authentication failed: authentication failed'
    says 'refused 3 times: check the key.*plan.*host'
    says 'connections=3'
}

case_auth_refused_once() {
    make_tape 2000
    select_mag7 "$work/tape" >"$work/expected"
    start_sim --faults 0:auth-refused
    stream 0 --count "$(wc -l <"$work/expected")"
    trades_are "$work/expected"
}

case_slow_handshake() {
    make_tape 2000
    select_mag7 "$work/tape" >"$work/expected"
    start_sim --faults 0:slow-handshake:400
    stream 0 --count "$(wc -l <"$work/expected")"
    trades_are "$work/expected"
    says 'connections=1'
}

# Garbage among the frames costs none of the good trades and no connection.
case_garbage() {
    make_tape 5000
    select_mag7 "$work/tape" >"$work/expected"
    start_sim --faults 300:garbage,600:mixed,900:garbage:truncated --frame-events 7
    stream 0 --count "$(wc -l <"$work/expected")"
    trades_are "$work/expected"
    counts_add_up
    says 'unusable objects'
    says 'connections=1'
    says_not 'rejected=0'
}

# A link with data is alive, though its pings stay unanswered: about 6 s of it against 2 s of patience.
case_ping_silence() {
    make_tape 20000
    select_mag7 "$work/tape" | head -n 4000 >"$work/expected"
    start_sim --faults 0:ping-silence --speed 4500
    stream 0 --count 4000 --stale-after 2
    trades_are "$work/expected"
    says 'connections=1'
}

# A link without data is alive as long as it answers pings.
case_ack_silence() {
    make_tape 2000
    start_sim --faults 0:ack-silence
    start_stream --stale-after 2
    wait_for 'the subscription' grep -q 'Subscribed' "$work/err"
    sleep 5
    kill -TERM "$stream_pid"
    join_stream 0
    says 'connections=1'
    [ ! -s "$work/out" ] || fail "something was written"
}

case_unreachable() {
    url=ws://127.0.0.1:1/options
    stream 69 --max-attempts 2
    says 'WebSocket connection failed: cannot connect to 127.0.0.1 port 1: .*next try in'
    says 'gave up after 2 attempts'
    url=ws://no-such-host.invalid/options
    stream 69 --max-attempts 1
    says 'WebSocket connection failed: cannot find the host no-such-host.invalid: '
    says 'ws:// sends the key to no-such-host.invalid in clear text'
}

"case_$2"
