"""What polygon-sim's HTTP side sends, byte by byte: http_wire.py POLYGON_SIM CASE

Requests by hand over plain sockets, because libraries hide broken answers.
"""
import gzip
import hashlib
import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time

SIM = sys.argv[1]
CONTRACT = "O:AAPL260320C00190000"
TRADES = f"/v3/trades/{CONTRACT}"
FILE = "/flatfiles/us_options_opra/trades_v1/2026/03/2026-03-06.csv.gz"
START = 1772807400000  # 2026-03-06 9:30 New York


class Sim:
    """A running simulator over `trades` trades of one contract, ten a millisecond."""

    def __init__(self, *options, trades=300, env=()):
        self.tape = tempfile.NamedTemporaryFile("w", suffix=".ndjson")
        for i in range(trades):
            self.tape.write(f'{{"ev":"T","sym":"{CONTRACT}","x":302,"p":8.5,"s":{i + 1},"c":[209],'
                            f'"t":{START + i // 10},"q":{i}}}\n')
        self.tape.flush()
        self.log = tempfile.NamedTemporaryFile("r", suffix=".log")
        clean = {k: v for k, v in os.environ.items() if not k.startswith("POLYGON_")}
        self.process = subprocess.Popen([SIM, "serve", "--tape", self.tape.name, "--http-log", self.log.name, *options],
                                        env={**clean, **dict(env)}, text=True, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE)
        self.port = int(self.process.stdout.readline() or 0)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.communicate()


class Connection:
    """One keep-alive connection."""

    def __init__(self, sim, timeout=10):
        self.socket = socket.create_connection(("127.0.0.1", sim.port), timeout=timeout)
        self.buffer = b""
        self.host = f"127.0.0.1:{sim.port}"

    def fill(self):
        try:
            data = self.socket.recv(1 << 20)
        except ConnectionResetError:
            data = b""
        self.buffer += data
        return bool(data)

    def take(self, size):
        while len(self.buffer) < size:
            if not self.fill():
                raise EOFError(self.buffer)
        out, self.buffer = self.buffer[:size], self.buffer[size:]
        return out

    def line(self):
        while b"\r\n" not in self.buffer:
            if not self.fill():
                raise EOFError(self.buffer)
        out, _, self.buffer = self.buffer.partition(b"\r\n")
        return out.decode()

    def send(self, target, *headers, method="GET", key="any"):
        own = [f"Authorization: Bearer {key}"] if key else []
        lines = [f"{method} {target} HTTP/1.1", f"Host: {self.host}", *own, *headers, "", ""]
        self.socket.sendall("\r\n".join(lines).encode())

    def head(self):
        status = int(self.line().split()[1])
        headers = {}
        while text := self.line():
            name, _, value = text.partition(": ")
            headers[name.lower()] = value
        return status, headers

    def answer(self, method="GET"):
        status, headers = self.head()
        body = b""
        if method == "HEAD" or status == 304:
            pass
        elif headers.get("transfer-encoding") == "chunked":
            while size := int(self.line(), 16):
                body += self.take(size)
                assert self.take(2) == b"\r\n"
            assert self.take(2) == b"\r\n"
        else:
            body = self.take(int(headers["content-length"]))
        return status, headers, body

    def get(self, target, *headers, **more):
        self.send(target, *headers, **more)
        return self.answer(more.get("method", "GET"))


def rows(body):
    return [r["size"] for r in json.loads(body).get("results", [])]


def case_errors():
    with Sim("--key", "right") as sim:
        c = Connection(sim)
        for target, key, status, field, text in (
                (TRADES, "", 401, "error", "API Key was not provided"),
                (TRADES, "wrong", 401, "error", "Unknown API Key"),
                (TRADES + "?apiKey=wrong", "", 401, "error", "Unknown API Key"),
                (TRADES + "?limit=50001", "right", 400, "error", "'limit' must be between 1 and 50000; 50001 was given"),
                ("/v3/reference/options/contracts?as_of=x", "right", 400, "error",
                 "Could not parse 'as_of': 'x' is no date (YYYY-MM-DD)")):
            got, headers, body = c.get(target, key=key)
            answer = json.loads(body)
            assert (got, headers["content-type"], answer["status"]) == (status, "application/json", "ERROR"), body
            assert answer[field] == text and len(answer["request_id"]) == 32, body
        assert c.get("/nowhere", key="right")[0] == 404
        assert c.get(TRADES, key="right")[0] == 200
        assert c.get(TRADES + "?apiKey=right", key="")[0] == 200
        assert c.get("/v3/trades/O%3AAAPL260320C00190000?limit=2", key="right")[2].count(b'"size"') == 2
        status, headers, body = c.get(TRADES, key="right", method="HEAD")
        assert (status, body) == (200, b"")
        assert c.get(TRADES, key="right")[0] == 200  # on the same connection still


