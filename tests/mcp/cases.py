#!/usr/bin/env python3
"""cases.py CASE: pulse-mcp as a process, line by line. What it writes to stdout is read as the protocol and nothing else."""
import datetime
import json
import os
import select
import signal
import statistics
import subprocess
import sys
import time

BIN = os.environ["PULSE_BIN"]
MODERN = {"io.modelcontextprotocol/protocolVersion": "2026-07-28", "io.modelcontextprotocol/clientCapabilities": {}}
MIB = 1 << 20
TOOLS = {"flow_briefing": {}, "strike_concentration": {}, "smart_money_trades": {},
         "similar_events": {"ticker": "AAPL", "side": "CALL"}, "data_coverage": {}}


def equal(what, got, expected):
    assert got == expected, f"{what}: got {got!r}, expected {expected!r}"


def line(id_, method, params=None, modern=True):
    params = {**(params or {}), **({"_meta": MODERN} if modern else {})}
    return json.dumps({"jsonrpc": "2.0", "id": id_, "method": method, "params": params})


def call(id_, tool, arguments=None):
    return line(id_, "tools/call", {"name": tool, "arguments": arguments or {}})


def too_late(*_):
    raise AssertionError("no answer within 30 s")


signal.signal(signal.SIGALRM, too_late)


class Server:
    def __init__(self, *options, **env):
        self.process = subprocess.Popen([f"{BIN}/pulse-mcp", "--underlyings", "AAPL,NVDA", *options], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={**os.environ, **env})
        self.ids = 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        for pipe in (self.process.stdout, self.process.stderr):
            pipe.close()

    def send(self, text):
        self.process.stdin.write(text if isinstance(text, bytes) else text.encode())
        self.process.stdin.flush()

    def read(self):
        """One message; whatever isn't one fails."""
        signal.alarm(30)
        text = self.process.stdout.readline()
        signal.alarm(0)
        assert text.endswith(b"\n") and len(text) <= MIB, text[-200:]
        message = json.loads(text)
        equal("a message", (message["jsonrpc"], "id" in message, ("result" in message) != ("error" in message)), ("2.0", True, True))
        return message, len(text)

    def call(self, tool, arguments=None):
        self.ids += 1
        self.send(call(self.ids, tool, arguments) + "\n")
        message, size = self.read()
        equal("its id", message["id"], self.ids)
        return message["result"], size

    def text(self, tool, arguments=None, error=False):
        result, _ = self.call(tool, arguments)
        equal(f"{tool}: {result['content'][0]['text']}", result["isError"], error)
        return result["content"][0]["text"]

    def finish(self):
        """Ends its input; what it said on stderr."""
        self.process.stdin.close()
        equal("its end", self.process.wait(20), 0)
        equal("nothing more", self.process.stdout.read(), b"")
        return self.process.stderr.read().decode()


