#!/usr/bin/env python3
"""Holds the sources to the project's layers by reading their #include lines.

    base <- ledger <- { routing, protocol <- storage <- access } <- logic <- runtime <- actors <- tools
    { access, runtime } <- gateway <- actors;  runtime <- views <- tools
    base <- transport;  { routing, protocol, transport } <- client <- actors

Prints each violation as path:line: reason, and exits with 1 when there is one. With --self-test it checks itself
instead: each rule has to catch a violation that is planted for it, and has to leave honest code alone.
"""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# Folder of a layer -> the layers it may include, apart from itself.
MAY_USE = {
    "src/base": [],
    "src/ledger": ["base"],
    "src/routing": ["base", "ledger"],
    "src/protocol": ["base", "ledger"],
    "src/storage": ["base", "ledger", "protocol"],
    "src/access": ["base", "ledger", "storage"],
    "src/logic": ["base", "ledger", "routing", "protocol", "storage", "access"],
    "src/transport": ["base"],
    "src/client": ["base", "ledger", "routing", "protocol", "transport"],
    "src/runtime": ["base", "ledger", "routing", "protocol", "storage", "access", "logic"],
    "src/views": ["base", "ledger", "protocol", "runtime"],
    "src/web": [],
    "src/gateway": ["web", "views", "base", "ledger", "routing", "protocol", "access", "runtime"],
    "actors": [
        "base", "ledger", "routing", "protocol", "storage", "access", "transport", "client", "logic", "runtime",
        "gateway",
    ],
    "tools": [
        "base", "ledger", "routing", "protocol", "storage", "access", "transport", "client", "logic", "runtime",
        "views", "gateway",
        "actors",
    ],
}
LAYERS = {Path(folder).name for folder in MAY_USE}
GENERATED = {"florin_version.hpp"}

# Header -> the only paths, as prefixes, that may include it.
ONLY_IN = {
    r"lmdb\.h": ["src/storage/"],
    r"zmq\.h(pp)?": ["src/transport/", "src/client/", "actors/"],
    r"zmq_addon\.hpp": ["src/transport/", "src/client/", "actors/"],
    r"spdlog/.*": ["src/runtime/log."],
    r"boost/.*": ["actors/http_"],
}
# Costly to compile, so no header spreads it.
NEVER_IN_HEADERS = r"msgpack(/.*|\.hpp)"

# The ledger is a function of its input: nothing that reads a clock, a device or chance, or whose order varies.
IMPURE = (
    r"chrono|thread|mutex|shared_mutex|condition_variable|future|atomic|random|ctime|time\.h"
    r"|iostream|ostream|fstream|cstdio|stdio\.h|filesystem|unordered_map|unordered_set|unistd\.h"
    r"|absl/container/(flat|node)_hash_.*|spdlog/.*"
)
PURE_FOLDER = "src/ledger/"
EXACT_FOLDERS = ("src/base/", "src/ledger/")

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
FLOATING = re.compile(r"\b(float|double)\b")
# A raw string, a comment, a string, a character; the last two with escapes. A digit separator is not a character.
NOT_CODE = re.compile(
    r'R"([^()\\\s]{0,16})\(.*?\)\1"|//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|(?<![0-9a-fA-F])\'(?:\\.|[^\'\\\n])+\'',
    re.DOTALL,
)


def without_comments_and_strings(text):
    """The code alone, on the same lines; the text of #include lines stays."""

    def blank(match):
        line_start = text.rfind("\n", 0, match.start()) + 1
        if match.group().startswith('"') and INCLUDE.match(text, line_start):
            return match.group()
        return "\n" * match.group().count("\n") + " "

    return NOT_CODE.sub(blank, text)


def layer_of(path):
    return next((folder for folder in MAY_USE if path.startswith(folder + "/")), None)


def faults_of_include(path, quoted, header):
    folder = layer_of(path)
    if quoted and header not in GENERATED:
        used = header.split("/")[0]
        if used not in LAYERS:
            yield f'"{header}" does not begin with a layer; include it from the root, or with <>'
        elif used != Path(folder).name and used not in MAY_USE[folder]:
            yield f'{folder} may not use {used} ("{header}")'
    for pattern, places in ONLY_IN.items():
        if re.fullmatch(pattern, header) and not path.startswith(tuple(places)):
            yield f"<{header}> belongs to {' and '.join(places)} alone"
    if path.endswith(".hpp") and re.fullmatch(NEVER_IN_HEADERS, header):
        yield f"<{header}> is for .cpp files"
    if path.startswith(PURE_FOLDER) and re.fullmatch(IMPURE, header):
        yield f"<{header}> has no place in the ledger, which is pure"


def faults_of_file(path, text):
    """Yields (line, reason). `path` is relative to the root, with slashes."""
    for number, line in enumerate(without_comments_and_strings(text).split("\n"), start=1):
        include = INCLUDE.match(line)
        if include:
            for reason in faults_of_include(path, include[1] == '"', include[2]):
                yield number, reason
        elif path.startswith(EXACT_FOLDERS) and FLOATING.search(line):
            yield number, "no floating point comes near money"