def case_methods():
    with Sim() as sim:
        c = Connection(sim)
        status, headers, _ = c.get(TRADES, "Content-Length: 0", method="POST")
        assert (status, headers["connection"]) == (405, "close")
        assert c.socket.recv(1) == b""


def case_pages():
    with Sim() as sim:
        c = Connection(sim)
        seen, target = [], TRADES + "?order=asc&limit=7&timestamp.gte=2026-03-06"
        while target:
            status, _, body = c.get(target)
            assert status == 200
            seen += rows(body)
            url = json.loads(body).get("next_url")
            assert url is None or url.startswith(f"http://{c.host}{TRADES}?cursor="), url
            target = url and url.removeprefix(f"http://{c.host}")
        assert seen == list(range(1, 301)), seen
        name = f"localhost:{sim.port}"
        c.host = name
        assert json.loads(c.get(TRADES + "?limit=1")[2])["next_url"].startswith(f"http://{name}/")


def case_throttled():
    with Sim("--faults", "http/1:429:7,http/2:429,http/3:429-empty,http/4:html,http/5:500,http/6:503") as sim:
        c = Connection(sim)
        status, headers, body = c.get(TRADES)
        assert (status, headers["retry-after"], json.loads(body)["status"]) == (429, "7", "ERROR")
        status, headers, body = c.get(TRADES)
        assert status == 429 and "retry-after" not in headers and b"maximum requests per minute" in body
        assert c.get(TRADES)[::2] == (429, b"")
        status, headers, body = c.get(TRADES)
        assert (status, headers["content-type"]) == (502, "text/html") and body.startswith(b"<html>")
        assert [c.get(TRADES)[0] for _ in range(3)] == [500, 503, 200]


def case_rate_limit():
    with Sim("--rate-limit", "3") as sim:
        c = Connection(sim)
        assert [c.get(TRADES)[0] for _ in range(5)] == [200, 200, 200, 429, 429]


def case_truncated():
    for options in ((), ("--gzip",)):
        with Sim("--faults", "http/1:truncate", *options, trades=5000) as sim:
            c = Connection(sim)
            c.send(TRADES + "?limit=50000", "Accept-Encoding: gzip")
            status, headers = c.head()
            assert status == 200
            while c.fill():
                pass
            assert len(c.buffer) == int(headers["content-length"]) // 2, (len(c.buffer), headers)
            assert len(rows(c_whole(sim))) == 5000


def c_whole(sim):
    return Connection(sim).get(TRADES + "?limit=50000")[2]


def case_stall():
    with Sim("--faults", "http/1:stall:400,http/2:stall", trades=5000) as sim:
        c = Connection(sim)
        start = time.monotonic()
        status, headers, body = c.get(TRADES + "?limit=50000")
        assert time.monotonic() - start >= 0.4
        assert status == 200 and len(rows(body)) == 5000
        c.send(TRADES + "?limit=50000")
        status, headers = c.head()
        c.socket.settimeout(1)
        try:
            while c.fill():
                pass
            raise AssertionError("the stalled connection ended")
        except TimeoutError:
            pass
        assert len(c.buffer) == int(headers["content-length"]) // 2
        assert len(rows(c_whole(sim))) == 5000  # the others aren't held up


def case_gzip():
    with Sim("--gzip", trades=60000) as sim:
        c = Connection(sim)
        status, headers, body = c.get(TRADES + "?limit=50000", "Accept-Encoding: deflate, gzip")
        assert (status, headers["content-encoding"]) == (200, "gzip")
        plain = gzip.decompress(body)
        assert len(body) < len(plain) / 5 and rows(plain) == list(range(60000, 10000, -1))
        status, headers, body = c.get(TRADES + "?limit=50000")
        # The same but for what tells one request from another.
        assert "content-encoding" not in headers and rows(body) == rows(plain)
        assert gzip.decompress(c.get(TRADES + "?limit=0", "Accept-Encoding: gzip")[2]).startswith(b'{"status":"ERROR"')


