"""How connections with polygon-sim begin and end on the wire: wire.py POLYGON_SIM CASE

A WebSocket client by hand, because libraries hide whether a close frame came and how much of a frame did.
"""
import base64
import collections
import os
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time

SIM = sys.argv[1]
TEXT, CLOSE, PONG = 0x81, 0x88, 0x8A
Frame = collections.namedtuple("Frame", "opcode payload")


class Sim:
    """A running simulator over a fresh tape of 300 trades."""

    def __init__(self, *options):
        self.tape = tempfile.NamedTemporaryFile(suffix=".ndjson")
        plan = ["generate", "--trades", "300", "--seed", "5", "--date", "2026-03-06"]
        subprocess.run([SIM, *plan], stdout=self.tape, stderr=subprocess.DEVNULL, check=True)
        env = {k: v for k, v in os.environ.items() if k != "POLYGON_API_KEY"}
        self.process = subprocess.Popen([SIM, "serve", "--tape", self.tape.name, *options], env=env, text=True,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.port = int(self.process.stdout.readline() or 0)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.communicate()


class Client:
    """Reads frames; `end` says how the stream ended: eof, reset, or cut when that was inside a frame."""

    def __init__(self, port, path="/options"):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=10)
        self.buffer, self.end = b"", None
        key = base64.b64encode(os.urandom(16)).decode()
        self.socket.sendall((f"GET {path} HTTP/1.1\r\nHost: sim\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                             f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n\r\n").encode())
        while b"\r\n\r\n" not in self.buffer and self.fill():
            pass
        head, _, self.buffer = self.buffer.partition(b"\r\n\r\n")
        self.status = int(head.split()[1])

    def fill(self):
        try:
            data = self.socket.recv(65536)
        except ConnectionResetError:
            self.end = "reset"
            return False
        self.buffer += data
        if not data:
            self.end = "cut" if self.buffer else "eof"
        return bool(data)

    def take(self, size):
        while len(self.buffer) < size:
            if not self.fill():
                return None
        out, self.buffer = self.buffer[:size], self.buffer[size:]
        return out

    def frame(self):
        """The next frame, or None at the end of the stream."""
        head = self.take(2)
        if head is None:
            return None
        size = head[1] & 127
        if size > 125:
            more = self.take(2 if size == 126 else 8)
            if more is None:
                return None
            size = int.from_bytes(more, "big")
        payload = self.take(size)
        return None if payload is None else Frame(head[0], payload)

    def send(self, opcode, payload):
        self.socket.sendall(bytes([opcode, 0x80 | len(payload)]) + b"\0\0\0\0" + payload)

    def subscribe(self, key=b"any"):
        self.frame()
        self.send(TEXT, b'{"action":"auth","params":"' + key + b'"}')
        answer = self.frame().payload
        if b"auth_success" in answer:
            self.send(TEXT, b'{"action":"subscribe","params":"T.*"}')
            answer = self.frame().payload
        return answer

    def rest(self):
        """All frames up to a close frame or the end of the stream."""
        frames = []
        while frame := self.frame():
            frames.append(frame)
            if frame.opcode == CLOSE:
                break
        return frames


def events(frames):
    return sum(f.payload.count(b'"x":3') for f in frames)


def case_drop():
    with Sim("--faults", "123:drop") as sim:
        client = Client(sim.port)
        client.subscribe()
        frames = client.rest()
        assert events(frames) == 123, events(frames)
        assert all(f.opcode == TEXT for f in frames)
        assert client.end == "eof", client.end


def case_half():
    for frame_events, rest in (("1", 60), ("100", 10000)):
        with Sim("--faults", "100:half", "--frame-events", frame_events) as sim:
            client = Client(sim.port)
            client.subscribe()
            assert events(client.rest()) == 100
            assert client.end == "cut" and 40 < len(client.buffer) < rest, (client.end, len(client.buffer))


