"""What the benchmarks of the whole pipeline share: a private PostgreSQL that really writes to the disk, the stages as child
processes, and what each of them costs."""

import glob
import os
import re
import shutil
import socket
import subprocess
import threading
import time
import urllib.error
import urllib.request

import measure

DATE = "2025-12-05"
TICK = os.sysconf("SC_CLK_TCK")
FOREIGN = re.compile(r"^(PG|POLYGON_|MASSIVE_|PULSE_|DATABASE_URL)")
MEMORY_TARGET = {"pg-sink": 128}  # MiB; 64 for everything else
ROW = ("trade_time, option_symbol, ticker, expiry, side, trim_scale(strike), trim_scale(price), size, trim_scale(premium), dte, "
       "exchange, conditions, occurrence, sequence, source")


def two_cores():
    """Keeps this program and all it starts on two cores, whatever the machine has: the vendor and the server share them."""
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:2])


class Postgres:
    """A PostgreSQL on a Unix socket below `folder`. It syncs, so a commit costs what it costs; settings are name=value."""

    def __init__(self, folder, tools, *settings):
        self.tools = tools
        self.home = os.path.join(folder, "postgres")
        self.data = os.path.join(self.home, "data")
        found = sorted(glob.glob("/usr/lib/postgresql/*/bin"), key=lambda path: float(path.split("/")[4]))
        self.programs = found[-1] if found else os.path.dirname(shutil.which("initdb"))
        os.makedirs(self.home)
        if os.geteuid() == 0:
            os.chmod(folder, 0o755)
            shutil.chown(self.home, "nobody")
        self.run("initdb", "-D", self.data, "-U", "pulse", "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C.UTF-8")
        options = " ".join(f"-c {setting}" for setting in ("listen_addresses=", "track_commit_timestamp=on", *settings))
        self.run("pg_ctl", "-D", self.data, "-l", f"{self.home}/log", "-w", "-o", f"{options} -k {self.home}", "start")
        with open(f"{self.data}/postmaster.pid", encoding="utf-8") as file:
            self.pid = int(file.readline())

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.run("pg_ctl", "-D", self.data, "-m", "immediate", "-w", "stop")

    def run(self, program, *arguments):
        """It refuses to run as root. Output goes to a file: the server would keep a pipe open for ever."""
        owner = ["runuser", "-u", "nobody", "--"] if os.geteuid() == 0 else []
        with open(f"{os.path.dirname(self.home)}/{program}.out", "w+", encoding="utf-8") as out:
            if subprocess.run([*owner, f"{self.programs}/{program}", *arguments], cwd="/", stdin=subprocess.DEVNULL, stdout=out,
                              stderr=out, check=False).returncode != 0:
                out.seek(0)
                raise SystemExit(f"{program} failed: {out.read()}")

    def environment(self, database):
        """Ours and libpq's alone: nothing of the caller's may lead to another vendor or database."""
        kept = {name: value for name, value in os.environ.items() if not FOREIGN.match(name)}
        return {**kept, "PGHOST": self.home, "PGUSER": "pulse", "PGDATABASE": database, "PGTZ": "UTC",
                "PGOPTIONS": "-c client_min_messages=warning", "LOG_LEVEL": "info", "LOG_FORMAT": "text",
                "POLYGON_API_KEY": "bench"}

    def sql(self, database, *statements):
        """What the last one answers, one row a line."""
        words = [word for statement in statements for word in ("-c", statement)]
        return subprocess.run(["psql", "-qXAt", "-v", "ON_ERROR_STOP=1", *words], env=self.environment(database), check=True,
                              stdout=subprocess.PIPE, text=True).stdout.strip()

    def fresh_database(self, name):
        """An empty database with our tables, and no dirty pages of what was before."""
        self.sql("postgres", f"DROP DATABASE IF EXISTS {name} WITH (FORCE)", f"CREATE DATABASE {name}")
        subprocess.run([f"{self.tools}/pg-sink", "--migrate-only", "--log-level", "warn"], env=self.environment(name), check=True)
        self.sql(name, "CHECKPOINT")

    def rows(self, database):
        """Every column of the trades that is not the server's own mark, in the order of their key."""
        return self.sql(database, f"SELECT {ROW} FROM smart_money_trades ORDER BY 1, 2, 11, price, size, conditions, occurrence")

    def last_commit(self, database, tables=("smart_money_trades",)):
        """When the last row of the tables was committed, in Unix seconds."""
        times = (f"SELECT max(pg_xact_commit_timestamp(xmin)) AS t FROM {table}" for table in tables)
        return float(self.sql(database, f"SELECT extract(epoch FROM max(t)) FROM ({' UNION ALL '.join(times)}) AS u"))

    def pids(self):
        with open(f"/proc/{self.pid}/task/{self.pid}/children", encoding="utf-8") as children:
            return [self.pid, *map(int, children.read().split())]

    def cpu(self):
        """Seconds of all its processes so far, the ended ones too."""
        return cpu_seconds(self.pid, True) + sum(cpu_seconds(pid) for pid in self.pids()[1:])


