#!/usr/bin/env python3
"""flow_cases.py CASE: orders, concentration, signals, outcomes and briefing over HTTP, signals as events and by webhook, against
a real database. Run by serve.sh."""
import datetime
import hashlib
import hmac
import http.server
import json
import os
import signal
import ssl
import subprocess
import sys
import threading
import time

from harness import API, BIN, Events, Serve, equal, sql, store, wait_for, watermark

SECRET = "a-secret-that-is-never-shown"
SLOTS = [f"{9 + (i + 1) // 2:02d}:{'30' if i % 2 == 0 else '00'}" for i in range(13)]
MINUTE = 60_000
ROUTES = ["orders", "concentration", "signals", "outcomes?ticker=AAPL&side=CALL", "briefing"]


def unix_ms(text):
    return int(datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp() * 1000)


class Past:
    """Sessions of the last weeks, newest first, as the server's own calendar has them: coverage is kept for 400 days, so a fixed
    date would be too old some day. `day` is looked at; the ones before it are its history."""

    def __init__(self, serve):
        sessions = wait_for("the sessions", lambda: (a := serve.api("coverage?limit=60")).status == 200 and a.json["sessions"])
        self.sessions = [(s["date"], unix_ms(s["open"]), unix_ms(s["close"])) for s in sessions]
        self.day, self.open, self.close = self.sessions[2]
        self.expiry = (datetime.date.fromisoformat(self.day) + datetime.timedelta(days=14)).isoformat()

    def history(self, count):
        """Known sessions with what was ordinary: 70 windows of every half hour, all far below an order's premium."""
        for date, begin, end in self.sessions[3:3 + count]:
            yield watermark(begin, end, ["AAPL", "TSLA"], "history", "h" + date)
            for ticker in ("AAPL", "TSLA"):
                for slot in SLOTS:
                    yield {"ev": "B", "session": date, "ticker": ticker, "side": "CALL", "dte_bucket": "8-14", "slot": slot,
                           "window_min": 30, "contracts": 10, "hist": [[0, 60], [80, 10]]}

    def bars(self):
        for i, (date, _, _) in enumerate(self.sessions):
            yield {"ev": "D", "ticker": "AAPL", "date": date, "o": 100 + i % 7, "h": 110, "l": 90, "c": 101 + i % 5, "v": 1000}

    def order(self, minute, premium=400_000, ticker="AAPL", strike=190, **more):
        symbol = f"O:{ticker}{self.expiry[2:].replace('-', '')}C{strike * 1000:08d}"
        t = self.open + minute * MINUTE
        return {"ev": "O", "sym": symbol, "ticker": ticker, "expiry": self.expiry, "side": "CALL", "strike": strike, "dte": 14,
                "t_first": t, "t_last": t + 40, "n": 61, "s": 500, "premium": premium, "vwap": 8, "p_min": 7.9, "p_max": 8.1,
                "trend": "flat", "x": [300, 302, 309], "c": [209], "iso": False, "multileg": False, **more}

    def live(self, minute):
        return watermark(self.open, self.open + minute * MINUTE, ["AAPL", "TSLA"])


def prepare(history=30, minute=120):
    """A database that plays `day`, invented, up to a minute of it. Gives the calendar."""
    sql("CREATE TABLE pulse_simulated (since timestamptz DEFAULT now())")
    with Serve() as serve:
        store([], "--migrate-only")
        past = Past(serve.ready())
    store([*past.history(history), *past.bars(), past.live(minute)])
    return past


