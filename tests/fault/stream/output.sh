#!/usr/bin/env bash
# output.sh BIN CASE: polygon-stream when its reader is slow or gone, or it is told to stop.
set -u
BIN=$1
# shellcheck source-path=SCRIPTDIR source=harness.sh
source "$(dirname "$0")/harness.sh"

# A reader that starts late: $1 seconds, then everything into $work/out.
start_stream_with_late_reader() {
    local seconds=$1
    shift
    mkfifo "$work/pipe"
    mkfifo "$work/never"
    # Waiting on a pipe no one writes to leaves no sleeping child behind when the reader is killed.
    { read -rt "$seconds" <>"$work/never"; exec cat; } <"$work/pipe" >"$work/out" &
    reader_pid=$!
    "$BIN/polygon-stream" --url "$url" "$@" >"$work/pipe" 2>"$work/err" &
    stream_pid=$!
}

# Sanitizers keep freed memory and shadow tables: the bound holds for ordinary builds.
memory_is_bounded() {
    [ "${PULSE_SANITIZED:-0}" = 0 ] || return 0
    local kib
    kib=$(awk '/VmHWM/ {print $2}' "/proc/$stream_pid/status")
    [ "$kib" -le 65536 ] || fail "$kib KiB of memory"
}

case_full_disk() {
    make_tape 20000
    start_sim
    "$BIN/polygon-stream" --url "$url" >/dev/full 2>"$work/err"
    [ $? = 74 ] || fail "not 74"
    says 'cannot write to stdout: No space left on device'
    [ "$(grep -c 'cannot write' "$work/err")" = 1 ] || fail "said more than once"
}

case_reader_gone() {
    make_tape 200000
    start_sim
    "$BIN/polygon-stream" --url "$url" --underlyings ALL 2>"$work/err" | head -n 3 >"$work/out"
    [ "${PIPESTATUS[0]}" = 74 ] || fail "not 74"
    says 'the reader of stdout went away'
    [ "$(wc -l <"$work/out")" = 3 ] || fail "the reader didn't get its lines"
}

# Nothing to write would notice it: the stream must look.
case_reader_gone_while_quiet() {
    make_tape 100
    start_sim --faults 0:ack-silence
    mkfifo "$work/pipe"
    # shellcheck disable=SC2217 # it holds the pipe open, no more
    sleep 1 <"$work/pipe" &
    "$BIN/polygon-stream" --url "$url" >"$work/pipe" 2>"$work/err" &
    stream_pid=$!
    join_stream_74
    says 'the reader of stdout went away'
}

join_stream_74() {
    local rc=0
    wait "$stream_pid" || rc=$?
    stream_pid=
    [ "$rc" = 74 ] || fail "exit status $rc, expected 74"
}

case_slow_reader() {
    make_tape 600000
    start_sim
    local late=3
    [ "${PULSE_SANITIZED:-0}" = 0 ] || late=12 # a sanitizer takes that long to fill the memory
    start_stream_with_late_reader $late --underlyings ALL --count 600000 --buffer-mib 16 --spool-dir "$work"
    wait_for 'the spool' grep -q 'spooled to disk' "$work/err"
    sleep 1
    memory_is_bounded
    join_stream 0
    wait "$reader_pid"
    trades_are "$work/tape"
    says 'received=600000 passed=600000'
}

# Told to stop while much is queued: all that was received is written first.
case_stop_with_slow_reader() {
    make_tape 300000
    start_sim
    start_stream_with_late_reader 3 --underlyings ALL --buffer-mib 4
    wait_for 'the spool' grep -q 'spooled to disk' "$work/err"
    kill -TERM "$stream_pid"
    join_stream 0
    wait "$reader_pid"
    counts_add_up
    grep -v '^{"ev":"W"' "$work/out" >"$work/trades"
    head -n "$(wc -l <"$work/trades")" "$work/tape" | cmp - "$work/trades" >&2 || fail "not a prefix of the tape"
    tail -n 1 "$work/out" | grep -q '^{"ev":"W".*}$' || fail "no final watermark"
}

