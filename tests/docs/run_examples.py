#!/usr/bin/env python3
"""run_examples.py DOCUMENT FOLDER: runs every fenced `sh` block of a Markdown document (of a man page: of its EXAMPLES), one
after the other in FOLDER, as `bash -euo pipefail` would. Each must end with 0. A `text` block right behind one is what it must
print, to the letter.

Behind `<!-- runs until stopped -->` a block may go on for ever: once nothing new starts any more its sources get TERM, and then
it must end with 0 like the others. What a block leaves in the background is stopped, too.

The blocks find the tools in PATH, a database in DATABASE_URL, and in the vendor's place a polygon-sim, by the variables for it:
so the text is the one for the real vendor. In FOLDER there are `scripts`, and an invented session as tape.jsonl (all trades),
captured.jsonl (what polygon-stream made of it) and 2025-12-05.csv.gz (the daily file). The ports that the text names are
replaced by free ones. Needs PULSE_BIN, the folder of the tools."""
import os
import pathlib
import re
import signal
import socket
import stat
import subprocess
import sys
import time

BIN = pathlib.Path(os.environ["PULSE_BIN"]).resolve()
ROOT = pathlib.Path(__file__).resolve().parents[2]
DAY = "2025-12-05"
LONGEST_S = 60
STEADY_S = 1.0  # a block that runs for ever: so long without a new process
FOREVER = "<!-- runs until stopped -->"
PORT = re.compile(r"(?<=127\.0\.0\.1:)\d{4,5}\b|(?<=port )\d{4,5}\b")


class Block:
    """A command of the text: its lines, and those that it must print, if the text says so. Both are filled as they are read."""

    def __init__(self, line, forever):
        self.line, self.forever, self.lines, self.expected = line, forever, [], None

    @property
    def text(self):
        return "".join(f"{line}\n" for line in self.lines)


def examples_of(document):
    """The part of a document that is run, and the number of the line before it."""
    if document.parent.name != "man":
        return document.read_text(), 0
    text = subprocess.run([ROOT / "docs/man/build", "--expand", document], check=True, capture_output=True, text=True).stdout
    before, _, text = text.partition("\n# EXAMPLES\n")
    return re.split(r"^# (?=[A-Z ]+$)", text, flags=re.M)[0], before.count("\n") + 2


def blocks_of(document):
    text, line = examples_of(document)
    found, inside, last, forever = [], None, None, False
    for content in text.splitlines():
        line += 1
        if inside is not None:
            if content == "```":
                inside = None
            else:
                inside.append(content)
        elif content == "```sh":
            last = Block(line, forever)
            found.append(last)
            inside, forever = last.lines, False
        elif content.startswith("```"):
            inside = []
            if content == "```text" and last:
                last.expected = inside
            last = None
        elif content:
            last, forever = None, content == FOREVER
    return found


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return str(server.getsockname()[1])


def own_ports(text):
    ports = {}
    return PORT.sub(lambda match: ports.setdefault(match[0], free_port()), text)


# --- processes -------------------------------------------------------------------------------------------

