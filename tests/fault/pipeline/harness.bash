# Sourced by the pipeline tests: a tape, a simulated vendor that plays it, and scripts/pipeline.
# shellcheck shell=bash disable=SC2034
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=tests/db/cluster.bash
. "$here/../../db/cluster.bash"
pipeline=$here/../../../scripts/pipeline
PATH=$PULSE_BIN:$PATH
export POLYGON_API_KEY=test-key LOG_LEVEL=warn
unset POLYGON_WEBSOCKET_ENABLED POLYGON_CA_FILE

# make_tape TRADES SEED: $work/tape, what the filter keeps of it in $work/hits, and how many trades the stream selects.
make_tape() {
    polygon-sim generate --trades "$1" --seed "$2" --date 2025-12-05 >"$work/tape"
    occ-filter --quiet-hits "$work/tape" >"$work/hits"
    selected=$(occ-filter --quiet-hits --min-premium 0 --max-dte 100000 "$work/tape" | wc -l)
}

# vendor SPEED: starts polygon-sim; sets vendor_pid and POLYGON_WS_URL.
vendor() {
    local port
    mkfifo "$work/port.$1"
    polygon-sim serve --tape "$work/tape" --port 0 --speed "$1" >"$work/port.$1" 2>>"$work/vendor.log" &
    vendor_pid=$!
    read -r port <"$work/port.$1"
    rm "$work/port.$1"
    export POLYGON_WS_URL=ws://127.0.0.1:$port/options
}

# run_to_end: the pipeline until the whole tape has passed, once.
run_to_end() {
    local status=0
    PULSE_STREAM_OPTIONS="--count $selected" PULSE_FILTER_OPTIONS=--quiet-hits "$pipeline" 2>"$work/log" || status=$?
    [ "$status" = 0 ] || { cat "$work/log" >&2; fail "the pipeline ended with $status"; }
}

stored() { sql 'SELECT count(*) FROM smart_money_trades' 2>/dev/null || echo 0; }
stored_more_than() { [ "$(stored)" -gt "$1" ]; }

# The rows alone: coverage tells of connections, which differ from run to run.
rows() {
    sql "SELECT trade_time, option_symbol, ticker, expiry, side, strike, price, size, premium, dte, exchange, conditions,
                occurrence, sequence, source, cancelled_at
         FROM smart_money_trades ORDER BY trade_time, option_symbol, exchange, price, size, conditions, occurrence"
    sql "SELECT option_symbol, first_time, last_time, prints, size, premium, vwap, exchanges, cancelled_prints
         FROM smart_money_orders ORDER BY 1, 2"
}

# stages PID: the tools running in the session that the process PID leads.
stages() {
    local tool found=1
    for tool in polygon-stream occ-filter order-join flow-baseline pg-sink; do pgrep -r D,R,S,T -s "$1" -x $tool && found=0; done
    return $found
}

# No stage may outlive its pipeline, $pid, which leads a session.
no_orphans() { ! stages "$pid" >/dev/null; }
