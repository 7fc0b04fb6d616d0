#!/usr/bin/env bash
# docs/worked-example.md quotes what scripts/worked-example prints, all of it and nothing else.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$root/scripts/worked-example" >"$work/printed"
awk '/^```text$/ { quoted = 1; if (n++) print ""; next } /^```$/ { quoted = 0 } quoted' "$root/docs/worked-example.md" >"$work/quoted"
sed -i '$a\' "$work/quoted"
sed -e :a -e '/^\n*$/{$d;N;ba' -e '}' "$work/printed" | diff -u "$work/quoted" - || {
    echo "FAILED: the page and the tools disagree" >&2
    exit 1
}
[ "$(wc -l <"$work/quoted")" -gt 40 ]
echo ok
