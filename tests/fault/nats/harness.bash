# Sourced by the NATS tests: a nats-server of their own on loopback, gone when the test ends. Needs PULSE_BIN.
# shellcheck shell=bash disable=SC2034
set -euo pipefail
export LC_ALL=C.UTF-8 TZ=UTC
unset NATS_URL NATS_URL_FILE NATS_CREDS NATS_CA_FILE LOG_LEVEL LOG_FORMAT
PATH=$PULSE_BIN:$PATH
work=$(mktemp -d "${TMPDIR:-/tmp}/pulse-nats.XXXXXX")
# shellcheck source=scripts/private-nats
. "$(dirname "${BASH_SOURCE[0]}")/../../../scripts/private-nats"

fail() {
    echo "FAILED: $*" >&2
    exit 1
}

# expect WHAT ACTUAL EXPECTED
expect() { [ "$2" = "$3" ] || fail "$1: got '$2', expected '$3'"; }

# said WHAT PATTERN: $work/log holds a line like that.
said() { grep -q -- "$2" "$work/log" || { cat "$work/log" >&2; fail "$1: the log does not say '$2'"; }; }

# status COMMAND…: runs it with its log in $work/log and prints its exit status.
status() {
    local status=0
    "$@" 2>"$work/log" || status=$?
    echo $status
}

# shellcheck source=SCRIPTDIR/../../wait_for.bash
. "$(dirname "${BASH_SOURCE[0]}")/../../wait_for.bash"

cleanup() {
    local status=$?
    trap - EXIT
    # shellcheck disable=SC2046
    kill $(jobs -p) 2>/dev/null || true
    stop_private_nats
    if [ "${PULSE_KEEP:-}" = 1 ]; then echo "kept: $work" >&2; else rm -rf "$work"; fi
    exit "$status"
}
trap cleanup EXIT

# server: one nats-server.
server() {
    mkdir -p "$work/nats"
    start_private_nats "$work/nats" 1
    export NATS_URL=$nats_servers
}

# rest LINE_END: a print of history.
rest() { # SYMBOL TIME
    printf '{"ev":"T","sym":"%s","x":302,"p":8.5,"s":100,"c":[209],"t":%s,"ns":%s000000,"src":"rest"}\n' "$1" "$2" "$2"
}
