#!/usr/bin/env python3
"""cases.py CASE: what pulse-serve must do, against a real database. Run by serve.sh. The live stream has live_cases.py."""
import os
import signal
import subprocess
import sys
import threading
import time

from harness import API, CLOSE, NOON, OPEN, TWENTY, Events, Serve, equal, sql, store, trade, wait_for, watermark

FIELDS = ["ticker", "option_symbol", "side", "strike", "expiry", "premium", "dte", "price", "size", "exchange", "conditions",
          "timestamp", "source"]


def times(answer):
    return [t["timestamp"] for t in answer.json["trades"]]


def case_answers():
    store(TWENTY + [watermark(OPEN, CLOSE, ["AAPL", "TSLA"])])
    with Serve().ready() as serve:
        last = serve.api("smart-money?limit=10")
        equal("status", last.status, 200)
        body = last.json
        equal("trades", len(body["trades"]), 10)
        newest = body["trades"][0]
        equal("fields", list(newest)[:13], FIELDS)
        equal("newest", (newest["ticker"], newest["strike"], newest["side"], newest["premium"], newest["dte"], newest["expiry"],
                         newest["timestamp"]), ("AAPL", 199, "PUT", 240000, 14, "2025-12-19", "2025-12-05T17:00:19.000Z"))
        assert times(last) == sorted(times(last), reverse=True)
        assert body["next"] and "feed_delay_s" in body["coverage"]
        equal("filters", [t["strike"] for t in serve.api("smart-money?ticker=aapl&side=put&min_premium=150000&max_dte=14").json["trades"]],
              [199, 195, 191])
        equal("contract", len(serve.api("smart-money?expiry=2025-12-19&strike=181").json["trades"]), 1)
        equal("span", len(serve.api("smart-money?since=2025-12-05T17:00:05Z&until=2025-12-05T17:00:06.999Z").json["trades"]), 2)
        equal("New York date", len(serve.api("smart-money?since=2025-12-05&until=2025-12-05").json["trades"]), 20)
        nothing = serve.api("smart-money?ticker=ZZZZ")
        equal("a ticker nobody watches", (nothing.status, nothing.json["trades"], nothing.json["coverage"]["state"]), (200, [], "unknown"))
        equal("only some fields", serve.api("smart-money?limit=1&fields=premium,ticker").json["trades"], [{"ticker": "AAPL", "premium": 240000}])
        small = serve.api("smart-money?max_bytes=4096")
        assert len(small.body) <= 4096 and small.json["truncated"] and small.json["next"], small.body
        rest = serve.api("smart-money?cursor=" + small.json["next"])
        equal("after a short page", times(small) + times(rest), times(serve.api("smart-money")))
        tag = last.headers["etag"]
        equal("unchanged", serve.api("smart-money?limit=10", **{"If-None-Match": tag}).status, 304)
        head = serve.get(API + "smart-money", method="HEAD")
        equal("HEAD", (head.status, head.body), (200, b""))
        within_a_second = serve.api("smart-money?ticker=MSFT&since=2025-12-05T17:00:00.100Z&until=2025-12-05T17:00:00.900Z").json["coverage"]
        equal("less than a second of a ticker that nobody stored", (within_a_second["state"], within_a_second["known_share"]), ("unknown", 0))
        equal("behind the last trade", serve.api("smart-money?limit=2").json["coverage"]["from"], "2025-12-05T17:00:18.001Z")
        summary = serve.api("summary").json
        equal("total", summary["total"], {"trades": 20, "contracts": 2000, "premium": 2900000})
        equal("sections", sorted(summary), sorted(["period", "total", "put_call", "by_ticker", "by_side", "by_expiry", "by_strike",
                                                   "by_time", "coverage"]))
        assert serve.api("summary?ticker=AAPL").json["cells"]
        equal("coverage", {t["ticker"]: t["state"] for t in serve.api("coverage?since=2025-12-05&until=2025-12-05").json["sessions"][0]["tickers"]},
              {**dict.fromkeys(["MSFT", "GOOGL", "AMZN", "NVDA", "META"], "unknown"), "AAPL": "complete", "TSLA": "complete"})