def cpu_seconds(pid, with_children=False):
    """What a process has used so far; 0 when it has ended."""
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8") as stat:
            fields = stat.read().rsplit(")", 1)[1].split()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return sum(map(int, fields[11:15 if with_children else 13])) / TICK


def resident_mib(pid):
    with open(f"/proc/{pid}/statm", encoding="utf-8") as statm:
        return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


def chain_commands(tools, chain, stream=(), rule=()):
    """name -> command of each stage, as scripts/pipeline composes them, with options for the source and the last filter."""
    tape = {"occ-filter, all prints": ["occ-filter", "--quiet-hits", "--min-premium", "0"], "order-join": ["order-join"],
            "flow-baseline": ["flow-baseline"]} if chain == "full" else {}
    commands = {"polygon-stream": ["polygon-stream", *stream], **tape,
                "occ-filter": ["occ-filter", "--quiet-hits", *rule], "pg-sink": ["pg-sink"]}
    return {name: [f"{tools}/{command[0]}", *command[1:]] for name, command in commands.items()}


class Chain:
    """Commands joined by pipes. Their memory is looked at every `interval` seconds; their CPU time is known once they ended."""

    def __init__(self, commands, folder, environment, stdin=subprocess.DEVNULL, interval=0.02):
        self.names = list(commands)
        self.logs = {name: os.path.join(folder, f"{number}.log") for number, name in enumerate(commands)}
        self.processes = []
        source = stdin
        for name, command in commands.items():
            last = name == self.names[-1]
            with open(self.logs[name], "wb") as log:
                process = subprocess.Popen(command, env=environment, stdin=source, stderr=log,
                                           stdout=subprocess.DEVNULL if last else subprocess.PIPE)
            if self.processes:
                source.close()
            source = process.stdout
            self.processes.append(process)
        self.cpu = {}
        self.peak = dict.fromkeys(self.names, 0)
        self.samples = {name: [] for name in self.names}  # (seconds since the start, MiB) with an interval of 1 s or more
        self.begin = time.perf_counter()
        self.over = threading.Event()
        self.watcher = threading.Thread(target=self.watch, args=(interval,))
        self.watcher.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        """After a failure nothing may go on: the stream would try to connect for ever."""
        self.over.set()
        self.watcher.join()
        for process in self.processes:
            if process.returncode is None:
                process.kill()
                process.wait()

    def watch(self, interval):
        while not self.over.wait(interval):
            for name, process in zip(self.names, self.processes):
                self.peak[name] = max(self.peak[name], measure.high_water_mib(process.pid))
                if interval >= 1 and self.peak[name] and process.returncode is None:
                    self.samples[name].append((time.perf_counter() - self.begin, resident_mib(process.pid)))

    def pid(self, name):
        return self.processes[self.names.index(name)].pid

    def log(self, name):
        with open(self.logs[name], encoding="utf-8", errors="replace") as log:
            return log.read()

    def stop(self):
        """As an operator would: the source ends, the others by the end of their input."""
        self.processes[0].terminate()

    def wait(self):
        """Until all have ended, well. Gives the seconds since the start."""
        for name, process in zip(self.names, self.processes):
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            self.cpu[name] = usage.ru_utime + usage.ru_stime
        seconds = time.perf_counter() - self.begin
        for name, process in reversed(list(zip(self.names, self.processes))):  # those before it lost their reader
            if process.returncode != 0:
                raise SystemExit(f"{name} ended with {process.returncode}: {self.log(name)[-800:]}")
        return seconds


class Vendor:
    """A server that says its port in its first line: polygon-sim, or a program of ours."""

    def __init__(self, command, environment=None):
        self.process = subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        port = self.process.stdout.readline().strip()
        if not port:
            raise SystemExit(f"{command[0]} did not start")
        self.url = f"ws://127.0.0.1:{port}/options"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()


def generate_tape(tools, path, trades, seed=1):
    with open(path, "wb") as out:
        subprocess.run([f"{tools}/polygon-sim", "generate", "--trades", str(trades), "--seed", str(seed), "--date", DATE,
                        "--log-level", "error"], stdout=out, check=True)


def selected_lines(tools, tape, *options):
    """The lines that occ-filter keeps."""
    return subprocess.run([f"{tools}/occ-filter", "--quiet-hits", "--log-level", "error", *options, tape], check=True,
                          stdout=subprocess.PIPE).stdout.splitlines()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def metric(port, name, labels=""):
    """One number of a stage's metrics page; a stage just started may not have it yet."""
    for left in range(100, -1, -1):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as page:
                text = page.read().decode()
            break
        except urllib.error.URLError:
            if left == 0:
                raise
            time.sleep(0.1)
    return float(re.search(rf"^{name}{re.escape(labels)} (\S+)$", text, re.M).group(1))


def report_memory(report, peaks, where):
    """peaks: stage -> one peak a round, in MiB. With the bounds that docs/benchmarks.md promises."""
    for name, values in peaks.items():
        report.figure(f"{where}: peak memory of {name}", values, "MiB", MEMORY_TARGET.get(name, 64))
