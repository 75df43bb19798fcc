"""Asynchronous commands in section 5 of docs/PROTOCOL.md: what is `queued` is decided, once and in order."""

from florin_client import DEPOSIT, OPEN, TRANSACTION, WITHDRAW
from harness import check, eventually, expect, new

ASYNC = {"async": True}
QUEUED = (4, 0, None, None, None, None, None, None, None)
NOT_FOUND = 503


def ask(node, wallet, transaction):
    """As the page says: the shard, then the router, then the shard again. The entry, `queued`, or None."""
    for door in (node.shard_of(wallet), "router", node.shard_of(wallet)):
        with node.asker(door) as asker:
            code, _, row = asker.reply(TRANSACTION, [wallet, transaction])
        if code == 0:
            return "queued" if door == "router" else row[3]
        expect(code, NOT_FOUND, "code")
    return None


@check
def an_asynchronous_command_is_answered_queued_and_decided_in_its_turn(node):
    wallet = new("async")
    commands = [[OPEN, "o", wallet, "EUR", ASYNC]]
    for i in range(20):
        commands += [[DEPOSIT, f"d{i}", wallet, 5, "EUR", ASYNC], [WITHDRAW, f"w{i}", wallet, 5, "EUR", ASYNC]]
    for body in node.bodies(commands):
        expect(tuple(body), QUEUED, "answer")
    last = eventually(lambda: (entry := ask(node, wallet, "w19")) != "queued" and entry,
                      "the last is decided")
    expect((last[22], last[23]), (0, 0), "outcome and reason of the last")
    expect(node.body([DEPOSIT, "after", wallet, 1, "EUR", {}]).state[0], 42, "version: each once, and this one")


@check
def a_synchronous_command_behind_asynchronous_ones_sees_what_they_did(node):
    wallet = new("mixed")
    bodies = node.bodies([[OPEN, "o", wallet, "EUR", ASYNC], [DEPOSIT, "d", wallet, 7, "EUR", ASYNC],
                          [WITHDRAW, "w", wallet, 7, "EUR", {}]])
    expect([body.resolution for body in bodies], [4, 4, 0], "resolutions")
    expect(bodies[2].state[4], 0, "balance")


@check
def async_is_no_content(node):
    wallet = node.wallet(0)
    expect(node.body([DEPOSIT, "d", wallet, 3, "EUR", ASYNC]).resolution, 4, "the first")
    repeated = node.body([DEPOSIT, "d", wallet, 3, "EUR", {"async": False}])
    expect((repeated.resolution, repeated.flags), (0, 1), "the same, synchronous: a duplicate")


@check
def async_is_true_or_false_and_nothing_else(node):
    for value in (1, "true", None):
        expect(node.code([DEPOSIT, new("id"), new("w"), 1, "EUR", {"async": value}]), 105, f"async {value}")


@check
def the_router_knows_no_transaction_that_was_never_sent(node):
    expect(node.query_code("router", TRANSACTION, new("w"), "x"), NOT_FOUND, "code")
    expect(node.query_code("router", TRANSACTION, "not a name", "x"), 109, "a wallet that is none")
    expect(node.query_code("router", TRANSACTION, "w", "not a name"), 110, "an id that is none")
