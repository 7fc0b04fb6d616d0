#!/usr/bin/env bash
# capture.sh BIN CASE: what polygon-stream and backfill-fetch keep with --capture.
set -u
BIN=$1
# shellcheck source-path=SCRIPTDIR source=../stream/harness.sh
source "$(dirname "$0")/../stream/harness.sh"
kept=$work/kept

# A name sorts by source and time; a writer's number behind it by when it began.
kept_files() { find "$kept" -name '*.zst*' | sort; }
# kept_text FILE…: all of it must be whole.
kept_text() { zstdcat -q -- "$@" || fail "damaged: $*"; }
all_whole() {
    local file
    for file in $(kept_files); do
        [[ $file != *.part ]] || fail "not closed: $file"
        zstd -qt "$file" 2>>"$work/err" || fail "damaged: $file"
    done
}
trades_of() { grep -v '^{"ev":"W"' "$1"; }
# claims FILE: the stretches of time its watermarks claim, those without a gap between them as one.
claims() {
    sed -n 's/^{"ev":"W".*"from":\([0-9]*\),"to":\([0-9]*\)}$/\1 \2/p' "$1" | sort -n | awk '
        NR > 1 && $1 <= to + 1 { if ($2 > to) to = $2; next }
        NR > 1 { print from, to }
        { from = $1; to = $2 }
        END { print from, to }'
}

# make_hours TRADES HOURS: the first hours of a session.
make_hours() {
    make_tape "$1"
    awk -v hours="$2" '
        { match($0, /"t":[0-9]+/); t = substr($0, RSTART + 4, RLENGTH - 4) + 0 }
        NR == 1 { end = t + hours * 3600000 }
        t < end' "$work/tape" >"$work/some"
    mv "$work/some" "$work/tape"
}

# Within an hour and without a loss the capture is what went to stdout, byte for byte.
case_same() {
    make_hours 60000 0.9
    start_sim
    stream 0 --count "$(select_mag7 "$work/tape" | wc -l)" --capture "$kept"
    [ "$(kept_files | wc -l)" = 1 ] || fail "files: $(kept_files)"
    [[ $(kept_files) =~ /2025-12-05/live-20251205T1430[0-9]{5}Z-[0-9a-f]+_[0-9a-f]+.ndjson.zst$ ]] || fail "name: $(kept_files)"
    zstdcat "$(kept_files)" | cmp - "$work/out" >&2 || fail "the capture differs from stdout"
    zstdcat "$(kept_files)" | jq -es 'all(.ev == "T" or .ev == "W")' >/dev/null || fail "jq can't read it"
    says "capture: lines=$(wc -l <"$work/out") lost=0 files=1 bytes=[1-9][0-9]* removed=0"
}

# A session in several files: the same trades in the same order, and the same claims, each file's about itself alone.
case_hours() {
    make_tape 40000
    start_sim --speed 8000 # three seconds: a watermark a second, each of which may end a file
    stream 0 --count "$(select_mag7 "$work/tape" | wc -l)" --capture "$kept"
    all_whole
    [ "$(kept_files | wc -l)" -ge 2 ] || fail "files: $(kept_files)"
    # shellcheck disable=SC2046
    kept_text $(kept_files) >"$work/all"
    trades_of "$work/all" | cmp - <(trades_of "$work/out") >&2 || fail "other trades"
    diff <(claims "$work/all") <(claims "$work/out") >&2 || fail "other claims"
    local file
    for file in $(kept_files | tail -n +2); do
        kept_text "$file" >"$work/one"
        ! diff <(claims "$work/one") <(claims "$work/out") >/dev/null || fail "$file claims the whole session"
    done
}

