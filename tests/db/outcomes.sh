#!/usr/bin/env bash
# Outcomes against a calculation of their own: outcomes.py draws orders, bars and coverage, reads flow-evidence's definitions
# its own way, and compares.
# shellcheck source=SCRIPTDIR/cluster.bash
. "$(dirname "$0")/cluster.bash"
database outcomes
sink --migrate-only
python3 "$(dirname "$0")/outcomes.py" "$PULSE_TESTS/db_outcomes_print"
