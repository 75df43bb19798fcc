"""What changes as a store grows: the rate, the memory, and how long a start takes after a kill.

One node in one process takes transactions without a pause, in slices of some seconds, until its journals hold as many
entries as asked for. Then it is killed, started again, measured once more, and all of it is decided anew by `verify`.
"""

import json
import re
import signal
import time

SLICE_S = {True: 1, False: 10}  # quick, full
ENTRIES = {True: 200_000, False: 20_000_000}
LOAD = ["--batch", "1024", "--in-flight", "10240", "--warm-up-s", "0", "--no-audit"]


def entries_of(node):
    return sum(shard["sequence"] for shard in json.loads(node.ask("status").stdout)["shards"])


def anonymous_mib(process):
    with open(f"/proc/{process.pid}/status", encoding="ascii") as status:
        return int(re.search(r"RssAnon:\s+(\d+) kB", status.read())[1]) // 1024


def slice_of(node, seconds):
    before = entries_of(node)
    done = node.ask("bench", *LOAD, "--seconds", str(seconds))
    if not done.stdout.startswith("{"):
        raise RuntimeError(f"bench ended with {done.returncode}: {done.stderr.strip()[-500:]}")
    report = json.loads(done.stdout)
    return {"from": before, "to": entries_of(node), "rate": report["rate"], "p99_us": report["latency_us"]["p99"],
            "written_bytes_per_transaction": report["written_bytes_per_transaction"], "counts": report["counts"],
            "anonymous_mib": anonymous_mib(node.processes[0])}


def kill(node):
    node.processes[0].send_signal(signal.SIGKILL)
    node.processes[0].wait()


def restart(node):
    """Milliseconds from the start of the process until every part serves."""
    began = time.monotonic()
    node.start()
    while not node.is_ready():
        if node.processes[0].poll() is not None or time.monotonic() - began > 60:
            raise RuntimeError("the node does not come back: " + (node.directory / "log").read_text()[-2000:])
        time.sleep(0.02)
    return round((time.monotonic() - began) * 1000)


def refolded(node):
    """Entries that the last opening applied again, of all shards."""
    found = re.findall(r'"refolded": ?"?(\d+)', (node.directory / "log").read_text(errors="replace"))
    shards = len(json.loads(node.ask("status").stdout)["shards"])
    return sum(int(count) for count in found[-shards:])


def measure(node, quick):
    """`node` is one process on a fresh data directory, and serves."""
    slices = []
    while not slices or slices[-1]["to"] < ENTRIES[quick]:
        slices.append(slice_of(node, SLICE_S[quick]))
    result = {"slices": slices, "entries": slices[-1]["to"]}
    kill(node)
    result["restart_ms"] = restart(node)
    result["refolded"] = refolded(node)
    result["after_restart"] = slice_of(node, SLICE_S[quick])
    began = time.monotonic()
    verified = node.ask("verify")
    result["verify_s"] = round(time.monotonic() - began)
    result["verified"] = verified.returncode == 0
    if verified.returncode != 0:
        result["failed"] = f"verify ended with {verified.returncode}: {verified.stdout[-500:]}{verified.stderr[-500:]}"
    return result
