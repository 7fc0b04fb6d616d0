"""HttpServer byte by byte: http.py HTTP_ECHO CASE

Requests by hand over plain sockets, because libraries send no broken ones. http_echo.cpp says what its paths do.
"""
import os
import signal
import socket
import struct
import subprocess
import sys
import time

ECHO = sys.argv[1]
SANITIZED = "PULSE_SANITIZED" in os.environ  # slower and larger
GET = "GET {} HTTP/1.1\r\nHost: h\r\n\r\n"


class Server:
    def __init__(self, *options, host="127.0.0.1", descriptors=None):
        limit = ["prlimit", f"--nofile={descriptors}:{descriptors}"] if descriptors else []
        self.process = subprocess.Popen([*limit, ECHO, *options], text=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE)
        self.host = host
        self.port = int(self.process.stdout.readline() or 0)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.communicate()

    def connect(self, timeout=10):
        return Client(socket.create_connection((self.host, self.port), timeout=timeout))

    def get(self, path):
        client = self.connect()
        try:
            return client.get(path)
        finally:
            client.socket.close()

    def counts(self):
        _, _, body = self.get("/counts")
        return {k: int(v) for k, v in (pair.split("=") for pair in body.decode().split())}

    def until(self, wanted, seconds=8):
        """Counts, once `wanted(counts)` holds."""
        end = time.monotonic() + seconds
        while not wanted(counts := self.counts()):
            assert time.monotonic() < end, counts
            time.sleep(0.05)
        return counts

    def rss_kib(self):
        with open(f"/proc/{self.process.pid}/status") as status:
            return int(next(line for line in status if line.startswith("VmRSS")).split()[1])

    def stop(self):
        self.process.send_signal(signal.SIGTERM)

    def end(self, seconds=10):
        try:
            _, log = self.process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            raise AssertionError("the server doesn't end") from None
        return self.process.returncode, log


class Client:
    def __init__(self, connected):
        self.socket = connected
        self.buffer = b""

    def send(self, text):
        self.socket.sendall(text if isinstance(text, bytes) else text.encode())
        return self

    def fill(self):
        try:
            data = self.socket.recv(1 << 17)
        except (ConnectionResetError, BrokenPipeError):
            data = b""
        self.buffer += data
        return bool(data)

    def until(self, end):
        while end not in self.buffer:
            assert self.fill(), f"the connection ended after {self.buffer[-200:]!r}"
        text, self.buffer = self.buffer.split(end, 1)
        return text

    def answer(self, with_body=True):
        """Status, headers, body."""
        lines = self.until(b"\r\n\r\n").decode().split("\r\n")
        headers = dict(line.split(": ", 1) for line in lines[1:])
        size = int(headers.get("Content-Length", 0)) if with_body else 0
        while len(self.buffer) < size:
            assert self.fill(), f"{len(self.buffer)} of {size} bytes"
        body, self.buffer = self.buffer[:size], self.buffer[size:]
        return int(lines[0].split()[1]), headers, body

    def get(self, path):
        return self.send(GET.format(path)).answer()

    def ended(self):
        """True when the server closes without another byte."""
        return not self.buffer and not self.fill()


def status_of(server, text):
    """The status of the answer to raw bytes, and that the connection ends behind it."""
    client = server.connect().send(text)
    status, headers, body = client.answer()
    assert headers["Connection"] == "close" and b'"error"' in body, (headers, body)
    assert client.socket.recv(1) == b"", "more than one answer"  # a reset would raise: the client could lose its answer
    return status


def keep_alive():
    with Server() as server:
        client = server.connect()
        for i in range(50):
            status, headers, body = client.get(f"/echo/{i}?n={i}")
            assert status == 200 and headers["Connection"] == "keep-alive" and "Date" in headers
            assert body == f"GET /echo/{i} ?n={i}\nhost=h\n".encode(), body
        assert server.counts()["connections"] == 2
        client.send("GET / HTTP/1.1\r\nHost: h\r\nConnection: TE, Close\r\n\r\n")
        assert client.answer()[1]["Connection"] == "close" and client.ended()
        old = server.connect().send("GET / HTTP/1.0\r\n\r\n")
        assert old.answer()[0] == 200 and old.ended()
        old = server.connect().send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
        assert old.answer()[1]["Connection"] == "keep-alive"
        assert old.get("/")[0] == 200


