#!/usr/bin/env python3
"""Orders, concentration and unusualness, worked out from the tape alone in plain python, and compared with the answers that the
database gives after the whole chain of tools. Figures must agree to the last digit.

    evidence.py empty    asks an empty database
    evidence.py tape     prints the tape
    evidence.py check    asks the filled database
    evidence.py unjoined asks it without AAA's orders of the last session
"""
import datetime
import functools
import json
import os
import random
import subprocess
import sys
from decimal import Decimal

MINUTE = 60_000
LEFT_OUT = {202, 204, 206, 208} | set(range(232, 247))
AUCTION = {227, 228}
DTES = (0, 2, 5, 10, 20)
TICKERS = ("AAA", "BBB")
GAP_SESSION = 5  # of AAA a quarter of an hour is missing there: flow-baseline has nothing to say of the half hours that look at it
# The same of another session, but only the database knows: its baselines are stored, and must be left out all the same.
HOLE_SESSION = int(os.environ.get("HOLE_SESSION", "-1"))


def weekdays(first, count):
    day = first
    while count:
        if day.weekday() < 5:
            yield day
            count -= 1
        day += datetime.timedelta(days=1)


SESSIONS = list(weekdays(datetime.date(2025, 9, 2), 24))  # no holidays, no half days, summer time throughout


def open_of(day):
    return int(datetime.datetime(day.year, day.month, day.day, 13, 30, tzinfo=datetime.timezone.utc).timestamp() * 1000)


def close_of(day):
    return open_of(day) + 390 * MINUTE


NOW = close_of(SESSIONS[-1]) + 40 * MINUTE


class Print:
    def __init__(self, ticker, side, dte, strike, day, t, price, size, exchange, conditions):
        self.ticker, self.side, self.dte, self.strike, self.day = ticker, side, dte, strike, day
        self.t, self.price, self.size, self.exchange, self.conditions = t, price, size, exchange, conditions
        self.taken_back = False

    @property
    def symbol(self):
        expiry = self.day + datetime.timedelta(days=self.dte)
        return f"O:{self.ticker}{expiry:%y%m%d}{self.side[0]}{self.strike * 1000:08d}"

    @property
    def premium(self):
        return self.price * self.size * 100

    @property
    def left_out(self):
        return any(c in LEFT_OUT for c in self.conditions)