def case_flow():
    past = prepare()
    store([past.order(100), past.order(110, 450_000), past.order(111, 60_000, "TSLA", 440), past.live(121)])
    with Serve().ready() as serve:
        orders = serve.api("orders?limit=2").json
        equal("orders, newest first", [o["ticker"] for o in orders["orders"]], ["TSLA", "AAPL"])
        equal("an order", [orders["orders"][1][name] for name in ("premium", "prints", "kind", "exchanges")], [450000, 61, "sweep", [300, 302, 309]])
        equal("the next page", [o["premium"] for o in serve.api("orders?limit=2&cursor=" + orders["next"]).json["orders"]], [400000])
        found = serve.api("concentration?ticker=AAPL").json
        equal("a cluster", [(c["premium"], c["orders"], c["prints"]) for c in found["clusters"]], [(850000, 2, 122)])
        signals = serve.api("signals?ticker=AAPL").json
        equal("the session", signals["session"], past.day)
        score = signals["signals"][0]["unusual"]
        equal("unusual", (score["status"], score["larger"], score["windows"], score["sessions"], score["p"]), ("scored", 0, 2100, 30, 1 / 2101))
        outcomes = serve.api("outcomes?ticker=AAPL&side=CALL").json
        equal("horizons", [h["sessions"] for h in outcomes["horizons"]], [1, 3, 5])
        briefing = serve.api("briefing?ticker=AAPL").json
        assert "850K" in briefing["text"] and "no quotes" in briefing["text"], briefing["text"]
        # What was asked for is named; trades that nobody joined are no "none".
        text = serve.api("briefing?ticker=AAPL,TSLA&side=CALL&strike=999").json["text"]
        assert "AAPL, TSLA (calls, strike 999): none, the window " in text and "holds no matching order." in text, text
        equal("orders known", [serve.api(route + "?ticker=AAPL").json["orders_known"] for route in ("concentration", "signals")], [True, True])
        sql("INSERT INTO smart_money_trades (trade_time, option_symbol, ticker, expiry, side, strike, price, size, premium, dte, exchange, conditions, occurrence, source)"
            f" VALUES (to_timestamp({(past.open + 5 * MINUTE) / 1000}), 'O:MSFT300118C00500000', 'MSFT', '2030-01-18', 'CALL', 500, 9, 100, 90000, 14, 302, '{{209}}', 1, 'live')")
        equal("orders unknown", [serve.api(route + "?ticker=MSFT").json["orders_known"] for route in ("concentration", "signals")], [False, False])
        text = serve.api("briefing?ticker=MSFT").json["text"]
        assert "MSFT: unknown: trades are stored, but their orders weren't joined: run scripts/backfill" in text, text
        for route in ROUTES:
            answer = serve.api(route)
            equal(route, (answer.status, answer.headers["content-type"], answer.headers["cache-control"]),
                  (200, "application/json; charset=utf-8", "no-cache"))
            equal(route + " simulated", answer.json["coverage"]["simulated"], True)
            equal(route + " unchanged", serve.api(route, **{"If-None-Match": answer.headers["etag"]}).status, 304)
            head = serve.get(API + route, method="HEAD")
            equal(route + " HEAD", (head.status, head.body), (200, b""))
        equal("depends on what is accepted", serve.api("signals").headers["vary"], "Accept")
        wrong = [("orders?window=5", "window"), ("orders?cursor=forged", "cursor"), ("orders?limit=0", "limit"), ("concentration?window=7", "window"),
                 ("concentration?since=2025-12-05", "since"), ("signals?max_p=0", "max_p"), ("signals?max_p=2", "max_p"),
                 ("signals?date=2025-12-06", "date"), ("outcomes", "ticker"), ("outcomes?ticker=AAPL", "side"), ("outcomes?ticker=A,B&side=PUT", "ticker"),
                 ("outcomes?ticker=AAPL&side=CALL&days=401", "days"), ("briefing?limit=5", "limit"), ("briefing?direction=up", "direction"),
                 ("signals?sentiment=bullish", "sentiment"), ("concentration?ticker=%27%20OR%201%3D1", "ticker")]
        for question, parameter in wrong:
            answer = serve.api(question)
            equal(question, (answer.status, answer.json["error"]["parameter"]), (400, parameter))
        text = serve.get("/metrics").body.decode()
        for name in ("orders", "concentration", "signals", "outcomes", "briefing"):
            assert f'pulse_serve_requests_total{{route="{name}",status="2xx"}}' in text, name
        assert 'route="later"' not in text