def case_close():
    for code in (1000, 1001, 1011):
        with Sim("--faults", f"123:close:{code}") as sim:
            client = Client(sim.port)
            client.subscribe()
            frames = client.rest()
            assert events(frames) == 123
            assert frames[-1] == Frame(CLOSE, struct.pack(">H", code)), frames[-1]


def case_refused_key():
    with Sim("--key", "right") as sim:
        client = Client(sim.port)
        assert b'"status":"auth_failed","message":"authentication failed"' in client.subscribe(b"wrong")
        assert client.rest() == [] and client.end == "eof"
        assert b"subscribed to: T.*" in Client(sim.port).subscribe(b"right")


def case_path():
    with Sim() as sim:
        assert Client(sim.port, "/stocks").status == 404
        assert Client(sim.port, "/options/").status == 404
        assert Client(sim.port).status == 101


def case_evicted_close():
    with Sim() as sim:
        first = Client(sim.port)
        first.subscribe()
        second = Client(sim.port)
        assert b"subscribed" in second.subscribe()
        frames = first.rest()
        assert b'"max_connections"' in frames[-2].payload
        assert frames[-1] == Frame(CLOSE, struct.pack(">H", 1008))


def case_garbage():
    with Sim("--faults", "50:garbage,200:mixed", "--at-end", "close") as sim:
        client = Client(sim.port)
        client.subscribe()
        frames = client.rest()
        assert events(frames) == 300, events(frames)
        payloads = [f.payload for f in frames]
        assert b"this is not JSON" in payloads and b"[]" in payloads
        assert any(b'"sym":,' in p for p in payloads)
        assert any(p.startswith(b"{") for p in payloads)
        assert any(b'"status"' in p and b'"ev":"T"' in p for p in payloads)


def pong_within(client, seconds):
    """Pings; whether the pong came in time. Events that come before it are read and dropped."""
    client.send(0x89, b"p")
    client.socket.settimeout(seconds)
    try:
        while frame := client.frame():
            if frame.opcode == PONG:
                return True
    except TimeoutError:
        pass
    return False


def case_stall():
    with Sim("--faults", "50:stall,2/50:ack-silence,3/50:ping-silence") as sim:
        for expected in (False, True, False):
            client = Client(sim.port)
            client.subscribe()
            while events([client.frame()]) == 0:
                pass
            time.sleep(0.1)
            assert pong_within(client, 1) == expected, expected
            client.socket.close()


def case_join():
    for options, expected in (((), 300), (("--join", "now"), 200)):
        with Sim("--faults", "100:drop", "--at-end", "close", *options) as sim:
            first = Client(sim.port)
            first.subscribe()
            assert events(first.rest()) == 100
            second = Client(sim.port)
            second.subscribe()
            assert events(second.rest()) == expected


def case_address():
    with Sim() as sim:
        listening = subprocess.run(["cat", f"/proc/{sim.process.pid}/net/tcp", f"/proc/{sim.process.pid}/net/tcp6"],
                                   capture_output=True, text=True, check=True).stdout
        own = [line.split()[1] for line in listening.splitlines() if f":{sim.port:04X} 0" in line]
        assert own == [f"0100007F:{sim.port:04X}"], own  # 127.0.0.1 and nothing else
    for address, code in (("192.0.2.1", 69), ("nonsense", 2)):
        with Sim("--host", address) as sim:
            assert sim.process.wait(10) == code, sim.process.returncode


def case_stop():
    with Sim() as sim:
        client = Client(sim.port)
        client.subscribe()
        start = time.monotonic()
        sim.process.send_signal(signal.SIGTERM)
        _, log = sim.process.communicate(timeout=10)
        assert sim.process.returncode == 0
        assert time.monotonic() - start < 2
        assert "connections=1 authenticated=1" in log, log


globals()[f"case_{sys.argv[2]}"]()
print(f"ok: {sys.argv[2]}")