def case_protocol():
    """Every kind of broken line gets its answer and the next one is read as if nothing had been."""
    wrong_version = {"_meta": {**MODERN, "io.modelcontextprotocol/protocolVersion": "2099-01-01"}}
    expected = [
        ("{bad", None, -32700), ("\xff\xfe", None, -32700), ("a\0b", None, -32700), ("[" * 3000, None, -32700), ('"' + "x" * 20, None, -32700),
        ("5", None, -32600), ("[]", None, -32600), (f"[{line(1, 'ping')},{line(2, 'ping')}]", None, -32600),
        (line(3, "ping", modern=False).replace("2.0", "1.0"), 3, -32600), ('{"jsonrpc":"2.0","id":null,"method":"ping"}', None, -32600),
        ('{"jsonrpc":"2.0","id":{},"method":"ping"}', None, -32600), ('{"jsonrpc":"2.0","id":4}', 4, -32600),
        ('{"jsonrpc":"2.0","id":"a","id":"b","method":"ping"}', None, -32600), ("x" * (MIB + 1), None, -32600), ("y" * (5 * MIB), None, -32600),
        (line(5, "tools/list", modern=False), 5, -32600), (line(6, "nonsense"), 6, -32601), (line(7, "resources/list", modern=False), 7, -32601),
        (call(8, "no_such_tool"), 8, -32602), (line(9, "tools/call", {"name": 5}), 9, -32602), (line(10, "tools/call", {"name": "data_coverage", "arguments": []}), 10, -32602),
        ('{"jsonrpc":"2.0","id":11,"method":"ping","params":[1]}', 11, -32602), (json.dumps({"jsonrpc": "2.0", "id": 12, "method": "tools/list", "params": wrong_version}), 12, -32022),
        (line("ping", "ping", modern=False), "ping", 0), (line("é", "server/discover"), "é", 0), (line(-1, "tools/list"), -1, 0),
        (line(1.5, "initialize", {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "x", "version": "1"}}, modern=False), 1.5, 0),
        (line(13, "tools/list", modern=False), 13, 0),
    ]
    with Server(PGHOST="/nowhere") as server:
        for text, id_, code in expected:
            # Before each: a notification, a blank line and somebody's answer, none of which is answered.
            server.send('{"jsonrpc":"2.0","method":"notifications/initialized"}\n\n{"jsonrpc":"2.0","id":1,"result":{}}\n')
            server.send(text.encode("latin-1" if text[0] == "\xff" else "utf-8") + b"\n")
            message, _ = server.read()
            equal(text[:80], (message["id"], message.get("error", {}).get("code", 0)), (id_, code))
            if code == -32022:
                equal("asked for", message["error"]["data"]["requested"], "2099-01-01")
                assert "2026-07-28" in message["error"]["data"]["supported"]
        # The longest that is read.
        text = line(14, "ping", {"padding": ""}, modern=False)
        server.send(text.replace('"padding": ""', '"padding": "' + "z" * (MIB - len(text)) + '"') + "\n")
        equal("a mebibyte", server.read()[0]["result"], {})
        for tool, arguments in TOOLS.items():
            assert "database can't be reached" in server.text(tool, arguments, error=True)
        for arguments in ({"limit": None}, {"limit": {}}, {"ticker": [["A"]]}, {"ticker": "A\nB"}, {"limit": 1.5}, {"nonsense": True}, {"until": "yesterday"}):
            text = server.text("smart_money_trades", arguments, error=True)
            assert next(iter(arguments)) in text and "database" not in text, text
        server.send(line(15, "server/discover"))
        server.process.stdin.close()
        equal("the last line needs no newline", server.read()[0]["id"], 15)
        errors = server.finish()
        equal("a warning for each question without a database", errors.count("\n"), len(TOOLS))


def blocked():
    """A server whose client has asked for much and reads nothing."""
    server = Server()
    text = "".join(line(i, "tools/list") + "\n" for i in range(400)).encode()
    os.set_blocking(server.process.stdin.fileno(), False)
    deadline = time.monotonic() + 10
    while text and time.monotonic() < deadline:
        if not select.select([], [server.process.stdin], [], 0.5)[1]:
            break
        text = text[os.write(server.process.stdin.fileno(), text):]
    time.sleep(0.2)
    equal("it waits", server.process.poll(), None)
    return server


def peak_kib(server):
    with open(f"/proc/{server.process.pid}/status", encoding="ascii") as status:
        return next(int(row.split()[1]) for row in status if row.startswith("VmHWM"))


def case_stops():
    with Server() as server:
        server.process.stdin.close()
        equal("end of input", server.process.wait(10), 0)
        equal("silent", (server.process.stdout.read(), server.process.stderr.read()), (b"", b""))
    for sig in (signal.SIGTERM, signal.SIGINT):
        with Server() as server:
            server.send(line(1, "server/discover") + "\n")
            server.read()
            server.process.send_signal(sig)
            equal("a polite stop", server.process.wait(10), 0)
    with blocked() as server:
        assert peak_kib(server) < 64 * 1024, f"{peak_kib(server)} KiB while nobody reads"
        server.process.send_signal(signal.SIGTERM)
        equal("a stop while nobody reads", server.process.wait(10), 0)
    with blocked() as server:
        server.process.stdout.close()
        equal("the client went away while it was written to", server.process.wait(10), 74)
    with Server() as server:
        server.process.stdout.close()
        server.send(line(1, "tools/list") + "\n")
        equal("the client went away before", server.process.wait(10), 74)


