#!/usr/bin/env bash
# Sessions for questions and their pool: session_test.cpp and query_pool_test.cpp, with a server that goes away, falls silent and comes back.
here=$(dirname "$0")
export PULSE_SECRET=hunter2-not-to-be-seen
auth=scram-sha-256 listen=127.0.0.1 port=$((20000 + RANDOM % 20000))
password_file=$(mktemp)
chmod 644 "$password_file"
echo "$PULSE_SECRET" >"$password_file"
export PGPASSWORD=$PULSE_SECRET
# shellcheck source=SCRIPTDIR/cluster.bash
. "$here/cluster.bash"
rm -f "$password_file"
export PGPASSWORD=$PULSE_SECRET PGPORT=$port
database pool
sql "CREATE ROLE reader LOGIN PASSWORD '$PULSE_SECRET'"

# The program's remote control of the server. The children are paused first: the postmaster must not notice.
{
    declare -f as_owner cluster_start cluster_stop cluster_kill
    declare -p server_bin work port listen
    cat <<'SH'
fail() { echo "FAILED: $*" >&2; exit 1; }
signal() {
    local postmaster
    postmaster=$(head -n 1 "$work/data/postmaster.pid")
    # shellcheck disable=SC2046
    kill "-$1" $(pgrep -P "$postmaster") "$postmaster"
}
case $1 in
    start) cluster_start ;;
    stop) cluster_stop fast ;;
    kill) cluster_kill ;;
    pause) signal STOP ;;
    resume) signal CONT ;;
esac
SH
} >"$work/server"
export PULSE_SERVER="bash $work/server"
trap 'status=$?; set +e; $PULSE_SERVER resume 2>/dev/null; (exit $status); cleanup' EXIT # a paused server can't be stopped
export DATABASE_URL=postgresql://pulse:$PULSE_SECRET@127.0.0.1:$port/pool
"$PULSE_TESTS/db_query_pool" ${PULSE_CASE:+"$PULSE_CASE"} >"$work/out" 2>&1 || { cat "$work/out"; fail "db_query_pool"; }
cat "$work/out"
grep -q -- "$PULSE_SECRET" "$work/out" && fail "the password is in the output"
echo ok
