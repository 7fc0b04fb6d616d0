#!/usr/bin/env bash
# What polygon-sim says to a wrong command line and to outputs that fail: usage.sh POLYGON_SIM
set -u
sim=$1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
unset POLYGON_API_KEY LOG_LEVEL LOG_FORMAT
failed=0

# expect CODE TEXT COMMAND…: the exit status, and a text on stderr
expect() {
    local code=$1 text=$2
    shift 2
    "$@" >"$folder/out" 2>"$folder/err"
    local got=$?
    if [ "$got" != "$code" ] || ! grep -qF -- "$text" "$folder/err"; then
        echo "FAILED: $*: exit $got, expected $code and '$text', stderr:"
        cat "$folder/err"
        failed=1
    fi
}

tape=$folder/tape.ndjson
expect 0 'inventing 500 trades of 2026-03-06' "$sim" generate --trades 500 --date 2026-03-06
cp "$folder/out" "$tape"
[ "$(wc -l <"$tape")" = 500 ] || { echo "FAILED: not 500 lines"; failed=1; }

expect 2 '--trades is required' "$sim" generate
expect 2 'A subcommand is required' "$sim"
expect 2 'the market was closed on 2026-03-07; the next session is 2026-03-09' "$sim" generate --trades 1 --date 2026-03-07
expect 2 "'2026-02-30' is no date" "$sim" generate --trades 1 --date 2026-02-30
expect 2 'no good name' "$sim" generate --trades 1 --underlyings 'no good name'
expect 74 'No space left on device' bash -c "'$sim' generate --trades 5000 >/dev/full"
expect 74 'went away' bash -c "set -o pipefail; '$sim' generate --trades 500000 | head -1"

expect 2 '--tape is required' "$sim" flat
expect 0 'writing the trades of 2026-03-06' "$sim" flat --tape "$tape"
[ "$(wc -l <"$folder/out")" = 501 ] || { echo "FAILED: not 501 lines"; failed=1; }
expect 0 'writing the trades of 2026-03-09' "$sim" flat --tape "$tape" --date 2026-03-09 --layout older
grep -qx 'ticker,conditions,correction,exchange,participant_timestamp,price,sip_timestamp,size' "$folder/out" ||
    { echo "FAILED: not the header of the older layout"; failed=1; }
[ "$(wc -l <"$folder/out")" = 1 ] || { echo "FAILED: rows on a date without trades"; failed=1; }
expect 2 "'2026-02-30' is no date" "$sim" flat --tape "$tape" --date 2026-02-30
"$sim" generate --trades 10 --date 2026-03-09 2>/dev/null | cat "$tape" - >"$folder/two"
expect 2 'the tape holds 2 dates, 2026-03-06 to 2026-03-09: say which with --date' "$sim" flat --tape "$folder/two"
expect 65 'holds no trade' bash -c ": >'$folder/empty'; '$sim' flat --tape '$folder/empty'"
expect 74 'No space left on device' bash -c "'$sim' flat --tape '$tape' >/dev/full"

expect 2 '--tape is required' "$sim" serve
expect 2 "'5:bogus': unknown fault 'bogus'" "$sim" serve --tape "$tape" --faults 5:bogus
expect 2 "'http/1:bogus': unknown fault 'bogus'" "$sim" serve --tape "$tape" --faults http/1:bogus
expect 2 "'http/0:500': the requests are" "$sim" serve --tape "$tape" --faults 5:drop,http/0:500
expect 2 'later' "$sim" serve --tape "$tape" --join later
expect 74 "$folder/none/log" "$sim" serve --tape "$tape" --http-log "$folder/none/log"
expect 2 "'fast' is neither max nor a number" "$sim" serve --tape "$tape" --speed fast
expect 2 "'0' is neither max nor a number" "$sim" serve --tape "$tape" --speed 0
expect 2 '--tls-key' "$sim" serve --tape "$tape" --tls-cert cert.pem
expect 2 'not in range' "$sim" serve --tape "$tape" --port 70000
expect 74 "$folder/none" "$sim" serve --tape "$folder/none"
expect 74 'no regular file' "$sim" serve --tape /dev/null
expect 78 'check --host, --port, --tls-cert and --tls-key' "$sim" serve --tape "$tape" --tls-cert "$tape" --tls-key "$tape"
expect 74 "can't write the port" bash -c "'$sim' serve --tape '$tape' >/dev/full"
exit $failed
