"""Paired measurements: every contender runs once a round, in turn, so that a machine that drifts hurts all alike."""

import resource
import subprocess
import tempfile
import time


def cpu_of_children():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def run(command, stdin=None):
    """Runs a command (list, or string for the shell) and returns (wall seconds, CPU seconds of it and its children)."""
    source = open(stdin, "rb") if stdin else subprocess.DEVNULL
    start = time.perf_counter()
    before = cpu_of_children()
    process = subprocess.Popen(command, shell=isinstance(command, str), stdin=source, stdout=subprocess.DEVNULL,
                               stderr=subprocess.PIPE)
    _, errors = process.communicate()
    wall = time.perf_counter() - start
    cpu = cpu_of_children() - before
    if process.returncode != 0:
        raise RuntimeError(f"{command} ended with {process.returncode}: {errors.decode()[-500:]}")
    return wall, cpu


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
            raise RuntimeError(f"{command} ended with {process.returncode}: {errors.read().decode()[-500:]}")
    return wall, peak


def rounds(contenders, count):
    """contenders: name -> (command, stdin file). Returns name -> list of (wall, cpu), one a round."""
    results = {name: [] for name in contenders}
    for _ in range(count):
        for name, (command, stdin) in contenders.items():
            results[name].append(run(command, stdin))
    return results


def ratios(results, slow, fast, what=0):
    """The rounds' ratios slow / fast; what: 0 wall time, 1 CPU time."""
    return [a[what] / b[what] for a, b in zip(results[slow], results[fast])]
