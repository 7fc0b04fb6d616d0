#!/usr/bin/env python3
"""flat.py BIN_DIR CASE: backfill-fetch flat against an S3 service that misbehaves."""
import gzip
import json
import signal
import socket
import ssl
import subprocess
import time
from functools import partial

from flat_server import (DAY, HEADER, MARKER, OPEN_NS, SECRET, File, Server, answer, check, cut, damaged, path_of, rows,
                         run_cases, same, stall, status)

TEXT = rows(60_000)


def case_whole(tools):
    with Server({path_of(): File(TEXT)}) as server:
        out, err = tools.day(server)
        same(out, tools.expected(TEXT), "records")
        check("files: 1 read, 0 missing" in err and "received=60000" in err, err)
        (path, headers), = server.requests
        check(path == path_of(), path)
        check(headers["Authorization"].startswith("AWS4-HMAC-SHA256 Credential=KEYID/"), headers)
        check(headers["User-Agent"].startswith("pulse/"), headers)


def case_all_and_unfiltered(tools):
    with Server({path_of(): File(TEXT)}) as server:
        out, _ = tools.day(server, "--underlyings", "ALL", "--min-premium", "0", "--max-dte", "400")
        check(out.count('"ev":"T"') == 60_000, "ALL keeps every trade")
        check(out.endswith('"tickers":["*"],"from":1764945000000,"to":1764968400000}\n'), out[-200:])
        out, _ = tools.day(server, "--underlyings", "TSLA", "--unfiltered")
        check(out.count('"ev":"T"') == 10_000 and '"premium"' not in out, "unfiltered")


