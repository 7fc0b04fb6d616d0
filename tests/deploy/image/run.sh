#!/usr/bin/env bash
# run.sh IMAGE.json: runs the services of a built image as a platform would, against a PostgreSQL outside over loopback: each as
# process 1 in namespaces of its own, as the image's user, nothing writable but /tmp and the spool. Called by image_check.py.
image=$1
PULSE_BIN=/nonexistent # everything comes from the image
listen=127.0.0.1
port=$(python3 -c 'import socket; print(socket.create_server(("127.0.0.1", 0)).getsockname()[1])')
# shellcheck source=tests/db/cluster.bash
. "$(dirname "$0")/../../db/cluster.bash"
export PGPORT=$port
# What still runs at the end is killed: process 1 of each container, because the kernel forgets --kill-child at a change of user.
finish() {
    local status=$? job
    set +e
    for job in $(jobs -p); do pkill -KILL -P "$job"; done
    (exit $status)
    cleanup
}
trap finish EXIT
field() { jq -er "$1" "$image"; }
root=$(field .root)
user=$(field .user)
workdir=$(field .workdir)
mapfile -t environment < <(field '.environment | to_entries[] | "\(.key)=\(.value)"')
mapfile -t command < <(field '.command[]')
mapfile -t healthcheck < <(field '.healthcheck[]')
expect "the signal that stops" "$(field .stopsignal)" SIGTERM
[ "${user%:*}" != 0 ] || fail "the image runs as root"

enter='set -e
root=$1 spool=$2 user=$3 workdir=$4
shift 4
mount --bind "$root" "$root"
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
mount --bind /etc/hosts "$root/etc/hosts"
mount -t tmpfs -o size=16m,mode=1777 tmpfs "$root/tmp"
mount --bind "$spool" "$root/var/spool/pulse"
mount -o remount,bind,ro "$root"
exec chroot --userspec="$user" --groups= "$root" /usr/bin/env -C "$workdir" "$@"'

# start NAME COMMAND…: a container with the variables in `settings`; stdout and stderr go to $work/NAME.out and .err, its spool is
# $work/spool.NAME. Sets pid, which a wait takes.
settings=()
start() {
    local name=$1
    shift
    mkdir -p "$work/spool.$name"
    chown "$user" "$work/spool.$name"
    env -i "${environment[@]}" "${settings[@]}" unshare --mount --pid --fork --kill-child --propagation private \
        sh -c "$enter" sh "$root" "$work/spool.$name" "$user" "$workdir" "$@" >"$work/$name.out" 2>"$work/$name.err" </dev/null &
    pid=$!
}
# run NAME COMMAND…: the same, to its end; returns its status.
run() {
    start "$@"
    wait "$pid"
}
# first PID: process 1 of the container that `start` started as PID, seen from here.
first() { pgrep -P "$1"; }
healthy() {
    env -i "${environment[@]}" "${settings[@]}" nsenter --target "$(first "$pid")" --mount --pid --root --wd --setgid "${user#*:}" \
        --setuid "${user%:*}" "${healthcheck[@]}" >"$work/health" 2>&1
}
# inside PID PROGRAM: a process of that name in the container.
inside() { pgrep --ns "$(first "$1")" --nslist pid -x "$2"; }
# stop NAME SECONDS: TERM to process 1, which must end with 0 in that time.
stop() {
    local status=0 began=${EPOCHREALTIME/./} took
    kill -TERM "$(first "$pid")"
    wait "$pid" || status=$?
    took=$(((${EPOCHREALTIME/./} - began) / 1000))
    [ $status = 0 ] || { cat "$work/$1.err" "$work/$1.out"; fail "$1: TERM ended it with $status"; }
    [ $took -le $(($2 * 1000)) ] || fail "$1: TERM took $took ms"
    echo "$1: ended by TERM with 0 in $took ms"
}
ends_well() { # NAME COMMAND…
    local status=0
    run "$@" || status=$?
    [ $status = 0 ] || { cat "$work/$1.err" >&2; fail "${*:2} ended with $status"; }
}
url() { echo "DATABASE_URL=postgresql://pulse@127.0.0.1:$port/$1"; }
free_port() { python3 -c 'import socket; print(socket.create_server(("127.0.0.1", 0)).getsockname()[1])'; }