def case_errors():
    store(TWENTY)
    wrong = [("limit=0", "limit"), ("limit=1001", "limit"), ("limit=abc", "limit"), ("limit=", "limit"), ("limit=5&limit=6", "limit"),
             ("colour=red", "colour"), ("ticker=", "ticker"), ("ticker=A,,B", "ticker"), ("side=UP", "side"), ("min_premium=-1", "min_premium"),
             ("min_premium=1e999", "min_premium"), ("min_premium=NaN", "min_premium"), ("max_dte=-1", "max_dte"), ("expiry=2025-02-30", "expiry"),
             ("strike=abc", "strike"), ("since=yesterday", "since"), ("since=2025-12-06&until=2025-12-05", None),
             ("cancelled=maybe", "cancelled"), ("fields=password", "fields"), ("max_bytes=1", "max_bytes"), ("limit=%zz", "limit"),
             ("cursor=forged", "cursor"), ("cursor=" + "A" * 3000, "cursor")]
    attacks = ["' OR 1=1 --", "1; DROP TABLE smart_money_trades", "AAPL') UNION SELECT version() --", "$1", "\\'; --", "1 OR 1=1", "%00", "AAPL\u0000"]
    names = ["ticker", "side", "min_premium", "max_dte", "expiry", "strike", "since", "until", "cursor", "limit", "cancelled", "fields"]
    from urllib.parse import quote
    wrong += [(f"{name}={quote(attack)}", name) for name in names for attack in attacks]
    with Serve().ready() as serve:
        for query, parameter in wrong:
            answer = serve.api("smart-money?" + query)
            equal(query, answer.status, 400)
            error = answer.json["error"]
            assert error["code"] in ("bad_parameter", "unknown_parameter", "bad_cursor") and error["message"], error
            if parameter:
                equal(query, error["parameter"], parameter)
            assert b"SELECT" not in answer.body and b"psql" not in answer.body, answer.body
        cursor = serve.api("smart-money?limit=3&ticker=AAPL").json["next"]
        equal("its own question", serve.api(f"smart-money?ticker=AAPL&cursor={cursor}").status, 200)
        for changed in (cursor[:-1] + ("A" if cursor[-1] != "A" else "B"), "B" + cursor[1:], cursor + "A", cursor[:-4]):
            equal("a forged cursor", serve.api(f"smart-money?ticker=AAPL&cursor={changed}").json["error"]["code"], "bad_cursor")
        equal("another question's cursor", serve.api(f"smart-money?ticker=TSLA&cursor={cursor}").json["error"]["code"], "bad_cursor")
        for path, status in (("/nowhere", 404), (API, 404), (API + "smart-money/", 404), ("/..%2f..%2fetc/passwd", 404), ("/%00", 404),
                             (API + "orders/", 404), (API + "openapi.json?x=1", 400)):
            equal(path, serve.get(path).status, status)
        for query, parameter in (("since=2025-11-01&until=2025-11-30&bucket=1", "bucket"), ("since=2024-06-01&until=2025-12-05&fields=total", "since")):
            answer = serve.api("summary?" + query)
            equal(query, (answer.status, answer.json["error"]["parameter"]), (400, parameter))
        equal("method", serve.get(API + "smart-money", method="DELETE").status, 405)
        equal("the table is still there", sql("SELECT count(*) FROM smart_money_trades"), "20")


def case_pages():
    """Following `next` while rows arrive: every row of the beginning once, in order."""
    store(TWENTY * 1 + [trade(NOON + 5000, root="AAPL", q=100 + i) for i in range(7)])
    with Serve().ready() as serve:
        wanted = [(t["timestamp"], t["option_symbol"], t["occurrence"]) for t in serve.api("smart-money?limit=1000").json["trades"]]
        equal("rows", len(wanted), 27)
        seen, cursor, page = [], None, 0
        while True:
            body = serve.api("smart-money?limit=4" + (f"&cursor={cursor}" if cursor else "")).json
            seen += [(t["timestamp"], t["option_symbol"], t["occurrence"]) for t in body["trades"]]
            cursor, page = body["next"], page + 1
            if not cursor:
                break
            store([trade(NOON + 60000 + page, q=1000 + page), trade(NOON + page * 37, root="META", q=2000 + page)])
        old = [row for row in seen if "META" not in row[1]]
        equal("all rows once and in order", old, wanted)
        equal("no row twice", len(set(seen)), len(seen))


