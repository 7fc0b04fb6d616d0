#!/usr/bin/env bash
# Questions about stored trades against a real server: flow_test.cpp.
# shellcheck source=SCRIPTDIR/cluster.bash
. "$(dirname "$0")/cluster.bash"
database flow
"$PULSE_TESTS/db_flow"
