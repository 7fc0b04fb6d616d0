#!/usr/bin/env bash
# What the tools say when NATS isn't there, refuses, or isn't what they need; no password in any log.
# shellcheck source=tests/fault/nats/harness.bash
. "$(dirname "$0")/harness.bash"
nobody=nats://127.0.0.1:$(free_ports 1)

expect "nobody there" "$(status nats-put --server "$nobody" --max-retries 1 </dev/null)" 69
said "nobody there" "cannot connect to NATS at ${nobody#nats://}"
expect "nobody there" "$(status nats-each --server "$nobody" --max-retries 0 --partition all -- cat)" 69
expect "credentials in view" "$(status nats-put --server nats://me:secret@127.0.0.1:1 </dev/null)" 2
expect "a bad name" "$(status nats-put --stream a.b </dev/null)" 2
expect "no command" "$(status nats-each --partition all)" 2
expect "no such file" "$(status nats-put --creds "$work/none" </dev/null)" 74

openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1 \
    -keyout "$work/key" -out "$work/cert" 2>/dev/null
nats_options="authorization { user: me, password: right-secret }
tls { cert_file: \"$work/cert\", key_file: \"$work/key\" }"
nats_scheme=tls
server
address=${nats_servers#tls://}
export NATS_URL=tls://me:wrong-secret@$address
expect "a wrong password" "$(status nats-put --ca-file "$work/cert" --max-retries 5 </dev/null)" 77
said "a wrong password" "$address"
! grep -q secret "$work/log" || fail "the log holds the password"
echo "tls://me:right-secret@$address" >"$work/url"
unset NATS_URL
export NATS_URL_FILE=$work/url
expect "an unknown authority" "$(status nats-put </dev/null)" 78
expect "the right password" "$(status nats-put --ca-file "$work/cert" </dev/null)" 0
expect "an own stream" "$(NATS_CA_FILE=$work/cert status nats-each --stream other --partition all -- cat)" 78
said "an own stream" "there is no stream other"
expect "a partition too many" "$(status nats-each --ca-file "$work/cert" --partition 8 -- cat)" 78
expect "replicas without a cluster" "$(status nats-put --ca-file "$work/cert" --stream r --replicas 3 </dev/null)" 78
! grep -q secret "$work/log" || fail "the log holds the password"

# The server goes away for good in the middle of the input.
rest O:AAPL251219C00190000 1764948620676 >"$work/one"
{
    cat "$work/one"
    sleep 1
    stop_private_nats
    cat "$work/one"
} | nats-put --ca-file "$work/cert" --max-retries 1 2>"$work/log" && fail "records without a server were taken for stored"
said "gone" "1 records are not acknowledged"
said "gone" "received=2 passed=1 dropped=1 (unacknowledged=1)"
echo ok
