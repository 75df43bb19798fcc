#!/usr/bin/env python3
"""Makes docs/BENCHMARKS.md and its charts of what tools/bench_table.py has measured.

    tools/bench_report.py [RESULTS [DOCS]]     default: build/bench/results.json, docs
"""

import json
import sys
from pathlib import Path
from xml.sax.saxutils import escape

ROOT = Path(__file__).resolve().parent.parent

# Grey, blue and orange that can be read on white and on black.
TEXT, FIRST, SECOND, OTHER = "#7d8590", "#2f81f7", "#db6d28", "#8957e5"


def label_of(row):
    conditions = next(run["conditions"] for run in row["runs"] if "conditions" in run)
    parts = [f"{conditions['batch']:,} a message"]
    if conditions["mode"] == "open loop":
        parts.append(f"open loop, {conditions['rate_wanted']:,} a second wanted")
    else:
        parts.append(f"{conditions['in_flight_max']:,} in flight")
    if conditions["wallets"] != 10_000:
        parts.append(f"{conditions['wallets']:,} wallets")
    if conditions["ids"] != "random":
        parts.append(f"{conditions['ids']} ids")
    return ", ".join(parts)


# ---------------------------------------------------------------------------------------------------------
# Charts


def bar_chart(title, bars, unit):
    """`bars`: (label, [(value, colour, what)]). Each label has a group of bars, each bar its value behind it."""
    label_width, bar_width, height, gap, top = 330, 330, 16, 12, 62
    largest = max((value for _, group in bars for value, _, _ in group), default=1) or 1
    legend = {what: colour for _, group in bars for _, colour, what in group}
    lines, y = [], top
    for label, group in bars:
        middle = y + height * len(group) / 2 + 4
        lines.append(f'<text x="{label_width - 8}" y="{middle:.0f}" text-anchor="end">{escape(label)}</text>')
        for value, colour, _ in group:
            width = max(1, round(bar_width * value / largest))
            lines.append(f'<rect x="{label_width}" y="{y}" width="{width}" height="{height - 2}" fill="{colour}"/>')
            lines.append(f'<text x="{label_width + width + 6}" y="{y + 12}">{value:,}</text>')
            y += height
        y += gap
    x = 20
    for what, colour in legend.items():
        lines.append(f'<rect x="{x}" y="34" width="12" height="12" fill="{colour}"/>')
        lines.append(f'<text x="{x + 18}" y="44">{escape(what)}</text>')
        x += 34 + 7 * len(what)
    width = label_width + bar_width + 90
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {y}" width="{width}" height="{y}" '
            f'font-family="sans-serif" font-size="12" fill="{TEXT}" role="img" aria-label="{escape(title)}">\n'
            f'<text x="{label_width}" y="20" font-size="14" font-weight="bold">{escape(title)} ({escape(unit)})</text>\n'
            + "\n".join(lines) + "\n</svg>\n")


def rate_chart(results):
    by_label = {}
    for row in measured_rows(results):
        colour = FIRST if row["layout"] == "one process" else SECOND
        by_label.setdefault(label_of(row) if row["case"] != "open" else "1 a message, open loop", []).append(
            (row["summary"]["rate"], colour, f"Florin, {row['layout']}"))
    bars = list(by_label.items())
    postgres = results["postgres"]
    if "skipped" not in postgres:
        one, many = postgres["one_per_call"], postgres["many_per_call"]
        bars.append((f"one a transaction, {one['clients']} clients", [(one["rate"], OTHER, "PostgreSQL")]))
        bars.append((f"{many['per_call']:,} a transaction, 1 client", [(many["rate"], OTHER, "PostgreSQL")]))
    return bar_chart("Transactions a second", bars, "more is better")


def latency_chart(results):
    bars = []
    for row in measured_rows(results):
        if row["layout"] == "one process":
            latency = row["summary"]["latency_us"]
            label = label_of(row) if row["case"] != "open" else "1 a message, open loop"
            bars.append((label, [(latency["p50"], FIRST, "p50"), (latency["p99"], SECOND, "p99")]))
    return bar_chart("Latency in one process, in microseconds", bars, "less is better")