def case_start():
    """Told, not judged: a busy machine is no mistake."""
    took = []
    for _ in range(20):
        start = time.perf_counter()
        run = subprocess.run([f"{BIN}/pulse-mcp"], stdin=subprocess.DEVNULL, capture_output=True, check=False, env={**os.environ, "PGHOST": "/nowhere"})
        took.append((time.perf_counter() - start) * 1000)
        equal("no word, no file, no connection", (run.returncode, run.stdout, run.stderr), (0, b"", b""))
    print(f"start and end on empty input: median {statistics.median(took):.1f} ms, longest {max(took):.1f} ms of {len(took)}")


def widen():
    """The rich database with 300 more contracts in one window, of five orders each, and each trade six times."""
    sql("CREATE DATABASE wide TEMPLATE rich", "postgres")
    sql("""CREATE TEMP TABLE more AS SELECT o.*, i, j FROM smart_money_orders o, generate_series(1, 300) i, generate_series(1, 5) j
               WHERE option_symbol = 'O:AAPL251219P00230000' AND first_time BETWEEN '2025-12-03 15:27Z' AND '2025-12-03 15:28Z';
           UPDATE more SET strike = 300 + i, premium = premium + i, option_symbol = format('O:AAPL251219P00%s000', 300 + i),
               first_time = first_time + j * interval '1 s', last_time = last_time + j * interval '1 s';
           ALTER TABLE more DROP i, DROP j, DROP counted;
           INSERT INTO smart_money_orders (first_time, option_symbol, last_time, ticker, expiry, side, strike, dte, prints, size, premium,
                                           vwap, price_min, price_max, trend, exchanges, conditions, iso, multileg, stored_at,
                                           left_out_premium, auction_premium, cancelled_prints)
               SELECT first_time, option_symbol, last_time, ticker, expiry, side, strike, dte, prints, size, premium, vwap, price_min,
                      price_max, trend, exchanges, conditions, iso, multileg, stored_at, left_out_premium, auction_premium,
                      cancelled_prints FROM more;
           CREATE TEMP TABLE again AS SELECT t.*, i FROM smart_money_trades t, generate_series(2, 6) i;
           UPDATE again SET occurrence = i;
           ALTER TABLE again DROP i;
           INSERT INTO smart_money_trades SELECT * FROM again""", "wide")


def case_bounded():
    widen()
    year = {"since": "2025-01-01", "until": "2025-12-05"}
    lists = [("smart_money_trades", {"until": "2025-12-05", "limit": 200}, "trades"),
             ("smart_money_trades", {"until": "2025-12-05", "limit": 1000}, "trades"),
             ("strike_concentration", {"until": "2025-12-03T15:30:00Z", "limit": 200}, "clusters")]
    with Server(PGDATABASE="wide") as server:
        for tool, arguments, entries in lists:
            counts = []
            for most in (4096, None, 262144):
                result, size = server.call(tool, {**arguments, **({"max_bytes": most} if most else {})})
                content = result["structuredContent"]
                bytes_ = len(result["content"][1]["text"].encode())
                assert bytes_ <= (most or 32768), (tool, most, bytes_)
                counts.append(len(content[entries]))
                equal("cut and said", content.get("truncated", False), "cut to max_bytes" in result["content"][0]["text"])
                equal("cut when it doesn't fit", content.get("truncated", False), counts[-1] < arguments["limit"])
                print(f"{tool}, limit {arguments['limit']}, max_bytes {most}: {counts[-1]} entries, {bytes_} bytes, line {size}")
            assert 0 < counts[0] < counts[1] < counts[2], counts
    with Server(PGDATABASE="rich") as server:
        # Page by page it is all there, whatever the page's size.
        whole = server.call("smart_money_trades", {**year, "limit": 1000, "max_bytes": 262144})[0]["structuredContent"]
        pieces, cursor = [], None
        while cursor is not None or not pieces:
            page = server.call("smart_money_trades", {**year, "limit": 200, **({"cursor": cursor} if cursor else {})})[0]["structuredContent"]
            pieces += page["trades"]
            cursor = page["next"]
        assert whole["next"] is None and len(whole["trades"]) > 200
        equal("all pages", pieces, whole["trades"])
        # What can't be cut is refused, with what to do.
        text = server.text("data_coverage", {**year, "limit": 120}, error=True)
        assert "32768 at most: ask for less time" in text, text
        sizes = [server.call(tool, {**arguments, "until": "2025-12-03T15:30:00Z"})[1] for tool, arguments in TOOLS.items() if tool != "similar_events"]
        sizes.append(server.call("similar_events", {"ticker": "AAPL", "side": "PUT", "as_of": "2025-12-05", "days": 400})[1])
        assert max(sizes) <= MIB, sizes
        equal("quiet", server.finish(), "")


