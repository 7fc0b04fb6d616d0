#!/usr/bin/env bash
# TERM and Ctrl-C stop the source, the rest drains, nothing is left running; a stage that can't start ends all.
# shellcheck source=tests/fault/pipeline/harness.bash
. "$(dirname "$0")/harness.bash"
make_tape 200000 5
vendor 2000

# A session of its own with the signals a terminal gives: a shell lets its background jobs ignore Ctrl-C.
as_from_terminal='import os, signal, sys
signal.signal(signal.SIGINT, signal.SIG_DFL)
signal.signal(signal.SIGPIPE, signal.SIG_DFL)
os.setsid()
os.execvp(sys.argv[1], sys.argv[1:])'

# start DATABASE [COMMAND…]: the pipeline under load in a session of its own, as under a supervisor.
start() {
    database "$1"
    shift
    PULSE_FILTER_OPTIONS=--quiet-hits LOG_LEVEL=info python3 -c "$as_from_terminal" "$@" 2>"$work/log" &
    pid=$!
    wait_for "first rows" stored_more_than 20
}
ended_well() { # WHAT
    local status=0 passed covered
    wait "$pid" || status=$?
    [ $status = 0 ] || { cat "$work/log"; fail "$1: status $status"; }
    no_orphans || fail "$1: a stage outlived the pipeline"
    # All that the filter passed, trades and watermarks, is what the sink took: nothing was lost on the way.
    passed=$(sed -n 's/.*occ-filter: received=[0-9]* passed=\([0-9]*\) .*/\1/p' "$work/log" | tail -n 1)
    grep -q "pg-sink: received=$passed " "$work/log" || { cat "$work/log"; fail "$1: the sink took other than $passed"; }
    # The final watermark reaches the table.
    covered=$(sql "SELECT bool_and(c.to_time >= t.last) FROM coverage c, (SELECT max(trade_time) AS last FROM smart_money_trades) t")
    expect "$1: covered to the last trade" "$covered" t
}

for round in 1 2; do
    start "term_$round" "$pipeline"
    kill -TERM "$pid"
    ended_well "TERM, round $round"
done

# Ctrl-C reaches every process of the terminal's group at once.
start ctrl_c "$pipeline"
kill -INT -- "-$pid"
ended_well "Ctrl-C"

# A Procfile's line runs under sh.
line=$(sed -n 's/^pipeline: *//p' "$here/../../../Procfile")
start procfile sh -c "cd '$here/../../..' && $line"
kill -TERM "$pid"
ended_well "the Procfile's line"

# A sink without a database ends the pipeline with the sink's status.
status=0
DATABASE_URL="postgresql:///x?host=$work/nowhere" PULSE_SINK_OPTIONS="--max-retries 1" setsid "$pipeline" 2>"$work/log" &
pid=$!
wait $pid || status=$?
expect "no database" $status 69
no_orphans || fail "no database: a stage outlived the pipeline"

status=0
POLYGON_API_KEY='' "$pipeline" 2>"$work/log" || status=$?
expect "no key" $status 78
grep -q POLYGON_API_KEY "$work/log" || fail "no key: the log does not name the variable"

status=0
PULSE_SPOOL_DIR=$work/nowhere timeout 30 "$pipeline" 2>"$work/log" || status=$?
expect "no folder for the spool" $status 78
grep -q "cannot spool to $work/nowhere" "$work/log" || { cat "$work/log"; fail "no folder for the spool: the log does not say so"; }

status=0
PULSE_BIN=$work/nowhere PATH=/usr/bin:/bin "$pipeline" 2>"$work/log" || status=$?
expect "no tools" $status 78

"$pipeline" --help | grep -q '^  PULSE_SPOOL_DIR' || fail "--help doesn't name the settings"
status=0
"$pipeline" now 2>"$work/log" || status=$?
expect "an argument" $status 2
echo ok