def case_flow_empty():
    """An empty database, one with too little history, one with a gap, and one that is a day behind: each answer says so."""
    store([], "--migrate-only")
    with Serve("--underlyings", "AAPL,TSLA").ready() as serve:
        past = Past(serve)
        for route in ROUTES:
            answer = serve.api(route)
            equal(route, (answer.status, answer.json["coverage"]["state"]), (200, "unknown"))
        equal("no order", serve.api("orders").json["orders"], [])
        equal("no signal", [serve.api("signals").json[name] for name in ("signals", "contracts", "history_sessions")], [[], 0, 0])
        equal("too few", [h["verdict"] for h in serve.api("outcomes?ticker=AAPL&side=CALL").json["horizons"]], ["insufficient"] * 3)
        # A day behind: yesterday's session is there, nothing of the newest one is.
        store([*past.history(10), past.order(100), past.live(390)])
        wait_for("the day before", lambda: serve.api(f"signals?date={past.day}").json["coverage"]["state"] == "complete")
        equal("the newest session", serve.api("signals").json["coverage"]["state"], "unknown")
        assert serve.api("signals").json["session"] > past.day
        equal("the briefing's window", serve.api("briefing?ticker=AAPL").json["evidence"]["coverage_state"], "unknown")
        before = serve.api(f"signals?date={past.day}").json
        equal("too little history", [before[name] for name in ("signals", "contracts", "unscored", "history_sessions", "sessions_needed")], [[], 1, 1, 10, 20])
        cluster = serve.api(f"concentration?until={past.day}&window=30").json
        equal("nothing in the last window", cluster["clusters"], [])
        at = datetime.datetime.fromtimestamp((past.open + 105 * MINUTE) / 1000, datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        status = serve.api(f"concentration?until={at}").json["clusters"][0]["unusual"]
        equal("without a score", (status["status"], status["sessions"], status["p"]), ("insufficient_history", 10, None))
        # A gap in the window: what is known of it claims nothing.
        sql("DELETE FROM coverage WHERE session = 's1'")
        store([watermark(past.open, past.open + 90 * MINUTE, ["AAPL"], session="s2"), watermark(past.open + 102 * MINUTE, past.close, ["AAPL"], session="s2")])
        wait_for("the gap", lambda: serve.api(f"concentration?until={at}&ticker=AAPL").json["coverage"]["state"] == "partial")
        equal("a gap", serve.api(f"concentration?until={at}&ticker=AAPL").json["clusters"][0]["unusual"]["status"], "gap")


class Signals(Events):
    def __init__(self, serve, query="", last=None):
        super().__init__(serve, query, last, {"Accept": "text/event-stream"}, "signals")


def case_signals():
    past = prepare()
    store([past.order(60, 900_000, "TSLA", 440), past.live(121)])
    with Serve().ready() as serve:
        events = Signals(serve)
        assert "vary: accept" in events.head and "content-type: text/event-stream" in events.head, events.head
        first = events.place()
        assert first.endswith("-" + past.order(0, ticker="TSLA", strike=440)["sym"]), first
        tesla, large, early = Signals(serve, "?ticker=TSLA"), Signals(serve, "?min_premium=800000&max_p=0.01&side=CALL&max_dte=14"), Signals(serve, last="0-none")
        equal("what came before one's id", early.next("signal")[1], first)
        for one in (tesla, large):
            one.place()
        store([past.order(118), past.live(122)])
        name, place, data = events.next("signal")
        known = {k: data.pop(k) for k in ("coverage_state", "feed_delay_s", "simulated")}
        equal("its coverage", (known["coverage_state"], known["simulated"]), ("complete", True))
        equal("as the list has it", data, serve.api("signals?ticker=AAPL").json["signals"][0])
        equal("its place", place, f"{unix_ms(data['known_at'])}-{data['option_symbol']}")
        # It grows within the cooldown: news to the one it was too small for, and to nobody else.
        store([past.order(119, 500_000), past.live(123)])
        equal("large enough now", large.next("signal")[2]["premium"], 900000)
        equal("told once", events.heard(3), [])
        equal("not theirs", tesla.heard(0.1), [])
        # After half an hour of market time, and with more.
        store([past.order(149, 600_000), past.order(150, 600_000), past.live(152)])
        again = events.next("signal")
        equal("told again", again[2]["premium"], 1200000)
        resumed = Signals(serve, last=place)
        equal("what was missed", resumed.next("signal")[1], again[1])
        equal("and no more", resumed.heard(0.3), [])
        for query in ("?limit=5", "?date=" + past.day, "?max_p=0.5", "?strike=190", "?until=2025-12-05"):
            equal(query, serve.get(API + "signals" + query, {"Accept": "text/event-stream"}).status, 400)
        head = serve.get(API + "signals", {"Accept": "text/event-stream"}, "HEAD")
        equal("HEAD", (head.status, head.headers["content-type"], head.body), (200, "text/event-stream", b""))
        assert "pulse_serve_streams 5" in serve.get("/metrics").body.decode()
        # A server that has just begun: what is there is no news, and who comes back hears what it missed.
        serve.stop(signal.SIGKILL)
    with Serve().ready() as serve:
        fresh, back, current = Signals(serve), Signals(serve, last=first), Signals(serve, last=again[1])
        equal("behind all that was there", fresh.place(), again[1])
        equal("missed while it was away", back.next("signal")[2]["premium"], 1200000)
        equal("no news", fresh.heard(2.5) + current.heard(0.1), [])
        store([past.order(151, 300_000, "TSLA", 450), past.live(160)])
        equal("and on", [one.next("signal")[2]["strike"] for one in (fresh, back, current)], [450] * 3)
        serve.process.send_signal(signal.SIGTERM)
        assert "stopping" in fresh.next("end")[2]["reason"]
        equal("end", serve.process.wait(10), 0)


class Receiver:
    """Takes posts and does with each what the script says: a status, `reset`, `hang`, or (status, headers)."""

    def __init__(self, *script, tls=None):
        receiver = self
        self.script, self.posts, self.over = list(script), [], threading.Event()

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.posts.append((time.monotonic(), self.path, dict(self.headers), body))
                step = receiver.script.pop(0) if receiver.script else 204
                if step == "hang":
                    receiver.over.wait(30)
                    step = "reset"
                if step == "reset":
                    self.close_connection = True
                    return
                status, headers = step if isinstance(step, tuple) else (step, {})
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def do_GET(self):
                receiver.posts.append((time.monotonic(), "GET " + self.path, {}, b""))
                self.send_error(404)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        if tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(tls + ".crt", tls + ".key")
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http{'s' if tls else ''}://127.0.0.1:{self.server.server_port}/hooks/PATH-THAT-IS-SECRET?key=QUERY-THAT-IS-SECRET"

    def wait(self, count, timeout=60):
        wait_for(f"{count} posts", lambda: len(self.posts) >= count, timeout)
        return self.posts

    def check(self, post):
        """The signature by another implementation. Gives what was posted."""
        _, path, headers, body = post
        equal("path", path, "/hooks/PATH-THAT-IS-SECRET?key=QUERY-THAT-IS-SECRET")
        equal("headers", (headers["Content-Type"], headers["Pulse-Event"]), ("application/json; charset=utf-8", "signal"))
        expected = hmac.new(SECRET.encode(), headers["Pulse-Timestamp"].encode() + b"." + body, hashlib.sha256).hexdigest()
        equal("signature", headers["Pulse-Signature"], "sha256=" + expected)
        assert abs(int(headers["Pulse-Timestamp"]) - time.time()) < 100, headers
        told = json.loads(body)
        equal("delivery", headers["Pulse-Delivery"], f"{unix_ms(told['known_at'])}-{told['option_symbol']}")
        return told


def case_webhook():
    past = prepare()
    store([past.order(60, 900_000, "TSLA", 440), past.live(121)])
    receiver = Receiver(500, "reset", (429, {"Retry-After": "6"}), "hang", 200, 400, (302, {"Location": "/elsewhere"}))
    settings = {"PULSE_WEBHOOK_URL": receiver.url, "PULSE_WEBHOOK_SECRET": SECRET}
    with Serve(env=settings).ready() as serve:
        Signals(serve).place()  # what is there already was looked at
        store([past.order(118), past.live(122)])
        posts = receiver.wait(5)
        # Answers and events go on while the receiver hangs or is waited for.
        equal("answers", serve.api("signals").status, 200)
        told = [receiver.check(post) for post in posts[:5]]
        equal("the same each time", [one == told[0] for one in told], [True] * 5)
        equal("the one that is news", (told[0]["ticker"], told[0]["premium"], told[0]["coverage_state"], told[0]["simulated"]), ("AAPL", 400000, "complete", True))
        waits = [b[0] - a[0] for a, b in zip(posts, posts[1:])]
        for wait, least in zip(waits, (1, 2, 6, 18)):  # the last: 10 s of silence, and 8
            assert least - 0.1 < wait < least + 3, waits
        metrics = lambda: serve.get("/metrics").body.decode()
        wait_for("the count", lambda: "pulse_serve_webhook_delivered_total 1\n" in metrics())
        assert "pulse_serve_webhook_retried_total 4\n" in metrics()
        # Refused, and sent elsewhere: both final.
        store([past.order(121, 300_000, "TSLA", 450), past.live(123)])
        receiver.wait(6)
        store([past.order(122, 300_000, "TSLA", 460), past.live(124)])
        receiver.wait(7)
        wait_for("the failures", lambda: "pulse_serve_webhook_failed_total 2\n" in metrics())
        store([past.order(123, 300_000, "TSLA", 470), past.live(125)])
        equal("and on", receiver.check(receiver.wait(8)[7])["strike"], 470)
        time.sleep(2.5)
        equal("nothing twice, nothing elsewhere", len(receiver.posts), 8)
        # The end waits no longer than two seconds for a receiver that is silent.
        receiver.script.append("hang")
        store([past.order(124, 300_000, "TSLA", 480), past.live(126)])
        receiver.wait(9)
        began = time.monotonic()
        equal("end", serve.stop(), 0)
        assert time.monotonic() - began < 4, time.monotonic() - began
        text = serve.text()
        assert "1 signals were not delivered" in text and f"http://127.0.0.1:{receiver.server.server_port}" in text, text
        for secret in (SECRET, "IS-SECRET", "hooks"):
            assert secret not in text, secret
    receiver.over.set()


def case_webhook_tls():
    """Over TLS only to a receiver that is trusted; a cooldown of no time tells a contract each time it grows."""
    certificate = os.environ["PULSE_WORK"] + "/receiver"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", "/CN=receiver",
                    "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", certificate + ".key", "-out", certificate + ".crt"], check=True, capture_output=True)
    past = prepare()
    receiver = Receiver(tls=certificate)
    settings = {"PULSE_WEBHOOK_URL": receiver.url, "PULSE_WEBHOOK_SECRET": SECRET}
    with Serve("--webhook-ca-file", certificate + ".crt", "--webhook-cooldown", "0", env=settings).ready() as serve, Serve(env=settings).ready() as strange:
        Signals(serve).place()
        Signals(strange).place()
        store([past.order(118), past.live(122)])
        receiver.check(receiver.wait(1)[0])
        store([past.order(119, 500_000), past.live(123)])
        equal("grown", receiver.check(receiver.wait(2)[1])["premium"], 900000)
        wait_for("an attempt", lambda: "pulse_serve_webhook_retried_total 0" not in strange.get("/metrics").body.decode())
        assert "pulse_serve_webhook_delivered_total 0\n" in strange.get("/metrics").body.decode()
        assert "certificate" in strange.text() and "IS-SECRET" not in strange.text(), strange.text()
        equal("only the one that trusts it", len(receiver.posts), 2)
        equal("end", (serve.stop(), strange.stop()), (0, 0))