def sql(text, database):
    subprocess.run(["psql", "-qXAt", "-v", "ON_ERROR_STOP=1", "-d", database, "-c", text], check=True, capture_output=True)


def postgres(*words):
    work = os.environ["PULSE_WORK"]
    owner = ["runuser", "-u", "nobody", "--"] if os.getuid() == 0 else []
    subprocess.run([*owner, os.environ["PULSE_SERVER_BIN"] + "/pg_ctl", "-D", f"{work}/data", "-w", *words], check=True,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL)


def start_postgres():
    work = os.environ["PULSE_WORK"]
    postgres("-l", f"{work}/server.log", "-o", f"-c listen_addresses='' -k {work} -c fsync=off", "start")


def case_database():
    """Whatever happens to the database is an answer that says what to do, and it works again without a restart."""
    asked = {"until": "2025-12-05", "limit": 5}
    with Server(PGDATABASE="rich") as server:
        first = server.text("smart_money_trades", asked)
        postgres("-m", "immediate", "stop")
        for tool, arguments in TOOLS.items():
            text = server.text(tool, arguments, error=True)
            assert "database can't be reached" in text and "DATABASE_URL" in text, text
        server.send(line("l", "tools/list") + "\n")
        equal("the rest works", len(server.read()[0]["result"]["tools"]), 5)
        start_postgres()
        equal("again", server.text("smart_money_trades", asked), first)
        # Restarted between two questions: nobody notices.
        postgres("-m", "immediate", "stop")
        start_postgres()
        equal("at once", server.text("smart_money_trades", asked), first)
        equal("a warning for each question without one", server.finish().count("\n"), len(TOOLS))
    sql("CREATE DATABASE old TEMPLATE empty", "postgres")
    sql("DELETE FROM pulse_schema WHERE version > 3", "old")
    sql("CREATE DATABASE bare", "postgres")
    sql("CREATE ROLE nobody_here LOGIN", "postgres")
    for env, words in [({"PGDATABASE": "old"}, "tables of version 3, 4 is needed: run `pg-sink --migrate-only`"),
                       ({"PGDATABASE": "bare"}, "no tables of Pulse: run `pg-sink --migrate-only`"),
                       ({"PGDATABASE": "missing"}, "must name the database that pg-sink fills"),
                       ({"PGDATABASE": "rich", "PGUSER": "nobody_here"}, "SELECT on its tables"),
                       ({"DATABASE_URL": "nonsense://"}, "DATABASE_URL"),
                       ({"DATABASE_URL": "postgresql://pulse:s3cret@[::1/x"}, "DATABASE_URL"),
                       ({"DATABASE_URL": "postgresql://pulse:s3cret@127.0.0.1:1/x"}, "can't be reached"),
                       ({"DATABASE_URL_FILE": "/nowhere/url"}, "DATABASE_URL_FILE")]:
        with Server(**env) as server:
            for tool, arguments in TOOLS.items():
                text = server.text(tool, arguments, error=True)
                assert words in text and "s3cret" not in text, text
            assert "s3cret" not in server.finish()
    with Server(PGDATABASE="old") as server:
        server.text("data_coverage", error=True)
        sql("INSERT INTO pulse_schema VALUES (4)", "old")
        assert "Nothing is known" in server.text("data_coverage")
    # A question that takes too long.
    with Server("--statement-timeout-ms", "300", PGDATABASE="rich") as server, \
            subprocess.Popen(["psql", "-qX", "-d", "rich"], stdin=subprocess.PIPE) as other:
        server.text("smart_money_trades", asked)
        other.stdin.write(b"BEGIN; LOCK smart_money_trades;\n\\! echo locked\n")
        other.stdin.flush()
        text = ""
        deadline = time.monotonic() + 10
        while "longer than 300 ms" not in text and time.monotonic() < deadline:
            text = server.call("smart_money_trades", asked)[0]["content"][0]["text"]
        assert "took longer than 300 ms: ask for less" in text, text
        with Server("--statement-timeout-ms", "60000", PGDATABASE="rich") as waiting:
            waiting.send(call(1, "smart_money_trades", asked) + "\n")
            time.sleep(1)
            waiting.process.send_signal(signal.SIGTERM)
            equal("a stop while the database thinks", waiting.process.wait(10), 0)
        other.stdin.close()
        other.wait(10)
        equal("after it", server.text("smart_money_trades", asked), first)


