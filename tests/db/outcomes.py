#!/usr/bin/env python3
"""Draws some sixty sessions of orders, bars and coverage, stores them, asks PROGRAM (outcomes_print) many questions, and
compares each answer with a calculation that goes through every window of every contract. Usage: outcomes.py PROGRAM"""
import datetime as dt
import json
import math
import random
import subprocess
import sys
from fractions import Fraction
from zoneinfo import ZoneInfo

NEW_YORK = ZoneInfo("America/New_York")
LAG_MS = 16 * 60_000  # 15 minutes of delay, one of processing: always, whatever the feed's delay is today
STEP, WINDOW = 5 * 60_000, 30 * 60_000
HORIZONS = (1, 3, 5)
NEEDED = 20
FIRST, LAST = dt.date(2025, 9, 2), dt.date(2025, 12, 5)
dice = random.Random(20251122)


def ms(day, hour, minute):
    return int(dt.datetime.combine(day, dt.time(hour, minute), NEW_YORK).timestamp()) * 1000


def days(first, last):
    return [first + dt.timedelta(n) for n in range((last - first).days + 1)]


def is_session(day):
    return day.weekday() < 5 and day not in (dt.date(2025, 9, 1), dt.date(2025, 11, 27), dt.date(2025, 12, 25), dt.date(2026, 1, 1))


def bounds(day):
    half = day in (dt.date(2025, 11, 28), dt.date(2025, 12, 24))
    return ms(day, 9, 30), ms(day, 13 if half else 16, 0)


CALENDAR = [day for day in days(dt.date(2025, 7, 7), dt.date(2026, 1, 31)) if is_session(day)]
DRAWN = [day for day in CALENDAR if FIRST <= day <= LAST]