def case_cut(tools):
    """Three times, the last time within the gzip trailer: goes on each time where it stood."""
    file = File(TEXT)
    nearly = (len(file.data) // 4 - 3) / (len(file.data) // 4)
    with Server({path_of(): file}, [cut(0.5), cut(0.5), cut(nearly)]) as server:
        out, err = tools.day(server)
        same(out, tools.expected(TEXT), "records")
        check([bool(headers.get("Range")) for _, headers in server.requests] == [False, True, True, True], server.requests)
        check(all(headers["If-Match"] == file.etag for _, headers in server.requests[1:]), "If-Match")
        check("going on at byte" in err, err)


def case_range_ignored(tools):
    with Server({path_of(): File(TEXT)}, [cut(), partial(answer, ignore_range=True)]) as server:
        same(tools.day(server)[0], tools.expected(TEXT), "records")


def case_replaced(tools):
    """While it was read: what came before stays, a marker, then all of the new file."""
    other = rows(60_000, seed=2)
    for second in (answer, partial(answer, ignore_range=True, ignore_if_match=True)):
        replace = cut(0.5, then=lambda server: server.files.update({path_of(): File(other)}))
        with Server({path_of(): File(TEXT)}, [replace, second]) as server:
            out, err = tools.day(server)
            before, marker, after = out.partition(MARKER)
            check(marker, "no pass marker")
            same(after, tools.expected(other), "records of the new file")
            check(before and tools.kept(TEXT).startswith(before), "whole rows of the old file, nothing else")
            check("starting it over" in err, err)


def case_no_etag(tools):
    with Server({path_of(): File(TEXT)}, [cut(etag=False)]) as server:
        out, _ = tools.day(server)
        same(out.partition(MARKER)[2], tools.expected(TEXT), "records after the marker")
        check("Range" not in server.requests[1][1], "a range of a file that can't be told from another")


def case_damaged(tools):
    with Server({path_of(): File(TEXT)}, [damaged]) as server:
        out, err = tools.day(server)
        same(out.partition(MARKER)[2], tools.expected(TEXT), "records after the marker")
        check("arrived damaged" in err, err)


def case_missing(tools):
    """No file for one of three sessions: told, no watermark for it, the others are read."""
    first, last = rows(600, 1, OPEN_NS - 86_400_000_000_000), rows(600, 3, OPEN_NS + 3 * 86_400_000_000_000)
    with Server({path_of("2025-12-04"): File(first), path_of("2025-12-08"): File(last)}) as server:
        out, err = tools.fetch("--from", "2025-12-04", "--to", "2025-12-08", "--s3-endpoint", server.url)
        check([path for path, _ in server.requests] == list(map(path_of, ["2025-12-04", DAY, "2025-12-08"])), "no weekend")
        check(f"no file for {DAY}" in err and "2 read, 1 missing" in err, err)
        marks = {json.loads(line)["session"] for line in out.splitlines() if '"W"' in line}
        check(marks == {"2025-12-04", "2025-12-08"}, marks)


def case_refused(tools):
    body = b"<?xml version='1.0'?><Error><Code>SignatureDoesNotMatch</Code><Message>Check your key.</Message></Error>"
    with Server({}, [status(403, body)]) as server:
        out, err = tools.day(server, expect=77)
        check(out == "" and "SignatureDoesNotMatch" in err and "Check your key." in err, err)
        check("key pair of their own" in err and len(server.requests) == 1, err)


def case_server_errors(tools):
    script = [status(500), status(503, b"<html>busy</html>"), status(429, Retry_After="1"), None, status(500)]
    with Server({path_of(): File(TEXT)}, script) as server:
        same(tools.day(server)[0], tools.expected(TEXT), "records")
        check(len(server.requests) == 4, server.requests)


def case_gives_up(tools):
    with Server({}, [status(500)] * 9) as server:
        _, err = tools.day(server, "--max-retries", "1", expect=69)
        check("HTTP 500" in err and len(server.requests) == 2, err)
    _, err = tools.fetch("--from", DAY, "--to", DAY, "--s3-endpoint", "http://127.0.0.1:1", "--max-retries", "0", expect=69)
    check("127.0.0.1:1" in err and "connect" in err.lower(), err)


def case_no_handshake(tools):
    """Somebody accepts the connection and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"https://127.0.0.1:{silent.getsockname()[1]}"
        _, err = tools.fetch("--from", DAY, "--to", DAY, "--s3-endpoint", url, "--max-retries", "0", expect=69)
        check("no connection within 10 s" in err, err)


def case_stall(tools):
    with Server({path_of(): File(TEXT)}, [stall()]) as server:
        begun = time.monotonic()
        same(tools.day(server, "--stall-timeout", "1")[0], tools.expected(TEXT), "records")
        check(time.monotonic() - begun < 10, "took too long")
        check(len(server.requests) == 2, server.requests)


def case_slow_reader(tools):
    """Nobody reads for longer than the stall timeout: that is not the server's silence."""
    text = rows(240_000, seed=5)
    with Server({path_of(): File(text)}) as server:
        process = tools.start("--from", DAY, "--to", DAY, "--s3-endpoint", server.url, "--unfiltered", "--stall-timeout", "1")
        time.sleep(4)
        out, err = process.communicate(timeout=60)
        check(process.returncode == 0, err)
        check(out.count(b'"ev":"T"') == 120_000, "trades of AAPL, MSFT and TSLA")
        check(len(server.requests) == 1, f"{len(server.requests)} requests")


def case_state(tools):
    state = f"{tools.work}/state"
    with Server({path_of(): File(TEXT)}) as server:
        same(tools.day(server, "--state", state)[0], tools.expected(TEXT), "first run")
        out, err = tools.day(server, "--state", state)
        check(out == "" and "unchanged since it was read" in err and "0 read, 0 missing, 1 unchanged" in err, err)
        other = rows(60_000, seed=2)
        server.files[path_of()] = File(other)
        out, err = tools.day(server, "--state", state)
        same(out, MARKER + tools.expected(other), "replaced file")
        check("was replaced since it was read" in err, err)
        check(tools.day(server, "--state", state)[0] == "", "the new file is remembered")
        _, err = tools.day(server, "--state", state, "--min-premium", "1", expect=78)
        check("another job" in err, err)


def case_killed(tools):
    """kill -9 in the middle of the second file: the third run reads only what isn't finished."""
    state, next_day = f"{tools.work}/state", "2025-12-08"
    last = rows(6_000, 3, OPEN_NS + 3 * 86_400_000_000_000)
    args = ["--from", DAY, "--to", next_day, "--state", state, "--s3-endpoint"]
    with Server({path_of(): File(TEXT), path_of(next_day): File(last)}, [answer, stall(0.9)]) as server:
        with open(f"{tools.work}/out", "w+b") as out:
            process = tools.start(*args, server.url, stdout=out)
            while len(server.requests) < 2:
                time.sleep(0.01)
            time.sleep(0.3)
            process.send_signal(signal.SIGKILL)
            process.communicate()
            out.seek(0)
            first = out.read().decode()
        check(first.startswith(tools.expected(TEXT)), "the first file was whole")
        out, _ = tools.fetch(*args, server.url)
        check(out.startswith(MARKER.replace(DAY, next_day)), out[:200])
        same("".join(line + "\n" for line in out.splitlines()[2:] if '"T"' in line), tools.kept(last), "second file")
        check("If-None-Match" in server.requests[2][1], "asked whether the first file is the same")


def case_reader_gone(tools):
    state = f"{tools.work}/state"
    with Server({path_of(): File(TEXT)}) as server:
        process = tools.start("--from", DAY, "--to", DAY, "--s3-endpoint", server.url, "--unfiltered", "--state", state)
        process.stdout.read(100)
        process.stdout.close()
        process.stdout = None
        err = process.communicate(timeout=30)[1].decode()
        check(process.returncode == 74 and "went away" in err, f"{process.returncode} {err}")
        check(len(open(state).readlines()) == 1, "the state says the file was read")


def case_stop(tools):
    """SIGTERM while the server is silent: ends politely and promises nothing."""
    with Server({path_of(): File(TEXT)}, [stall(0.9)]) as server:
        process = tools.start("--from", DAY, "--to", DAY, "--s3-endpoint", server.url)
        while not server.requests:
            time.sleep(0.01)
        time.sleep(0.5)
        begun = time.monotonic()
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=30)
        check(process.returncode == 0 and time.monotonic() - begun < 3, err)
        check(b'"ev":"W"' not in out and tools.kept(TEXT).startswith(out.decode()), "whole rows and no watermark")