def store(records, database):
    text = "".join(json.dumps(record, separators=(",", ":")) + "\n" for record in records)
    subprocess.run([f"{BIN}/pg-sink", "--log-level", "error"], input=text.encode(), check=True, env={**os.environ, "PGDATABASE": database})


def case_states():
    """An empty database, one with a gap, one that is a day behind, an invented one: each answer says so."""
    at = {"until": "2025-12-03T15:30:00Z"}
    past = {**{tool: at for tool in TOOLS}, "similar_events": {"ticker": "AAPL", "side": "PUT", "as_of": "2025-12-05"},
            "smart_money_trades": {"since": "2025-12-03", "until": "2025-12-03"}}
    with Server(PGDATABASE="empty") as server:
        for arguments in (TOOLS, past):
            for tool in TOOLS:
                text = server.text(tool, arguments[tool])
                assert "unknown" in text, f"{tool}: {text}"
    sql("CREATE DATABASE gap TEMPLATE rich", "postgres")
    for ticker in ("AAPL", "NVDA"):
        row = f"FROM coverage WHERE ticker = '{ticker}' AND from_time = '2025-12-03 14:30Z'"
        sql(f"INSERT INTO coverage SELECT source, 'later', ticker, '2025-12-03 15:20Z', to_time {row};"
            f"UPDATE coverage SET to_time = '2025-12-03 15:10Z' WHERE session <> 'later' AND ticker = '{ticker}' AND from_time = '2025-12-03 14:30Z'", "gap")
    with Server(PGDATABASE="gap") as server:
        for tool in TOOLS:
            text = server.text(tool, past[tool])
            assert "gap" in text and "unknown" in text, f"{tool}: {text}"
    # The stream of a day last week, and nothing since: whatever the holidays, a later session has begun.
    day = datetime.datetime.now(datetime.UTC).date() - datetime.timedelta(days=6)
    while day.weekday() > 4:
        day -= datetime.timedelta(days=1)
    begin = int(datetime.datetime(day.year, day.month, day.day, 12, tzinfo=datetime.UTC).timestamp() * 1000)
    sql("CREATE DATABASE behind TEMPLATE empty", "postgres")
    store([{"ev": "W", "src": "live", "session": "s", "tickers": ["AAPL", "NVDA"], "from": begin, "to": begin + 10 * 3600_000}], "behind")
    with Server(PGDATABASE="behind") as server:
        for tool, arguments in TOOLS.items():
            text = server.text(tool, arguments)
            assert "behind" in text.lower() and "stored up to" in text, f"{tool}: {text}"
    sql("CREATE TABLE pulse_simulated ()", "behind")
    with Server(PGDATABASE="behind") as server:
        for tool, arguments in TOOLS.items():
            assert "invented" in server.text(tool, arguments), tool


globals()[f"case_{sys.argv[1]}"]()