def growth_chart(growth):
    bars = [(f"up to {at['to'] / 1e6:.1f} million", [(at["rate"], FIRST, "Florin, one process")]) for at in growth["slices"]]
    return bar_chart("Transactions a second as the journals grow", bars, "more is better")


# ---------------------------------------------------------------------------------------------------------
# The document


def measured_rows(results):
    return [row for row in results["rows"] if row["summary"]]


def table(heading, rows):
    lines = ["| " + " | ".join(heading) + " |", "|" + "---|" * len(heading)]
    return "\n".join(lines + ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows])


def bytes_cell(value):
    return "unknown" if value is None else f"{value:,}"


def row_cells(row):
    summary = row["summary"]
    latency = summary["latency_us"]
    refused = summary["refusals_per_mille"]
    return [label_of(row), f"{summary['rate']:,}" + ("" if summary["counts"] else " (does not count)"),
            f"{summary['spread_percent']} %", *(f"{latency[key]:,}" for key in ("p50", "p90", "p99", "p99_9", "max")),
            f"{refused / 10:.1f} %", bytes_cell(summary["written_bytes_per_transaction"]),
            bytes_cell(summary["dirtied_bytes_per_transaction"])]


def layout_section(results, layout):
    rows = [row for row in results["rows"] if row["layout"] == layout]
    heading = ["case", "per second", "spread", "p50 us", "p90", "p99", "p99.9", "max", "refused", "bytes written",
               "made dirty"]
    text = [f"## {layout.capitalize()}\n", table(heading, [row_cells(row) for row in rows if row["summary"]])]
    for row in rows:
        if not row["summary"]:
            text.append(f"\nNot measured: `{row['case']}`: {row['runs'][0]['failed']}")
        elif row["summary"]["objections"]:
            text.append(f"\n{label_of(row)}: {'; '.join(row['summary']['objections'])}.")
    return "\n".join(text)


def machine_section(results):
    machine, postgres = results["machine"], results["postgres"]
    rows = [
        ["LMDB commits of one small value, each synced", f"{machine['lmdb_commits_per_second']:,} a second"],
        ["ZeroMQ messages of 100 bytes over ipc, one way", f"{machine['zeromq_messages_per_second']:,} a second"],
        ["the same, there and back", f"{machine['zeromq_round_trips_per_second']:,} a second"],
    ]
    if "skipped" in postgres:
        rows.append(["PostgreSQL", f"skipped: {postgres['skipped']}"])
    else:
        one, many = postgres["one_per_call"], postgres["many_per_call"]
        rows.append([f"PostgreSQL {postgres['version']}, a function per transaction, best of "
                     f"{', '.join(one['rates_by_clients'])} clients: {one['clients']}",
                     f"{one['rate']:,} a second, mean {one['mean_ms']} ms"])
        rows.append([f"PostgreSQL, {many['per_call']:,} transactions in a call, 1 client",
                     f"{many['rate']:,} a second, mean {many['mean_ms']} ms a call"])
    return "## The machine, in the same run\n\n" + table(["what", "figure"], rows)


def growth_section(growth):
    if not growth:
        return ""
    if "slices" not in growth:
        return f"## Growth\n\nNot measured: {growth['failed']}\n\n"
    slices = [*growth["slices"], growth["after_restart"]]
    first, last = slices[0]["rate"], growth["slices"][-1]["rate"]
    rows = [[f"{at['from']:,} to {at['to']:,}", f"{at['rate']:,}", f"{at['p99_us']:,}",
             bytes_cell(at["written_bytes_per_transaction"]), at["anonymous_mib"]] for at in slices]
    rows[-1][0] += ", after the kill"
    verified = "found nothing wrong" if growth["verified"] else "**FAILED**"
    return f"""## Growth

One process, 1,024 a message, 10,240 in flight, random ids, without a pause. The last slice runs at {100 * last // max(first, 1)} % of the
first one's rate.

![Growth](benchmarks/growth.svg)

{table(['entries in the journals', 'per second', 'p99 us', 'bytes written', 'anonymous memory, MiB'], rows)}

Then `kill -9` with {growth['entries']:,} entries: it serves again {growth['restart_ms']:,} ms after its start, {growth['refolded']:,} of the
entries applied again. `florin verify` decides all of it anew in {growth['verify_s']} s and {verified}.

"""


