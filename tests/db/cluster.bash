# Sourced by the database tests: a private PostgreSQL on a Unix socket in a temporary directory, gone when the test ends.
# Sets PGHOST, PGUSER and work (a scratch directory), and offers the functions below. PULSE_KEEP=1 keeps the directory.
# Needs PULSE_BIN, the directory of the tools.
# shellcheck shell=bash disable=SC2034
set -euo pipefail
export LC_ALL=C.UTF-8 TZ=UTC PGTZ=UTC
unset DATABASE_URL DATABASE_URL_FILE PGPORT PGPASSWORD PGDATABASE PGSERVICE PGAPPNAME

server_bin=$(printf '%s\n' /usr/lib/postgresql/*/bin | sort -V | tail -n 1)
[ -x "$server_bin/initdb" ] || server_bin=$(dirname "$(command -v initdb)")
work=$(mktemp -d "${TMPDIR:-/tmp}/pulse-db.XXXXXX")
export PGHOST=$work PGUSER=pulse PGOPTIONS='-c client_min_messages=warning'
pg_sink=$PULSE_BIN/pg-sink

fail() {
    echo "FAILED: $*" >&2
    exit 1
}

# expect WHAT ACTUAL EXPECTED
expect() { [ "$2" = "$3" ] || fail "$1: got '$2', expected '$3'"; }

# PostgreSQL refuses to run as root.
as_owner() {
    if [ "$(id -u)" = 0 ]; then runuser -u nobody -- "$@"; else "$@"; fi
}

cluster_start() {
    as_owner "$server_bin/pg_ctl" -D "$work/data" -l "$work/server.log" -w -t 60 \
        -o "-c listen_addresses='${listen:-}' -p ${port:-5432} -k $work -c fsync=off ${server_options:-}" \
        start >"$work/start.log" 2>&1 </dev/null || { cat "$work/start.log" "$work/server.log"; fail "no server"; }
}

cluster_stop() { as_owner "$server_bin/pg_ctl" -D "$work/data" -m "${1:-fast}" -w stop >/dev/null 2>&1 </dev/null || true; }

# The server vanishes without a word, as in a power cut.
cluster_kill() {
    local postmaster children
    postmaster=$(head -n 1 "$work/data/postmaster.pid")
    children=$(pgrep -P "$postmaster" || true)
    kill -9 "$postmaster"
    # shellcheck disable=SC2086
    kill -9 $children 2>/dev/null || true
    while kill -0 "$postmaster" 2>/dev/null; do sleep 0.02; done
}

cleanup() {
    local status=$?
    trap - EXIT
    # shellcheck disable=SC2046
    kill $(jobs -p) 2>/dev/null || true
    cluster_stop immediate
    if [ "${PULSE_KEEP:-}" = 1 ]; then echo "kept: $work" >&2; else rm -rf "$work"; fi
    exit "$status"
}
trap cleanup EXIT

# database NAME: a new database that everything below uses.
database() {
    export PGDATABASE=$1
    psql -qX -d postgres -c "CREATE DATABASE $1"
}

sql() { psql -qXAt -v ON_ERROR_STOP=1 -c "$1"; }

# Everything stored but the clock's and the server's own marks, in key order.
snapshot() {
    sql "SELECT trade_time, option_symbol, ticker, expiry, side, strike, price, size, premium, dte, exchange, conditions,
                occurrence, sequence, source, cancelled_at
         FROM smart_money_trades ORDER BY trade_time, option_symbol, exchange, price, size, conditions, occurrence"
    sql "SELECT cancel_time, option_symbol, exchange, price, size, conditions, occurrence, sequence, source
         FROM smart_money_cancels ORDER BY cancel_time, option_symbol, exchange, price, size, conditions, occurrence"
    sql "SELECT * FROM coverage ORDER BY 1, 2, 3, 4"
}

# same WHAT FILE FILE
same() { diff -u "$2" "$3" >"$work/diff" || { head -n 40 "$work/diff" >&2; fail "$1"; }; }

# sink [OPTION…]: pg-sink, its log in $work/log; fails the test when it fails.
sink() {
    local status=0
    "$pg_sink" "$@" 2>"$work/log" || status=$?
    [ "$status" = 0 ] || { cat "$work/log" >&2; fail "pg-sink $* ended with $status"; }
}

# shellcheck source=SCRIPTDIR/../wait_for.bash
. "$(dirname "${BASH_SOURCE[0]}")/../wait_for.bash"

chmod 755 "$work"
if [ "$(id -u)" = 0 ]; then chown nobody "$work"; fi
as_owner "$server_bin/initdb" -D "$work/data" -U pulse -A "${auth:-trust}" --no-sync -E UTF8 --locale=C.UTF-8 \
    ${password_file:+--pwfile="$password_file"} >"$work/initdb.log" 2>&1 || { cat "$work/initdb.log"; fail "initdb"; }
cluster_start
