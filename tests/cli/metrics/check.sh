#!/usr/bin/env bash
# check.sh CASE: what the tools show on --metrics-port, as promtool sees it. Needs PULSE_BIN, the folder of the tools.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$here/../../..

case $1 in
rules)
    promtool check rules "$root/docs/alerts.yml"
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    cp "$root/docs/alerts.yml" "$here/alerts_test.yml" "$work"
    promtool test rules "$work/alerts_test.yml"
    exit
    ;;
sink)
    # shellcheck source=SCRIPTDIR/../../db/cluster.bash
    . "$here/../../db/cluster.bash"
    ;;
*)
    work=$(mktemp -d)
    trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$work"' EXIT
    fail() {
        echo "FAILED: $*" >&2
        cat "$work"/*.err >&2
        exit 1
    }
    # shellcheck source=SCRIPTDIR/../../wait_for.bash
    . "$here/../../wait_for.bash"
    ;;
esac

# address LOG: where the tool that writes LOG shows its metrics.
address() {
    wait_for "metrics in $1" grep -q 'metrics on http' "$1"
    grep -o 'http://127.0.0.1:[0-9]*/metrics' "$1"
}
# shows SERIES VALUE: the page at $url has it.
shows() { curl -sf "$url" | grep -qxF "$1 $2"; }
# check_page: promtool finds no fault in it.
check_page() { curl -sf "$url" | promtool check metrics || fail "promtool: $(curl -s "$url")"; }

case $1 in
stream)
    export POLYGON_API_KEY=key
    "$PULSE_BIN/polygon-sim" generate --trades 5000 --seed 3 --date 2025-12-05 >"$work/tape" 2>/dev/null
    "$PULSE_BIN/polygon-sim" serve --tape "$work/tape" --port 0 >"$work/port" 2>"$work/sim.err" &
    wait_for "the sim's port" test -s "$work/port"
    "$PULSE_BIN/polygon-stream" --url "ws://127.0.0.1:$(head -n 1 "$work/port")/options" --metrics-port 0 --capture "$work/kept" \
        >"$work/out" 2>"$work/stream.err" &
    stream=$!
    url=$(address "$work/stream.err")
    wait_for "all trades" shows pulse_stream_received_total 5000
    shows pulse_stream_connected 1 || fail "not connected"
    wait_for "a whole capture" shows pulse_capture_lines_total "$(wc -l <"$work/out")"
    shows pulse_capture_lost_lines_total 0 || fail "lines lost to the capture: $(curl -s "$url")"
    shows pulse_stream_passed_total "$(grep -c '"ev":"T"' "$work/out")" || fail "passed: $(curl -s "$url")"
    newest=$(grep -o '"t":[0-9]*' "$work/tape" | cut -d : -f 2 | sort -n | tail -n 1)
    curl -sf "$url" | awk -v want="${newest}" '$1 == "pulse_stream_last_trade_timestamp_seconds" { exit ($2 * 1000 - want)^2 > 1 }' ||
        fail "the newest trade is $newest: $(curl -s "$url")"
    check_page
    [ "$(curl -s -o /dev/null -w '%{http_code}' "${url%metrics}healthz")" = 200 ] || fail "healthz"
    [ "$(curl -s -o /dev/null -w '%{http_code}' "${url%metrics}other")" = 404 ] || fail "other paths"
    [ "$(curl -s -o /dev/null -w '%{http_code}' -X DELETE "$url")" = 405 ] || fail "other methods"
    kill "$stream"
    wait "$stream" || fail "ended with $?"
    if curl -sf "$url" >/dev/null; then fail "metrics after the end"; fi
    ;;
sink)
    database metrics
    mkfifo "$work/pipe"
    "$pg_sink" --metrics-port 0 <"$work/pipe" 2>"$work/sink.err" &
    sink=$!
    exec 3>"$work/pipe"
    url=$(address "$work/sink.err")
    trade() { printf '{"ev":"T","sym":"O:AAPL251219C00190000","x":302,"p":8.5,"s":100,"c":[209],"t":1764948620676,"q":%s}\n' "$1"; }
    { trade 1; trade 2; trade 1; echo nonsense; echo '{"ev":"Q"}'; } >"$work/input"
    cat "$work/input" >&3 # in one write, which bash's printf doesn't do: one batch
    wait_for "two rows" shows pulse_sink_rows_stored_total 2
    for pair in 'received_total 5' 'dropped_total{reason="duplicate"} 1' 'dropped_total{reason="other"} 1' 'rejected_total 1' \
        'batch_rows_count 1' 'batch_seconds_count 1' 'database_up 1' 'reconnects_total 0' 'pending_rows 0'; do
        wait_for "$pair" shows "pulse_sink_${pair% *}" "${pair##* }"
    done
    curl -sf "$url" | awk -v now="$(date +%s)" '
        $1 == "pulse_sink_last_commit_timestamp_seconds" && (now - $2)^2 < 900 { good++ }
        $1 == "pulse_sink_lag_seconds" && (now - 1764948620 - $2)^2 < 900 { good++ }
        END { exit good != 2 }' || fail "commit time or lag: $(curl -s "$url")"
    check_page
    cluster_stop immediate
    trade 3 >&3
    wait_for "a lost database" shows pulse_sink_database_up 0
    cluster_start 3>&- # a server that held the pipe would keep the sink waiting
    wait_for "the database again" shows pulse_sink_database_up 1
    wait_for "three rows" shows pulse_sink_rows_stored_total 3
    shows pulse_sink_reconnects_total 1 || fail "reconnects: $(curl -s "$url")"
    exec 3>&-
    wait "$sink" || fail "ended with $?"
    ;;
port_taken)
    mkfifo "$work/pipe"
    python3 -c 'import socket, time
s = socket.create_server(("127.0.0.1", 0))
print(s.getsockname()[1], flush=True)
time.sleep(60)' >"$work/port" &
    wait_for "a port" test -s "$work/port"
    port=$(cat "$work/port")
    export POLYGON_API_KEY=key PGHOST=/nonexistent
    for tool in "polygon-stream --url ws://127.0.0.1:1/options" pg-sink; do
        status=0
        # shellcheck disable=SC2086
        timeout 20 "$PULSE_BIN"/$tool --metrics-port "$port" </dev/null >/dev/null 2>"$work/tool.err" || status=$?
        [ $status = 69 ] || fail "$tool ends with $status"
        grep -q "can't listen on 127.0.0.1 port $port" "$work/tool.err" || fail "$tool says something else"
    done
    ;;
esac
