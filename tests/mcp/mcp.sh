#!/usr/bin/env bash
# mcp.sh PROGRAM…: runs a test program beside a private PostgreSQL with two databases: `empty` has the tables alone, `rich` the
# invented history of scripts/example-tape, stored through the same tools as real trades.
# shellcheck source=SCRIPTDIR/../db/cluster.bash
. "$(dirname "$0")/../db/cluster.bash"
database empty
sink --migrate-only
database rich
"$PULSE_SCRIPTS/example-tape" | "$PULSE_BIN/occ-filter" --underlyings AAPL,NVDA --min-premium 0 --quiet-hits --log-level error |
    "$PULSE_BIN/order-join" --log-level error | "$PULSE_BIN/flow-baseline" --log-level error |
    "$PULSE_BIN/occ-filter" --quiet-hits --log-level error | sink
[ "$(sql "SELECT count(*) > 100 FROM smart_money_trades")" = t ] || fail "the example has too few trades"
unset PGDATABASE
export PULSE_WORK=$work PULSE_SERVER_BIN=$server_bin
"$@"