def document(results):
    plan, machine = results["plan"], results["machine"]
    first = next(run["conditions"] for row in results["rows"] for run in row["runs"] if "conditions" in run)
    kind = ("A **quick** run, once for each case: it shows that everything works, and its figures are none to quote."
            if plan["quick"] else f"A full run: medians of {plan['runs']} runs.")
    audited = sum(run["audit"]["entries"] for row in results["rows"] for run in row["runs"] if "audit" in run)
    passed = all(row["summary"]["audits_passed"] for row in measured_rows(results))
    layouts = dict.fromkeys(row["layout"] for row in results["rows"])
    return f"""# Benchmarks

Written by `./run bench`; do not edit. {kind}

| condition | |
|---|---|
| when | {results['when']}, load average {results['load_before']:.1f} before it began |
| version | {first['version']} |
| machine | {machine['cores']} cores of {machine['processor']}; {machine['file_system']} |
| durability | {first['durability']} |
| shards | {first['shards']}; accounting and dead-letter sink running |
| client | one session in a process of its own, on the same machine, over ipc |
| work | {first['mix']} deposits, withdrawals and payments of 1 to 401 EUR; each wallet begins with 1000 EUR; a fresh node for each run |
| measured | {plan['seconds']} s after {plan['warm_up_s']} s of warm-up; all of it took {results['took_s']} s |
| audit | {'passed' if passed else '**FAILED**'}: {audited:,} answers, each held against its one entry in the journals; all books verified |

What a figure is worth depends on the machine and on who else uses it; compare figures of one run.

![Transactions a second](benchmarks/rate.svg)

![Latency](benchmarks/latency.svg)

{(chr(10) * 2).join(layout_section(results, layout) for layout in layouts)}

{growth_section(results.get('growth'))}{machine_section(results)}

In PostgreSQL a PL/pgSQL function locks the wallet, checks and changes its balance and keeps the transaction under its id.
With many in a call, the transactions are made up inside the server.

## What the columns mean

- **per second**: answers in the measured time. It counts only if the consumers held everything within 5 s of the last
  answer. **spread**: highest minus lowest of the runs, in parts of the median.
- **latency**: from the message's intended time (open loop) or its sending (closed loop, where a node that stalls is asked
  less) to its answer. A command waits for the others of its message.
- **refused**: rejected by the ledger, for want of funds.
- **bytes written**: what the shards' threads gave to write calls, for each transaction. **made dirty**: the pages that this
  touched, as the kernel counts them; kernels that keep several pages as one count all of them.

## Run it

    ./run bench --quick          a run of 2 s for each case
    ./run bench                  three runs of 5 s for each case, and 20 million transactions on one node
    ./run bench --only 64,1024   some of the cases
    ./florin bench --help        one measurement on a node of yours
"""


def main():
    results_file = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "build" / "bench" / "results.json"
    docs = Path(sys.argv[2]) if len(sys.argv) > 2 else ROOT / "docs"
    results = json.loads(results_file.read_text(encoding="utf-8"))
    if not measured_rows(results):
        sys.exit("nothing was measured")
    charts = docs / "benchmarks"
    charts.mkdir(parents=True, exist_ok=True)
    (charts / "rate.svg").write_text(rate_chart(results), encoding="utf-8")
    (charts / "latency.svg").write_text(latency_chart(results), encoding="utf-8")
    if "slices" in results.get("growth", {}):
        (charts / "growth.svg").write_text(growth_chart(results["growth"]), encoding="utf-8")
    (docs / "BENCHMARKS.md").write_text(document(results), encoding="utf-8")


if __name__ == "__main__":
    main()
