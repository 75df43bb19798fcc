#!/usr/bin/env python3
"""Holds docs/METRICS.md, the alert rules and the board to what a running node tells at /metrics.

Each metric of the table is told, each that is told is in the table with its labels, and rules and board name no other.
No label may have a value that callers choose. With --self-test the comparison has to catch what is planted for it.

    test_metrics.py FLORIN | --self-test
"""

import re
import sys
from pathlib import Path

from web_node import WebNode, eventually

ROOT = Path(__file__).resolve().parent.parent.parent
NAME = re.compile(r"\bflorin_[a-z_]+\b")
SUFFIX = re.compile(r"_(bucket|sum|count)$")
OURS = "callers-word"  # stands in everything that the test sends


def told(text):
    """{metric: labels that any of its samples has}"""
    metrics = {name: set() for name in re.findall(r"^# TYPE (\S+) ", text, re.MULTILINE)}
    for name, labels in re.findall(r"^(florin_\w+)(?:\{([^}]*)\})? ", text, re.MULTILINE):
        base = name if name in metrics else SUFFIX.sub("", name)
        metrics.setdefault(base, set()).update(re.findall(r"(\w+)=", labels))
        metrics[base].discard("le")
    return metrics


def documented(table):
    return {name: set(re.findall(r"\w+", labels)) for name, labels in re.findall(r"^\| `(\w+)` \| ([^|]*)\|", table, re.MULTILINE)}


def samples(text):
    """Every name that a query finds something under, or will."""
    return set(re.findall(r"^(?:# TYPE )?(florin_\w+)", text, re.MULTILINE))


def faults(text, table, users):
    """`users` is {file: text}."""
    metrics = told(text)
    for name in sorted(metrics.keys() - table.keys()):
        yield f"docs/METRICS.md does not list {name}"
    for name in sorted(table.keys() - metrics.keys()):
        yield f"docs/METRICS.md lists {name}, which no node tells"
    for name in sorted(metrics.keys() & table.keys()):
        if metrics[name] and metrics[name] != table[name]:
            yield f"{name} has the labels {sorted(metrics[name])}; docs/METRICS.md says {sorted(table[name])}"
    for file, content in users.items():
        used = set(NAME.findall(content))
        for name in sorted(used - samples(text)):
            yield f"{file} names {name}, which no node tells"
        if not used:
            yield f"{file} names no metric"


def check(binary):
    users = {path: (ROOT / path).read_text(encoding="utf-8") for path in ("deploy/observe/rules.yml", "deploy/observe/florin-board.json")}
    table = documented((ROOT / "docs/METRICS.md").read_text(encoding="utf-8"))
    with WebNode(binary) as node:
        for amount in (100, 99_000_000):
            node.request("POST", "/v1/wallets/100/payments",
                         {"id": f"{OURS}:{amount}", "amount_minor": amount, "currency": "EUR", "merchant": OURS})
        text = eventually(lambda: next((body for body in [node.get("/metrics").body.decode()]
                                        if 'reason="insufficient_funds"' in body), None), "the refusal to be counted")
    found = list(faults(text, table, users))
    if OURS in text or "wallet=" in text:
        found.append("a label has what a caller wrote")
    for fault in found:
        print(fault)
    print(f"{len(told(text))} metrics told, {len(table)} in the table; {len(found)} faults")
    return 1 if found or not table else 0


def self_test():
    metrics = ('# TYPE florin_a counter\nflorin_a{shard="0"} 1\n# TYPE florin_b histogram\nflorin_b_bucket{le="1"} 1\n')
    table = {"florin_a": {"shard"}, "florin_b": set()}
    planted = [list(faults(metrics, {"florin_a": {"shard"}}, {})), list(faults(metrics, {**table, "florin_c": set()}, {})),
               list(faults(metrics, {**table, "florin_a": {"kind"}}, {})), list(faults(metrics, table, {"rules": "florin_c > 0"})),
               list(faults(metrics, table, {"rules": "up == 0"})), list(faults(metrics, table, {"rules": "florin_a_sum"}))]
    missed = [i for i, found in enumerate(planted) if not found]
    wrong = list(faults(metrics, table, {"rules": "rate(florin_a[1m]) > florin_b_bucket"}))
    print(f"{len(planted)} planted faults, missed: {missed or 'none'}; honest metrics blamed: {wrong or 'never'}")
    return 1 if missed or wrong else 0


if __name__ == "__main__":
    sys.exit(self_test() if "--self-test" in sys.argv[1:] else check(sys.argv[1]))