def pipelining():
    with Server() as server:
        client = server.connect()
        paths = [f"/{i}" for i in range(3000)]  # more than is kept while one is answered
        paths[5] = "/slow"
        client.send("".join(GET.format(path) for path in paths) + "\r\n\r\n")
        for path in paths:
            status, _, body = client.answer()
            assert status == 200 and (body == b"slow" if path == "/slow" else body.startswith(f"GET {path} ".encode()))
        assert client.get("/after")[0] == 200


def head_request():
    with Server() as server:
        client = server.connect().send("HEAD /big HTTP/1.1\r\nHost: h\r\n\r\n")
        status, headers, _ = client.answer(with_body=False)
        assert status == 200 and headers["Content-Length"] == str(10 << 20)
        status, headers, body = client.get("/not-modified")
        assert status == 304 and "Content-Length" not in headers and body == b""
        assert client.get("/header")[1]["X-Odd"] == "a  X-Injected: b"
        client.send("HEAD /stream HTTP/1.1\r\nHost: h\r\n\r\n")
        assert client.answer()[1]["Content-Type"] == "text/event-stream" and client.ended()
        server.until(lambda c: c["streams"] == c["mine"] == 0)
        client = server.connect()  # what follows a HEAD may be refused, and has its body again
        client.send("HEAD / HTTP/1.1\r\nHost: h\r\n\r\n").answer(with_body=False)
        client.send("GET / HTTP/1.1\r\nHost: h\r\nX: " + "x" * 9000)
        status, _, body = client.answer()
        assert status == 431 and b'"error"' in body and client.ended()
    with Server("--head-timeout", "1") as server:
        client = server.connect()
        client.send("HEAD / HTTP/1.1\r\nHost: h\r\n\r\n").answer(with_body=False)
        status, _, body = client.send("GET / HT").answer()
        assert status == 408 and b'"error"' in body and client.ended()


def heads():
    good = "Host: h\r\n\r\n"
    with Server() as server:
        for status, text in [
            (400, "GET / HTTP/1.1\nHost: h\n\n"),
            (400, "GET / HTTP/1.1\r\nHost: h\n\r\n"),
            (400, b"GET /\0 HTTP/1.1\r\nHost: h\r\n\r\n"),
            (400, b"GET / HTTP/1.1\r\nHost: h\0\r\n\r\n"),
            (400, b"GET /\xc3\xa9 HTTP/1.1\r\nHost: h\r\n\r\n"),
            (400, "GET / HTTP/1.1\r\n\r\n"),
            (400, "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"),
            (400, "GET / HTTP/1.1\r\nX : y\r\n" + good),
            (400, "GET / HTTP/1.1\r\nX: a\r\n folded\r\n" + good),
            (400, "GET / HTTP/1.1\r\nno colon\r\n" + good),
            (400, "GET / HTTP/1.1\r\n: empty\r\n" + good),
            (400, "GET /a b HTTP/1.1\r\n" + good),
            (400, "GET relative HTTP/1.1\r\n" + good),
            (400, "GET * HTTP/1.1\r\n" + good),
            (400, "GET /#part HTTP/1.1\r\n" + good),
            (400, "GET /\r\n" + good),
            (400, "/ HTTP/1.1\r\n" + good),
            (400, "G@T / HTTP/1.1\r\n" + good),
            (400, "GET / HTTX/1.1\r\n" + good),
            (400, "CONNECT h:80 HTTP/1.1\r\n" + good),
            (505, "GET / HTTP/2.0\r\n" + good),
            (505, "PRI * HTTP/2.0\r\n\r\n"),
            (501, "A" * 17 + " / HTTP/1.1\r\n" + good),
            (400, b"\x16\x03\x01\x02\0\x01\xfc\x03\x03garbage\r\n\r\n"),
        ]:
            got = status_of(server, text)
            assert got == status, (got, text)
        for text in ["BREW / HTTP/1.1\r\n" + good, "OPTIONS * HTTP/1.1\r\n" + good, "\r\n\r\nGET / HTTP/1.1\r\n" + good]:
            assert server.connect().send(text).answer()[0] == 200, text
        for seed in range(200):  # whatever it is, others are answered
            server.connect().send(os.urandom(seed * 7 + 1)).socket.close()
        assert server.get("/")[0] == 200