def session_of(leader):
    """The living processes of a session, oldest first."""
    pids = []
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                fields = pathlib.Path(f"/proc/{entry}/stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[3]) == leader and fields[0] != "Z":
                pids.append(int(entry))
    return sorted(pids)


def is_source(pid, leader):
    """A tool or script of ours, started by the block itself, that doesn't read another program."""
    try:
        parent = int(pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
        ours = pathlib.Path(os.readlink(f"/proc/{pid}/exe")).parent == BIN
        command = pathlib.Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        script = len(command) > 1 and command[1].startswith(b"scripts/")
        return parent == leader and (ours or script) and not stat.S_ISFIFO(os.stat(f"/proc/{pid}/fd/0").st_mode)
    except OSError:
        return False


def send(pids, number):
    for pid in pids:
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            pass


def wait_until(condition, seconds):
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def stop(process):
    """TERM for the sources, again and again: a later command of the block may be another one."""
    deadline = time.monotonic() + LONGEST_S
    while process.poll() is None and time.monotonic() < deadline:
        send([pid for pid in session_of(process.pid) if is_source(pid, process.pid)], signal.SIGTERM)
        wait_until(lambda: process.poll() is not None, 5)


def until_steady(process):
    seen, since = set(), time.monotonic()
    while process.poll() is None and time.monotonic() - since < STEADY_S:
        now = set(session_of(process.pid))
        if not now <= seen:
            seen, since = seen | now, time.monotonic()
        time.sleep(0.05)


def run(block, folder, env):
    """What is wrong with the block, or nothing."""
    script, out_path, err_path = (folder / name for name in (".block", ".out", ".err"))
    script.write_text(own_ports(block.text))
    with open(out_path, "wb") as out, open(err_path, "wb") as err:
        process = subprocess.Popen(["bash", "-euo", "pipefail", script], cwd=folder, env=env, stdin=subprocess.DEVNULL, stdout=out,
                                   stderr=err, start_new_session=True)
        if block.forever:
            until_steady(process)
            ended_early = process.poll() is not None
            stop(process)
        else:
            ended_early = False
            wait_until(lambda: process.poll() is not None, LONGEST_S)
        status = process.poll()
        left = session_of(process.pid)
        send(left, signal.SIGTERM)
        if not wait_until(lambda: not session_of(process.pid), 10):
            send(session_of(process.pid), signal.SIGKILL)
            if status is not None:
                return "what it left in the background doesn't stop on TERM"
        if status is None:
            process.wait()
            return f"it didn't end within {LONGEST_S} s\n{err_path.read_text()[-2000:]}"
    printed = out_path.read_text()
    if status != 0:
        return f"it ended with {status}\n{printed[-2000:]}{err_path.read_text()[-4000:]}"
    if ended_early:
        return "it ended by itself, though the text says that it runs until stopped"
    if block.expected is not None and printed.splitlines() != block.expected:
        return "it printed:\n" + printed + "--- instead of:\n" + "\n".join(block.expected)
    return None


# --- what the blocks find ----------------------------------------------------------------------------------

class Vendor:
    """polygon-sim in the vendor's place."""

    def __init__(self, tape, log):
        self.process = subprocess.Popen([BIN / "polygon-sim", "serve", "--tape", tape, "--port", "0"], stdout=subprocess.PIPE, stderr=log,
                                        stdin=subprocess.DEVNULL)
        self.port = self.process.stdout.readline().decode().strip()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(20)


def environment(port):
    env = {name: value for name, value in os.environ.items() if not name.startswith(("POLYGON_", "MASSIVE_", "PULSE_", "LOG_"))}
    address = f"127.0.0.1:{port}"
    return env | {
        "PATH": f"{BIN}:{os.environ['PATH']}", "PULSE_BIN": str(BIN),
        "POLYGON_API_KEY": "examples", "POLYGON_WS_URL": f"ws://{address}/options", "POLYGON_API_URL": f"http://{address}",
        "POLYGON_S3_ENDPOINT": f"http://{address}", "POLYGON_S3_ACCESS_KEY_ID": "examples",
        "POLYGON_S3_SECRET_ACCESS_KEY": "examples"}


def make_tape(folder):
    def shell(command):
        subprocess.run(["bash", "-euo", "pipefail", "-c", command], cwd=folder, check=True, env={**os.environ, "LOG_LEVEL": "warn",
                       "PATH": f"{BIN}:{os.environ['PATH']}"})
    shell(f"polygon-sim generate --trades 20000 --seed 7 --date {DAY} > tape.jsonl")
    shell(f"polygon-sim flat --tape tape.jsonl | gzip > {DAY}.csv.gz")


def capture(folder, env):
    count = subprocess.run("occ-filter --quiet-hits --min-premium 0 --max-dte 100000 tape.jsonl | wc -l", shell=True, cwd=folder, env=env,
                           check=True, capture_output=True, text=True).stdout.strip()
    with open(folder / "captured.jsonl", "wb") as out:
        subprocess.run([BIN / "polygon-stream", "--count", count, "--log-level", "warn"], env=env, stdout=out, check=True)


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    document, folder = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve()
    blocks = blocks_of(document)
    if not blocks:
        sys.exit(f"{document.name} has no examples")
    (folder / "scripts").symlink_to(ROOT / "scripts")
    make_tape(folder)
    failed = 0
    with open(folder / ".vendor", "wb") as log, Vendor(folder / "tape.jsonl", log) as vendor:
        env = environment(vendor.port)
        capture(folder, env)
        for block in blocks:
            began = time.monotonic()
            wrong = run(block, folder, env)
            print(f"{document.name}:{block.line}: {'FAILED' if wrong else 'ok'}, {time.monotonic() - began:.1f} s", flush=True)
            if wrong:
                failed += 1
                print(f"{block.text}--- {wrong}", flush=True)
    sys.exit(1 if failed else 0)


main()
