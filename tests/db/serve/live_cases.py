#!/usr/bin/env python3
"""live_cases.py CASE: what the live stream must do, against a real database. Run by serve.sh."""
import os
import re
import signal
import subprocess
import sys
import time

from harness import API, NOON, OPEN, TWENTY, Events, Serve, equal, sql, store, trade, wait_for, watermark

# Trades and their batches as pg-sink writes them, but nobody is notified.
ROWS = """INSERT INTO smart_money_trades (trade_time, option_symbol, ticker, expiry, side, strike, price, size, premium, dte, exchange,
                                         conditions, occurrence, source, stored_at)
          SELECT timestamptz '{day} 15:00Z' + i * interval '10 ms', 'O:MSFT271217C00100000', 'MSFT', '2027-12-17', 'CALL', 100, 1, 500,
                 50000, 740, 300, '{{}}', 1, 'live', timestamptz '{day} 16:00Z' + i / {each} * interval '1 s'
          FROM generate_series(0, {count} - 1) i;
          INSERT INTO stored_batches (stored_at, trades_from, trades_to, history)
          SELECT stored_at, min(trade_time), max(trade_time), false FROM smart_money_trades
          WHERE ticker = 'MSFT' AND trade_time >= '{day}' AND trade_time < timestamptz '{day}' + interval '1 day' GROUP BY 1 ORDER BY 1"""


def newest():
    return int(sql("SELECT max(id) FROM stored_batches"))


def case_stream():
    store(TWENTY + [watermark(OPEN, NOON, ["AAPL"])])
    with Serve().ready() as serve:
        events = Events(serve)
        equal("type", "content-type: text/event-stream" in events.head, True)
        equal("first", events.next()[0], "status")
        only = Events(serve, "?ticker=TSLA&min_premium=1000000")
        store([trade(NOON + 30000, q=200)])
        name, first, data = events.next("trade")
        equal("the trade", (data["ticker"], data["premium"], data["timestamp"]), ("AAPL", 85000, "2025-12-05T17:00:30.000Z"))
        equal("as the page has it", data, serve.api("smart-money?limit=1").json["trades"][0])
        store([trade(NOON + 31000, root="TSLA", price=150, q=201), trade(NOON + 32000, root="TSLA", q=202)])
        equal("what matches", only.next("trade")[2]["premium"], 1500000)
        second = events.next("trade")[1]
        events.next("trade")
        store([trade(NOON + 33000, root="TSLA", price=150, q=203, c=[201], x=302)])  # takes nothing back: another time's print
        store([dict(trade(NOON + 34000, root="TSLA", price=150, q=204), c=[201])])
        cancel = events.next("cancel")[2]
        equal("a cancel", (cancel["timestamp"], "cancelled_at" in cancel), ("2025-12-05T17:00:31.000Z", True))
        store([trade(NOON + 40000 + i, root="NVDA", q=1000 + i) for i in range(800)])
        equal("too many to list", events.next("bulk")[2]["from"], "2025-12-05T17:00:40.000Z")
        # Back after the first of two trades: the second one and all after it, once, also from a server started anew.
        for again in (serve, None):
            if again is None:
                serve.stop(signal.SIGKILL)
                again = serve = Serve().ready()
            resumed = Events(again, last=second)
            equal("resumed", [resumed.next(n)[0] for n in ("trade", "cancel", "bulk")], ["trade", "cancel", "bulk"])
        equal("a foreign id", Events(serve, last="999999-1").next("reload")[0], "reload")
        head = serve.get(API + "stream", method="HEAD")
        equal("HEAD", (head.status, head.headers["content-type"], head.body), (200, "text/event-stream", b""))
        goodbye = Events(serve)
        goodbye.next("status")
        serve.process.send_signal(signal.SIGTERM)
        assert "stopping" in goodbye.next("end")[2]["reason"]
        equal("end", serve.process.wait(10), 0)
        counts = dict(pair.split("=") for pair in re.search(r"answered=.*", serve.text()).group().split())
        equal("counts at the end", [counts[name] for name in ("status_4xx", "events", "streams_dropped")], ["0", "0", "0"])
        assert int(counts["answered"]) == int(counts["status_2xx"]) + int(counts["status_5xx"]) > 4, counts


