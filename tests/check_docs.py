#!/usr/bin/env python3
"""Holds the documents to the code.

    docs/PROTOCOL.md     the table of codes, the kinds of commands and of queries, quoted bytes, the Python client
    docs/STORAGE.md      quoted bytes
    docs/CLIENT.md       the example that a test compiles
    docs/OPERATIONS.md   every configuration key with its default and its limits
    ARCHITECTURE.md      a row for every folder of sources
    docs/decisions/      numbered without a hole, four headings each, short
    all of them          links between files lead somewhere

A quoted sample is a fenced block that opens with ```hex and names its entry of docs/golden.txt; on each of its lines
everything from # on is for the reader. Prints each difference and exits with 1 when there is one. With --self-test it
checks itself instead: each rule has to catch what is planted for it.
"""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def read(path):
    return (ROOT / path).read_text(encoding="utf-8")


# ---------------------------------------------------------------------------------------------------------
# What the code says


def codes_of_source(text):
    """{number: (name, retry, http, text)} of the table in codes.hpp."""
    rows = re.findall(r'X\((\d+), (\w+), (\w+), (\d+), "([^"]*)"\)', text)
    return {int(number): (name, retry, int(http), words) for number, name, retry, http, words in rows}


def enumerators(text, enum):
    """{number: name} of an enum class that gives every enumerator its number."""
    body = re.search(rf"enum class {enum} [^{{]*{{(.*?)}};", text, re.DOTALL)[1]
    return {int(number): name for name, number in re.findall(r"^\s*(\w+) = (\d+),", body, re.MULTILINE)}


def evaluate(expression):
    """A limit as config.cpp writes it."""
    plain = re.sub(r"static_cast<[^>]*>\((.*)\)$", r"\1", expression.strip())
    plain = plain.replace("kAmountMax.value()", str(2**53 - 1)).replace("kShardsMax", "256")
    plain = plain.replace("kMillion", "1000000").replace("'", "")
    plain = re.sub(r"std::uint64_t{(\d+)}", r"\1", plain)
    plain = re.sub(r"(\d)U", r"\1", plain)
    if not re.fullmatch(r"[\d\s*<]+", plain):
        raise ValueError(f"tests/check_docs.py cannot read the limit {expression!r}")
    return eval(plain)  # nothing but digits, * and << by now


KEY = re.compile(
    r'section\.(?P<call>number|text)\("(?P<key>\w+)", (?P<rest>.*?)\);'
    r'|read_(?:endpoint|path)\(section, "(?P<endpoint>\w+)"',
    re.DOTALL,
)


def keys_of_source(text):
    """{qualified key: (min, max) or None where it is no number} of config.cpp."""
    keys = {}
    functions = re.split(r"^(?=\w[\w:<>]* read_\w+\(TomlSection)", text, flags=re.MULTILINE)[1:]
    for function in functions:
        name = re.match(r"\S+ read_(\w+)\(", function)[1]
        section = {"bootstrap_wallet": "bootstrap.wallets"}.get(name, name)
        for found in KEY.finditer(function.split("\n}\n")[0]):
            key = found["key"] or found["endpoint"]
            limits = None
            if found["call"] == "number":
                low, high = found["rest"].split(", ", 1)[1].rsplit(", ", 1)
                limits = (evaluate(low), evaluate(high))
            keys[f"{section}.{key}"] = limits
    return keys


def defaults_of_config(text):
    """{qualified key: default as written} of the lines of florin.toml that are commented out."""
    defaults, section = {}, ""
    for line in text.split("\n"):
        if header := re.match(r"\[(\w+)\]", line):
            section = header[1]
        elif default := re.match(r"# (\w+) = (\S+)$", line):
            defaults[f"{section}.{default[1]}"] = default[2].strip('"')
    return defaults


# ---------------------------------------------------------------------------------------------------------
# What the documents say


def table_rows(text, heading):
    """The rows of the table whose heading row begins with these cells."""
    rows, inside = [], False
    for line in text.split("\n"):
        cells = [cell.strip().strip("`") for cell in re.split(r"(?<!\\)\|", line.strip())[1:-1]]
        if cells[: len(heading)] == heading:
            inside = True
        elif not line.startswith("|"):
            inside = False
        elif inside and not re.fullmatch(r"[\s|:-]+", line):
            rows.append(cells)
    return rows


