"""What the cases of pulse-serve need: the server as a process, HTTP, an event stream, and pg-sink to store with."""
import http.client
import json
import os
import re
import select
import signal
import socket
import subprocess
import time

BIN = os.environ["PULSE_BIN"]
WORK = os.environ["PULSE_WORK"]
API = "/api/pulse/"


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    @property
    def json(self):
        return json.loads(self.body)


class Serve:
    """A running pulse-serve."""

    def __init__(self, *options, env=None, port=0):
        self.log_path = f"{WORK}/serve.{time.monotonic_ns()}.log"
        self.log = open(self.log_path, "wb")
        self.process = subprocess.Popen([f"{BIN}/pulse-serve", "--listen", f"127.0.0.1:{port}", "--log-level", "debug", *options],
                                        stdout=subprocess.DEVNULL, stderr=self.log, stdin=subprocess.DEVNULL,
                                        env={**os.environ, **(env or {})})
        self.port = int(wait_for("the address in the log", lambda: self.find(r"listening on http://127\.0\.0\.1:(\d+)/")))

    def find(self, pattern):
        if self.process.poll() is not None:
            raise AssertionError(f"pulse-serve ended with {self.process.returncode}:\n{self.text()}")
        found = re.search(pattern, self.text())
        return found and found.group(1)

    def text(self):
        with open(self.log_path, encoding="utf-8") as file:
            return file.read()

    def get(self, path, headers=None, method="GET"):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        connection.request(method, path, headers=headers or {})
        response = connection.getresponse()
        answer = Answer(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())
        connection.close()
        return answer

    def api(self, question, **headers):
        return self.get(API + question, headers)

    def ready(self):
        wait_for("an answer", lambda: self.api("smart-money").status == 200)
        return self

    def stop(self, sig=signal.SIGTERM):
        self.process.send_signal(sig)
        return self.process.wait(20)

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        if kind is not None:
            print("".join(self.text().splitlines(keepends=True)[-30:]))


class Events:
    """One event stream, read without a library."""

    def __init__(self, serve, query="", last=None, headers=None, route="stream"):
        self.socket = socket.create_connection(("127.0.0.1", serve.port), timeout=20)
        lines = [f"GET {API}{route}{query} HTTP/1.1", "Host: x"]
        lines += [f"Last-Event-ID: {last}"] if last else []
        lines += [f"{k}: {v}" for k, v in (headers or {}).items()]
        self.socket.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        self.buffer, self.ended, self.last = b"", False, last
        wait_for("the stream's head", lambda: self.fill() and b"\r\n\r\n" in self.buffer)
        head, self.buffer = self.buffer.split(b"\r\n\r\n", 1)
        assert head.startswith(b"HTTP/1.1 "), head[:200]
        self.status = int(head.split()[1])
        self.head = head.decode().lower()
        self.chunked = "transfer-encoding: chunked" in self.head
        self.text = ""

    def fill(self, timeout=0.1):
        if select.select([self.socket], [], [], timeout)[0]:
            try:
                data = self.socket.recv(65536)
            except ConnectionResetError:
                data = b""
            self.ended = self.ended or not data
            self.buffer += data
        return True

    def decode(self):
        if not self.chunked:
            self.text, self.buffer = self.text + self.buffer.decode(), b""
            return
        while b"\r\n" in self.buffer:
            size, rest = self.buffer.split(b"\r\n", 1)
            length = int(size, 16)
            if len(rest) < length + 2:
                return
            self.text += rest[:length].decode()
            self.buffer = rest[length + 2:]

    def next(self, name=None, timeout=10):
        """The next event (of that name): (name, id, data)."""
        deadline = time.monotonic() + timeout
        while True:
            self.decode()
            while "\n\n" in self.text:
                block, self.text = self.text.split("\n\n", 1)
                fields = dict(line.split(": ", 1) for line in block.splitlines() if ": " in line)
                self.last = fields.get("id", self.last)
                if "event" in fields and name in (None, fields["event"]):
                    return fields["event"], fields.get("id"), json.loads(fields["data"])
            assert not self.ended, f"the stream ended while {name or 'an event'} was waited for"
            assert time.monotonic() < deadline, f"no event {name}"
            self.fill(0.05)

    def heard(self, seconds):
        """Names of the events of some time, without the heartbeat."""
        names, deadline = [], time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0 and not self.ended:
            try:
                names.append(self.next(timeout=left)[0])
            except AssertionError:
                break
        return [name for name in names if name != "status"]

    def place(self):
        """The id from which on it hears everything: a server that has just begun takes a moment to know it."""
        while self.last is None:
            self.next("status")
        return self.last

    def close(self):
        self.socket.close()


def wait_for(what, probe, timeout=20):
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        try:
            result = probe()
        except OSError:
            result = None
        if result:
            return result
        time.sleep(0.02)
    raise AssertionError(f"waited in vain for {what}")


def sql(text, database=None):
    run = subprocess.run(["psql", "-qXAt", "-v", "ON_ERROR_STOP=1", *(["-d", database] if database else []), "-c", text],
                         check=True, capture_output=True, text=True)
    return run.stdout.strip()


def trade(t, *, root="AAPL", side="C", strike=190, expiry="251219", price=8.5, size=100, q=None, **more):
    record = {"ev": "T", "sym": f"O:{root}{expiry}{side}{int(strike * 1000):08d}", "x": 302, "p": price, "s": size, "c": [209], "t": t}
    if q is not None:
        record["q"] = q
    return {**record, **more}


NOON = 1764954000000  # Friday 2025-12-05, 12:00 in New York
OPEN, CLOSE = 1764945000000, 1764968400000
TWENTY = [trade(NOON + i * 1000, root=root, side=side, strike=180 + i, price=5 + i, q=i + 1)
          for i, (root, side) in enumerate([("AAPL", "C"), ("TSLA", "P"), ("NVDA", "C"), ("AAPL", "P")] * 5)]


def store(records, *options):
    """Through pg-sink, until committed."""
    lines = "".join(json.dumps(record, separators=(",", ":")) + "\n" for record in records)
    subprocess.run([f"{BIN}/pg-sink", "--log-level", "warn", *options], input=lines.encode(), check=True)


def watermark(begin, end, tickers, source="live", session="s1"):
    return {"ev": "W", "src": source, "session": session, "tickers": tickers, "from": begin, "to": end}


def equal(what, got, expected):
    assert got == expected, f"{what}: got {got!r}, expected {expected!r}"