case_stop_under_load() {
    make_tape 50000
    start_sim --speed 2000
    start_stream --underlyings ALL
    wait_for 'trades' test -s "$work/out"
    sleep 1
    kill -TERM "$stream_pid"
    join_stream 0
    counts_add_up
    grep -v '^{"ev":"W"' "$work/out" >"$work/trades"
    head -n "$(wc -l <"$work/trades")" "$work/tape" | cmp - "$work/trades" >&2 || fail "not a prefix of the tape"
    tail -n 1 "$work/out" | grep -q '^{"ev":"W".*}$' || fail "no final watermark"
}

# ends_within SECONDS: the stream ends with 0 so soon after TERM.
ends_within() {
    local start=$SECONDS
    kill -TERM "$stream_pid"
    join_stream 0
    [ $((SECONDS - start)) -le "$1" ] || fail "took $((SECONDS - start)) s to stop"
}

# The server's system accepts the connection, the server itself answers nothing.
case_stop_while_connecting() {
    make_tape 100
    start_sim
    kill -STOP "$sim_pid"
    start_stream
    sleep 1
    ends_within 3
    kill -CONT "$sim_pid"
}

# The closing handshake isn't waited for very long.
case_stop_when_stalled() {
    make_tape 2000
    start_sim --faults 1000:stall --frame-events 50
    start_stream --underlyings ALL
    wait_for 'the trades' sh -c "test \$(wc -l <'$work/out') -ge 1000"
    ends_within 4
    counts_add_up
    tail -n 1 "$work/out" | grep -q '^{"ev":"W".*}$' || fail "no final watermark"
}

case_stop_while_waiting() {
    url=ws://127.0.0.1:1/options
    start_stream
    wait_for 'the failure' grep -q 'next try' "$work/err"
    ends_within 1
}

case_second_signal() {
    make_tape 100000
    start_sim
    start_stream_with_late_reader 10 --underlyings ALL --buffer-mib 4
    wait_for 'the spool' grep -q 'spooled to disk' "$work/err"
    kill -TERM "$stream_pid"
    wait_for 'the drain' grep -q 'a second signal ends at once' "$work/err"
    kill -TERM "$stream_pid"
    join_stream 143
    kill "$reader_pid"
}

# Memory and spool full: whole frames are lost, counted, and no watermark covers what is missing. Late prints are left
# out of the tape: one that is lost may lie inside an interval that was already promised.
case_loss() {
    make_tape 300000
    grep -vE '"c":\[[0-9,]*20[1-8]' "$work/tape" >"$work/ordered"
    mv "$work/ordered" "$work/tape"
    start_sim --speed 5000 # about 5 s: long enough to go on after the reader came
    start_stream_with_late_reader 3 --underlyings ALL --buffer-mib 4 --spool-mib 2
    wait_for 'the loss' grep -q 'trades are being lost' "$work/err"
    wait_for 'the reader' grep -q 'room again after [1-9]' "$work/err"
    sleep 1
    kill -TERM "$stream_pid"
    join_stream 0
    wait "$reader_pid"
    counts_add_up
    says 'lost=[1-9]'
    [ "$(grep -c '^{"ev":"W"' "$work/out")" -ge 2 ] || fail "no watermarks on both sides of the gap"
    coverage_is_true
}

# Every trade of the tape inside a promised interval was written.
coverage_is_true() {
    awk '
        function field(name) { match($0, "\"" name "\":[0-9]+"); return substr($0, RSTART + length(name) + 3, RLENGTH - length(name) - 3) + 0 }
        FILENAME == ARGV[1] && /^{"ev":"W"/ { n = field("from"); from[n] = n; to[n] = field("to"); next }
        FILENAME == ARGV[1] { written[$0]++; next }
        { t = field("t"); for (n in from) if (t >= from[n] && t <= to[n]) { if (written[$0]-- <= 0) { print "missing: " $0; bad = 1 } break } }
        END { exit bad }' "$work/out" "$work/tape" >&2 || fail "a watermark covers lost trades"
}

"case_$2"
