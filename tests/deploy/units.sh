#!/usr/bin/env bash
# units.sh BIN: systemd understands the unit files: every key and value, every program, every time. They name what a package
# installs, so a copy of them names the tools in BIN and the scripts of this checkout.
set -euo pipefail
bin=$1
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fail() {
    echo "FAILED: $*" >&2
    exit 1
}
for file in "$root"/deploy/systemd/*.service "$root"/deploy/systemd/*.timer; do
    sed -e "s#/usr/share/pulse/#$root/#; s#/usr/bin/#$bin/#" "$file" >"$work/$(basename "$file")"
done
cd "$work"
# It also tells about units of this system that are none of ours, and then still ends with 0.
systemd-analyze verify --man=no -- *.service *.timer 2>"$work/said" || fail "systemd-analyze verify: $(cat "$work/said")"
if grep -F "$work/pulse-" "$work/said"; then fail "systemd-analyze verify has something to say"; fi
# 0 is a service that may do nothing, 10 one that may do all.
for file in *.service; do
    systemd-analyze security --offline=true --threshold=20 "./$file" >"$work/said" 2>&1 || fail "$file: $(tail -n 3 "$work/said")"
    tail -n 1 "$work/said"
done
for month in 01 07; do
    systemd-analyze calendar --base-time="2026-$month-14 12:00 UTC" "$(sed -n 's/^OnCalendar=//p' pulse-backfill.timer)"
done | grep -oE '[0-9]{2}:[0-9]{2}:[0-9]{2} UTC' | sort -u >"$work/times"
# Half past five in New York, in winter and in summer.
[ "$(tr '\n' ' ' <"$work/times")" = "21:30:00 UTC 22:30:00 UTC " ] || fail "the backfill starts at $(tr '\n' ' ' <"$work/times")"
