"""The vendor's end of the socket for tests/bench/stream: frames are made once, as bytes, and then only copied into the socket,
so that the server costs next to nothing beside the client it feeds. Knows no more of WebSocket than that takes."""

import base64
import hashlib
import socket
import ssl
import struct
import subprocess

FRAME_EVENTS = 100


def frame(text):
    """A whole text message of a server."""
    size = len(text)
    if size < 126:
        return b"\x81" + bytes([size]) + text
    if size < 1 << 16:
        return b"\x81\x7e" + struct.pack(">H", size) + text
    return b"\x81\x7f" + struct.pack(">Q", size) + text


def tape_frame(lines):
    return frame(b"[" + b",".join(lines) + b"]")


def tape_frames(lines, events=FRAME_EVENTS):
    """All lines as the bytes of one frame after the other."""
    return b"".join(tape_frame(lines[i:i + events]) for i in range(0, len(lines), events))


def status(name, message):
    return frame(b'[{"ev":"status","status":"%s","message":"%s"}]' % (name, message))


def certificate(folder):
    """A certificate of 127.0.0.1 by an authority nobody knows: (server's TLS context, the authority's PEM file)."""
    def openssl(*arguments):
        subprocess.run(["openssl", *arguments], cwd=folder, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    with open(f"{folder}/names", "w", encoding="utf-8") as names:
        names.write("subjectAltName=IP:127.0.0.1")
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    openssl("req", "-x509", *key, "-days", "2", "-subj", "/CN=bench CA", "-keyout", "ca.key",
            "-out", "ca.pem")
    openssl("req", *key, "-subj", "/CN=bench", "-keyout", "server.key", "-out", "server.csr")
    openssl("x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2",
            "-extfile", "names", "-out", "server.pem")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(f"{folder}/server.pem", f"{folder}/server.key")
    return context, f"{folder}/ca.pem"


class Listener:
    """Takes one client at a time."""

    def __init__(self, tls=None):
        self.tls = tls
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.socket.settimeout(30)
        self.url = f"{'wss' if tls else 'ws'}://127.0.0.1:{self.socket.getsockname()[1]}"

    def subscriber(self):
        """The next client, when it has asked for trades: the tape may begin."""
        connection, _ = self.socket.accept()
        connection.settimeout(60)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self.tls:
            connection = self.tls.wrap_socket(connection, server_side=True)
        upgrade(connection)
        connection.sendall(status(b"connected", b"Connected Successfully"))
        answer(connection, b'"auth"', status(b"auth_success", b"authenticated"))
        answer(connection, b'"subscribe"', status(b"success", b"subscribed to: T.*"))
        return connection


def upgrade(connection):
    head = b""
    while b"\r\n\r\n" not in head:
        head += more(connection)
    fields = {}
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        fields[name.strip().lower()] = value.strip()
    accept = base64.b64encode(hashlib.sha1(fields[b"sec-websocket-key"] + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest())
    connection.sendall(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                       b"Sec-WebSocket-Accept: " + accept + b"\r\n\r\n")


def answer(connection, wanted, reply):
    """Reads short messages until one holds what is wanted."""
    while wanted not in message(connection):
        pass
    connection.sendall(reply)


def message(connection):
    head = exactly(connection, 2)
    size = head[1] & 0x7f
    if size == 126:
        size = struct.unpack(">H", exactly(connection, 2))[0]
    mask = exactly(connection, 4)
    return bytes(byte ^ mask[i % 4] for i, byte in enumerate(exactly(connection, size)))


def exactly(connection, size):
    data = b""
    while len(data) < size:
        data += more(connection, size - len(data))
    return data


def more(connection, size=4096):
    data = connection.recv(size)
    if not data:
        raise SystemExit("the client left during the handshake")
    return data


def close(connection):
    """Waits for the client's closing frame (or its end), answers it, and ends."""
    try:
        connection.recv(4096)
        connection.sendall(b"\x88\x02\x03\xe8")
    except OSError:
        pass  # a client that just leaves
    connection.close()
