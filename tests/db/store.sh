#!/usr/bin/env bash
# The store library against a real server: store_test.cpp.
# shellcheck source=SCRIPTDIR/cluster.bash
. "$(dirname "$0")/cluster.bash"
database store
"$PULSE_TESTS/db_store"
