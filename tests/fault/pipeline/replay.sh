#!/usr/bin/env bash
# The same tape at different speeds, and from a file: orders and baselines don't know how fast it came. PULSE_SPEEDS may name
# more of them: "100 max" takes four minutes.
# shellcheck source=tests/fault/pipeline/harness.bash
. "$(dirname "$0")/harness.bash"

# derive: what the long chain makes of trades, as pg-sink would get it but for the last threshold.
derive() { occ-filter --quiet-hits --min-premium 0 | order-join | flow-baseline; }
# play SPEED NAME: the tape through the socket. Watermarks depend on when the reader looked, nothing else may.
play() {
    vendor "$1"
    polygon-stream --count "$selected" | derive >"$work/all"
    kill "$vendor_pid"
    grep -v '"ev":"[BW]"' "$work/all" >"$work/$2"
    grep '"ev":"B"' "$work/all" >"$work/$2.baselines" || true
    grep -q '"ev":"W"' "$work/all" || fail "$2: no watermark"
    grep -q '"ev":"O"' "$work/$2" || fail "$2: no orders"
}
from_file() {
    derive <"$work/tape" >"$work/all"
    grep -v '"ev":"B"' "$work/all" >"$work/file"
}

make_tape 150000 11
# A print after the close, as extended hours have them: from here on the stream's watermarks vouch for the whole session.
printf '{"ev":"T","sym":"O:AAPL251219C00190000","x":302,"p":1.5,"s":1,"c":[248],"t":%s,"q":999999999}\n' \
    "$(date -d '2025-12-05 16:02 EST' +%s)000" >>"$work/tape"
selected=$((selected + 1))
read -r -a speeds <<<"${PULSE_SPEEDS:-1500 max}"
from_file
for speed in "${speeds[@]}"; do
    play "$speed" "$speed"
    same "orders and trades at speed $speed" "$work/file" "$work/$speed"
    [ -s "$work/$speed.baselines" ] || fail "no baselines at speed $speed"
    same "baselines at speed $speed" "$work/${speeds[0]}.baselines" "$work/$speed.baselines"
done
# A file without watermarks is taken at its word, so it has all half hours; those that the stream vouches for are the same.
grep '"ev":"B"' "$work/all" >/dev/null || fail "no baselines"
derive <"$work/tape" | grep '"ev":"B"' >"$work/word"
[ "$(grep -cvxFf "$work/word" "$work/${speeds[0]}.baselines")" = 0 ] || fail "baselines of stream and file differ"

# Half a minute in its own time.
first=$(sed -n '1s/.*"t":\([0-9]*\).*/\1/p' "$work/tape")
awk -v last=$((first + 20000)) 'match($0, /"t":[0-9]+/) && substr($0, RSTART + 4, RLENGTH - 4) + 0 <= last' "$work/tape" >"$work/slice"
mv "$work/slice" "$work/tape"
selected=$(occ-filter --quiet-hits --min-premium 0 --max-dte 100000 "$work/tape" | wc -l)
vendor 1
polygon-stream --count "$selected" | occ-filter --quiet-hits --min-premium 0 | order-join --min-premium 5000 | grep -v '"ev":"W"' >"$work/slow"
kill "$vendor_pid"
occ-filter --quiet-hits --min-premium 0 "$work/tape" | order-join --min-premium 5000 >"$work/file"
grep -q '"ev":"O"' "$work/file" || fail "no orders in half a minute"
same "orders and trades at their own speed" "$work/file" "$work/slow"
echo ok
