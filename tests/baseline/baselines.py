#!/usr/bin/env python3
"""baselines.py < TAPE: the B records of a tape, calculated a second time from the definition.

Written from docs and design alone, with no code of the tool: whole numbers and fractions, no streaming, no
tables. Prints them by session, ticker, side (calls first), days to expiry and half hour.
"""
import collections
import datetime
import fractions
import json
import re
import sys
import zoneinfo

NEW_YORK = zoneinfo.ZoneInfo("America/New_York")
HOUR = 3_600_000
CANCEL = {201, 203, 205, 207}
LEFT_OUT = set(range(232, 247)) | {202, 204, 206, 208}  # 232-246: multi-leg and stock-tied
BUCKETS = [("0", 0, 0), ("1-2", 1, 2), ("3-7", 3, 7), ("8-14", 8, 14), ("15-30", 15, 30)]
HALF_DAYS = {datetime.date(2025, 11, 28), datetime.date(2025, 12, 24)}
HOLIDAYS = {datetime.date(2025, 11, 27), datetime.date(2025, 12, 25)}
SYMBOL = re.compile(r"O:([A-Z0-9]{1,6})(\d\d)(\d\d)(\d\d)([CP])\d{8}")


def at_clock(day, hour, minute):
    moment = datetime.datetime(day.year, day.month, day.day, hour, minute, tzinfo=NEW_YORK)
    return int(moment.timestamp()) * 1000


def session_of(ms):
    """Date, open and close of the session that holds the instant, or None."""
    day = datetime.datetime.fromtimestamp(ms // 1000, NEW_YORK).date()
    if day.weekday() > 4 or day in HOLIDAYS:
        return None
    begin, end = at_clock(day, 9, 30), at_clock(day, 13 if day in HALF_DAYS else 16, 0)
    return (day, begin, end) if begin <= ms < end else None


def bucket_of(dollars):
    """The definition, by counting instead of by bits."""
    if dollars < 1:
        return 0
    e = 0
    while 2 ** (e + 1) <= dollars:
        e += 1
    return 1 + 8 * e + int(fractions.Fraction(8 * dollars, 2**e)) - 8


def counted_prints(lines):
    """(time, premium in 1/10,000 dollar) of one contract's session: without repetitions and what was taken back."""
    prints, cancels, seen, newest = [], [], set(), 0
    by_class = collections.defaultdict(list)
    waiting = collections.defaultdict(list)
    for line in lines:
        t, conditions = line["t"], set(line.get("c", []))
        kind = (line.get("x", 0), line["p"], int(line["s"]))
        is_cancel = bool(conditions & CANCEL)
        if "q" in line:
            identity = (line["q"], t, kind, is_cancel)
            if t < newest - HOUR or identity in seen:
                continue
            seen.add(identity)
        newest = max(newest, t)
        if is_cancel:
            found = [p for p in by_class[kind] if newest - HOUR <= p["t"] <= t and not p["gone"]]
            if found:
                latest = max(p["t"] for p in found)
                [p for p in found if p["t"] == latest][-1]["gone"] = True
            else:
                waiting[kind].append(t)
            continue
        gone = False
        if t >= newest - HOUR:
            able = [c for c in waiting[kind] if c >= t and c >= newest - HOUR]
            if able:
                waiting[kind].remove(min(able))
                gone = True
        premium = fractions.Fraction(line["p"]) * kind[2] * 100 * 10_000
        entry = {"t": t, "premium": int(premium), "gone": gone, "left_out": bool(conditions & LEFT_OUT)}
        prints.append(entry)
        by_class[kind].append(entry)
    return [(p["t"], p["premium"]) for p in prints if not p["gone"] and not p["left_out"]]


def unknown(ranges, begin, end):
    """Pairs of neighbouring known instants, a second or more apart, with nothing known between them."""
    holes, reached = [], begin
    for a, b in sorted(ranges):
        if a - reached >= 1000 and reached < end:
            holes.append((reached, min(a, end)))
        reached = max(reached, b)
    if end - reached >= 1000:
        holes.append((reached, end))
    return holes


def slots_known(ranges, at_its_word, session, window, step):
    _, begin, end = session
    holes = [] if at_its_word else unknown(ranges, begin, end)
    for slot in range((end - begin) // (HOUR // 2)):
        first = begin + slot * HOUR // 2
        look_from, look_to = max(begin, first + (step - window) * 60_000), first + HOUR // 2
        if all(b <= look_from or a >= look_to - 1 for a, b in holes):
            yield slot


def windows_of(contracts, session, slot, window, step):
    counts = collections.Counter()
    first = session[1] + slot * HOUR // 2
    for prints in contracts:
        for end in range(first + step * 60_000, first + HOUR // 2 + 1, step * 60_000):
            begin = max(session[1], end - window * 60_000)
            counts[bucket_of(sum(p for t, p in prints if begin <= t < end) // 10_000)] += 1
    return sorted(counts.items())


def main(window=30, step=5):
    contracts = collections.defaultdict(list)
    sessions, ranges, at_its_word = {}, collections.defaultdict(list), True  # live, until a range comes
    for text in sys.stdin:
        record = json.loads(text, parse_float=str, parse_int=str)
        if record.get("ev") == "W" and record["tickers"]:
            history = record["src"] != "live"
            at_its_word = at_its_word and history
            for ticker in record["tickers"]:
                ranges[history, ticker].append((int(record["from"]), int(record["to"])))
        if record.get("ev") != "T":
            continue
        record.update(t=int(record["t"]), c=[int(c) for c in record.get("c", [])], p=fractions.Fraction(record["p"]))
        session = session_of(record["t"])
        if session:
            sessions[session[0]] = session
            history = record.get("src") in ("rest", "flat")
            contracts[session[0], history, record["sym"]].append(record)
    cells = collections.defaultdict(list)
    for (day, history, symbol), lines in contracts.items():
        root, year, month, date, side = SYMBOL.fullmatch(symbol).groups()
        dte = (datetime.date(2000 + int(year), int(month), int(date)) - day).days
        prints = counted_prints(lines)
        for i, (_, least, most) in enumerate(BUCKETS):
            if prints and least <= dte <= most:
                cells[history, day, root, side, i].append(prints)
    for (history, day, root, side, i), members in sorted(cells.items()):
        known = ranges[history, root] + ranges[history, "*"]
        for slot in slots_known(known, at_its_word and not history, sessions[day], window, step):
            minutes = 9 * 60 + 30 + 30 * slot
            print(json.dumps({
                "ev": "B", "session": str(day), "ticker": root, "side": {"C": "CALL", "P": "PUT"}[side],
                "dte_bucket": BUCKETS[i][0], "slot": f"{minutes // 60:02}:{minutes % 60:02}", "window_min": window,
                "contracts": len(members), "hist": windows_of(members, sessions[day], slot, window, step),
            }, separators=(",", ":")))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