# kill -9: what was written two seconds before is kept, and the next start ends the file.
case_killed() {
    make_tape 60000
    start_sim --speed 500
    start_stream --capture "$kept"
    wait_for 'the first frames' sh -c "find '$kept' -name '*.part' -size +8k 2>/dev/null | grep -q ."
    local before part
    before=$(wc -l <"$work/out")
    sleep 2
    part=$(kept_files)
    kill -9 "$stream_pid"
    wait "$stream_pid" 2>/dev/null
    stream_pid=
    [[ $part == *.part ]] && [ -e "$part" ] || fail "no file was being written: $part"
    cp "$work/out" "$work/first"
    printf 'torn' >>"$part" # and what a kill within a write leaves
    stream 0 --count 10 --capture "$kept"
    says "capture: .*\.part was left by a process that was killed: [0-9]+ bytes are whole, [1-9][0-9]* were cut off"
    all_whole
    kept_text "${part%.part}" >"$work/kept.first"
    cmp -n "$(wc -c <"$work/kept.first")" "$work/kept.first" "$work/first" >&2 || fail "not what stdout got"
    [ "$(wc -l <"$work/kept.first")" -ge "$before" ] ||
        fail "of $(wc -l <"$work/first") lines $(wc -l <"$work/kept.first") are kept, $before were there two seconds before"
}

# The stream goes on whatever happens to the capture, which says so, and claims nothing that it lost. Late prints are left out of the
# tape: one that is lost may lie in a stretch that was claimed before.
case_full_disk() {
    make_tape 30000
    grep -vE '"c":\[[0-9,]*20[1-8]' "$work/tape" >"$work/ordered"
    mv "$work/ordered" "$work/tape"
    start_sim --speed 2500 # frames of a second are well below the limit of a file
    (
        trap '' XFSZ
        ulimit -f 45 # KiB a file: stdout goes through a pipe
        "$BIN/polygon-stream" --url "$url" --count "$(select_mag7 "$work/tape" | wc -l)" --capture "$kept" 2>"$work/err.pipe"
        echo $? >&3
    ) 3>"$work/status" | cat >"$work/out"
    cp "$work/err.pipe" "$work/err"
    [ "$(cat "$work/status")" = 0 ] || fail "ended with $(cat "$work/status")"
    select_mag7 "$work/tape" >"$work/expected"
    trades_are "$work/expected"
    [ "$(grep -c 'the capture lacks trades: cannot write .*File too large' "$work/err")" = 1 ] || fail "not told once"
    says 'capture: lines=[1-9][0-9]* lost=[1-9][0-9]* files=[1-9]'
    all_whole
    # shellcheck disable=SC2046
    kept_text $(kept_files) >"$work/all"
    [ "$(trades_of "$work/all" | wc -l)" -lt "$(wc -l <"$work/expected")" ] || fail "nothing was lost"
    [ "$(claims "$work/all" | wc -l)" -ge 2 ] || fail "no claims on both sides of a loss"
    awk '
        FILENAME == ARGV[1] { from[NR] = $1; to[NR] = $2; n = NR; next }
        FILENAME == ARGV[2] { kept[$0]++; next }
        { match($0, /"t":[0-9]+/); t = substr($0, RSTART + 4, RLENGTH - 4) + 0
          for (i = 1; i <= n; i++) if (t >= from[i] && t <= to[i]) { if (kept[$0]-- <= 0) { print "missing: " $0; bad = 1 } break } }
        END { exit bad }' <(claims "$work/all") "$work/all" "$work/expected" >&2 || fail "a watermark claims lost trades"
}

make_flat() {
    make_tape "$1"
    "$BIN/polygon-sim" flat --tape "$work/tape" 2>/dev/null | gzip >"$work/day.csv.gz" || fail "no flat file"
}

case_history() {
    make_flat 20000
    "$BIN/backfill-fetch" flat "$work/day.csv.gz" --min-premium 0 --max-dte 400 --capture "$kept" >"$work/out" 2>"$work/err" ||
        fail "ended with $?"
    [[ $(kept_files) =~ /2025-12-05/history-20251205T[0-9]{9}Z-p0_d0to400-[0-9a-f_]+.ndjson.zst$ ]] || fail "name: $(kept_files)"
    zstdcat "$(kept_files)" | cmp - "$work/out" >&2 || fail "the capture differs from stdout"
    "$BIN/backfill-fetch" flat "$work/day.csv.gz" --unfiltered --capture "$kept" >"$work/out" 2>"$work/err" || fail "ended with $?"
    [[ $(kept_files) =~ /history-20251205T[0-9]{9}Z-[0-9a-f_]+.ndjson.zst ]] || fail "name: $(kept_files)"
}