def case_slow_client():
    """A client that doesn't read loses its stream; the others hear everything at once."""
    store(TWENTY)
    with Serve().ready() as serve:
        asleep, awake = Events(serve), Events(serve)
        dropped = False
        for i in range(40):
            store([trade(NOON + 100000 + i * 1000 + k, root="META", q=5000 + i * 400 + k) for k in range(400)])
            for _ in range(400):
                awake.next("trade", timeout=5)
            dropped = "pulse_serve_slow_streams_total 1" in serve.get("/metrics").body.decode()
            if dropped:
                break  # the farewell waits for some seconds only
        assert dropped
        text = ""
        while not asleep.ended:
            asleep.fill()
            asleep.decode()
            text, asleep.text = (text + asleep.text)[-5000:], ""
        assert "too slow" in text, text[-300:]


def case_resume():
    """Back after more than a stream bears: the answer is a whole one, says `reload`, and the place behind it holds."""
    store([trade(NOON, q=1)])
    with Serve().ready() as serve:
        events = Events(serve)
        start = events.place()
        for i in range(10):
            store([trade(NOON + 1000 + i * 490 + k, q=1000 + i * 490 + k) for k in range(490)])
        ids = [events.next("trade")[1] for _ in range(4900)]
        resumed = Events(serve, last=start)
        place = resumed.next("reload")[1]
        equal("the place after it", place, f"{newest()}-999999999")
        equal("nothing else", resumed.heard(0.5), [])
        equal("from that place on", Events(serve, last=place).heard(0.5), [])
        near = Events(serve, last=ids[-301])
        equal("what few missed", [near.next("trade")[1] for _ in range(300)], ids[-300:])
        store([trade(NOON + 100000, q=9000)])
        for one in (resumed, near, Events(serve, last=place)):
            equal("and on", one.next("trade")[2]["timestamp"], "2025-12-05T17:01:40.000Z")
        equal("dropped", "pulse_serve_slow_streams_total 0" in serve.get("/metrics").body.decode(), True)


def case_restart():
    """What was stored before the server began is no news, also to those who come while it reads that."""
    store(TWENTY)
    sql(ROWS.format(day="2025-12-04", each=100, count=40000))
    last = newest()
    with Serve() as serve:
        current, fresh, earlier = (Events(serve, last=at) for at in (f"{last}-999999999", None, f"{last - 2}-100"))
        equal("a new client's place", fresh.place(), f"{last}-999999999")
        equal("what one missed", [earlier.next("trade")[1] for _ in range(200)],
              [f"{batch}-{i + 1}" for batch in (last - 1, last) for i in range(100)])
        equal("what isn't remembered", Events(serve, last="3-1").next("reload")[1], f"{last}-999999999")
        equal("nothing told", "pulse_serve_events_total 0" in serve.get("/metrics").body.decode(), True)
        store([trade(NOON + 50000, q=300)])
        for events in (current, fresh, earlier):
            equal("only the new one", events.heard(1), ["trade"])
    with Serve() as serve:
        time.sleep(0.1)
        serve.process.send_signal(signal.SIGTERM)
        equal("an end while it reads", serve.process.wait(3), 0)


