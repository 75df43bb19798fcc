#!/usr/bin/env python3
"""Holds a real node to docs/PROTOCOL.md, with a client that was written from the page alone.

    conformance.py FLORIN               all checks
    conformance.py FLORIN WORD          those with this word in their name
    conformance.py FLORIN --self-test   planted bugs of a client and wrong expectations: each must be found
"""

import sys
import traceback

import checks_async
import checks_commands
import checks_events
import checks_handling
import checks_messages
import checks_page
import checks_queries
import checks_sessions
import planted
from harness import CHECKS, MET, TINY, TINY_CHECKS, Node

SECTIONS = (checks_page, checks_messages, checks_commands, checks_async, checks_sessions, checks_queries, checks_handling,
            checks_events)


def in_order(checks):
    """Section by section: those of events last, because they kill the node."""
    return sorted(checks, key=lambda function: [section.__name__ for section in SECTIONS].index(function.__module__))


def sentence(function):
    return function.__name__.replace("_", " ").capitalize()


def passes(function, node):
    try:
        function(node)
    except Exception:  # whatever a check raises is its failure; the others still run
        print(f"FAIL  {sentence(function)}\n{traceback.format_exc()}", flush=True)
        return False
    print(f"pass  {sentence(function)}", flush=True)
    return True


def run(binary, word):
    failed = asked = 0
    for checks, shards, limits in ((CHECKS, 3, {}), (TINY_CHECKS, 2, TINY)):
        chosen = [function for function in in_order(checks) if word in function.__name__]
        if not chosen:
            continue
        with Node(binary, shards, limits) as node:
            asked += len(chosen)
            failed += sum(not passes(function, node) for function in chosen)
    print(f"{asked - failed} of {asked} checks passed")
    if not word and codes_not_met():
        print(f"FAIL  No check met the codes {sorted(codes_not_met())}")
        return 1
    return 1 if failed or not asked else 0


def codes_not_met():
    """Codes of the page that no check met. 234 needs holds, 401 and 403 keys, 501 a store that fails, 505 workers that die,
    and the others an HTTP gateway."""
    return (checks_page.codes() - MET - {234, 401, 403, 501, 505} -
            {121, 122, 123, 124, 125, 304, 305, 411, 412, 508, 509})


def self_test(binary):
    """Each planted bug must make its check fail, for the reason it was planted for."""
    missed = 0
    with Node(binary, 3) as node:
        for function in planted.BUGS:
            try:
                function(node)
            except planted.Found as found:
                print(f"found   {sentence(function)}: {found}", flush=True)
            else:
                print(f"MISSED  {sentence(function)}", flush=True)
                missed += 1
    return 1 if missed else 0


def main(arguments):
    if not arguments or len(arguments) > 2:
        print(__doc__, file=sys.stderr)
        return 2
    if arguments[1:] == ["--self-test"]:
        return self_test(arguments[0])
    return run(arguments[0], arguments[1] if len(arguments) > 1 else "")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