@functools.cache
def prints_of(number):
    """All prints of a session in order, the same whenever it is asked."""
    draw = random.Random(number)
    day = SESSIONS[number]
    begin = open_of(day)
    found = []
    for ticker in TICKERS:
        for side in ("CALL", "PUT"):
            for dte in DTES:
                for strike in (90, 100, 110):
                    for i in range(7):
                        # A second of its own for each order of a contract, so that none runs into another.
                        second = draw.randrange(390 * 60 // 7) + i * (390 * 60 // 7)
                        price = Decimal(draw.randrange(5, 2000)) / 100
                        size = draw.choice((1, 3, 20, 150, 900))
                        conditions = draw.choice(([209], [209], [227], [], [232], [202], [219])) if i else [209]
                        parts = draw.choice((1, 1, 1, 4))
                        for part in range(parts):
                            found.append(Print(ticker, side, dte, strike, day, begin + second * 1000 + part * 30 + 7,
                                               price, size, draw.choice((300, 302, 309)), conditions))
    for p in draw.sample([p for p in found if p.size == 900 and not p.left_out], 3):
        p.taken_back = True
        p.size = 901 + found.index(p)  # nobody else's: the cancel means this one
    found.sort(key=lambda p: (p.t, p.symbol))
    return found


def print_tape():
    sequence = 0
    for number, day in enumerate(SESSIONS):
        for p in prints_of(number):
            for t, conditions in [(p.t, p.conditions)] + ([(p.t + 3, [201])] if p.taken_back else []):
                sequence += 1
                line = {"ev": "T", "sym": p.symbol, "x": p.exchange, "p": float(p.price), "s": p.size, "c": conditions,
                        "t": t, "q": sequence}
                print(json.dumps(line, separators=(",", ":")))
        spans = {"BBB": [(open_of(day), close_of(day))], "AAA": [(open_of(day), close_of(day))]}
        if number == GAP_SESSION:
            spans["AAA"] = [(open_of(day), open_of(day) + 100 * MINUTE), (open_of(day) + 115 * MINUTE, close_of(day))]
        for ticker, ranges in spans.items():
            for i, (begin, end) in enumerate(ranges):
                print(json.dumps({"ev": "W", "src": "live", "session": f"s{number}-{i}", "tickers": [ticker], "from": begin,
                                  "to": end}, separators=(",", ":")))


@functools.cache
def orders_of(number):
    """(first instant, prints that count) of each order of $50,000 and more."""
    by_symbol = {}
    for p in prints_of(number):
        by_symbol.setdefault(p.symbol, []).append(p)
    found = []
    for members in by_symbol.values():
        group = []
        for p in members + [None]:
            if group and (p is None or p.t - group[-1].t > 100):
                kept = [g for g in group if not g.taken_back]
                if sum(g.premium for g in kept) >= 50_000:
                    found.append((group[0].t, kept))  # it began with its first print, even when that was taken back
                group = []
            group.append(p)
    return found


def bucket(dollars):
    dollars = int(dollars)
    if dollars < 1:
        return 0
    e = dollars.bit_length() - 1
    return 1 + 8 * e + ((dollars * 8 >> e) & 7)


def slot_of(day, to):
    return (to - 1 - open_of(day)) // (30 * MINUTE)


@functools.cache
def windows_of(number):
    """Buckets of all windows of a session by (ticker, side, dte, slot)."""
    day = SESSIONS[number]
    by_contract = {}
    for p in prints_of(number):
        if not p.taken_back and not p.left_out:
            by_contract.setdefault((p.ticker, p.side, p.dte, p.strike), []).append(p)
    cells = {}
    for (ticker, side, dte, _), members in by_contract.items():
        for end in range(open_of(day) + 5 * MINUTE, close_of(day) + 1, 5 * MINUTE):
            total = sum((p.premium for p in members if end - 30 * MINUTE <= p.t < end), Decimal(0))
            cells.setdefault((ticker, side, dte, slot_of(day, end)), []).append(bucket(total))
    for ticker, side, dte, slot in list(cells):
        if number == GAP_SESSION and looks_at_gap(ticker, slot):
            del cells[ticker, side, dte, slot]  # not known whole
    return cells


def looks_at_gap(ticker, slot):
    """Does a half hour look at the minutes 100 to 115 of the session, that AAA misses?"""
    return ticker == "AAA" and slot * 30 - 25 < 115 and slot * 30 + 30 > 100


@functools.cache
def score(number, ticker, side, dte, to, premium):
    cell = (ticker, side, dte, slot_of(SESSIONS[number], to))
    used = [n for n in range(number) if cell in windows_of(n) and not (n == HOLE_SESSION and looks_at_gap(ticker, cell[3]))]
    windows = [b for n in used for b in windows_of(n)[cell]]
    larger = sum(b >= bucket(premium) for b in windows)
    looks = sum(len(all_of) for n in used for all_of in windows_of(n).values())
    looks_per_day = looks / len(used) if used else 0
    p = (1 + larger) / (1 + len(windows)) if len(used) >= 20 else None
    return {"status": "scored" if p is not None else "insufficient_history", "p": p, "larger": larger, "windows": len(windows),
            "sessions": len(used), "sessions_needed": 20, "looks_per_day": looks_per_day,
            "expected_per_day": p * looks_per_day if p is not None else None}


def clusters_in(number, begin, end):
    """Clusters by symbol, sides by (ticker, side), of orders that began in [begin, end)."""
    clusters, sides = {}, {}
    for first, members in orders_of(number):
        if not begin <= first < end:
            continue
        p = members[0]
        net = sum((m.premium for m in members if not m.left_out), Decimal(0))
        left = sum((m.premium for m in members if m.left_out), Decimal(0))
        c = clusters.setdefault(p.symbol, {"p": p, "premium": Decimal(0), "left": Decimal(0), "auction": Decimal(0), "orders": 0,
                                           "prints": 0, "size": 0, "x": set(), "firsts": []})
        c["left"] += left
        sides.setdefault((p.ticker, p.side), []).append((p.symbol, net))
        if net > 0:
            c["premium"] += net
            c["auction"] += sum((m.premium for m in members if AUCTION & set(m.conditions)), Decimal(0))
            c["orders"] += 1
            c["prints"] += len(members)
            c["size"] += sum(m.size for m in members)
            c["x"] |= {m.exchange for m in members}
            c["firsts"].append((net, first))
    return {s: c for s, c in clusters.items() if c["orders"]}, sides


def ask(*arguments, watched="AAA,BBB"):
    probe = os.path.join(os.environ["PULSE_TESTS"], "evidence_probe")
    text = subprocess.run([probe, *map(str, arguments)], check=True, capture_output=True, text=True,
                          env={**os.environ, "WATCHED": watched}).stdout
    # Numbers as they are spelled: the comparison is one of texts where it is said to be to the last digit.
    return json.loads(text, parse_float=Spelled)


class Spelled(float):
    def __new__(cls, text):
        number = super().__new__(cls, text)
        number.text = text
        return number


compared = {}


def same(what, ours, theirs):
    compared[what.split(":")[0]] = compared.get(what.split(":")[0], 0) + 1
    if isinstance(ours, Spelled) and isinstance(theirs, float):
        good = ours == theirs and (ours.text == repr(theirs) or theirs == int(theirs))
    else:
        good = ours == theirs
    if not good and isinstance(ours, list):
        first = next((i for i, pair in enumerate(zip(ours, theirs)) if pair[0] != pair[1]), min(len(ours), len(theirs)))
        sys.exit(f"FAILED: {what}: at {first} of {len(ours)} the answer is {ours[first:first + 2]!r}, "
                 f"the tape says {theirs[first:first + 2]!r} of {len(theirs)}")
    if not good:
        sys.exit(f"FAILED: {what}: the answer is {ours!r}, the tape says {theirs!r}")


def check_unusual(what, ours, theirs):
    for name, value in theirs.items():
        same(f"{name}: {what}", ours[name], value)


def check_cluster(number, ours, begin, end, status=None):
    clusters, sides = clusters_in(number, begin, end)
    symbol = ours["option_symbol"]
    c = clusters[symbol]
    p = c["p"]
    side = {}
    for s, net in sides[p.ticker, p.side]:
        side[s] = side.get(s, 0) + net
    total = sum(side.values())
    firsts = sorted(f for _, f in sorted(c["firsts"], key=lambda x: (-x[0], x[1]))[:10])
    for name, value in {"premium": c["premium"], "left_out_premium": c["left"], "auction_premium": c["auction"],
                        "orders": c["orders"], "prints": c["prints"], "size": c["size"], "exchanges": len(c["x"]),
                        "dte": p.dte, "strike": p.strike}.items():
        same(f"{name}: {symbol} {end}", Decimal(str(ours[name])), Decimal(value))
    same(f"share: {symbol}", ours["share_of_side"].text, f"{c['premium'] / total:.4f}")
    same(f"hhi: {symbol}", ours["hhi"].text, f"{sum(v * v for v in side.values()) / (total * total):.4f}")
    same(f"hits: {symbol}", [h["at"] for h in ours["hits"]], [stamp(f) for f in firsts])
    expected = score(number, p.ticker, p.side, p.dte, end, c["premium"])
    if status:
        expected = {"status": status, "p": None, "expected_per_day": None}
    check_unusual(f"{symbol} until {end}", ours["unusual"], expected)


def stamp(ms):
    at = datetime.datetime.fromtimestamp(ms // 1000, datetime.timezone.utc)
    return f"{at:%Y-%m-%dT%H:%M:%S}.{ms % 1000:03d}Z"


def check_concentration():
    statuses = set()
    for number in (19, 20, 21, 23):
        day = SESSIONS[number]
        for minute in (3, 35, 110, 125, 262, 390):
            end = open_of(day) + minute * MINUTE
            begin = max(end - 30 * MINUTE, open_of(day))
            answer = ask("concentration", NOW, end, 30, 200)
            clusters, sides = clusters_in(number, begin, end)
            same("symbols:", [c["option_symbol"] for c in answer["clusters"]],
                 sorted(clusters, key=lambda s: (-clusters[s]["premium"], s)))
            same("count:", answer["count"], len(clusters))
            same("sides:", {(t, s) for t, s, *_ in answer["sides"]}, set(sides))
            same("coverage:", answer["coverage"]["state"], "complete")
            for c in answer["clusters"]:
                check_cluster(number, c, begin, end)
                statuses.add((number, c["ticker"], minute, c["unusual"]["status"]))
    # 19 sessions are too few, 20 are enough; with a gap in one of them 20 are too few, but only for the ticker and half hours it hit.
    assert {s for n, *_, s in statuses if n == 19} == {"insufficient_history"}
    assert {s for n, t, m, s in statuses if n == 20 and t == "BBB"} == {"scored"}
    assert {s for n, t, m, s in statuses if n == 20 and t == "AAA" and m == 110} == {"insufficient_history"}
    assert {s for n, t, m, s in statuses if n == 20 and t == "AAA" and m == 390} == {"scored"}
    twice = {s for n, t, m, s in statuses if n == 21 and t == "AAA" and m == 110}
    assert twice == ({"scored"} if HOLE_SESSION < 0 else {"insufficient_history"}), twice
    assert {s for n, t, m, s in statuses if n == 21 and t == "BBB"} == {"scored"}


def check_filters():
    end = open_of(SESSIONS[23]) + 125 * MINUTE
    whole = ask("concentration", NOW, end, 30, 200)["clusters"]
    for question, keep in (("ticker=AAA", lambda c: c["ticker"] == "AAA"), ("side=PUT", lambda c: c["side"] == "PUT"),
                           ("strike=100", lambda c: c["strike"] == 100), ("max_dte=2", lambda c: c["dte"] <= 2),
                           ("min_premium=400000", lambda c: c["premium"] >= 400_000),
                           (f"expiry={SESSIONS[23]}", lambda c: c["dte"] == 0)):
        answer = ask("concentration", NOW, end, 30, 3, question)
        wanted = [c for c in whole if keep(c)]
        assert 0 < len(wanted) < len(whole), question
        same(f"filter: {question}", answer["clusters"], wanted[:3])  # shares are of the whole side, as without the filter
        about = [m for first, m in orders_of(23) if end - 30 * MINUTE <= first < end and asks_for(question, m[0])]
        same(f"left out: {question}", Decimal(str(answer["left_out"])),
             sum((p.premium for m in about for p in m if p.left_out), Decimal(0)))
        same(f"filter: {question}", answer["count"], len(wanted))


def asks_for(question, p):
    """A print's contract meets the condition; min_premium is about clusters."""
    name, value = question.split("=")
    return {"ticker": p.ticker == value, "side": p.side == value, "strike": str(p.strike) == value, "min_premium": True,
            "max_dte": name != "max_dte" or p.dte <= int(value),
            "expiry": str(p.day + datetime.timedelta(days=p.dte)) == value}[name]


def check_looks():
    """Looks are those of the tickers watched and those asked about; where there are none, nothing is said of alarms."""
    end = open_of(SESSIONS[23]) + 200 * MINUTE
    both = ask("concentration", NOW, end, 30, 20)["clusters"]
    asked = ask("concentration", NOW, end, 30, 20, "ticker=BBB", watched="AAA")["clusters"]
    same("looks:", asked, [c for c in both if c["ticker"] == "BBB"][:len(asked)])
    assert asked and asked[0]["unusual"]["expected_per_day"] > 0
    one = ask("concentration", NOW, end, 30, 20, "ticker=BBB", watched="BBB")["clusters"][0]["unusual"]
    assert one["looks_per_day"] < asked[0]["unusual"]["looks_per_day"]
    none = ask("concentration", NOW, end, 30, 20, watched="ZZZ")["clusters"][0]["unusual"]
    same("no looks:", (none["status"], none["looks_per_day"], none["expected_per_day"]), ("scored", 0, None))


def check_unjoined():
    """Of AAA's last session the trades are there, its orders aren't: run after they are deleted."""
    end = open_of(SESSIONS[23]) + 200 * MINUTE
    same("unjoined:", ask("concentration", NOW, end, 30, 20)["unjoined"], ["AAA"])
    same("unjoined:", ask("concentration", NOW, end, 30, 20, "ticker=BBB")["unjoined"], [])
    same("unjoined:", ask("signals", NOW, SESSIONS[23], end, 1, 20)["unjoined"], 1)
    same("unjoined:", ask("signals", NOW, SESSIONS[22], end, 1, 20)["unjoined"], 0)


def check_gaps():
    """In the session with the gap, and after everything that is known."""
    day = SESSIONS[GAP_SESSION]
    begin, end = open_of(day) + 82 * MINUTE, open_of(day) + 112 * MINUTE
    answer = ask("concentration", NOW, end, 30, 200, "ticker=AAA")
    assert answer["clusters"] and answer["coverage"]["state"] == "partial" and answer["coverage"]["gap_count"] == 1
    for c in answer["clusters"]:
        check_cluster(GAP_SESSION, c, begin, end, "gap")
    for window in (5, 10):
        answer = ask("concentration", NOW, open_of(SESSIONS[23]) + 200 * MINUTE, window, 200)
        assert answer["clusters"]
        for c in answer["clusters"]:
            same("no_baseline:", c["unusual"]["status"], "no_baseline")
    # A day later nothing has come: no clusters, and not "none" but "unknown".
    later = NOW + 86_400_000 * (3 if SESSIONS[-1].weekday() == 4 else 1)
    answer = ask("concentration", later, later - 60 * MINUTE, 30, 20)
    same("behind:", (answer["clusters"], answer["coverage"]["state"], answer["coverage"]["known_share"]), ([], "unknown", 0))
    assert answer["coverage"]["live_until"] == stamp(close_of(SESSIONS[-1]))


def best_windows(number, until):
    day = SESSIONS[number]
    best = {}
    for end in range(open_of(day) + 5 * MINUTE, close_of(day) + 1, 5 * MINUTE):
        begin = max(open_of(day), end - 30 * MINUTE)
        for symbol, c in clusters_in(number, begin, min(end, until))[0].items():
            if symbol not in best or c["premium"] > best[symbol][0]:
                best[symbol] = (c["premium"], begin, end, c["p"])
    return best


def check_signals():
    number = 23
    day = SESSIONS[number]
    for until in (close_of(day), open_of(day) + 203 * MINUTE):
        best = best_windows(number, until)
        rated = []
        for symbol, (premium, begin, end, p) in best.items():
            rated.append((score(number, p.ticker, p.side, p.dte, end, premium)["p"], -premium, symbol))
        for max_p in (1, sorted(rated)[len(rated) // 3][0]):
            answer = ask("signals", NOW, day, until, repr(max_p), 200)
            wanted = sorted(r for r in rated if r[0] <= max_p)
            assert wanted and (max_p == 1 or len(wanted) < len(rated))
            same("signals:", [s["option_symbol"] for s in answer["signals"]], [r[2] for r in wanted])
            same("signals:", (answer["contracts"], answer["unscored"], answer["sessions"]), (len(best), 0, number))
            for s in answer["signals"]:
                premium, begin, end, _ = best[s["option_symbol"]]
                same("window:", (s["window"]["from"], s["window"]["to"]), (stamp(begin), stamp(end)))
                same("best:", Decimal(str(s["premium"])), premium)
                check_unusual("signal", s["unusual"], score(number, s["ticker"], s["side"], s["dte"], end, premium))
    same("limit:", [s["option_symbol"] for s in ask("signals", NOW, day, until, 1, 4)["signals"]], [r[2] for r in sorted(rated)[:4]])
    unscored = ask("signals", NOW, SESSIONS[19], NOW, 1, 200)
    assert unscored["signals"] == [] and unscored["unscored"] == unscored["contracts"] > 0 and unscored["sessions"] == 19
    same("signals:", ask("signals", NOW, "2025-09-06", NOW, 1, 200)["contracts"], 0)


def check_orders():
    everything = []
    for number in range(len(SESSIONS)):
        for first, members in orders_of(number):
            everything.append((first, members[0], sum(m.premium for m in members), len(members)))
    everything.sort(key=lambda o: (o[0], o[1].symbol), reverse=True)
    expiry = SESSIONS[20]
    days = {d: open_of(d) for d in SESSIONS}
    choices = [("ticker=AAA", lambda p, s: p.ticker == "AAA"), ("ticker=AAA,BBB", lambda p, s: True),
               ("ticker=ZZZ", lambda p, s: False), ("side=PUT", lambda p, s: p.side == "PUT"),
               ("min_premium=400000", lambda p, s: s >= 400_000), ("min_premium=1000000", lambda p, s: s >= 1_000_000),
               ("min_premium=1500000.5", lambda p, s: s >= Decimal("1500000.5")), ("max_dte=0", lambda p, s: p.dte <= 0),
               ("max_dte=3", lambda p, s: p.dte <= 3), ("max_dte=10", lambda p, s: p.dte <= 10),
               ("strike=100", lambda p, s: p.strike == 100), ("strike=1", lambda p, s: False),
               (f"expiry={expiry}", lambda p, s: p.day + datetime.timedelta(days=p.dte) == expiry),
               ("since=2025-09-20", lambda p, s: p.t >= days[datetime.date(2025, 9, 22)]),
               (f"until={SESSIONS[17]}", lambda p, s: p.day <= SESSIONS[17])]
    draw = random.Random(5)
    for round_number in range(120):
        chosen = draw.sample(choices, draw.randrange(0, 4)) if round_number >= len(choices) else [choices[round_number]]
        if len({c[0].split("=")[0] for c in chosen}) < len(chosen):
            continue
        wanted = [(stamp(f), p.symbol, s, n) for f, p, s, n in everything if all(keep(p, s) for _, keep in chosen)]
        limit = draw.randrange(1, 40) + len(wanted) // 8
        found = ask("orders", limit, *(c[0] for c in chosen))
        same(f"orders: {[c[0] for c in chosen]} limit {limit}",
             [(o["first"], o["option_symbol"], Decimal(str(o["premium"])), o["prints"]) for o in found], wanted)


def check_empty():
    answer = ask("concentration", NOW, NOW - 60 * MINUTE, 30, 20)
    same("empty:", (answer["clusters"], answer["sides"], answer["coverage"]["state"]), ([], [], "unknown"))
    answer = ask("signals", NOW, SESSIONS[-1], NOW, 1, 20)
    same("empty:", answer, {"contracts": 0, "unscored": 0, "sessions": 0, "unjoined": 0, "signals": []})
    same("empty:", ask("orders", 10), [])


def main():
    what = sys.argv[1]
    if what == "tape":
        print_tape()
    elif what == "empty":
        check_empty()
    elif what == "unjoined":
        check_unjoined()
    else:
        check_concentration()
        check_filters()
        check_looks()
        check_gaps()
        check_signals()
        check_orders()
        print("compared", json.dumps(compared))


main()
