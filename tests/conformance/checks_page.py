"""What docs/PROTOCOL.md and docs/golden.txt hold themselves: the samples, and the client in Python."""

import os
import re
import subprocess
import sys

from florin_client import (ENTRIES, EPOCH, REPLY, Record, content_hash, hash_of, hello, pack, query, shard_of,
                           submit, unpack)
from harness import check, expect

DOCS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "docs")


def text_of(name):
    with open(os.path.join(DOCS, name), encoding="utf-8") as file:
        return file.read()


def codes():
    """The numbers of the table of codes."""
    section = text_of("PROTOCOL.md").split("\n## 10.")[1].split("\n## ")[0]
    return {int(number) for number in re.findall(r"^\| (\d+) \| `", section, re.MULTILINE)}


def golden():
    lines = [line.split(" ") for line in text_of("golden.txt").splitlines() if line and not line.startswith("#")]
    return {name: bytes.fromhex(value) for name, value in lines}


@check
def every_golden_sample_is_decoded_and_encoded_to_the_same_bytes(_node):
    samples = {name: data for name, data in golden().items() if not name.startswith(("placement.", "index."))}
    expect(len(samples) > 40, True, "there are samples")
    for name, data in samples.items():
        expect(pack(unpack(data)), data, f"the bytes of {name}")


@check
def the_client_writes_the_golden_messages(_node):
    samples = golden()
    session = bytes(range(0xa0, 0xb0))
    commands = [unpack(samples[name]) for name in ("command.open", "command.deposit")]
    for name, data in {"submit": submit(None, 5, commands), "submit.session": submit(session, 5, commands),
                       "hello": hello(session), "hello.first": hello(session, {"first": 300}),
                       "query.head": query(1, 2, []), "query.wallet": query(2, 3, ["alice"])}.items():
        expect(data, samples[name], f"the bytes of {name}")
    expect(unpack(samples["reply.wallet"])[1], REPLY, "type of a reply")


@check
def the_golden_records_fit_their_hashes(_node):
    for name, kind in (("record.epoch", EPOCH), ("record.entries", ENTRIES)):
        data = golden()[name]
        record = Record(*unpack(data))
        expect((record.type, record.hash), (kind, hash_of(data)), f"type and hash of {name}")
    for entry in record.entries:
        kind, _, transaction, mode, amount, currency = entry[:6]
        content = (kind, mode, entry[28][0][0], transaction, amount, currency, entry[7], entry[9], entry[10],
                   None, None)
        expect(entry[26], content_hash(*content), f"content hash of {transaction}")


@check
def the_golden_placements_are_where_the_formula_says(_node):
    prefix = "placement."
    placements = {name[len(prefix):]: data for name, data in golden().items() if name.startswith(prefix)}
    for wallet, shards in placements.items():
        expect(bytes(shard_of(wallet, count) for count in (1, 2, 4, 7, 16, 256)), shards, f"shards of {wallet}")


def example():
    """The client of section 14, and what the page says it prints."""
    section = text_of("PROTOCOL.md").split("\n## 14.")[1].split("\n## ")[0]
    [program] = re.findall(r"```python\n(.*?)```", section, re.DOTALL)
    printed = section.split("It prints")[1]
    return program, [line[4:] for line in printed.splitlines() if line.startswith("    ")]


def without_places(line):
    return re.sub(r"shard \d+ sequence \d+", "shard - sequence -", line)


@check
def the_client_of_the_page_prints_what_the_page_says(node):
    program, printed = example()
    result = subprocess.run([sys.executable, "-c", program, node.endpoint("front")], capture_output=True, text=True,
                            timeout=120, check=False)
    expect(result.returncode, 0, f"exit code, with {result.stderr}")
    expect([without_places(line) for line in result.stdout.splitlines()], [without_places(line) for line in printed],
           "lines")