case_history_full_disk() {
    make_flat 50000
    (
        trap '' XFSZ
        ulimit -f 20
        "$BIN/backfill-fetch" flat "$work/day.csv.gz" --min-premium 0 --capture "$kept" 2>"$work/err.pipe"
        echo $? >&3
    ) 3>"$work/status" | cat >"$work/out"
    cp "$work/err.pipe" "$work/err"
    [ "$(cat "$work/status")" = 74 ] || fail "ended with $(cat "$work/status"), not 74"
    says 'the capture failed: cannot write .*File too large; free some room'
}

# A stream and a backfill keep the same date in one folder at the same time.
case_two_writers() {
    make_flat 20000
    start_sim --speed 10000
    start_stream --count "$(select_mag7 "$work/tape" | wc -l)" --capture "$kept"
    wait_for "the stream's file" sh -c "ls '$kept'/2025-12-05/live-*.part"
    "$BIN/backfill-fetch" flat "$work/day.csv.gz" --min-premium 0 --capture "$kept" >"$work/flat" 2>"$work/flat.err" ||
        { cat "$work/flat.err" >&2; fail "backfill-fetch ended with $?"; }
    [ "$(find "$kept" -name '*.part' | wc -l)" = 1 ] || fail "the stream ended too early, or its file was taken for a left-over"
    join_stream 0
    all_whole
    # shellcheck disable=SC2046
    trades_of <(kept_text $(kept_files | grep /live-)) | cmp - <(trades_of "$work/out") >&2 || fail "the stream's trades"
    kept_text "$(kept_files | grep /history-)" | cmp - "$work/flat" >&2 || fail "the history's records"
}

# Old dates go when there is no room for them; the newest stay, and files of others are nobody's business.
case_old_days() {
    make_hours 20000 0.5
    local day
    for day in 2025-11-01 2025-12-01 2025-12-04; do
        mkdir -p "$kept/$day"
        : >"$kept/$day/live-${day//-/}T143000000Z-a_1.ndjson.zst"
    done
    : >"$kept/2025-11-01/mine"
    start_sim
    stream 0 --count 500 --capture "$kept" --capture-days 4
    says 'capture: removed 1 of the oldest files, 0 MiB, 2025-11-01 to 2025-11-01'
    says 'capture: removed 1 of the oldest files, 0 MiB, 2025-12-01 to 2025-12-01'
    says 'capture: lines=.* removed=2'
    [ -e "$kept/2025-11-01/mine" ] && [ ! -e "$kept/2025-12-01" ] || fail "left: $(find "$kept")"
    [ "$(kept_files | wc -l)" = 2 ] || fail "files: $(kept_files)"
}

case_settings() {
    url=ws://127.0.0.1:1/options
    : >"$work/file"
    stream 78 --capture "$work/file/in"
    says 'cannot keep a capture in .*; name a writable folder with --capture'
    stream 2 --capture "$kept" --capture-days many
    POLYGON_WEBSOCKET_ENABLED=0 stream 0 --capture "$kept"
    [ ! -e "$kept" ] || fail "a stream that is switched off made a folder"
    local status=0
    POLYGON_API_KEY=key "$BIN/backfill-fetch" trades --from 2020-01-02 --to 2020-01-03 --capture "$kept" --base-url http://127.0.0.1:1 \
        2>"$work/err" || status=$?
    [ $status = 2 ] || fail "ended with $status, not 2"
    says '--capture-days 30 keeps nothing of 2020-01-02: give [0-9]{4} or more, or 0'
}

# Only the tools that keep something need the library for it.
case_linked() {
    local tool needs
    for tool in "$BIN"/*; do
        needs=no
        ! objdump -p "$tool" | grep -q 'NEEDED *libzstd' || needs=yes
        case ${tool##*/} in
            polygon-stream | backfill-fetch) [ $needs = yes ] || fail "$tool has no libzstd" ;;
            *) [ $needs = no ] || fail "$tool is linked with libzstd" ;;
        esac
    done
}

"case_$2"