def long_heads():
    with Server() as server:
        assert status_of(server, "GET / HTTP/1.1\r\nHost: h\r\nX: " + "x" * 9000 + "\r\n\r\n") == 431
        assert status_of(server, "GET /" + "x" * 9000) == 431
        assert status_of(server, "GET / HTTP/1.1\r\n" + "X: y\r\n" * 101 + "Host: h\r\n\r\n") == 431
        assert server.get("/" + "x" * 8000)[0] == 200
        assert server.counts()["slow_heads"] == 2


def bodies():
    with Server() as server:
        start = "POST / HTTP/1.1\r\nHost: h\r\n"
        # The client has sent megabytes nobody read, and still gets the answer.
        assert status_of(server, start + "Content-Length: 4000000\r\n\r\n" + "x" * 4_000_000) == 413
        client = server.connect().send(start + "Content-Length: 4000000\r\n\r\n")
        assert client.answer()[0] == 413
        for _ in range(5):  # nor is one that is still sending reset before it had a chance to read
            client.send("x" * 10_000)
            time.sleep(0.05)
        assert status_of(server, start + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n") == 413
        assert status_of(server, start + "Content-Length: -1\r\n\r\n") == 400
        assert status_of(server, start + "Content-Length: 1\r\nContent-Length: 0\r\n\r\nx") == 413
        assert server.connect().send(start + "Content-Length: 0\r\n\r\n").answer()[0] == 200


def upgrades():
    with Server() as server:
        asks = "GET / HTTP/1.1\r\nHost: h\r\nConnection: keep-alive, Upgrade\r\nUpgrade: "
        assert status_of(server, asks + "websocket\r\nSec-WebSocket-Key: x\r\nSec-WebSocket-Version: 13\r\n\r\n") == 400
        assert server.connect().send(asks + "h2c\r\nHTTP2-Settings: AAMAAABk\r\n\r\n").answer()[0] == 200


def paths():
    with Server() as server:
        for sent, path, query in [
            ("/../../etc/passwd", "/../../etc/passwd", ""),
            ("/%2e%2e/a%00b", "/%2e%2e/a%00b", ""),
            ("//double", "//double", ""),
            ("/a?b=c?d&e=%26", "/a", "b=c?d&e=%26"),
            ("http://h.example/x?y", "/x", "y"),
            ("HTTP://h.example", "/", ""),
            ("http://h.example?q", "/", "q"),
        ]:
            assert server.get(sent)[2].startswith(f"GET {path} ?{query}\n".encode()), sent


def drip():
    with Server("--head-timeout", "2") as server:
        slow = [server.connect() for _ in range(50)]
        end = time.monotonic() + 3
        worst = 0
        while time.monotonic() < end:
            for client in slow:
                try:
                    client.send("G")
                except (BrokenPipeError, ConnectionResetError):
                    pass
            start = time.monotonic()
            assert server.get("/")[0] == 200
            worst = max(worst, time.monotonic() - start)
            time.sleep(0.02)
        assert SANITIZED or worst < 0.1, worst
        assert all(client.answer()[0] == 408 for client in slow)
        counts = server.until(lambda c: c["open"] == 1)
        assert counts["slow_heads"] == 50, counts


def idle():
    with Server("--idle-timeout", "4") as server:
        assert server.get("/")[0] == 200
        before = server.rss_kib()
        clients = [server.connect() for _ in range(1000)]  # never say anything
        for client in [server.connect() for _ in range(1000)]:
            assert client.get("/")[0] == 200  # say nothing more
            clients.append(client)
        start = time.monotonic()
        assert server.get("/")[0] == 200 and time.monotonic() - start < 0.1
        assert server.counts()["open"] == 2001
        assert SANITIZED or server.rss_kib() - before < 20 << 10, (before, server.rss_kib())
        counts = server.until(lambda c: c["open"] == 1)
        assert counts["slow_heads"] == 0 and all(client.ended() for client in clients)


def too_many():
    with Server("--max-connections", "10") as server:
        clients = [server.connect() for _ in range(10)]
        assert all(client.get("/")[0] == 200 for client in clients)
        for _ in range(5):
            assert server.connect().ended()
        assert b"refused=5" in clients[0].get("/counts")[2]
        clients.pop().socket.close()
        time.sleep(0.1)
        assert server.get("/")[0] == 200
    with Server("--max-streams", "2") as server:
        streams = [server.connect().send(GET.format("/stream")) for _ in range(2)]
        assert all(stream.answer()[0] == 200 for stream in streams)
        status, headers, _ = server.get("/stream")
        assert status == 503 and headers["Retry-After"] == "5"
        server.until(lambda c: c["streams"] == c["mine"] == 2)


def few_descriptors():
    """A limit of open files below what the connections need: fewer are taken, and the rest of the process has some left."""
    with Server(descriptors=200) as server:
        clients = [server.connect() for _ in range(150)]
        for client in clients[:100]:
            assert client.get("/")[0] == 200
        for client in clients[100:]:
            assert client.ended()
        assert len(os.listdir(f"/proc/{server.process.pid}/fd")) < 120
        assert b"refused=50" in clients[0].get("/counts")[2]
        server.stop()
        assert "only 100 connections are taken" in server.end()[1]


def small_buffer(server, size=4096):
    reader = socket.socket()
    reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, size)
    reader.settimeout(20)
    reader.connect((server.host, server.port))
    return Client(reader)