def case_down():
    with Serve("--connect-timeout", "1") as serve:
        not_ready = wait_for("a database without tables", lambda: (a := serve.get("/readyz")).status == 503 and b'"schema"' in a.body and a)
        assert "pg-sink --migrate-only" in not_ready.json["message"]
        equal("no tables", serve.api("smart-money").status, 503)
        store(TWENTY)
        serve.ready()
        subprocess.run(["bash", "-c", "kill -QUIT $(head -1 $PULSE_WORK/data/postmaster.pid)"], check=True)
        wait_for("the loss to be seen", lambda: b'"database"' in serve.get("/readyz").body)
        for route in ("smart-money", "summary", "coverage"):
            answer = serve.api(route)
            equal(route, (answer.status, answer.json["error"]["code"]), (503, "unavailable"))
            assert int(answer.headers["retry-after"]) >= 1
        equal("alive", serve.get("/healthz").status, 200)
        equal("the page", serve.get("/").status, 200)
        owner = ["runuser", "-u", "nobody", "--"] if os.getuid() == 0 else []
        subprocess.run([*owner, os.environ["PULSE_SERVER_BIN"] + "/pg_ctl", "-D", os.environ["PULSE_WORK"] + "/data", "-w", "-l",
                        os.environ["PULSE_WORK"] + "/server.log", "-o",
                        f"-c listen_addresses='' -k {os.environ['PULSE_WORK']} -c fsync=off", "start"],
                       check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
        serve.ready()
        equal("all there again", len(serve.api("smart-money").json["trades"]), 20)
        assert "is back" in serve.text()


def case_access():
    store(TWENTY)
    token = "0123456789abcdef-never-shown"
    path = os.environ["PULSE_WORK"] + "/token"
    with open(path, "w", encoding="utf-8") as file:
        file.write(token + "\n")
    with Serve("--auth-token-file", path, "--cors-origin", "https://desk.example") as serve:
        shown = {"Authorization": f"Bearer {token}", "Origin": "https://desk.example"}
        for route in (API + "smart-money", API + "summary", API + "stream", API + "openapi.json", API + "orders", "/metrics"):
            equal(route, serve.get(route).status, 401)
            equal(route, serve.get(route, {"Authorization": "Bearer " + token[:-1] + "x"}).status, 401)
        assert serve.get(API + "smart-money").headers["www-authenticate"].startswith("Bearer")
        for route in ("/", "/healthz", "/readyz", "/app.css"):
            assert serve.get(route).status in (200, 503), route
        answer = wait_for("an answer", lambda: (a := serve.get(API + "smart-money", shown)).status == 200 and a)
        equal("origin", answer.headers["access-control-allow-origin"], "https://desk.example")
        assert "access-control-allow-origin" not in serve.get(API + "smart-money", {**shown, "Origin": "https://evil.example"}).headers
        equal("preflight", serve.get(API + "smart-money", {"Origin": "https://desk.example"}, "OPTIONS").status, 204)
        equal("stream", Events(serve, headers=shown).status, 200)
        policy = serve.get("/").headers["content-security-policy"]
        assert "default-src 'none'" in policy and "unsafe" not in policy
        assert token not in serve.text()
    result = subprocess.run([f"{os.environ['PULSE_BIN']}/pulse-serve", "--listen", "127.0.0.1:0", "--auth-token-file", "/dev/null"],
                            capture_output=True, text=True, timeout=20, check=False)
    equal("an empty token file", result.returncode, 78)
    with Serve(env={"PULSE_AUTH_TOKEN": token}) as serve:
        equal("no token", serve.get("/metrics").status, 401)
        equal("the token of the environment", serve.get("/metrics", {"Authorization": f"Bearer {token}"}).status, 200)
        assert token not in serve.text()


def case_reader():
    """A role that may only read, with a password that must show nowhere."""
    store(TWENTY)
    sql("CREATE ROLE reader LOGIN PASSWORD 'never-shown'; GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader")
    with Serve(env={"PGUSER": "reader", "PGPASSWORD": "never-shown"}).ready() as serve:
        equal("trades", len(serve.api("smart-money").json["trades"]), 20)
        for route in ("summary", "coverage", "orders", "concentration", "signals", "outcomes?ticker=AAPL&side=CALL", "briefing"):
            equal(route, serve.api(route).status, 200)
        events = Events(serve)
        store([trade(NOON + 70000, q=900)])
        equal("live", events.next("trade")[2]["timestamp"], "2025-12-05T17:01:10.000Z")
        assert "never-shown" not in serve.text()


def case_slow_question():
    """A question that takes too long ends with 503; one under way at TERM is still answered."""
    store(TWENTY)
    with Serve("--statement-timeout-ms", "300").ready() as serve, Serve().ready() as patient:
        lock = subprocess.Popen(["psql", "-qX", "-c", "BEGIN; LOCK TABLE smart_money_trades IN ACCESS EXCLUSIVE MODE; SELECT pg_sleep(2); COMMIT"],
                                stdout=subprocess.DEVNULL)
        wait_for("the lock", lambda: sql("SELECT count(*) FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND relation = 'smart_money_trades'::regclass") == "1")
        answer = serve.api("smart-money")
        equal("too slow", (answer.status, answer.json["error"]["code"]), (503, "timeout"))
        equal("others go on", serve.get("/healthz").status, 200)
        answers = []
        asking = threading.Thread(target=lambda: answers.append(patient.api("smart-money")))
        asking.start()
        wait_for("the question to wait", lambda: sql("SELECT count(*) FROM pg_locks WHERE NOT granted") != "0")
        patient.process.send_signal(signal.SIGTERM)
        asking.join()
        equal("the answer under way", (answers[0].status, len(answers[0].json["trades"])), (200, 20))
        equal("a polite end", patient.process.wait(10), 0)
        lock.wait()
        equal("idle end", serve.stop(), 0)


def case_metrics():
    store(TWENTY)
    with Serve().ready() as serve:
        serve.api("smart-money?limit=abc")
        stream = Events(serve)
        text = serve.get("/metrics").body.decode()
        for line in ('pulse_serve_requests_total{route="smart-money",status="4xx"} 1', "pulse_serve_streams 1", "pulse_serve_database_up 1"):
            assert line in text, (line, text)
        checked = subprocess.run(["promtool", "check", "metrics"], input=text.encode(), capture_output=True, check=False)
        equal("promtool " + checked.stderr.decode() + checked.stdout.decode(), checked.returncode, 0)
        stream.close()
        wait_for("the stream to be gone", lambda: "pulse_serve_streams 0" in serve.get("/metrics").body.decode())


def case_simulated():
    sql("CREATE TABLE pulse_simulated (since timestamptz DEFAULT now())")
    store(TWENTY)
    with Serve().ready() as serve:
        equal("marked", serve.api("smart-money").json["coverage"]["simulated"], True)
        equal("marked live", Events(serve).next("status")[2]["simulated"], True)


def case_openapi():
    """The description against the validator, and every example in it against the server (openapi.mjs, given by its path)."""
    from flow_cases import prepare
    past = prepare()
    store(TWENTY + [watermark(OPEN, NOON, ["AAPL", "TSLA"])])
    store([past.order(100), past.order(110, 450_000), past.order(111, 60_000, "TSLA", 440, cancelled=2, left_out=1000, auction=500), past.live(121)])
    with Serve().ready() as serve:
        subprocess.run(["node", sys.argv[2], f"http://127.0.0.1:{serve.port}"], check=True)


def case_browser():
    """The dashboard before the real server: the programs of tests/browser, in the folder given."""
    store([trade(OPEN + i * 20000, root=root, side="CP"[i // 4 % 2], strike=180 + i % 40, price=5 + i % 9, size=100 + i % 7 * 50, q=i)
           for i, root in enumerate(["AAPL", "TSLA", "NVDA", "META"] * 200)] + [watermark(OPEN, OPEN + 16000000, ["AAPL", "TSLA"])])
    work, binaries = os.environ["PULSE_WORK"], os.environ["PULSE_BIN"]
    serve = Serve().ready()
    insert, restart = f"{work}/insert", f"{work}/restart"
    with open(insert, "w", encoding="utf-8") as file:  # one trade of now, of a symbol not seen before
        file.write(f"""n=$(date +%s%N)
symbol=O:AAPL$(date -u -d '20 days' +%y%m%d)C$(printf %05d000 $((n / 1000000 % 10000)))
printf '{{"ev":"T","sym":"%s","x":302,"p":8.5,"s":100,"c":[209],"t":%s,"q":%s}}\n' $symbol $((n / 1000000)) $n |
  {binaries}/pg-sink --log-level warn
echo $symbol
""")
    with open(restart, "w", encoding="utf-8") as file:
        file.write(f"""kill -9 $1
sh "$2"
setsid {binaries}/pulse-serve --listen 127.0.0.1:{serve.port} >/dev/null 2>{work}/again.log </dev/null &
echo $! >{work}/again.pid
""")
    settings = {**os.environ, "PULSE_URL": f"http://127.0.0.1:{serve.port}/", "PULSE_INSERT_CMD": f"sh {insert}",
                "PULSE_RESTART_CMD": f"sh {restart} {serve.process.pid} {insert} >{work}/said; sed -n 1p {work}/said"}
    try:
        for program in ("filters", "access", "live", "restart"):
            subprocess.run(["node", f"{sys.argv[2]}/{program}.mjs"], env=settings, check=True)
    finally:
        serve.process.kill()
        serve.process.wait()
        if os.path.exists(f"{work}/again.pid"):
            with open(f"{work}/again.pid", encoding="utf-8") as file:
                os.kill(int(file.read()), signal.SIGTERM)


if __name__ == "__main__":
    globals()["case_" + sys.argv[1]]()
    print("ok")
