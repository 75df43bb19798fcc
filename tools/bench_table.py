#!/usr/bin/env python3
"""Runs the table of benchmarks: each case on a fresh node, in one process and in several, and beside it what the
machine and PostgreSQL do in the same hour. Writes everything into build/bench/results.json; tools/bench_report.py makes
docs/BENCHMARKS.md of it.

    tools/bench_table.py [--quick] [--only CASE,CASE] [--florin PATH] [--out FILE]

Ends with 1 where an audit failed or a case could not be measured.
"""

import argparse
import datetime
import json
import os
import shutil
import signal
import statistics
import subprocess
import sys
import time
from pathlib import Path

import bench_growth
import bench_postgres

ROOT = Path(__file__).resolve().parent.parent
PLACE = ROOT / "build" / "bench"
SHARDS = 2  # as many as the reference machine has cores: docs/OPERATIONS.md, "How many shards"
START_TIMEOUT_S = 60
RUN_TIMEOUT_S = 1800

CASES = {
    "1": {"in_flight": 1},
    "64": {"in_flight": 64},
    "1024": {"in_flight": 1024},
    "10000": {"in_flight": 10_000},
    "batch-64": {"in_flight": 10_000, "batch": 64},
    "batch-1024": {"in_flight": 10_240, "batch": 1024},
    "batch-8189-ordered": {"in_flight": 8189, "batch": 8189, "ids": "ordered"},
    "batch-8189-random": {"in_flight": 8189, "batch": 8189},
    "many-wallets": {"in_flight": 10_000, "wallets": 1_000_000},
    # Open loop, at half of what the case named was measured to do.
    "open": {"half_of": "1024"},
}
QUICK_WALLETS_MAX = 100_000
LAYOUTS = {
    "one process": [["run"]],
    "separate processes": [["router"], ["worker", "--shards", "0"], ["worker", "--shards", "1"], ["accounting"],
                           ["dead-letter"]],
}


class Node:
    """Florin's processes on a fresh data directory."""

    def __init__(self, florin, layout):
        self.directory = PLACE / "node"
        shutil.rmtree(self.directory, ignore_errors=True)
        self.directory.mkdir(parents=True)
        config = self.directory / "florin.toml"
        config.write_text(f'[store]\ndata_dir = "data"\nshards = {SHARDS}\n[gateway]\nlisten = "off"\n', encoding="utf-8")
        self.command = [str(florin), "--config", str(config)]
        self.layout = layout
        self.processes = []

    def start(self):
        with open(self.directory / "log", "ab") as log:
            self.processes = [subprocess.Popen([*self.command, *arguments], stdout=log, stderr=log)
                              for arguments in self.layout]

    def __enter__(self):
        self.start()
        try:
            self.wait_until_ready()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for process in self.processes:
            process.send_signal(signal.SIGTERM)
        for process in self.processes:
            try:
                process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        shutil.rmtree(self.directory, ignore_errors=True)

    def ask(self, *arguments):
        return subprocess.run([*self.command, "--json", *arguments], capture_output=True, text=True, check=False,
                              timeout=RUN_TIMEOUT_S)

    def is_ready(self):
        told = self.ask("status")
        if told.returncode != 0:
            return False
        status = json.loads(told.stdout)
        parts = [status["router"], *status["shards"], status["accounting"], status["dead_letters"]]
        return (all(part["live"] for part in parts) and all(s.get("phase") == "serving" for s in status["shards"])
                and all(shard.get("ready") for shard in status["router"].get("shards", [{}])))

    def wait_until_ready(self):
        # Who asks before the locks are held would hold them: each part is looked at once it has its own.
        deadline = time.monotonic() + START_TIMEOUT_S
        time.sleep(1)
        while not self.is_ready():
            ended = [process.poll() for process in self.processes if process.poll() is not None]
            if ended or time.monotonic() > deadline:
                log = (self.directory / "log").read_text(encoding="utf-8", errors="replace")[-2000:]
                what = f"ended with {ended}" if ended else f"is not ready after {START_TIMEOUT_S} s"
                raise RuntimeError(f"the node {what}: {log}")
            time.sleep(0.2)


def run_once(florin, layout, arguments):
    """The report of one run, or why there is none."""
    try:
        with Node(florin, layout) as node:
            done = node.ask("bench", *arguments)
    except (RuntimeError, subprocess.TimeoutExpired) as why:
        return {"failed": str(why)}
    if not done.stdout.startswith("{"):
        return {"failed": f"bench ended with {done.returncode}: {done.stderr.strip()[-500:]}"}
    report = json.loads(done.stdout)
    if done.returncode == 3:
        report["failed"] = "the audit failed"
    return report