def case_local(tools):
    packed, plain, short = (f"{tools.work}/{name}" for name in ("day.csv.gz", "day.csv", "short.csv.gz"))
    data = gzip.compress(TEXT.encode())
    open(packed, "wb").write(data)
    open(plain, "w").write(TEXT)
    open(short, "wb").write(data[: len(data) // 2])
    for out in (tools.fetch(packed)[0], tools.fetch(plain)[0], tools.fetch("-", stdin=data)[0]):
        same(out, tools.expected(TEXT), "records")
    out, err = tools.fetch(short, expect=1)
    check("end in the middle" in err and '"ev":"W"' not in out, err)
    check(tools.kept(TEXT).startswith(out), "a torn row was taken")
    mixed = TEXT + rows(600, 3, OPEN_NS + 3 * 86_400_000_000_000).removeprefix(HEADER)
    out, err = tools.fetch("-", stdin=mixed.encode())
    check("no watermark" in err and '"ev":"W"' not in out and out == tools.kept(mixed), err)
    out, err = tools.fetch("-", stdin=b"")
    check("holds no trades" in err and out == "", err)
    tools.fetch(f"{tools.work}/none.csv.gz", expect=74)


def case_rejects(tools):
    bad = "O:AAPL251219C00190000,209,0,302,8.5,x,1"
    text = TEXT + bad + "\n"
    rejects = f"{tools.work}/rejects"
    out, err = tools.fetch("-", "--rejects", rejects, stdin=text.encode())
    same(out, tools.expected(TEXT), "records")
    check("stdin line 60002" in err and "rejected=1" in err and open(rejects).read() == bad + "\n", err)
    tools.fetch("-", "--strict", stdin=text.encode(), expect=65)


def case_tls(tools):
    pem = f"{tools.work}/server.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=test", "-addext",
                    "subjectAltName=IP:127.0.0.1", "-keyout", pem + ".key", "-out", pem], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem, pem + ".key")
    with Server({path_of(): File(TEXT)}, tls=context) as server:
        same(tools.day(server, "--ca-file", pem)[0], tools.expected(TEXT), "records")
        _, err = tools.day(server, expect=69)
        check("not trusted" in err and "--ca-file" in err and len(server.requests) == 1, err)
        _, err = tools.day(server, "--ca-file", f"{tools.work}/none.pem", expect=74)


def case_progress(tools):
    with Server({path_of(): File(TEXT)}, [stall(0.5)]) as server:
        _, err = tools.day(server, "--progress", "always", "--stall-timeout", "1")
        check(f"\x1b[K{DAY}  0 of 0 MB  files 0/1\r" in err, repr(err))


def case_settings(tools):
    day = ["--from", DAY, "--to", DAY]
    tools.fetch(*day, "--days", "3", expect=2)
    out, err = tools.fetch("--from", "2025-12-06", "--to", "2025-12-07")
    check("no session between 2025-12-06 and 2025-12-07" in err and not out, err)
    tools.fetch("--from", "2025-12-32", expect=2)
    tools.fetch(*day, "--min-premium", "much", expect=2)
    tools.fetch(*day, "--s3-endpoint", "ftp://files.example", expect=2)
    del tools.env["POLYGON_S3_SECRET_ACCESS_KEY"]
    _, err = tools.fetch(*day, expect=78)
    check("POLYGON_S3_SECRET_ACCESS_KEY" in err, err)
    with open(f"{tools.work}/secret", "w") as file:
        file.write(SECRET + "\n")
    tools.env["POLYGON_S3_SECRET_ACCESS_KEY_FILE"] = file.name
    with Server({path_of(): File(TEXT)}) as server:
        tools.env["POLYGON_S3_ENDPOINT"] = server.url
        same(tools.fetch(*day)[0], tools.expected(TEXT), "records")


run_cases({name.removeprefix("case_"): case for name, case in globals().items() if name.startswith("case_")})