def case_frozen():
    """A database that says nothing any more, without going away."""
    store(TWENTY)
    with open(os.environ["PULSE_WORK"] + "/data/postmaster.pid", encoding="utf-8") as file:
        postmaster = int(file.readline())
    with Serve("--connect-timeout", "1").ready() as serve, Serve().ready() as other:
        events = Events(serve)
        events.place()
        with open(f"/proc/{postmaster}/task/{postmaster}/children", encoding="utf-8") as file:
            frozen = [postmaster, *map(int, file.read().split())]
        try:
            for pid in frozen:
                os.kill(pid, signal.SIGSTOP)
            time.sleep(1.5)  # the reader waits for an answer by now
            other.process.send_signal(signal.SIGTERM)
            equal("an end at once", other.process.wait(2), 0)
            wait_for("the silence to be noticed", lambda: b'"database"' in serve.get("/readyz").body, timeout=10)
            wait_for("clients to be told", lambda: events.next("status")[2]["state"] == "no_database")
            equal("alive", serve.get("/healthz").status, 200)
        finally:
            for pid in frozen:
                os.kill(pid, signal.SIGCONT)
        serve.ready()
        store([trade(NOON + 50000, q=300)])
        equal("it goes on", events.heard(3), ["trade"])
        equal("an end", serve.stop(), 0)


def case_unheard():
    """Batches that no word told of, are too many, are gone, or can't be read in time."""
    store(TWENTY)
    with Serve().ready() as serve:
        events = Events(serve)
        first = events.place()
        sql(ROWS.format(day="2025-12-04", each=1, count=1))
        equal("without a word", events.heard(3), ["trade"])
        sql(f"ALTER TABLE stored_batches ALTER id RESTART WITH {newest() + 700}")
        store([trade(NOON + 30000, q=300)])
        equal("a hole", events.heard(2), ["reload", "trade"])
        sql(f"ALTER TABLE stored_batches ALTER id RESTART WITH {newest() + 50}")
        store([trade(NOON + 31000, q=301)])
        equal("failed transactions", events.heard(2), ["trade"])
        before = events.last
        sql(f"ALTER TABLE stored_batches ALTER id RESTART WITH {newest() + 25000}")
        store([trade(NOON + 32000, q=302)])
        equal("too much at once", events.heard(2), ["reload"])
        equal("its place", events.last, f"{newest()}-999999999")
        for last in (first, before):
            equal("back from before it", Events(serve, last=last).heard(0.5), ["reload"])
        lock = subprocess.Popen(["psql", "-qX", "-c", "BEGIN; LOCK TABLE smart_money_trades IN ACCESS EXCLUSIVE MODE; SELECT pg_sleep(5); COMMIT"],
                                stdout=subprocess.DEVNULL)
        wait_for("the lock", lambda: sql("SELECT count(*) FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND relation = 'smart_money_trades'::regclass") == "1")
        sql("INSERT INTO stored_batches (stored_at, trades_from, trades_to, history) SELECT now(), '2025-12-05 17:00Z', '2025-12-05 17:01Z', false")
        told = events.next("bulk")[2]
        equal("not in time", (told["from"], told["to"]), ("2025-12-05T17:00:00.000Z", "2025-12-05T17:01:00.000Z"))
        lock.wait()
        store([trade(NOON + 33000, q=303)])
        equal("it goes on", events.heard(2), ["trade"])


def case_cancel_moves():
    """A late print takes over the cancel of an earlier one: who shows that one struck out must look again."""
    store([trade(NOON + 1000, q=1)])
    with Serve().ready() as serve:
        events = Events(serve)
        events.place()
        store([trade(NOON + 5000, q=2, c=[201])])
        equal("the cancel", events.next("cancel")[2]["timestamp"], "2025-12-05T17:00:01.000Z")
        store([trade(NOON + 3000, q=3)])
        late = events.next("trade")[2]
        equal("the late print", (late["timestamp"], "cancelled_at" in late), ("2025-12-05T17:00:03.000Z", True))
        told = events.next("bulk")[2]
        equal("look again", (told["from"], told["to"]), ("2025-12-04T17:00:03.000Z", "2025-12-05T17:00:03.000Z"))
        equal("it counts again", [t["timestamp"] for t in serve.api("smart-money").json["trades"] if "cancelled_at" not in t],
              ["2025-12-05T17:00:01.000Z"])


if __name__ == "__main__":
    globals()["case_" + sys.argv[1]]()
    print("ok")
