#!/usr/bin/env bash
# serve.sh CASE [ARGUMENT]: pulse-serve against a private PostgreSQL; the case itself is in cases.py or live_cases.py.
# shellcheck source=SCRIPTDIR/../cluster.bash
. "$(dirname "$0")/../cluster.bash"
database serve
export PULSE_WORK=$work PULSE_SERVER_BIN=$server_bin
cases=$(grep -l "^def case_$1()" "$(dirname "$0")"/*cases.py) || fail "no case $1"
python3 "$cases" "$@"
