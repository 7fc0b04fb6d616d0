#!/usr/bin/env bash
# Finding the database, or saying what is wrong.
here=$(dirname "$0")
secret=hunter2-not-to-be-seen
auth=scram-sha-256 listen=127.0.0.1 port=$((20000 + RANDOM % 20000))
password_file=$(mktemp)
chmod 644 "$password_file"
echo "$secret" >"$password_file"
export PGPASSWORD=$secret
# shellcheck source=SCRIPTDIR/cluster.bash
. "$here/cluster.bash"
export PGPASSWORD=$secret PGPORT=$port
database startup

# ends STATUS TEXT COMMAND…: that status, that text on stderr, never the password.
ends() {
    local expected=$1 text=$2 status=0
    shift 2
    "$@" </dev/null >"$work/out" 2>"$work/log" || status=$?
    grep -q -- "$secret" "$work/out" "$work/log" && fail "the password is in the log of: ${*//$secret/***}"
    [ "$status" = "$expected" ] || { cat "$work/log"; fail "got $status, expected $expected"; }
    grep -q -- "$text" "$work/log" || { cat "$work/log"; fail "the log doesn't say '$text'"; }
}
# Several tools may start at once on a new database.
pids=()
for _ in 1 2 3 4 5 6; do
    "$pg_sink" --migrate-only 2>>"$work/many" &
    pids+=($!)
done
for pid in "${pids[@]}"; do wait "$pid" || { cat "$work/many"; fail "a migration failed"; }; done
steps=("$here"/../../lib/store/sql/[0-9]*.sql)
expect "migrated once, step by step" "$(grep -o 'migrating .*' "$work/many")" \
    "$(for ((step = 1; step <= ${#steps[@]}; step++)); do echo "migrating the database to schema version $step"; done)"
expect "schema version" "$(sql 'SELECT max(version) FROM pulse_schema')" ${#steps[@]}

ends 0 "connected to 127.0.0.1 port $port, database startup" env "DATABASE_URL=postgresql://pulse:$secret@127.0.0.1:$port/startup" "$pg_sink"
printf 'postgresql://pulse:%s@127.0.0.1:%s/startup\n' "$secret" "$port" >"$work/url"
ends 0 "connected to 127.0.0.1" env "DATABASE_URL_FILE=$work/url" "$pg_sink"
ends 0 "connected to 127.0.0.1" env DATABASE_URL= PGHOST=127.0.0.1 "$pg_sink"

ends 77 "refuses the credentials" env "DATABASE_URL=postgresql://pulse:$secret-wrong@127.0.0.1:$port/startup" "$pg_sink"
ends 77 "refuses the credentials" env -u PGPASSWORD "DATABASE_URL=postgresql://pulse@127.0.0.1:$port/startup" "$pg_sink"
ends 77 "refuses the credentials" env "DATABASE_URL=postgresql://nobody:$secret@127.0.0.1:$port/startup" "$pg_sink"
ends 78 "does not exist" env "DATABASE_URL=postgresql://pulse:$secret@127.0.0.1:$port/nowhere" "$pg_sink"
ends 78 "DATABASE_URL can't be understood" env "DATABASE_URL=postgres//pulse:$secret@127.0.0.1/startup" "$pg_sink"
ends 78 "DATABASE_URL can't be understood" env "DATABASE_URL=postgresql://pulse:p@$secret@127.0.0.1/startup" "$pg_sink"
ends 69 "no database after 3 attempts" env "DATABASE_URL=postgresql://pulse:$secret@127.0.0.1:1/startup" "$pg_sink" --max-retries 2
ends 2 "" "$pg_sink" --batch-rows 0

# A role that may only read is told so.
sql "CREATE ROLE reader LOGIN PASSWORD '$secret'; GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader"
status=0
echo '{"ev":"T","sym":"O:AAPL251219C00190000","p":8.5,"s":1,"t":1764948621600,"q":1}' |
    PGUSER=reader "$pg_sink" 2>"$work/log" || status=$?
expect "status of a role without INSERT" "$status" 78
grep -q "lacks a right" "$work/log" || fail "$(cat "$work/log")"

sql 'INSERT INTO pulse_schema (version) VALUES (9999)'
ends 78 "schema version 9999" "$pg_sink"

# Input waits while the database is away.
sql 'DELETE FROM pulse_schema WHERE version = 9999'
cluster_stop
echo '{"ev":"T","sym":"O:AAPL251219C00190000","p":8.5,"s":1,"t":1764948621600,"q":1}' | "$pg_sink" 2>"$work/log" &
pid=$!
wait_for "the first refusal" grep -q "no database" "$work/log"
cluster_start
wait "$pid" || { cat "$work/log"; fail "pg-sink didn't wait for the database"; }
expect "stored after the wait" "$(sql 'SELECT count(*) FROM smart_money_trades')" 1
rm -f "$password_file"
echo ok