def reads_nothing():
    with Server("--write-timeout", "2") as server:
        before = server.rss_kib()
        stuck = [small_buffer(server).send(GET.format("/big") * 3) for _ in range(20)]
        server.until(lambda c: c["open"] == 21)
        assert len(server.get("/big")[2]) == 10 << 20
        assert SANITIZED or server.rss_kib() - before < 20 << 10  # the answer is shared
        used = cpu_seconds(server)
        server.until(lambda c: c["open"] == 1)
        assert cpu_seconds(server) - used < 1, "it spins"
        assert len(stuck) == 20
        slow = small_buffer(server, 65536).send(GET.format("/big"))  # takes longer than the timeout, but it reads
        for _ in range(40):
            slow.fill()
            time.sleep(0.1)
        assert len(slow.buffer) < 9 << 20 and len(slow.answer()[2]) == 10 << 20


def cpu_seconds(server):
    with open(f"/proc/{server.process.pid}/stat") as stat:
        fields = stat.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def stream_reads_nothing():
    with Server() as server:
        stuck = small_buffer(server).send(GET.format("/stream"))
        good = server.connect().send(GET.format("/stream"))
        assert good.until(b"data: hello\n\n").startswith(b"HTTP/1.1 200")
        server.until(lambda c: c["streams"] == 2)
        for _ in range(200):
            server.get("/flood")
            good.until(b"x\n\n")
        counts = server.until(lambda c: c["streams"] == 1 and c["mine"] == 1)
        assert counts["slow_streams"] == 1, counts
        server.get("/tell?still-here")
        assert good.until(b"\n\n").endswith(b"data: still-here")
        assert stuck
    with Server() as server:  # the one that reads again in time is told why
        slow = server.connect().send(GET.format("/stream"))
        slow.until(b"hello\n\n")
        while server.counts()["slow_streams"] == 0:
            server.get("/flood")
        while slow.fill():
            pass
        assert slow.buffer.endswith(b"x\n\nevent: end\ndata: too slow\n\n"), slow.buffer[-100:]
    with Server() as server:  # too far behind before anything was sent: the answer has its head all the same
        client = server.connect().send(GET.format("/stream?too-much"))
        while client.fill():
            pass
        head, rest = client.buffer.split(b"\r\n\r\n", 1)
        assert head.startswith(b"HTTP/1.1 200 OK\r\n") and rest == b"event: end\ndata: too slow\n\n", client.buffer[:200]