def rfc3339(t):
    return dt.datetime.fromtimestamp(t // 1000, dt.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S") + ".%03dZ" % (t % 1000)


# ---- what is stored

def draw_time(day):
    opened, closed = bounds(day)
    kind = dice.random()
    if kind < 0.15:  # at the very edge of a step
        return opened + dice.randrange(0, 78) * STEP + dice.choice((-1, 0, 1))
    if kind < 0.2:
        return dice.choice((opened - 1, opened, closed - 1, closed))
    return opened + dice.randrange(-300_000, closed - opened + 600_000)


def draw_orders():
    orders = {}
    for ticker in ("AAPL", "TSLA"):
        for side in ("CALL", "PUT"):
            strikes = (190, 192.5, 195)
            for day in DRAWN:
                for _ in range(dice.choice((0, 1, 3, 8, 20))):
                    first = draw_time(day)
                    strike = dice.choice(strikes)
                    expiry = day + dt.timedelta(dice.choice((3, 3, 17)))
                    symbol = "O:%s%s%s%08d" % (ticker, expiry.strftime("%y%m%d"), side[0], strike * 1000)
                    # Equal premiums are no accident here: ties have rules.
                    premium = Fraction(dice.choice((50_000, 50_000, 100_000, 200_000, dice.randrange(5_000_000, 100_000_000) / 100)))
                    premium = Fraction(round(premium * 100), 100)
                    left_out = dice.choice((0, 0, 0, 0, premium, premium / 2))
                    prints = dice.choice((0, 1, 1, 5, 60))
                    orders[first, symbol] = {
                        "first": first, "symbol": symbol, "last": first + dice.choice((0, 40, 200_000)), "ticker": ticker,
                        "side": side, "strike": strike, "expiry": expiry, "dte": (expiry - day).days, "prints": prints,
                        "premium": premium, "left_out": left_out}
    return list(orders.values())


def is_joined(day, ticker, orders, trades):
    """False: trades that make orders are stored, and no order, not even one that was taken back."""
    opened, closed = bounds(day)
    if any(o["ticker"] == ticker and opened <= o["first"] < closed for o in orders):
        return True
    return not any(t["ticker"] == ticker and opened <= t["t"] < closed and t["premium"] >= 50_000 and not t["cancelled"]
                   and not any(202 <= c <= 208 and c % 2 == 0 or 232 <= c <= 246 for c in t["conditions"]) for t in trades)


def draw_trades():
    """Of some sessions, so that those without orders are of every kind."""
    trades = []
    for ticker in ("AAPL", "TSLA"):
        for day in DRAWN:
            opened, closed = bounds(day)
            kind = dice.random()
            for _ in range(dice.choice((1, 3, 8)) if kind < 0.8 else 0):
                trades.append({"ticker": ticker, "t": dice.choice((opened, closed, dice.randrange(opened, closed), opened - 60_000)),
                               "day": day, "dte": dice.choice((0, 3, 17)), "conditions": dice.choice(([209], [209, 232], [245], [202], [], [227])),
                               "premium": dice.choice((50_000, 49_999, 3_000_000)), "cancelled": dice.random() < 0.15})
    return trades


def draw_bars():
    bars = {}
    for ticker in ("AAPL", "TSLA"):
        price = 200.0
        for day in CALENDAR:
            opened = price * (1 + dice.gauss(0, 0.01))
            price = opened * (1 + dice.gauss(0, 0.02))
            places = dice.choice((2, 2, 4))
            if dice.random() < 0.97:
                bars[ticker, day] = tuple(Fraction(round(p * 10**places), 10**places) for p in (opened, price))
    return bars


def draw_coverage():
    rows = []
    for day in DRAWN:
        opened, closed = bounds(day)
        kind = dice.random()
        if kind < 0.3:  # the stream, for all; in two pieces that meet
            middle = (opened + closed) // 2
            rows += [("live", "s%s" % day, "*", opened - 900_000, middle), ("live", "t%s" % day, "*", middle + 1, closed)]
            continue
        for ticker in ("AAPL", "TSLA"):
            kind = dice.random()
            if kind < 0.86:
                rows.append(("rest", "r%s" % day, ticker, opened, closed))
            elif kind < 0.93:  # ten seconds are missing
                rows += [("rest", "r%s" % day, ticker, opened, opened + 7_200_000),
                         ("rest", "q%s" % day, ticker, opened + 7_210_000, closed)]
    return rows


def decimal(value):
    """Exact text of a fraction of tens."""
    scaled = value * 10**6
    assert scaled.denominator == 1
    return "%s%d.%06d" % ("-" if scaled < 0 else "", abs(scaled.numerator) // 10**6, abs(scaled.numerator) % 10**6)


def psql(text):
    subprocess.run(["psql", "-qX", "-v", "ON_ERROR_STOP=1"], input=text, text=True, check=True)


def store(orders, bars, coverage, trades):
    lines = ["COPY smart_money_trades (trade_time, option_symbol, ticker, expiry, side, strike, price, size, premium, dte, exchange,"
             " conditions, occurrence, source, cancelled_at) FROM stdin;"]
    for i, t in enumerate(trades):
        expiry = t["day"] + dt.timedelta(t["dte"])
        lines.append("\t".join(map(str, (
            rfc3339(t["t"]), "O:%s%sC00190000" % (t["ticker"], expiry.strftime("%y%m%d")), t["ticker"], expiry, "CALL", 190, 1, i + 1,
            t["premium"], t["dte"], 302, "{%s}" % ",".join(map(str, t["conditions"])), 1, "flat",
            rfc3339(t["t"] + 5000) if t["cancelled"] else "\\N"))))
    lines += ["\\.", "COPY smart_money_orders (first_time, option_symbol, last_time, ticker, expiry, side, strike, dte, prints, size, premium,"
             " vwap, price_min, price_max, trend, exchanges, conditions, iso, multileg, left_out_premium, auction_premium)"
             " FROM stdin;"]
    for o in orders:
        lines.append("\t".join(map(str, (
            rfc3339(o["first"]), o["symbol"], rfc3339(o["last"]), o["ticker"], o["expiry"], o["side"], o["strike"], o["dte"],
            o["prints"], 10, decimal(o["premium"]), 1, 1, 1, "flat", "{302,303}", "{}", "f", "f", decimal(Fraction(o["left_out"])), 0))))
    lines += ["\\.", "COPY daily_bars FROM stdin;"]
    for (ticker, day), (opened, closed) in bars.items():
        lines.append("\t".join(map(str, (ticker, day, decimal(opened), decimal(opened), decimal(opened), decimal(closed), 1))))
    lines += ["\\.", "COPY coverage FROM stdin;"]
    for source, session, ticker, begin, end in coverage:
        lines.append("\t".join((source, session, ticker, rfc3339(begin), rfc3339(end))))
    psql("\n".join(lines + ["\\.", ""]))


# ---- what the definitions say

def is_due(day, as_of):
    return bounds(day)[0] <= as_of


def is_known(day, ticker, coverage, as_of):
    """All of the session's market time until then is covered."""
    at, closed = bounds(day)
    end = min(closed - 1, as_of)
    if not is_due(day, as_of):
        return False
    for begin, until in sorted((b, e) for _, _, t, b, e in coverage if t in (ticker, "*")):
        if begin <= at <= until:
            at = until + 1
    return at > end


def event_of(day, orders):
    """The largest cluster among the session's orders, or None."""
    opened, closed = bounds(day)
    orders = [o for o in orders if opened <= o["first"] < closed]
    best = None
    for end in range(opened + STEP, closed + 1, STEP):
        begin = max(opened, end - WINDOW)
        for symbol in sorted({o["symbol"] for o in orders}):
            members = [o for o in orders if o["symbol"] == symbol and begin <= o["first"] < end]
            premium = sum(o["premium"] - o["left_out"] for o in members)
            if premium > 0 and (best is None or premium > best["premium"]):
                counted = [o for o in members if o["premium"] > o["left_out"]]
                best = {"session": day, "option_symbol": symbol, "strike": counted[0]["strike"], "expiry": str(counted[0]["expiry"]),
                        "dte": counted[0]["dte"], "window": {"from": rfc3339(begin), "to": rfc3339(end)}, "premium": premium,
                        "orders": len(counted), "prints": sum(o["prints"] for o in counted),
                        "known": max(o["last"] for o in counted) + LAG_MS}
    return best


def rounded(value, places=6):
    """Half away from zero, as a double."""
    scaled = abs(value) * 10**places
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return math.copysign(whole, value) / 10**places if whole else 0.0


def returns_of(base, entry, bar_of):
    found = {}
    for h in HORIZONS:
        first, last, entered, left = (bar_of(CALENDAR[i]) for i in (base, base + h, entry, entry + h - 1))
        if first and last and entered and left:
            found[h] = {"descriptive": rounded(last[1] / first[1] - 1), "tradable": rounded(left[1] / entered[0] - 1)}
    return found


def wilson(hits, n):
    if n == 0:
        return 0.0, 1.0
    z2, p = 1.959963984540054**2, hits / n
    middle, spread = p + z2 / (2 * n), math.sqrt(z2 * p * (1 - p) / n + z2 * z2 / (4 * n * n))
    return max(0.0, (middle - spread) / (1 + z2 / n)), min(1.0, (middle + spread) / (1 + z2 / n))


def distribution(values):
    values, n = sorted(values), len(values)
    exact = [Fraction(round(v * 10**6), 10**6) for v in values]
    middle = (exact[(n - 1) // 2] + exact[n // 2]) / 2 if n else None
    up = sum(v > 0 for v in values)
    return {"n": n, "up": up, "mean": rounded(sum(exact) / n) if n else None, "median": rounded(middle) if n else None,
            "wilson": wilson(up, n), "returns": values}


def apart(followed, h):
    """Tradable returns of which no two hold the stock on the same session, oldest first: their number, and the ups."""
    held, values = set(), []
    for entry, returns in sorted(followed, key=lambda pair: pair[0]):
        days_held = set(range(entry, entry + h))
        if h in returns and not held & days_held:
            held |= days_held
            values.append(returns[h]["tradable"])
    return len(values), sum(v > 0 for v in values)


def difference(like, base):
    """Newcombe's interval, method 10."""
    if not like[0] or not base[0]:
        return None
    shares, bounds_of = [up / n for n, up in (like, base)], [wilson(up, n) for n, up in (like, base)]
    distance = shares[0] - shares[1]
    return (distance - math.hypot(shares[0] - bounds_of[0][0], bounds_of[1][1] - shares[1]),
            distance + math.hypot(bounds_of[0][1] - shares[0], shares[1] - bounds_of[1][0]))


def verdict(like, base):
    if like[0] < NEEDED or base[0] < NEEDED:
        return "insufficient"
    low, high = difference(like, base)
    return "no_difference" if low <= 0 <= high else "differs"


def expected(question, orders, bars, coverage, trades):
    ticker, side, premium, as_of, before = question
    joined = {day for day in CALENDAR if is_joined(day, ticker, orders, trades)}
    orders = [o for o in orders if o["ticker"] == ticker and o["side"] == side and o["prints"] > 0 and o["last"] + LAG_MS <= as_of]

    def bar_of(day):
        return bars.get((ticker, day)) if bounds(day)[1] <= as_of else None

    today = max(day for day in CALENDAR if bounds(day)[0] <= as_of)
    known = {day for day in DRAWN if is_known(day, ticker, coverage, as_of) and day in joined}
    events = {day: event for day in known if (event := event_of(day, orders))}
    for event in events.values():
        event["base"] = next(i for i, day in enumerate(CALENDAR) if bounds(day)[1] > event["known"])
        event["entry"] = next(i for i, day in enumerate(CALENDAR) if bounds(day)[0] > event["known"])
        event["returns"] = returns_of(event["base"], event["entry"], bar_of)
    asked, skipped = None, 0
    if premium is None:
        recent = [day for day in events if today - dt.timedelta(90) <= day <= today]
        asked = events[max(recent)] if recent else None
        premium = asked["premium"] if asked else None
        skipped = sum(asked["session"] < day <= today and day not in known and is_due(day, as_of) for day in CALENDAR) if asked else 0
    newest = asked["session"] if asked else today
    before = min(before or newest, newest)
    start = min(begin for _, _, t, begin, _ in coverage if t in (ticker, "*"))
    period = [day for day in CALENDAR if before - dt.timedelta(90) <= day < before and bounds(day)[1] > start]
    alike = [] if premium is None else [events[day] for day in reversed(period)
                                        if day in events and premium / 2 <= events[day]["premium"] <= premium * 2]
    eventful = {event["session"] for event in alike}
    ordinary = []
    for i, day in enumerate(CALENDAR):
        if day in period and day in known and day not in eventful:
            ordinary.append((i + 1, returns_of(i, i + 1, bar_of)))
    followed = [(e["entry"], e["returns"]) for e in alike]
    horizons = []
    for h in HORIZONS:
        kinds = [[distribution([r[h][kind] for _, r in source if h in r]) for kind in ("descriptive", "tradable")]
                 for source in (followed, ordinary)]
        counts = apart(followed, h), apart(ordinary, h)
        horizons.append((h, kinds, len(alike) - kinds[0][1]["n"], counts, verdict(*counts)))
    return {"event": asked, "premium": premium, "analogues": alike, "horizons": horizons,
            "period": {"days": 90, "skipped_sessions": skipped, "from": str(period[0]) if period else None, "to": str(period[-1]) if period else None, "sessions": len(period),
                       "unknown_sessions": sum(day not in known for day in period), "events": len(alike), "ordinary": len(ordinary)}}


# ---- comparison

def same(what, got, want):
    if got != want:
        sys.exit("FAILED: %s: got %r, expected %r" % (what, got, want))


def same_event(got, want):
    for name in ("option_symbol", "strike", "expiry", "dte", "window", "orders", "prints"):
        same(name, got[name], want[name])
    same("session", got["session"], str(want["session"]))
    same("premium", Fraction(str(got["premium"])), want["premium"])
    same("known_at", got["known_at"], rfc3339(want["known"]))
    same("base", got["base"], str(CALENDAR[want["base"]]))
    same("entry", got["entry"], str(CALENDAR[want["entry"]]))
    missing = {"descriptive": None, "tradable": None}
    same("returns", got["returns"], {str(h): want["returns"].get(h, missing) for h in HORIZONS})


def same_distribution(what, got, want):
    low, high = want.pop("wilson")
    interval = got.pop("wilson")
    same(what, got, want)
    if abs(interval["low"] - low) > 5.1e-5 or abs(interval["high"] - high) > 5.1e-5:
        sys.exit("FAILED: %s: %r, expected %r" % (what, interval, (low, high)))


def compare(got, want):
    same("event", got["event"] is None, want["event"] is None)
    if want["event"]:
        same_event(got["event"], want["event"])
    limits = (None, None) if want["premium"] is None else (want["premium"] / 2, want["premium"] * 2)
    same("similar", tuple(None if got["similarity"][n] is None else Fraction(str(got["similarity"][n]))
                          for n in ("premium_from", "premium_to")), limits)
    same("period", got["period"], want["period"])
    same("analogues", len(got["analogues"]), len(want["analogues"]))
    for one, other in zip(got["analogues"], want["analogues"]):
        same_event(one, other)
    for one, (h, kinds, incomplete, counts, judged) in zip(got["horizons"], want["horizons"], strict=True):
        for source, found in ((one, kinds[0]), (one["base"], kinds[1])):
            for kind, values in zip(("descriptive", "tradable"), found):
                same_distribution("%s +%d" % (kind, h), source[kind], values)
        same("horizon", (one["sessions"], one["incomplete"], one["verdict"], one["analogues_needed"]), (h, incomplete, judged, NEEDED))
        independent = one["independent"]
        same("independent +%d" % h, ((independent["n"], independent["up"]), (independent["base"]["n"], independent["base"]["up"])), counts)
        between = difference(*counts)
        same("difference?", one["difference"] is None, between is None)
        if between and (abs(one["difference"]["low"] - between[0]) > 5.1e-5 or abs(one["difference"]["high"] - between[1]) > 5.1e-5):
            sys.exit("FAILED: difference +%d: %r, expected %r" % (h, one["difference"], between))
    n = got["horizons"][0]["tradable"]["n"]
    if n < NEEDED and "Too few to claim an effect" not in got["statement"] or n == 1 and "up in 1 of 1 " in got["statement"]:
        sys.exit("FAILED: claims too much: " + got["statement"])


def draw_question():
    day = dice.choice(DRAWN[3:] + [dt.date(2025, 12, 20), dt.date(2026, 1, 15)])
    as_of = ms(day, 0, 0) + dice.randrange(86_400_000)
    premium = dice.choice((None, None, Fraction(100_000), Fraction(300_000), Fraction(450_000), Fraction(700_000), Fraction(dice.randrange(50_000, 2_000_000))))
    before = dice.choice((None, None, dice.choice(CALENDAR[60:])))
    return dice.choice(("AAPL", "TSLA")), dice.choice(("CALL", "PUT")), premium, as_of, before


def ask(program, questions):
    lines = ["%s %s %s %d %s" % (t, s, "-" if p is None else p, a, b or "-") for t, s, p, a, b in questions]
    run = subprocess.run([program], input="\n".join(lines) + "\n", text=True, capture_output=True, check=True)
    return run.stdout.splitlines()


def main():
    program = sys.argv[1]
    nothing = [json.loads(line)["statement"] for line in ask(program, [("AAPL", "CALL", p, ms(LAST, 12, 0), None) for p in (None, 1)])]
    if "unknown: no completely known session with AAPL call orders in the 90 days before 2025-12-05" not in nothing[0] or "unknown, no earlier session is stored" not in nothing[1]:
        sys.exit("FAILED: of an empty database: %r" % nothing)
    orders, bars, coverage, trades = draw_orders(), draw_bars(), draw_coverage(), draw_trades()
    # On some days nobody joined orders; on some of them all that was joined was taken back.
    for ticker in ("AAPL", "TSLA"):
        for day in dice.sample(DRAWN, 7):
            orders = [o for o in orders if o["ticker"] != ticker or not bounds(day)[0] <= o["first"] < bounds(day)[1]
                      or o["prints"] == 0 and day.day % 3 == 0]
    store(orders, bars, coverage, trades)
    seen_days = [(day, ticker) for day in DRAWN for ticker in ("AAPL", "TSLA") if not is_joined(day, ticker, orders, trades)]
    if len(seen_days) < 4:
        sys.exit("FAILED: too few sessions whose orders weren't joined: %r" % seen_days)
    questions = [draw_question() for _ in range(300)]
    seen = {}
    for question, line in zip(questions, ask(program, questions), strict=True):
        got = json.loads(line)
        compare(got, expected(question, orders, bars, coverage, trades))
        for horizon in got["horizons"]:
            seen[horizon["verdict"]] = seen.get(horizon["verdict"], 0) + 1
        for event in got["analogues"]:
            for pair in event["returns"].values():
                kind = "none" if pair["tradable"] is None else "loser" if pair["tradable"] < 0 else "winner"
                seen[kind] = seen.get(kind, 0) + 1
    for kind in ("insufficient", "no_difference", "none", "loser", "winner"):
        if not seen.get(kind):
            sys.exit("FAILED: the questions never met %s: %r" % (kind, seen))

    # What comes later, orders and bars, moves nothing.
    as_of = ms(dt.date(2025, 11, 18), 12, 0)
    questions = [(t, s, p, as_of, None) for t in ("AAPL", "TSLA") for s in ("CALL", "PUT") for p in (None, 150_000)]
    before = ask(program, questions)
    psql("UPDATE daily_bars SET open = 9000, close = 9000 WHERE date >= '2025-11-18';"
         "UPDATE smart_money_orders SET premium = premium * 100 WHERE last_time > timestamptz '%s';" % rfc3339(as_of - LAG_MS))
    same("an answer that the future moves", ask(program, questions), before)
    psql("UPDATE daily_bars SET close = 9000 WHERE date = '2025-11-17'")
    if ask(program, questions) == before:
        sys.exit("FAILED: the last bar that was over isn't used")
    print("%d answers equal; %r" % (300, seen))


main()
