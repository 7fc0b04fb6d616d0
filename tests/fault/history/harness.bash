# Sourced by the history tests: the pipeline's harness, and a vendor whose REST and S3 serve the tape too.
# shellcheck shell=bash disable=SC2034
# shellcheck source=tests/fault/pipeline/harness.bash
. "$(dirname "${BASH_SOURCE[0]}")/../pipeline/harness.bash"
day=2025-12-05
export POLYGON_S3_ACCESS_KEY_ID=test-id POLYGON_S3_SECRET_ACCESS_KEY=test-secret
unset POLYGON_API_URL POLYGON_S3_ENDPOINT

# history_vendor OPTION…: starts polygon-sim; sets vendor_pid and the addresses of socket, REST and S3. Its request log is
# $work/requests: one line a request, method, path and query, status.
history_vendor() {
    local port
    rm -f "$work/port"
    mkfifo "$work/port"
    polygon-sim serve --tape "$work/tape" --port 0 --key "$POLYGON_API_KEY" --http-log "$work/requests" "$@" \
        >"$work/port" 2>>"$work/vendor.log" &
    vendor_pid=$!
    read -r port <"$work/port"
    export POLYGON_WS_URL=ws://127.0.0.1:$port/options POLYGON_API_URL=http://127.0.0.1:$port
    export POLYGON_S3_ENDPOINT=http://127.0.0.1:$port
}

stop_vendor() {
    kill "$vendor_pid"
    wait "$vendor_pid" 2>/dev/null || true
}

# fetch COMMAND OPTION…: backfill-fetch, its log in $work/log; fails the test when it fails.
fetch() {
    local status=0
    backfill-fetch "$@" 2>"$work/log" || status=$?
    [ "$status" = 0 ] || { cat "$work/log" >&2; fail "backfill-fetch $* ended with $status"; }
}

# The stored prints without what tells the sources apart.
prints() {
    sql "SELECT trade_time, option_symbol, ticker, expiry, side, strike, price, size, premium, dte, exchange, conditions,
                occurrence, cancelled_at
         FROM smart_money_trades ORDER BY trade_time, option_symbol, exchange, price, size, conditions, occurrence"
    sql "SELECT cancel_time, option_symbol, exchange, price, size, conditions, occurrence
         FROM smart_money_cancels ORDER BY cancel_time, option_symbol, exchange, price, size, conditions, occurrence"
}