def summary_of(runs):
    """Medians of the runs that were measured, and how far apart their rates are."""
    measured = [run for run in runs if "failed" not in run]
    if not measured:
        return None
    rates = [run["rate"] for run in measured]
    median = statistics.median(rates)
    of_all = lambda pick: statistics.median([pick(run) for run in measured])
    written = [run["written_bytes_per_transaction"] for run in measured]
    dirtied = [run["dirtied_bytes_per_transaction"] for run in measured]
    known = all(value is not None for value in written)
    return {
        "runs": len(measured),
        "rate": round(median),
        "spread_percent": round(100 * (max(rates) - min(rates)) / median) if median else 0,
        "latency_us": {key: round(of_all(lambda run: run["latency_us"][key]))
                       for key in ("p50", "p90", "p99", "p99_9", "max")},
        "refusals_per_mille": round(of_all(lambda run: run["refusals_per_mille"])),
        "written_bytes_per_transaction": round(statistics.median(written)) if known else None,
        "dirtied_bytes_per_transaction": round(statistics.median(dirtied)) if known else None,
        "counts": all(run["counts"] for run in measured),
        "objections": sorted({run["objection"] for run in measured if run["objection"]}),
        "audits_passed": all(run["audit"]["passed"] for run in measured),
    }


def arguments_of(case, plan, rate):
    wallets = case.get("wallets", 10_000)
    arguments = ["--seconds", str(plan["seconds"]), "--warm-up-s", str(plan["warm_up_s"]), "--batch",
                 str(case.get("batch", 1)), "--ids", case.get("ids", "random"), "--wallets",
                 str(min(wallets, QUICK_WALLETS_MAX) if plan["quick"] else wallets)]
    return arguments + (["--rate", str(rate)] if rate else ["--in-flight", str(case["in_flight"])])


def run_table(florin, plan, names):
    rows = []
    for layout_name, layout in LAYOUTS.items():
        rates = {}
        for name in names:
            case = CASES[name]
            rate = rates.get(case.get("half_of"), 0) // 2
            if "half_of" in case and not rate:
                continue
            arguments = arguments_of(case, plan, rate)
            runs = [run_once(florin, layout, arguments) for _ in range(plan["runs"])]
            summary = summary_of(runs)
            rates[name] = summary["rate"] if summary else 0
            rows.append({"case": name, "layout": layout_name, "summary": summary, "runs": runs})
            print(f"{layout_name}, {name}: {rates[name]} a second" if summary else
                  f"{layout_name}, {name}: not measured: {runs[0]['failed']}", file=sys.stderr, flush=True)
    return rows


def growth(florin, plan):
    try:
        with Node(florin, LAYOUTS["one process"]) as node:
            return bench_growth.measure(node, plan["quick"])
    except (RuntimeError, subprocess.TimeoutExpired) as why:
        return {"failed": str(why)}


def machine_limits(florin, plan):
    runs = []
    for _ in range(plan["runs"]):
        done = subprocess.run([str(florin), "--json", "bench", "--machine", str(PLACE / "machine"), "--seconds",
                               str(plan["seconds"])], capture_output=True, text=True, check=True)
        runs.append(json.loads(done.stdout))
    limits = {key: round(statistics.median([run[key] for run in runs])) for key in runs[0] if key != "machine"}
    return {**runs[0]["machine"], **limits, "runs": runs}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="one run of two seconds for each case")
    parser.add_argument("--only", help="these cases: " + ", ".join(CASES))
    parser.add_argument("--florin", type=Path, default=ROOT / "build" / "release" / "florin")
    parser.add_argument("--out", type=Path, default=PLACE / "results.json")
    options = parser.parse_args()
    names = options.only.split(",") if options.only else list(CASES)
    if unknown := [name for name in names if name not in CASES]:
        parser.error(f"no such case: {', '.join(unknown)}")
    plan = {"quick": options.quick, "runs": 1 if options.quick else 3, "seconds": 2 if options.quick else 5,
            "warm_up_s": 1 if options.quick else 2}
    PLACE.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    results = {
        "when": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
        "plan": plan,
        "load_before": os.getloadavg()[0],
        "machine": machine_limits(options.florin, plan),
        "postgres": bench_postgres.measure(PLACE, plan["seconds"]),
    }
    results["rows"] = run_table(options.florin, plan, names)
    if not options.only:
        results["growth"] = growth(options.florin, plan)
    results["took_s"] = round(time.monotonic() - began)
    options.out.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    measured = [run for row in results["rows"] for run in row["runs"]] + [results.get("growth", {})]
    failed = [run["failed"] for run in measured if "failed" in run]
    for why in failed:
        print(f"failed: {why}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