def case_latency():
    with Sim("--http-latency", "300") as sim:
        start = time.monotonic()
        workers = [threading.Thread(target=lambda: Connection(sim).get(TRADES)) for _ in range(8)]
        for w in workers:
            w.start()
        for w in workers:
            w.join()
        took = time.monotonic() - start
        assert 0.3 <= took < 1.5, took


def case_log():
    with Sim("--faults", "http/2:500") as sim:
        c = Connection(sim)
        c.get(TRADES + "?apiKey=sesame&limit=2", key="open")
        c.get(TRADES)
        c.get(FILE, key="")
        assert sim.log.read() == f"GET {TRADES}?limit=2 200\nGET {TRADES} 500\nGET {FILE} 403\n"


# Amazon's own signer is used by the tests with their client; here nothing needs to be signed right.
SIGNED = ("Authorization: AWS4-HMAC-SHA256 Credential=any/20260306/us-east-1/s3/aws4_request, "
          "SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature=00")


def s3_headers(age=0):
    stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(time.time() - age))
    return SIGNED, f"x-amz-date: {stamp}", f"x-amz-content-sha256: {hashlib.sha256().hexdigest()}"


def case_files():
    with Sim(trades=30000) as sim:
        csv = subprocess.run([SIM, "flat", "--tape", sim.tape.name], capture_output=True, check=True).stdout
        assert csv.count(b"\n") == 30001
        c = Connection(sim)
        status, headers, packed = c.get(FILE, *s3_headers(), key="")
        assert status == 200 and gzip.decompress(packed) == csv
        status, headers, tail = c.get(FILE, *s3_headers(), "Range: bytes=100-", f"If-Match: {headers['etag']}", key="")
        assert (status, headers["content-range"]) == (206, f"bytes 100-{len(packed) - 1}/{len(packed)}")
        assert tail == packed[100:]
        assert c.get(FILE, *s3_headers(), f"If-None-Match: {headers['etag']}", key="")[::2] == (304, b"")
        for more, status, code in (((f"Range: bytes={len(packed)}-",), 416, b"InvalidRange"),
                                   (('If-Match: "other"',), 412, b"PreconditionFailed")):
            got, _, body = c.get(FILE, *s3_headers(), *more, key="")
            assert got == status and b"<Code>" + code + b"</Code>" in body, body
        assert b"RequestTimeTooSkewed" in c.get(FILE, *s3_headers(901), key="")[2]
        assert b"AccessDenied" in c.get(FILE, key="")[2]
        assert b"NoSuchKey" in c.get(FILE.replace("06.csv", "09.csv"), *s3_headers(), key="")[2]
        status, headers, _ = c.get(FILE, *s3_headers(), key="", method="HEAD")
        assert (status, int(headers["content-length"])) == (200, len(packed))


def case_signature():
    keys = {"POLYGON_S3_ACCESS_KEY_ID": "any", "POLYGON_S3_SECRET_ACCESS_KEY": "secret"}
    with Sim(env=keys.items()) as sim:
        status, _, body = Connection(sim).get(FILE, *s3_headers(), key="")
        assert status == 403 and b"<Code>SignatureDoesNotMatch</Code>" in body
    with Sim(env=[("POLYGON_S3_ACCESS_KEY_ID", "any")]) as sim:
        _, log = sim.process.communicate(timeout=10)
        assert sim.process.returncode == 78 and "POLYGON_S3_SECRET_ACCESS_KEY" in log, log


def case_layout():
    with Sim("--flat-layout", "older") as sim:
        text = gzip.decompress(Connection(sim).get(FILE, *s3_headers(), key="")[2]).decode()
        assert text.splitlines()[0] == ("ticker,conditions,correction,exchange,participant_timestamp,price,"
                                        "sip_timestamp,size")
        assert text.splitlines()[1] == f"{CONTRACT},209,,302,{START}000000,8.5,{START}000000,1"


globals()[f"case_{sys.argv[2]}"]()
print(f"ok: {sys.argv[2]}")