def many_streams():
    with Server() as server:
        streams = [server.connect().send(GET.format("/stream")) for _ in range(1000)]
        for stream in streams:
            stream.until(b"hello\n\n")
        teller = server.connect()
        used = cpu_seconds(server)
        for i in range(20):
            teller.get(f"/tell?{i}")
            start = time.monotonic()
            for stream in streams:
                assert stream.until(b"\n\n").endswith(f"data: {i}".encode())
            assert time.monotonic() - start < (5 if SANITIZED else 0.5)  # of which most is this reader's own
        spent = (cpu_seconds(server) - used) / 20
        print(f"{spent * 1000:.1f} ms of work for one event to 1,000 streams")
        assert SANITIZED or spent < 0.05, spent
        for stream in streams[:500]:
            stream.socket.close()
        server.until(lambda c: c["streams"] == c["mine"] == 500)


def resets():
    with Server() as server:
        for path in ["/big", "/slow", "/stream", "/", "/throwaway"]:
            for _ in range(40):
                client = server.connect().send(GET.format(path))
                client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                client.socket.close()  # a reset, not an end
        server.until(lambda c: c["open"] == 1 and c["streams"] == c["mine"] == 0)


def half_closed():
    with Server() as server:
        client = server.connect().send(GET.format("/slow") + GET.format("/big"))
        client.socket.shutdown(socket.SHUT_WR)
        assert client.answer()[2] == b"slow" and len(client.answer()[2]) == 10 << 20
        assert client.ended()
        stream = server.connect().send(GET.format("/stream"))
        stream.until(b"hello\n\n")
        stream.socket.shutdown(socket.SHUT_WR)
        assert stream.ended()


def port_taken():
    with Server() as server:
        for options, code, words in [
            (["--port", str(server.port)], 69, "can't listen on 127.0.0.1 port"),
            (["--host", "203.0.113.9"], 69, "an address and a port"),
            (["--host", "localhost"], 2, "no IPv4 or IPv6 address"),
        ]:
            other = subprocess.run([ECHO, *options], text=True, capture_output=True, timeout=10)
            assert other.returncode == code and words in other.stderr, other
        assert server.get("/")[0] == 200


def reachable(host, port):
    try:
        socket.create_connection((host, port), timeout=5).close()
        return True
    except OSError:
        return False


def addresses():
    with Server("--host", "127.0.0.2", host="127.0.0.2") as server:
        assert server.get("/")[0] == 200 and not reachable("127.0.0.1", server.port)
    with Server("--host", "0.0.0.0") as server:
        assert reachable("127.0.0.1", server.port) and reachable("127.0.0.2", server.port)
        assert not reachable("::1", server.port)
    if not os.path.exists("/proc/net/if_inet6"):
        return  # no IPv6 on this machine
    with Server("--host", "::") as server:
        assert reachable("127.0.0.1", server.port) and reachable("::1", server.port)
    with Server("--host", "::1", host="::1") as server:
        assert server.get("/")[0] == 200 and not reachable("127.0.0.1", server.port)


def stop():
    with Server() as server:
        waiting = server.connect().send(GET.format("/slow"))
        busy = small_buffer(server, 65536).send(GET.format("/big"))
        stream = server.connect().send(GET.format("/stream"))
        stream.until(b"hello\n\n")
        resting = server.connect()
        assert resting.get("/")[0] == 200
        partial = server.connect().send("GET / HT")
        server.until(lambda c: c["open"] == 6)
        server.stop()
        assert resting.ended() and partial.ended()
        assert not reachable("127.0.0.1", server.port)
        assert waiting.answer()[1]["Connection"] == "close" and waiting.ended()
        assert stream.until(b"\n\n") == b"event: end\ndata: stopping" and stream.ended()
        assert len(busy.answer()[2]) == 10 << 20
        assert server.end()[0] == 0
    with Server() as server:  # a client that never reads holds it up for the drain time only
        stuck = small_buffer(server).send(GET.format("/big"))
        server.until(lambda c: c["open"] == 2)
        start = time.monotonic()
        server.stop()
        assert server.end()[0] == 0 and time.monotonic() - start < 7 and stuck


def throws():
    with Server() as server:
        server.connect().send(GET.format("/throw"))
        code, log = server.end()
        assert code == 1 and "asked to throw" in log, (code, log)


if __name__ == "__main__":
    {name: value for name, value in globals().items() if callable(value)}[sys.argv[2]]()