def sources():
    for folder in ("src", "actors", "tools"):
        for file in sorted((ROOT / folder).rglob("*")):
            if file.suffix in (".hpp", ".h", ".cpp"):
                yield file.relative_to(ROOT).as_posix(), file.read_text(encoding="utf-8")


def check():
    count = faults = 0
    for path, text in sources():
        count += 1
        if layer_of(path) is None:
            faults += 1
            print(f"{path}:1: its folder is no layer; name it in {Path(__file__).name}")
            continue
        for line, reason in faults_of_file(path, text):
            faults += 1
            print(f"{path}:{line}: {reason}")
    if count == 0:
        print("no source file found: nothing was checked")
    elif faults == 0:
        print(f"{count} files keep to their layers")
    return 1 if faults or count == 0 else 0


PLANTED = [
    ("src/base/a.hpp", '#include "ledger/money.hpp"'),
    ("src/ledger/a.cpp", '#include "protocol/entry.hpp"'),
    ("src/routing/a.cpp", '#include "protocol/entry.hpp"'),
    ("src/protocol/a.cpp", '#include "routing/shard_of.hpp"'),
    ("src/protocol/a.cpp", '#include "storage/store.hpp"'),
    ("src/storage/a.cpp", '#include "routing/shard_of.hpp"'),
    ("src/storage/a.cpp", '#include "logic/shard.hpp"'),
    ("src/logic/a.cpp", '#include "runtime/log.hpp"'),
    ("src/runtime/a.cpp", '#include "actors/shard_actor.hpp"'),
    ("actors/a.cpp", '#include "tools/cli.hpp"'),
    ("tools/a.cpp", '#include "cli.hpp"'),
    ("tools/a.cpp", '#include "../src/base/text.hpp"'),
    ("src/logic/a.cpp", "#include <lmdb.h>"),
    ("src/storage/a.hpp", "#include <zmq.h>"),
    ("tools/a.cpp", "#  include <zmq.hpp>"),
    ("src/protocol/a.hpp", "#include <msgpack.hpp>"),
    ("src/protocol/a.hpp", "#include <msgpack/pack.hpp>"),
    ("src/runtime/loop.cpp", "#include <spdlog/spdlog.h>"),
    ("actors/log.cpp", "#include <spdlog/spdlog.h>"),
    ("src/gateway/a.cpp", "#include <boost/beast.hpp>"),
    ("src/gateway/a.cpp", '#include "client/session.hpp"'),
    *(
        ("src/ledger/a.hpp", f"#include <{header}>")
        for header in (
            "chrono thread mutex random iostream fstream unordered_map unordered_set cstdio atomic ctime "
            "spdlog/spdlog.h absl/container/flat_hash_map.h"
        ).split()
    ),
    ("src/ledger/a.hpp", "double amount = 0;"),
    ("src/base/a.hpp", "auto rate = static_cast<float>(minor);"),
    ("src/ledger/a.hpp", "/* a\n comment */ float a; // and more"),
    ("src/ledger/a.hpp", "char quote = '\"'; double a; char other = '\"';"),
    ("src/ledger/a.hpp", "auto most = 1'000; double a; auto more = 2'000;"),
]

HONEST = [
    ("src/ledger/a.hpp", '// #include <chrono>\n#include "base/strong.hpp"\n#include <map>'),
    ("src/ledger/a.cpp", '/* a double check\n   #include <random> */ auto name = "a float";'),
    ("src/ledger/a.cpp", 'auto text = R"(a "double" here)"; int doubled = 1; int floating = 2;'),
    ("src/storage/a.cpp", '#include <lmdb.h>\n#include "storage/a.hpp"\n#include "protocol/entry.hpp"'),
    ("src/protocol/a.cpp", "#include <msgpack.hpp>"),
    ("src/runtime/log.cpp", '#include <spdlog/spdlog.h>\n#include "runtime/log.hpp"'),
    ("actors/a.cpp", "#include <zmq.hpp>\ndouble seconds = 0.5;"),
    ("tools/version.cpp", '#include "florin_version.hpp"\n#include "actors/shard_actor.hpp"'),
]


def self_test():
    missed = [case for case in PLANTED if not list(faults_of_file(*case))]
    accused = [case for case in HONEST if list(faults_of_file(*case))]
    for path, text in missed:
        print(f"not caught: {path}: {text!r}")
    for path, text in accused:
        print(f"accused without cause: {path}: {text!r}")
    print(f"{len(PLANTED) - len(missed)} of {len(PLANTED)} planted violations caught")
    return 1 if missed or accused else 0


if __name__ == "__main__":
    if sys.argv[1:] not in ([], ["--self-test"]):
        sys.exit(__doc__)
    sys.exit(self_test() if sys.argv[1:] else check())
