"""A stand-in for the vendor's S3 service that can be told how to misbehave, and what the tests of flat files share."""
import gzip
import hashlib
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

DAY = "2025-12-05"
OPEN_NS = 1764945000_000_000_000  # 9:30 New York on that day
HEADER = "ticker,conditions,correction,exchange,price,sip_timestamp,size\n"
SECRET = "top/secret+value"
MAG7 = ["AAPL", "MSFT", "GOOGL", "AMZN", "NVDA", "META", "TSLA"]


def path_of(day=DAY):
    return f"/flatfiles/us_options_opra/trades_v1/{day[:4]}/{day[5:7]}/{day}.csv.gz"


def rows(count, seed=1, open_ns=OPEN_NS):
    """A day's file as text: many roots, some trades large enough to pass."""
    rng = random.Random(seed)
    lines = []
    for root in ["AAPL", "AAPL1", "GOOG", "MSFT", "SPXW", "TSLA"]:
        for _ in range(count // 6):
            t = open_ns + rng.randrange(23_400_000) * 1_000_000
            c = rng.choice(["209", "", '"209,232"', "227"])
            size = rng.choice([1, 2, 500])
            lines.append((root, t, f"O:{root}251219C00190000,{c},0,302,{rng.randrange(1, 2000) / 100},{t},{size}\n"))
    lines.sort(key=lambda line: line[:2])
    return HEADER + "".join(line[2] for line in lines)


class File:
    def __init__(self, text):
        self.data = gzip.compress(text.encode(), mtime=0)
        self.etag = '"%s"' % hashlib.md5(self.data).hexdigest()


class Server:
    """Serves `files` (path → File). `script`: what to do with the 1st, 2nd … request; later ones are answered well."""

    def __init__(self, files, script=(), tls=None):
        self.files, self.script, self.requests = files, list(script), []
        self.lock, self.open_stalls = threading.Lock(), threading.Event()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def do_GET(self):
                with outer.lock:
                    outer.requests.append((self.path, dict(self.headers)))
                    action = outer.script.pop(0) if outer.script else None
                (action or answer)(self, outer)

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.daemon_threads = True
        self.http.handle_error = lambda *_: None  # a client that hangs up is part of the tests
        if tls:
            self.http.socket = tls.wrap_socket(self.http.socket, server_side=True)
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self.http.server_port}"
        threading.Thread(target=self.http.serve_forever, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.open_stalls.set()
        self.http.shutdown()


def reply(handler, status, body=b"", **headers):
    handler.send_response(status)
    for name, value in headers.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


def answer(handler, server, ignore_range=False, ignore_if_match=False):
    """As S3 does."""
    file = server.files.get(handler.path)
    if file is None:
        return reply(handler, 404, b"<Error><Code>NoSuchKey</Code><Message>The key does not exist.</Message></Error>")
    match, none_match = handler.headers.get("If-Match"), handler.headers.get("If-None-Match")
    if match and match != file.etag and not ignore_if_match:
        return reply(handler, 412, b"<Error><Code>PreconditionFailed</Code></Error>")
    if none_match == file.etag:
        handler.send_response(304)
        handler.send_header("ETag", file.etag)
        return handler.end_headers()
    wanted = handler.headers.get("Range")
    if wanted and not ignore_range:
        first = int(wanted.removeprefix("bytes=").removesuffix("-"))
        total = len(file.data)
        return reply(handler, 206, file.data[first:], ETag=file.etag, Content_Range=f"bytes {first}-{total - 1}/{total}")
    reply(handler, 200, file.data, ETag=file.etag)


def status(code, body=b"", **headers):
    return lambda handler, server: reply(handler, code, body, **headers)


def begin(handler, server, share, etag=True):
    """Head and a share of the body."""
    file = server.files[handler.path]
    wanted = handler.headers.get("Range")
    first = int(wanted.removeprefix("bytes=").removesuffix("-")) if wanted else 0
    handler.send_response(206 if wanted else 200)
    if etag:
        handler.send_header("ETag", file.etag)
    handler.send_header("Content-Length", str(len(file.data) - first))
    handler.end_headers()
    rest = file.data[first:]
    handler.wfile.write(rest[: int(len(rest) * share)])
    handler.wfile.flush()
    handler.close_connection = True


def cut(share=0.5, etag=True, then=None):
    """Breaks off after a share of the body; `then(server)` happens meanwhile."""

    def action(handler, server):
        begin(handler, server, share, etag)
        if then:
            then(server)

    return action


def stall(share=0.5):
    """A share of the body, then silence until the server ends."""

    def action(handler, server):
        begin(handler, server, share)
        server.open_stalls.wait(60)

    return action


def damaged(handler, server):
    """The whole file with one byte changed in the middle."""
    file = server.files[handler.path]
    data = bytearray(file.data)
    data[len(data) // 2] ^= 0x55
    reply(handler, 200, bytes(data), ETag=file.etag)


class Tools:
    """The tools under test, and what they are expected to write."""

    def __init__(self, folder):
        self.folder = folder
        self.work = tempfile.mkdtemp(prefix="pulse-flat-")
        self.env = {name: value for name, value in os.environ.items() if not name.startswith("POLYGON_")}
        self.env |= {"POLYGON_S3_ACCESS_KEY_ID": "KEYID", "POLYGON_S3_SECRET_ACCESS_KEY": SECRET, "no_proxy": "127.0.0.1"}

    def start(self, *args, **more):
        return subprocess.Popen([f"{self.folder}/backfill-fetch", "flat", *map(str, args)], env=self.env,
                                stdin=more.pop("stdin", subprocess.DEVNULL), stdout=more.pop("stdout", subprocess.PIPE),
                                stderr=subprocess.PIPE, **more)

    def fetch(self, *args, expect=0, stdin=None):
        """Output and log of a run that must end with `expect` and keep the secret."""
        process = self.start(*args, stdin=subprocess.PIPE if stdin is not None else subprocess.DEVNULL)
        out, err = process.communicate(stdin, timeout=100)
        err = err.decode()
        check(process.returncode == expect, f"ends with {process.returncode}, not {expect}: {err}")
        check(SECRET not in err and SECRET not in out.decode(), "prints the secret")
        return out.decode(), err

    def day(self, server, *args, day=DAY, **more):
        return self.fetch("--from", day, "--to", day, "--s3-endpoint", server.url, *args, **more)

    def kept(self, text):
        """What occ-filter makes of a file."""
        return subprocess.run([f"{self.folder}/occ-filter", "--quiet-hits"], input=text.encode(), capture_output=True,
                              check=True).stdout.decode()

    def expected(self, text, day=DAY, roots=MAG7):
        """Its trades and the watermarks of the session."""
        marks = "".join('{"ev":"W","src":"flat","session":"%s","tickers":["%s"],"from":%d,"to":%d}\n'
                        % (day, root, OPEN_NS // 1_000_000, OPEN_NS // 1_000_000 + 23_400_000) for root in roots)
        return self.kept(text) + marks


MARKER = '\n{"ev":"W","src":"flat","session":"again","tickers":[],"from":0,"to":0}\n'


def check(condition, what):
    if not condition:
        raise AssertionError(what)


def same(actual, expected, what):
    if actual == expected:
        return
    a, b = actual.splitlines(), expected.splitlines()
    at = next((i for i, pair in enumerate(zip(a, b)) if pair[0] != pair[1]), min(len(a), len(b)))
    raise AssertionError(f"{what}: {len(a)} lines instead of {len(b)}; line {at + 1} is\n  "
                         f"{a[at] if at < len(a) else '(missing)'}\ninstead of\n  {b[at] if at < len(b) else '(missing)'}")


def run_cases(cases):
    tools, name = Tools(sys.argv[1]), sys.argv[2]
    try:
        cases[name](tools)
    except AssertionError as error:
        print(f"FAIL {name}: {error}")
        sys.exit(1)
    print(f"{name}: fine")
