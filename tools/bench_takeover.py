#!/usr/bin/env python3
"""Measures how long a command waits at worst when the worker of its shard is killed, leaves, or another one joins.

    tools/bench_takeover.py [--florin PATH] [--runs 10] [--rate 20000]

A router and two workers share two shards, each in a process of its own. In the midst of an open loop (a client that
sends so many a second, late or not) one worker is ended with SIGKILL or with SIGTERM; or a second one joins the one that
has both. What is told is the longest time from when a command was due to be sent until it was answered, in ms: the median and the
worst of the runs. Prints one line of JSON for each kind.
"""

import argparse
import json
import signal
import statistics
import subprocess
import time
from pathlib import Path

from bench_table import ROOT, Node

WARM_UP_S = 1
MEASURED_S = 4
EVENT_AFTER_S = 2.5  # of the benchmark's start, which also opens its wallets
LAYOUT = [["router"], ["worker"], ["worker"], ["accounting"], ["dead-letter"]]
KINDS = ("kill", "leave", "join")


def serving(node):
    status = json.loads(node.ask("status").stdout)
    workers = status["router"].get("workers", [])
    return {worker["worker"]: sum(shard["hold"] == "serving" for shard in worker["shards"]) for worker in workers}


def wait_until(condition, what, timeout_s=60):
    deadline = time.monotonic() + timeout_s
    while not condition():
        if time.monotonic() > deadline:
            raise RuntimeError(f"timed out: {what}")
        time.sleep(0.05)


def start_worker(node):
    with open(node.directory / "log", "ab") as log:
        return subprocess.Popen([*node.command, "worker"], stdout=log, stderr=log)


def happen(node, workers, kind):
    """The event. Gives the workers that are there afterwards."""
    if kind == "join":
        return [*workers, start_worker(node)]
    workers[0].send_signal(signal.SIGKILL if kind == "kill" else signal.SIGTERM)
    return workers[1:]


def back_to(node, workers, count):
    while len(workers) > count:
        workers[0].send_signal(signal.SIGTERM)
        workers[0].wait()
        workers = workers[1:]
    while len(workers) < count:
        workers = [*workers, start_worker(node)]
    wait_until(lambda: list(serving(node).values()) == [2 // count] * count, "each worker has as many shards")
    return workers


def measure(node, kind, runs, rate):
    workers = [process for process, arguments in zip(node.processes, LAYOUT) if arguments == ["worker"]]
    longest_ms = []
    for _ in range(runs):
        workers = back_to(node, workers, 1 if kind == "join" else 2)
        load = subprocess.Popen([*node.command, "--json", "bench", "--rate", str(rate), "--batch", "16", "--wallets",
                                 "1000", "--warm-up-s", str(WARM_UP_S), "--seconds", str(MEASURED_S), "--no-audit"],
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        time.sleep(EVENT_AFTER_S)
        gone = workers[0]
        workers = happen(node, workers, kind)
        out, error = load.communicate(timeout=120)
        if not out.startswith("{"):
            raise RuntimeError(f"bench ended with {load.returncode}: {error.strip()[-500:]}")
        longest_ms.append(json.loads(out)["latency_us"]["max"] / 1000)
        if gone not in workers:
            gone.wait()
    node.processes.extend(workers)  # so that they are ended with the node
    return {"event": kind, "rate": rate, "runs": runs, "median_ms": round(statistics.median(longest_ms), 1),
            "worst_ms": round(max(longest_ms), 1), "all_ms": [round(ms, 1) for ms in longest_ms]}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--florin", type=Path, default=ROOT / "build/release/florin")
    parser.add_argument("--runs", type=int, default=10)
    parser.add_argument("--rate", type=int, default=20_000)
    options = parser.parse_args()
    for kind in KINDS:
        with Node(options.florin, LAYOUT) as node:
            print(json.dumps(measure(node, kind, options.runs, options.rate)), flush=True)


if __name__ == "__main__":
    main()
