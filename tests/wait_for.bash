# shellcheck shell=bash
# Sourced by tests that have a function `fail`.

# wait_for WHAT COMMAND…: until it succeeds, at most 30 s.
wait_for() {
    local what=$1 i
    shift
    for ((i = 0; i < 600; i++)); do
        if "$@" >/dev/null 2>&1; then return; fi
        sleep 0.05
    done
    fail "waited in vain for $what"
}
