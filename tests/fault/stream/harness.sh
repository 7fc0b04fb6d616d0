# shellcheck shell=bash
# Sourced by the cases of polygon-stream against polygon-sim. The caller sets BIN (folder of the binaries).
# Everything started here is ended here; nothing outside of $work is written.

work=$(mktemp -d)
sim_pid=
stream_pid=
cleanup() {
    # A second TERM makes a draining stream leave at once.
    for pid in $stream_pid $sim_pid; do kill "$pid" 2>/dev/null; kill "$pid" 2>/dev/null; done
    rm -rf "$work"
}
trap cleanup EXIT

readonly secret=key-that-must-stay-secret
export POLYGON_API_KEY=$secret
unset POLYGON_WS_URL POLYGON_CA_FILE POLYGON_WEBSOCKET_ENABLED POLYGON_ENABLED POLYGON_API_KEY_FILE MASSIVE_API_KEY
unset MASSIVE_API_KEY_FILE LOG_LEVEL LOG_FORMAT
readonly mag7='"sym":"O:(AAPL|MSFT|GOOGL|AMZN|NVDA|META|TSLA)[0-9]{6}[CP][0-9]{8}"'

fail() {
    echo "FAILED: $*" >&2
    [ -f "$work/err" ] && sed 's/^/  stream: /' "$work/err" >&2
    [ -f "$work/sim.err" ] && sed 's/^/  sim: /' "$work/sim.err" >&2
    exit 1
}

# shellcheck source=SCRIPTDIR/../../wait_for.bash
. "$(dirname "${BASH_SOURCE[0]}")/../../wait_for.bash"

# make_tape TRADES: an invented session in $work/tape.
make_tape() {
    "$BIN/polygon-sim" generate --trades "$1" --seed 3 --date 2025-12-05 >"$work/tape" 2>/dev/null || fail "no tape"
}

# start_sim OPTIONS...: serves $work/tape; sets url.
start_sim() {
    "$BIN/polygon-sim" serve --tape "$work/tape" --port 0 "$@" >"$work/port" 2>"$work/sim.err" &
    sim_pid=$!
    wait_for "the sim's port" test -s "$work/port"
    port=$(head -n 1 "$work/port")
    url=ws://127.0.0.1:$port/options
}

# start_stream OPTIONS...: in the background, stdout to $work/out.
start_stream() {
    : >"$work/err" # so that nothing said by an earlier run is waited for
    "$BIN/polygon-stream" --url "$url" "$@" >"$work/out" 2>"$work/err" &
    stream_pid=$!
}

# join_stream STATUS: waits for it and checks how it ended.
join_stream() {
    local rc=0
    wait "$stream_pid" || rc=$?
    stream_pid=
    [ "$rc" = "$1" ] || fail "exit status $rc, expected $1"
    no_secret
}

# stream STATUS OPTIONS...: runs it to its end, a minute at most.
stream() {
    local expected=$1 rc=0
    shift
    timeout 60 "$BIN/polygon-stream" --url "$url" "$@" >"$work/out" 2>"$work/err" || rc=$?
    [ "$rc" = "$expected" ] || fail "exit status $rc, expected $expected"
    no_secret
}

no_secret() { ! grep -q "$secret" "$work/err" "$work/out" || fail "the key was printed"; }

says() { grep -qE -e "$1" "$work/err" || fail "stderr doesn't say: $1"; }
says_not() { ! grep -qE -e "$1" "$work/err" || fail "stderr says: $1"; }

# select_mag7 FILE...: what the stream should write of these tapes.
select_mag7() { cat "$@" | grep -E "$mag7"; }

# trades_are FILE: the trades written equal the file's lines, in order; watermarks apart.
trades_are() {
    grep -v '^{"ev":"W"' "$work/out" >"$work/trades"
    cmp "$1" "$work/trades" >&2 || fail "trades differ: $(wc -l <"$1") expected, $(wc -l <"$work/trades") written"
}

# sessions_are N: the watermarks belong to N intervals.
sessions_are() {
    local n
    n=$(grep '^{"ev":"W"' "$work/out" | sed 's/.*"session":"\([^"]*\)".*/\1/' | sort -u | wc -l)
    [ "$n" = "$1" ] || fail "$n watermark sessions, expected $1"
}

# counts_add_up: received = passed + dropped + rejected in the summary.
counts_add_up() {
    local summary
    summary=$(grep -o 'received=.*' "$work/err") || fail "no summary"
    local received passed dropped rejected
    read -r received passed dropped rejected < <(awk '{
        for (i = 1; i <= NF; i++) { split($i, part, "="); count[part[1]] = part[2] }
        print count["received"], count["passed"], count["dropped"], count["rejected"] }' <<<"$summary")
    [ "$received" = $((passed + dropped + rejected)) ] || fail "counts don't add up: $summary"
    [ "$passed" = "$(grep -vc '^{"ev":"W"' "$work/out")" ] || fail "passed isn't what was written: $summary"
}

# delivered_after CUT FAULTS [OPTIONS...]: the first connection ends after CUT events, the next one gets the whole tape.
delivered_after() {
    local cut=$1 faults=$2
    shift 2
    make_tape 20000
    head -n "$cut" "$work/tape" >"$work/head"
    select_mag7 "$work/head" "$work/tape" >"$work/expected"
    start_sim --faults "$faults" --frame-events 50
    stream 0 --count "$(wc -l <"$work/expected")" "$@"
    trades_are "$work/expected"
    counts_add_up
    says 'connections=2'
}