def blocks(text, language):
    """(name behind the language, body) of each fenced block."""
    return re.findall(rf"^```{language}(?: +(\S+))?\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


def golden_entries(text):
    return dict(line.split(" ") for line in text.split("\n") if line and not line.startswith("#"))


# ---------------------------------------------------------------------------------------------------------
# Rules: each yields what differs.


def faults_of_codes(source, document):
    wanted = codes_of_source(source)
    found = {
        int(row[0]): (row[1], row[2], int(row[3]), row[4])
        for row in table_rows(document, ["number", "name", "retry", "HTTP", "text"])
    }
    for number in sorted(wanted.keys() | found.keys()):
        if wanted.get(number) != found.get(number):
            yield f"code {number} is {wanted.get(number)} in the code and {found.get(number)} in the table"


def faults_of_enum(source, enum, document, heading):
    wanted = enumerators(source, enum)
    found = {int(row[0]): row[1] for row in table_rows(document, heading)}
    for number in sorted(wanted.keys() | found.keys()):
        if wanted.get(number) != found.get(number):
            yield f"{enum} {number} is {wanted.get(number)} in the code and {found.get(number)} in the table"


def faults_of_keys(source, config, document):
    wanted = keys_of_source(source)
    defaults = defaults_of_config(config)
    found = {row[0]: row[1:] for row in table_rows(document, ["key", "default", "limits"])}
    for key in sorted(wanted.keys() | found.keys()):
        if key not in found or key not in wanted:
            yield f"{key} is {'not in the table' if key in wanted else 'no key of the configuration'}"
            continue
        limits = wanted[key]
        if limits and found[key][1] != f"{limits[0]} to {limits[1]}":
            yield f"{key} goes from {limits[0]} to {limits[1]}; the table says {found[key][1]}"
        if key in defaults and found[key][0] != defaults[key]:
            yield f"{key} has the default {defaults[key]}; the table says {found[key][0]}"


def faults_of_samples(golden, document):
    entries = golden_entries(golden)
    samples = blocks(document, "hex")
    if not samples:
        yield "no sample is quoted"
    for name, body in samples:
        quoted = "".join(re.sub(r"#.*", "", body).split())
        if name not in entries:
            yield f"the sample {name or 'without a name'} is not in docs/golden.txt"
        elif quoted != entries[name]:
            yield f"the sample {name} is {quoted}, docs/golden.txt has {entries[name]}"


def faults_of_python(document):
    for _, body in blocks(document, "python"):
        try:
            compile(body, "the Python client", "exec")
        except SyntaxError as error:
            yield f"the Python block does not compile: {error}"


def faults_of_example(source, document):
    """The block `cpp example` is what stands between the two marks of the source."""
    found = re.search(r"// \[example\]\n(.*?)// \[example\]\n", source, re.DOTALL)
    quoted = re.search(r"```cpp example\n(.*?)```\n", document, re.DOTALL)
    if not found or not quoted or found[1] != quoted[1]:
        yield "the example is not what tests/client_package/main.cpp compiles"


def faults_of_links(path, document, exists):
    for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", document):
        if "://" not in target and not exists((Path(path).parent / target).as_posix()):
            yield f"the link to {target} leads nowhere"


def faults_of_folders(folders, document):
    named = {row[0].rstrip("/") for row in table_rows(document, ["folder"])}
    for folder in sorted(folders - named):
        yield f"the table of folders has no row for {folder}"


DECISION_LINES_MAX = 60
DECISION_HEADINGS = ["## Context", "## Decision", "## What follows", "## What was rejected"]


def faults_of_decisions(pages):
    """`pages`: {file name: text}."""
    for number, name in enumerate(sorted(pages), start=1):
        if not re.fullmatch(rf"{number:04}-[a-z0-9-]+\.md", name):
            yield f"{name} should be number {number:04}"
        lines = pages[name].rstrip("\n").split("\n")
        if len(lines) >= DECISION_LINES_MAX:
            yield f"{name} has {len(lines)} lines; a page stays under {DECISION_LINES_MAX}"
        if [line for line in lines if line.startswith("## ")] != DECISION_HEADINGS:
            yield f"{name} should have the headings {', '.join(DECISION_HEADINGS)}"


# ---------------------------------------------------------------------------------------------------------


def documents():
    return ["ARCHITECTURE.md", *(path for path in ("README.md", "CHANGELOG.md") if (ROOT / path).exists())] + [
        file.relative_to(ROOT).as_posix() for file in sorted((ROOT / "docs").rglob("*.md"))
    ]


def source_folders():
    folders = {file.parent.relative_to(ROOT).as_posix() for top in ("src", "actors", "tools")
               for file in (ROOT / top).rglob("*.cpp")}
    return folders | {folder.relative_to(ROOT).as_posix() for folder in (ROOT / "src").iterdir() if folder.is_dir()}


def faults():
    """Yields (document, what differs)."""
    protocol, storage, golden = read("docs/PROTOCOL.md"), read("docs/STORAGE.md"), read("docs/golden.txt")
    rules = [
        ("docs/PROTOCOL.md", faults_of_codes(read("src/ledger/codes.hpp"), protocol)),
        ("docs/PROTOCOL.md", faults_of_enum(read("src/ledger/kinds.hpp"), "Kind", protocol, ["kind", "name"])),
        ("docs/PROTOCOL.md",
         faults_of_enum(read("src/protocol/query.hpp"), "QueryKind", protocol, ["query", "name"])),
        ("docs/PROTOCOL.md", faults_of_samples(golden, protocol)),
        ("docs/PROTOCOL.md", faults_of_python(protocol)),
        ("docs/STORAGE.md", faults_of_samples(golden, storage)),
        ("docs/CLIENT.md", faults_of_example(read("tests/client_package/main.cpp"), read("docs/CLIENT.md"))),
        ("docs/OPERATIONS.md",
         faults_of_keys(read("src/runtime/config.cpp"), read("config/florin.toml"), read("docs/OPERATIONS.md"))),
        ("ARCHITECTURE.md", faults_of_folders(source_folders(), read("ARCHITECTURE.md"))),
        ("docs/decisions", faults_of_decisions(
            {file.name: file.read_text(encoding="utf-8") for file in (ROOT / "docs/decisions").glob("*.md")})),
    ]
    for path in documents():
        rules.append((path, faults_of_links(path, read(path), lambda target: (ROOT / target).exists())))
    for path, found in rules:
        for fault in found:
            yield path, fault


def check():
    count = 0
    for path, fault in faults():
        count += 1
        print(f"{path}: {fault}")
    if count == 0:
        print(f"{len(documents())} documents agree with the code")
    return 1 if count else 0


# ---------------------------------------------------------------------------------------------------------
# Each rule with what agrees and what differs.

CODES = 'X(0, none, never, 200, "done") \\\n  X(301, overloaded, after, 429, "full")'
CODE_TABLE = "| number | name | retry | HTTP | text |\n|---|---|---|---|---|\n| 0 | `none` | never | 200 | done |\n"
ENUM = "enum class Kind : std::uint8_t {\n  open = 1,\n  deposit = 2,  ///< said\n};"
ENUM_TABLE = "| kind | name |\n|---|---|\n| 1 | `open` |\n| 2 | `deposit` |\n"
CONFIG = """
void read_store(TomlSection section, Config& config) {
  section.text("data_dir", given);
  section.number("size_max", router.size_max, 1024, std::uint64_t{64} << 20U);
}

BootstrapWallet read_bootstrap_wallet(TomlSection& section) {
  section.number("deposit", deposit, 0, static_cast<std::uint64_t>(kAmountMax.value()));
}
"""
TOML = "[store]\n# size_max = 4096\n"
KEY_TABLE = """| key | default | limits | what |
|---|---|---|---|
| `store.data_dir` | data | | where |
| `store.size_max` | 4096 | 1024 to 67108864 | how large |
| `bootstrap.wallets.deposit` | 0 | 0 to 9007199254740991 | how much |
"""
GOLDEN = "# a sample\nquery.head 950103010290\n"
SAMPLE = "```hex query.head\n95 01 03   # version 1, a query\n01 02 90\n```\n"
PAGE = "# 1\n\n## Context\n\n## Decision\n\n## What follows\n\n## What was rejected\n"

AGREE = [
    lambda: faults_of_codes(CODES, CODE_TABLE + "| 301 | `overloaded` | after | 429 | full |\n"),
    lambda: faults_of_enum(ENUM, "Kind", ENUM_TABLE, ["kind", "name"]),
    lambda: faults_of_keys(CONFIG, TOML, KEY_TABLE),
    lambda: faults_of_samples(GOLDEN, SAMPLE),
    lambda: faults_of_python("```python\nprint(1)\n```\n"),
    lambda: faults_of_example("// [example]\nf();\n// [example]\n", "```cpp example\nf();\n```\n"),
    lambda: faults_of_links("docs/a.md", "[b](b.md#part) [c](https://example.org/)", {"docs/b.md"}.__contains__),
    lambda: faults_of_folders({"src/base"}, "| folder | what |\n|---|---|\n| `src/base/` | values |\n"),
    lambda: faults_of_decisions({"0001-a.md": PAGE, "0002-b.md": PAGE}),
]
DIFFER = [
    lambda: faults_of_codes(CODES, CODE_TABLE),
    lambda: faults_of_codes(CODES, CODE_TABLE + "| 301 | `overloaded` | never | 429 | full |\n"),
    lambda: faults_of_codes(CODES, CODE_TABLE + "| 301 | `overloaded` | after | 429 | fully |\n"),
    lambda: faults_of_codes(CODES.split(" \\")[0], CODE_TABLE + "| 301 | `overloaded` | after | 429 | full |\n"),
    lambda: faults_of_enum(ENUM, "Kind", ENUM_TABLE.replace("2", "3"), ["kind", "name"]),
    lambda: faults_of_enum(ENUM, "Kind", "", ["kind", "name"]),
    lambda: faults_of_keys(CONFIG, TOML, KEY_TABLE.replace("store.data_dir", "store.directory")),
    lambda: faults_of_keys(CONFIG, TOML, KEY_TABLE.replace("67108864", "67108865")),
    lambda: faults_of_keys(CONFIG, TOML, KEY_TABLE.replace("9007199254740991", "1")),
    lambda: faults_of_keys(CONFIG, TOML, KEY_TABLE.replace("4096", "4097")),
    lambda: faults_of_samples(GOLDEN, SAMPLE.replace("90", "91")),
    lambda: faults_of_samples(GOLDEN, SAMPLE.replace("query.head", "query.tail")),
    lambda: faults_of_samples(GOLDEN, SAMPLE.replace(" query.head", "")),
    lambda: faults_of_samples(GOLDEN, "nothing quoted"),
    lambda: faults_of_python("```python\nprint(\n```\n"),
    lambda: faults_of_example("// [example]\nf();\n// [example]\n", "```cpp example\ng();\n```\n"),
    lambda: faults_of_example("f();\n", "f();\n"),
    lambda: faults_of_links("docs/a.md", "[b](b.md)", {"b.md"}.__contains__),
    lambda: faults_of_folders({"src/base", "src/new"}, "| folder | what |\n|---|---|\n| `src/base/` | values |\n"),
    lambda: faults_of_decisions({"0002-b.md": PAGE}),
    lambda: faults_of_decisions({"0001-a.md": PAGE + "\n" * 60 + "end"}),
    lambda: faults_of_decisions({"0001-a.md": PAGE.replace("## Context\n", "")}),
]


def self_test():
    accused = [str(list(case())) for case in AGREE if list(case())]
    missed = [number for number, case in enumerate(DIFFER) if not list(case())]
    for fault in accused:
        print(f"accused without cause: {fault}")
    for number in missed:
        print(f"not caught: difference {number}")
    print(f"{len(DIFFER) - len(missed)} of {len(DIFFER)} planted differences caught")
    return 1 if missed or accused else 0


if __name__ == "__main__":
    if sys.argv[1:] not in ([], ["--self-test"]):
        sys.exit(__doc__)
    sys.exit(self_test() if sys.argv[1:] else check())
