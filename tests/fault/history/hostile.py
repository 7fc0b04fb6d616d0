#!/usr/bin/env python3
"""hostile.py BACKFILL_FETCH CASE: a vendor that misbehaves. The fetcher must end with every trade exactly once, or stop with
the right status and a message that says why; the key must go nowhere but in a header to this server."""
import collections
import gzip
import http.server
import json
import os
import subprocess
import sys
import tempfile
import threading
import time

TOOL, CASE = sys.argv[1], sys.argv[2]
KEY = "Hostile-Secret-Key"  # also a host name
ESCAPED_KEY = "".join(f"\\u{ord(c):04x}" for c in KEY)
OPEN_NS = 1764945000000 * 1_000_000  # 2025-12-05 9:30 in New York
CONTRACTS = ["O:AAPL251219C00190000", "O:AAPL251219P00180000", "O:AAPL251212C00200000"]
UNKNOWN = "O:AAPL251219C00999000"  # listed in one case, and unknown to the trades service
PAGES, ROWS = 3, 700


def trades(contract, page):
    """The rows of a page; some of them are identical, as real prints are."""
    first = page * ROWS
    return [{"conditions": [209], "exchange": 302, "participant_timestamp": OPEN_NS + i // 3 * 7_000_000, "price": 8.5,
             "sip_timestamp": OPEN_NS + i // 3 * 7_000_000, "size": 100 + i % 2 + len(contract) % 3}
            for i in range(first, first + ROWS)]


class Vendor:
    """What the case makes of the requests; counts them by path."""

    def __init__(self):
        self.seen = collections.Counter()
        self.lock = threading.Lock()
        self.total = 0
        self.foreign = []
        self.leaks = []

    def fault(self, kind, path, number, total):
        """kind: contracts or trades; number: how often this url was asked; total: all requests. Returns a reply or None."""
        if CASE == "throttled":  # a storm: two thirds of all answers, some with advice, some without, some empty
            if total % 3:
                return 429, {"Retry-After": "1"} if total % 10 == 1 else {}, b"" if total % 2 else b'{"error":"too many"}'
        elif CASE == "half_pages" and kind == "trades" and number <= 2:
            return "half"
        elif CASE == "errors" and number <= 2:
            return 500 if number == 1 else 503, {}, b'{"status":"ERROR","error":"internal"}'
        elif CASE == "html" and number == 1:
            return 502, {"Content-Type": "text/html"}, b"<html><body><h1>502 Bad Gateway</h1></body></html>"
        elif CASE == "html_as_200" and kind == "trades" and number == 1:
            return 200, {"Content-Type": "text/html"}, b"<html><body>Please wait</body></html>"
        elif CASE == "drops" and number <= 2:
            return "drop"
        elif CASE == "stalls" and kind == "trades" and number == 1 and total < 8:
            return "stall"
        elif CASE == "down":
            return 500, {}, b'{"status":"ERROR","error":"out to lunch"}'
        elif CASE == "unknown_key":
            return 401, {}, b'{"status":"ERROR","request_id":"1","error":"Unknown API Key: %s"}' % KEY.encode()
        elif CASE == "escaped_key":
            return 401, {}, b'{"status":"ERROR","error":"Unknown API Key: %s"}' % ESCAPED_KEY.encode()
        elif CASE == "error_as_200" and kind == "trades":
            return 200, {}, b'{"status":"ERROR","error":"Unknown API Key: %s"}' % KEY.encode()
        elif CASE == "denied" and kind == "trades":
            return 200, {}, b'{"status":"DENIED"}'
        elif CASE == "nothing" and kind == "trades":
            return 200, {}, b"{}"
        elif CASE == "wrong_path" and kind == "trades":
            return 404, {"Content-Type": "text/plain"}, b"404 page not found\n"
        elif CASE == "plan" and kind == "trades":
            return 403, {}, b'{"status":"NOT_AUTHORIZED","message":"Your plan doesn\'t include this data timeframe."}'
        elif CASE == "unknown_contract" and UNKNOWN in path:
            return 404, {}, b'{"status":"NOT_FOUND","request_id":"1","message":"Ticker not found."}'
        elif CASE == "bad_request" and kind == "trades":
            return 400, {}, b'{"status":"ERROR","error":"Could not parse timestamp"}'
        elif CASE == "redirect" and kind == "trades":
            return 302, {"Location": f"http://127.0.0.1:{other.server_port}/stolen"}, b""
        return None

    def page(self, path, query, base):
        """The answer as it should be, bent by the cases that bend content."""
        if path == "/v3/reference/options/contracts":
            expired = query.get("expired") == "true"
            rows = [{"ticker": c, "underlying_ticker": "AAPL", "contract_type": "call", "expiration_date": "2025-12-19",
                     "strike_price": 190, "shares_per_contract": 100} for c in CONTRACTS] if expired else []
            if CASE == "unknown_contract" and rows:
                rows.append({**rows[0], "ticker": UNKNOWN})
            if CASE == "bad_rows" and rows:
                rows.insert(1, {**rows[0], "ticker": KEY})
            return {"status": "OK", "request_id": "1", "results": rows}
        contract, number = path.rsplit("/", 1)[1], int(query.get("cursor", "0"))
        if CASE == "endless":  # the same pages for ever, each at a new address
            return {"status": "OK", "results": trades(contract, number % PAGES), "next_url": f"{base}{path}?cursor={number + 1}"}
        answer = {"status": "DELAYED", "request_id": "1", "results": trades(contract, number)}
        if CASE == "bad_rows":
            answer["results"][1:1] = [{"price": KEY, "size": 1, "sip_timestamp": OPEN_NS}, {"price": "ESCAPED KEY"}]
        if number + 1 < PAGES:
            answer["next_url"] = f"{base}{path}?cursor={number + 1}"
        elif CASE == "no_results":  # a page beyond the last, as the vendor sends them now and then
            answer["next_url"] = f"{base}{path}?cursor={PAGES}"
        if number == PAGES:
            return {"status": "OK", "request_id": "1"}
        if CASE == "other_host" and number == 1:
            answer["next_url"] = f"http://127.0.0.1:{other.server_port}{path}?cursor=2"
        if CASE == "key_as_host" and number == 1:
            answer["next_url"] = f"http://{KEY}{path}?cursor=2"
        if CASE == "loop" and number == 1:
            answer["next_url"] = f"{base}{path}?cursor=1"
        if CASE == "long_loop" and number == 2:
            answer["next_url"] = f"{base}{path}?cursor=1"
        return answer


vendor = Vendor()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_GET(self):
        path, _, text = self.path.partition("?")
        path = path.replace("%3A", ":")
        query = dict(part.partition("=")[::2] for part in text.split("&") if part)
        with vendor.lock:
            vendor.total += 1
            vendor.seen[self.path] += 1
            number, total = vendor.seen[self.path], vendor.total
            if KEY in self.path or self.headers.get("Authorization") != "Bearer " + KEY:
                vendor.leaks.append(self.path)
        kind = "trades" if "/trades/" in path else "contracts"
        fault = vendor.fault(kind, path, number, total)
        body = json.dumps(vendor.page(path, query, f"http://127.0.0.1:{self.server.server_port}")).encode()
        body = body.replace(b"ESCAPED KEY", ESCAPED_KEY.encode())
        if CASE == "damaged_rows" and kind == "trades" and number <= 2:  # whole by the count of bytes
            at = body.index(b'"price"', number * len(body) // 3)
            body = body[:at] + b'"pr\0ce"' + body[at + 7:]
        if isinstance(fault, tuple):
            status, headers, body = fault
        else:
            status, headers = 200, {"Content-Type": "application/json"}
            if CASE == "gzip":
                body = gzip.compress(body)
                headers["Content-Encoding"] = "gzip"
        if fault == "drop":
            return self.abandon()
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if fault in ("half", "stall"):
            self.wfile.write(body[: len(body) // 2 + 17 * number])
            self.wfile.flush()
            if fault == "stall":
                time.sleep(60)
            return self.abandon()
        self.wfile.write(body)

    def abandon(self):
        self.close_connection = True
        self.connection.shutdown(2)


class Other(http.server.BaseHTTPRequestHandler):
    """The host that must never be asked."""

    def log_message(self, *_):
        pass

    def do_GET(self):
        vendor.foreign.append((self.path, str(self.headers)))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()


class Server(http.server.ThreadingHTTPServer):
    def handle_error(self, *_):
        pass  # a client that hangs up is no news


def serve(handler):
    server = Server(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


real, other = serve(Handler), serve(Other)
FATAL = {  # case -> (status, words the message must hold)
    "error_as_200": (69, ["Unknown API Key: ***"]), "escaped_key": (77, ["Unknown API Key: ***", "401"]),
    "key_as_host": (1, ["next_url points to another host: ***"]), "endless": (1, ["next_url leads back"]),
    "denied": (69, ["DENIED"]), "nothing": (69, ["neither status nor results"]), "wrong_path": (1, ["404", "page not found"]),
    "other_host": (1, ["next_url"]), "loop": (1, ["next_url"]), "long_loop": (1, ["next_url"]), "down": (69, ["out to lunch", "500"]),
    "unknown_key": (77, ["Unknown API Key: ***", "401"]), "plan": (77, ["timeframe", "403"]),
    "bad_request": (1, ["Could not parse timestamp", "400"]), "redirect": (1, ["302"])}
environment = {**os.environ, "POLYGON_API_KEY": KEY, "POLYGON_API_URL": f"http://127.0.0.1:{real.server_port}"}
for name in ("POLYGON_API_KEY_FILE", "POLYGON_S3_ACCESS_KEY_ID"):
    environment.pop(name, None)
command = [TOOL, "trades", "--source", "rest", "--unfiltered", "--from", "2025-12-05", "--to", "2025-12-05", "--underlyings",
           "AAPL", "--concurrency", "3", "--rate", "0", "--stall-timeout", "2"]
if FATAL.get(CASE, (0,))[0] == 69:
    command += ["--max-retries", "2"]
rejects = tempfile.NamedTemporaryFile()
command += ["--rejects", rejects.name]
done = subprocess.run(command, env=environment, capture_output=True, stdin=subprocess.DEVNULL, timeout=100)
log = done.stderr.decode()


def check(what, good):
    if not good:
        sys.exit(f"{CASE}: {what}\nstatus {done.returncode}, {vendor.total} requests\n{log[-3000:]}")


rejected = rejects.read()
for printed in (done.stderr, done.stdout, rejected):
    for key in (KEY, ESCAPED_KEY):
        check("the key was printed", key.lower().encode() not in printed.lower())
check(f"the key was missing or in a url: {vendor.leaks[:3]}", not vendor.leaks)
check(f"another host was asked: {vendor.foreign}", not vendor.foreign)
lines = [json.loads(line) for line in done.stdout.splitlines() if line]
got = collections.Counter((r["sym"], r["ns"], r["s"]) for r in lines if r["ev"] == "T")
everything = collections.Counter((c, r["sip_timestamp"], r["size"]) for c in CONTRACTS for n in range(PAGES) for r in trades(c, n))
check("a trade was written more often than it happened", not got - everything)
watermarks = [r for r in lines if r["ev"] == "W"]
if CASE in FATAL:
    status, words = FATAL[CASE]
    check(f"status {status} was expected", done.returncode == status)
    for word in words:
        check(f"the message lacks '{word}'", word in log)
    check("something incomplete was promised", not watermarks)
else:
    check("it should have ended with 0", done.returncode == 0)
    check("trades are missing", got == everything)
    check("no watermark, or several", len(watermarks) == 1 and watermarks[0]["tickers"] == ["AAPL"])
    told = {"unknown_contract": ["doesn't find", UNKNOWN], "bad_rows": ["1 of 4 rows name no contract", "('***')"]}.get(CASE, [])
    for word in told:
        check(f"the log lacks '{word}'", word in log)
    bad = 1 + 2 * PAGES * len(CONTRACTS) if CASE == "bad_rows" else 0
    check(f"{bad} rejected rows were expected", rejected.count(b"***") == bad == len(rejected.splitlines()))
    for contract in CONTRACTS:
        times = [r["ns"] for r in lines if r.get("sym") == contract]
        check("a contract's trades are out of order", times == sorted(times))
print(f"{CASE}: ok, {vendor.total} requests")