# What is there.
for path in "$root"/opt/pulse/bin/*; do
    tool=$(basename "$path")
    ends_well version "$tool" --version
    [[ $(cat "$work/version.out") =~ ^$tool\ [0-9]+\.[0-9]+\.[0-9]+$ ]] || fail "$tool --version says '$(cat "$work/version.out")'"
    cat "$work/version.out"
done
ends_well user sh -c 'id -u && touch /tmp/x /var/spool/pulse/x && ! touch /opt/pulse/x /x /var/x 2>/dev/null && TZ=America/New_York date +%Z'
[[ $(tr "\n" " " <"$work/user.out") =~ ^${user%:*}\ E[SD]T\ $ ]] || fail "user and time zone: $(cat "$work/user.out")"
[ -s "$root/etc/ssl/certs/ca-certificates.crt" ] || fail "no certificate authorities"

# The command that the image starts by itself. A program that is missing is told, and what it would have run is tried.
missing=
if [ ! -x "$root/opt/pulse/bin/${command[0]}" ]; then
    missing=${command[0]}
    echo "FAILED: the image has no $missing, with which its command begins" >&2
    while [ "${command[0]}" != -- ]; do command=("${command[@]:1}"); done
    command=("${command[@]:1}")
fi

# web: the tables come before it, as by a platform's command before the start.
database web
settings=("$(url web)")
ends_well migrate pg-sink --migrate-only
web=$(free_port)
settings+=("PORT=$web")
start web pulse-serve
wait_for "a healthy pulse-serve" healthy
expect "trades" "$(curl -sf "http://127.0.0.1:$web/api/pulse/smart-money" | jq -c .trades)" '[]'
curl -sf "http://127.0.0.1:$web/" | grep -q '<html' || fail "no dashboard"
kill -STOP "$(first "$pid")"
if healthy; then fail "a stopped pulse-serve counts as healthy"; fi
kill -CONT "$(first "$pid")"
wait_for "pulse-serve again" healthy
stop web 10

# The pipeline, with the stand-in vendor in a container of its own.
settings=()
ends_well tape polygon-sim generate --trades 100000 --seed 21 --date 2025-12-05
mkdir -p "$work/spool.vendor"
mv "$work/tape.out" "$work/spool.vendor/tape"
start vendor polygon-sim serve --tape /var/spool/pulse/tape --port 0 --speed 1000
vendor_pid=$pid
wait_for "the vendor's port" test -s "$work/vendor.out"
vendor=127.0.0.1:$(head -n 1 "$work/vendor.out")
database live
settings=("$(url live)" POLYGON_API_KEY=test-key "POLYGON_WS_URL=ws://$vendor/options" "POLYGON_API_URL=http://$vendor")
start pipeline "${command[@]}"
stored_more_than() { [ "$(sql 'SELECT count(*) FROM smart_money_trades')" -gt "$1" ]; }
wait_for "rows" stored_more_than 50
healthy || { cat "$work/health"; fail "the pipeline counts as ill"; }
sink=$(inside "$pid" pg-sink)
kill -STOP "$sink"
if healthy; then fail "a pipeline whose sink stands still counts as healthy"; fi
grep -q pg-sink "$work/health" || fail "the health check doesn't say what is wrong"
kill -CONT "$sink"
zombies=$({ pgrep --ns "$(first "$pid")" --nslist pid -r Z || true; } | wc -l)
expect "dead processes that nobody waited for" "$zombies" 0
stop pipeline 30
jq -e . "$work/pipeline.err" >"$work/parsed" || fail "the log has lines that are no JSON: $(head -n 5 "$work/pipeline.err")"
echo "live: $(sql 'SELECT count(*) FROM smart_money_trades') trades, $(sql 'SELECT count(*) FROM smart_money_orders') orders"

# backfill: the same day from history brings the rest of it.
before=$(sql 'SELECT count(*) FROM smart_money_trades')
ends_well backfill scripts/backfill --from 2025-12-05 --to 2025-12-05 --state /var/spool/pulse/backfill -- --source rest --rate 0
stored_more_than "$before" || fail "the backfill brought nothing"
expect "daily bars" "$(sql 'SELECT count(*) FROM daily_bars')" 7
echo "with history: $(sql 'SELECT count(*) FROM smart_money_trades') trades, $(sql 'SELECT count(*) FROM flow_baselines') baselines"
pid=$vendor_pid
stop vendor 10
[ -z "$missing" ] || fail "the image has no $missing"
echo ok
