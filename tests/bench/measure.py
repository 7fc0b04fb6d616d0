"""Paired measurements: every contender runs once a round, in turn, so that a machine that drifts hurts all alike."""

import os
import statistics
import subprocess
import tempfile
import time


def run(command, stdin=None):
    """Runs a command (list, or string for the shell) and returns (wall seconds, CPU seconds of it and its children)."""
    source = open(stdin, "rb") if stdin else subprocess.DEVNULL
    start = time.perf_counter()
    before = os.times()
    process = subprocess.Popen(command, shell=isinstance(command, str), stdin=source, stdout=subprocess.DEVNULL,
                               stderr=subprocess.PIPE)
    _, errors = process.communicate()
    wall = time.perf_counter() - start
    after = os.times()
    if process.returncode != 0:
        raise SystemExit(f"{command} ended with {process.returncode}: {errors.decode()[-500:]}")
    return wall, after.children_user + after.children_system - before.children_user - before.children_system


def high_water_mib(pid):
    """Greatest memory so far of a process that runs our program already; 0 when it has ended."""
    try:
        with open(f"/proc/{pid}/status", encoding="utf-8") as status:
            return max((int(line.split()[1]) / 1024 for line in status if line.startswith("VmHWM:")), default=0)
    except (FileNotFoundError, ProcessLookupError):
        return 0


def run_with_memory(command):
    """Wall seconds and greatest memory (MiB) of a command whose output nobody wants. The system's own ru_maxrss counts what
    this process held at the fork, so the memory is looked at every 10 ms."""
    begin = time.perf_counter()
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=errors)
        peak = 0
        while True:
            peak = max(peak, high_water_mib(process.pid))
            try:
                process.wait(0.01)
                break
            except subprocess.TimeoutExpired:
                pass
        wall = time.perf_counter() - begin
        if process.returncode != 0:
            errors.seek(0)
            raise SystemExit(f"{command} ended with {process.returncode}: {errors.read().decode()[-500:]}")
    return wall, peak


def rounds(contenders, count):
    """contenders: name -> (command, stdin file). Returns name -> list of (wall, cpu), one a round."""
    results = {name: [] for name in contenders}
    for _ in range(count):
        for name, (command, stdin) in contenders.items():
            results[name].append(run(command, stdin))
    return results


def ratio(results, slow, fast, what=0):
    """Median of the rounds' ratios slow / fast; what: 0 wall time, 1 CPU time (which the system counts in steps of 10 ms)."""
    return statistics.median(a[what] / max(b[what], 0.01) for a, b in zip(results[slow], results[fast]))


def table(rows):
    """rows: (what, measured ratio, target text, met)."""
    print(f"{'what':<66}{'ratio':>9}  target")
    for what, measured, target, met in rows:
        print(f"{what:<66}{measured:>8.2f}x  {target:<8}{'' if met else '  MISSED'}")
