#!/usr/bin/env bash
# run.sh DOCUMENT: runs the examples of a page of the manual; see run_examples.py. Brings a private PostgreSQL, which goes when
# it ends. Needs PULSE_BIN, the folder of the tools.
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=tests/db/cluster.bash
. "$here/../db/cluster.bash"
database pulse
export DATABASE_URL="postgresql:///pulse?host=$work&user=pulse"
unset PGHOST PGUSER PGDATABASE # as for a reader who has nothing but the URL
mkdir "$work/examples"
if grep -q '^nats-' "$1"; then
    # shellcheck source=scripts/private-nats
    . "$here/../../scripts/private-nats"
    mkdir "$work/nats"
    start_private_nats "$work/nats" 1
    export NATS_URL=$nats_servers
fi
python3 "$here/run_examples.py" "$1" "$work/examples"
