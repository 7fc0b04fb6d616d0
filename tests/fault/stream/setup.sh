#!/usr/bin/env bash
# setup.sh BIN CASE: settings, credentials and TLS of polygon-stream.
set -u
BIN=$1
# shellcheck source-path=SCRIPTDIR source=harness.sh
source "$(dirname "$0")/harness.sh"
url=ws://127.0.0.1:1/options

# certificate NAME SAN: a CA in $work/NAME-ca.pem and a server certificate by it.
certificate() {
    openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj "/CN=$1 test CA" -keyout "$work/$1-ca.key" \
        -out "$work/$1-ca.pem" 2>/dev/null
    openssl req -newkey rsa:2048 -nodes -subj "/CN=$1" -keyout "$work/$1.key" -out "$work/$1.csr" 2>/dev/null
    openssl x509 -req -in "$work/$1.csr" -CA "$work/$1-ca.pem" -CAkey "$work/$1-ca.key" -CAcreateserial -days 2 \
        -extfile <(echo "subjectAltName=$2") -out "$work/$1.pem" 2>/dev/null || fail "no certificate"
}

case_tls() {
    make_tape 5000
    select_mag7 "$work/tape" >"$work/expected"
    certificate good IP:127.0.0.1,DNS:localhost
    start_sim --tls-cert "$work/good.pem" --tls-key "$work/good.key"
    url=wss://127.0.0.1:$port/options
    stream 0 --ca-file "$work/good-ca.pem" --count "$(wc -l <"$work/expected")"
    trades_are "$work/expected"
    POLYGON_CA_FILE=$work/good-ca.pem stream 0 --count 10
    url=wss://localhost:$port/options
    stream 0 --ca-file "$work/good-ca.pem" --count 10
}

case_tls_unknown_ca() {
    make_tape 100
    certificate good IP:127.0.0.1
    certificate other IP:127.0.0.1
    start_sim --tls-cert "$work/good.pem" --tls-key "$work/good.key"
    url=wss://127.0.0.1:$port/options
    stream 69 --max-attempts 1
    says 'WebSocket connection failed: .*(issuer certificate|self.signed)'
    stream 69 --max-attempts 1 --ca-file "$work/other-ca.pem"
    says 'WebSocket connection failed: .*(issuer certificate|self.signed)'
}

case_tls_wrong_host() {
    make_tape 100
    certificate good DNS:elsewhere.example
    start_sim --tls-cert "$work/good.pem" --tls-key "$work/good.key"
    url=wss://localhost:$port/options
    stream 69 --max-attempts 1 --ca-file "$work/good-ca.pem"
    says 'WebSocket connection failed: .*mismatch'
}

case_tls_bad_ca_file() {
    stream 74 --ca-file "$work/none.pem"
    says "cannot open $work/none.pem"
    echo 'not a certificate' >"$work/none.pem"
    stream 78 --ca-file "$work/none.pem"
    says "cannot use the CA file $work/none.pem"
}

case_credentials() {
    POLYGON_API_KEY='' stream 78
    says 'no key: set POLYGON_API_KEY'
    make_tape 100
    start_sim --key from-file
    echo from-file >"$work/key"
    env -u POLYGON_API_KEY POLYGON_API_KEY_FILE="$work/key" "$BIN/polygon-stream" --url "$url" --underlyings ALL \
        --count 3 >"$work/out" 2>"$work/err" || fail "the key file isn't used"
    env -u POLYGON_API_KEY MASSIVE_API_KEY=from-file "$BIN/polygon-stream" --url "$url" --underlyings ALL \
        --count 3 >"$work/out" 2>"$work/err" || fail "the alias isn't used"
}

case_switches() {
    POLYGON_WEBSOCKET_ENABLED=false stream 0
    says 'POLYGON_WEBSOCKET_ENABLED'
    env -u POLYGON_API_KEY POLYGON_WEBSOCKET_ENABLED=0 "$BIN/polygon-stream" 2>"$work/err" || fail "needs a key though off"
    POLYGON_ENABLED=true stream 69 --max-attempts 1
    [ "$(grep -c 'POLYGON_ENABLED is ignored' "$work/err")" = 1 ] || fail "not one warning"
}

case_usage() {
    stream 2 --feed realtime
    says 'give one of them'
    url=http://127.0.0.1/ stream 2
    stream 2 --underlyings aapl
    stream 2 --stale-after -1
    stream 2 --subscribe 'T.O:A, T.O:B'
    stream 2 --no-such-option
    stream 78 --spool-dir "$work/none"
    says '--spool-dir'
}

case_subscribe() {
    make_tape 20000
    local contract
    contract=$(select_mag7 "$work/tape" | head -n 1 | grep -o 'O:[A-Z0-9]*')
    grep "\"$contract\"" "$work/tape" >"$work/expected"
    start_sim
    stream 0 --subscribe "T.$contract" --count "$(wc -l <"$work/expected")"
    trades_are "$work/expected"
    says_not 'warn'
    ! grep -q '"ev":"W"' "$work/out" || fail "coverage promised for a part of an underlying"
    start_stream --subscribe 'T.O:AAPL*'
    wait_for 'the acknowledgement' grep -q 'Subscribed' "$work/err"
    kill -TERM "$stream_pid"
    join_stream 0
    says 'T.O:AAPL\* is a partial wildcard'
}

case_environment_url() {
    make_tape 2000
    start_sim
    POLYGON_WS_URL=$url "$BIN/polygon-stream" --underlyings TSLA,AAPL --count 5 >"$work/out" 2>"$work/err" || fail "url ignored"
    says '📡 Subscribed to TSLA,AAPL options flow'
}

"case_$2"
