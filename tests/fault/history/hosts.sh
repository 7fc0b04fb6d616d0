#!/usr/bin/env bash
# scripts/backfill --hosts: the work shared out over ssh, to an sshd of our own that stands for two machines.
# shellcheck source=tests/fault/history/harness.bash
. "$(dirname "$0")/harness.bash"
backfill=$(cd "$(dirname "$0")/../../../scripts" && pwd)/backfill
make_tape 30000 17
history_vendor --speed max
database whole
occ-filter --quiet-hits "$work/tape" | sink
prints >"$work/expected"

mkdir -m 700 "$work/ssh"
ssh-keygen -q -t ed25519 -N '' -f "$work/ssh/host"
ssh-keygen -q -t ed25519 -N '' -f "$work/ssh/user"
port=$((20000 + RANDOM % 20000))
cat >"$work/ssh/sshd_config" <<CONFIG
ListenAddress 127.0.0.1:$port
HostKey $work/ssh/host
AuthorizedKeysFile $work/ssh/user.pub
StrictModes no
PidFile none
UsePAM no
MaxStartups 100
CONFIG
mkdir -p /run/sshd 2>/dev/null || true
/usr/sbin/sshd -D -f "$work/ssh/sshd_config" -E "$work/ssh/log" &
cat >"$work/ssh/config" <<CONFIG
Host first second
  HostName 127.0.0.1
  Port $port
  IdentityFile $work/ssh/user
  UserKnownHostsFile /dev/null
  StrictHostKeyChecking no
  LogLevel ERROR
CONFIG
export PARALLEL_SSH="ssh -F $work/ssh/config" PULSE_ENV_FILE="$work/settings"
wait_for "sshd" $PARALLEL_SSH first true

# What a machine's settings file would hold; without it the part says what is missing.
database shared
run() { "$backfill" --from $day --to $day --hosts first,second --jobs 2 --state "$work/state" -- --source rest --rate 3000 2>"$work/log"; }
status=0
run || status=$?
expect "status without settings on the hosts" $status 69
grep -q "has no $work/settings with the settings" "$work/log" || { cat "$work/log"; fail "it doesn't say what is missing"; }
{
    env | grep -E '^(PGHOST|PGUSER|PGDATABASE|PULSE_BIN|POLYGON_[A-Z_]+)=' | sed "s/=\(.*\)/='\1'/"
} >"$work/settings"
run || { cat "$work/log"; fail "scripts/backfill ended with $?"; }
prints >"$work/actual"
same "two machines differ from the tape" "$work/expected" "$work/actual"
expect "machines that worked" "$(cut -f 2 "$work/state"/jobs.full.log | sort -u | grep -c -x -e first -e second)" 2
grep -rq "$POLYGON_API_KEY" "$work/log" "$work/state" && fail "the key shows"
echo ok