def case_webhook_settings():
    """Wrong settings end it at once, and never repeat the address."""
    def ends(options, expected, words, **env):
        run = subprocess.run([f"{BIN}/pulse-serve", "--listen", "127.0.0.1:0", *options], capture_output=True, text=True, timeout=20, check=False,
                             env={**os.environ, **env})
        equal(words, run.returncode, expected)
        assert words in run.stderr and "IS-SECRET" not in run.stderr + run.stdout, run.stderr

    ends(["--webhook", "https://hooks.example/IS-SECRET"], 78, "PULSE_WEBHOOK_SECRET_FILE")
    ends(["--webhook", "http://hooks.example/IS-SECRET"], 2, "--webhook must begin with https://; http is for this machine only", PULSE_WEBHOOK_SECRET="x")
    ends([], 78, "PULSE_WEBHOOK_URL is no address like", PULSE_WEBHOOK_URL="https://a b/IS-SECRET", PULSE_WEBHOOK_SECRET="x")
    ends([], 78, "can't be read", PULSE_WEBHOOK_URL="https://hooks.example/IS-SECRET", PULSE_WEBHOOK_SECRET_FILE="/no/such/file")
    ends(["--webhook", "https://hooks.example/", "--webhook-cooldown", "-1"], 2, "--webhook-cooldown", PULSE_WEBHOOK_SECRET="x")


if __name__ == "__main__":
    globals()["case_" + sys.argv[1]]()
    print("ok")
