"""Section 11 of docs/PROTOCOL.md: what is done about dead letters, and the commands that redrive them."""

from florin_client import DEPOSIT, LETTER, LETTERS, PAYMENT, POSITIONS, TRANSACTION, content_hash, handle, pack
from harness import MET, check, expect, receive

RESERVE, RECORD, DISCARD = 1, 2, 3
REDRIVING, REDRIVEN, DISCARDED, RETURNED = 1, 2, 3, 4
REJECTED, UNAPPLIED = 0, 4
NOT_DECIDED = 3


def letters_of(node, commands):
    """A wallet, and the numbers of the letters that these commands of it become."""
    wallet = node.wallet()
    node.bodies(commands(wallet))
    node.until_known("dead-letter", POSITIONS, wallet)
    rows, _ = node.ask("dead-letter", LETTERS, 0, 1000, False, wallet, None)
    return wallet, [row[1] for row in rows]


def rejected_letter(node):
    wallet, [letter] = letters_of(node, lambda wallet: [[PAYMENT, "p", wallet, 5, "EUR", {}]])
    return wallet, letter


def tell(node, letter, action, details, options=None, by="ann"):
    """The code, and the letter's handlings as they then are, without their times."""
    with node.asker("dead-letter") as asker:
        code, _, payload = asker.tell(letter, by, action, details, options)
    MET.add(code)
    return code, [step[:1] + step[2:] for step in (payload[6] or [])] if code == 0 else None


@check
def a_rejected_letter_is_redriven_under_one_reserved_id(node):
    wallet, letter = rejected_letter(node)
    expect(tell(node, letter, RESERVE, [None]), (507, None), "without its class")
    reserved = [REDRIVING, "ann", "p~r1", None, 0, None]
    expect(tell(node, letter, RESERVE, [REJECTED]), (0, [reserved]), "reserved")
    expect(tell(node, letter, RESERVE, [REJECTED], by="bob"), (0, [reserved]), "reserved before")
    expect(tell(node, letter, DISCARD, ["no"]), (506, None), "discarded meanwhile")
    node.bodies([[DEPOSIT, "in", wallet, 5, "EUR", {}]])
    command = [PAYMENT, "p~r1", wallet, 5, "EUR", {"redrive_of": "p"}]
    expect(node.body(command).code, 0, "code of the redrive")
    done = [REDRIVEN, "ann", "p~r1", 0, 0, None]
    for by in ("ann", "bob"):
        expect(tell(node, letter, RECORD, ["p~r1", 0, 0], by=by), (0, [reserved, done]), f"recorded by {by}")
    expect(tell(node, letter, RECORD, ["p~r1", 1, 231]), (506, None), "another outcome")
    expect(tell(node, letter, RESERVE, [REJECTED]), (506, None), "redriven before")
    expect(tell(node, letter, RESERVE, [REJECTED], {"discarded": True}), (506, None), "it is not discarded")
    expect(tell(node, letter, RESERVE, [REJECTED], {"redriven": True})[1][2], [REDRIVING, "ann", "p~r2", None, 0, None],
           "the next id")
    entry = node.ask_about(wallet, TRANSACTION, wallet, "p~r1")[3]
    expect(entry[11:13], ["p", 1], "linked id and link type")
    expect(entry[26], content_hash(4, 0, wallet, "p~r1", 5, "EUR", None, None, None, None, None, "p"), "content hash")
    expect(node.code([PAYMENT, "p~r1", wallet, 5, "EUR", {}]), 201, "the same without the link")


@check
def a_redrive_without_a_decision_leaves_the_letter_open(node):
    _, letter = rejected_letter(node)
    tell(node, letter, RESERVE, [REJECTED])
    expect(tell(node, letter, RECORD, ["p~r2", 0, 0]), (506, None), "an id that is not reserved")
    expect(tell(node, letter, RECORD, ["p~r1", NOT_DECIDED, 201])[1][1], [RETURNED, "ann", "p~r1", 3, 201, None], "step")
    expect(tell(node, letter, RESERVE, [REJECTED])[1][2][2], "p~r2", "the next id")


@check
def a_discarded_letter_says_why_and_is_found_by_that(node):
    wallet, letter = rejected_letter(node)

    def found(options):
        rows, _ = node.ask("dead-letter", LETTERS, 0, 1000, False, wallet, None, options)
        return [row[1] for row in rows]

    expect(found({"handled": False, "reason": 231, "shard": node.shard_of(wallet)}), [letter], "open")
    discarded = [DISCARDED, "ann", None, None, 0, "paid by hand"]
    for _ in range(2):
        expect(tell(node, letter, DISCARD, ["paid by hand"]), (0, [discarded]), "discarded")
    expect(tell(node, letter, DISCARD, ["for another reason"]), (506, None), "discarded before")
    expect((found({"handled": True}), found({"handled": False})), ([letter], []), "handled, open")
    expect((found({"reason": 202}), found({"shard": 255})), ([], []), "of another reason, of another shard")
    expect(tell(node, letter, RESERVE, [REJECTED]), (506, None), "discarded before")
    expect(tell(node, letter, RESERVE, [REJECTED], {"discarded": True})[0], 0, "code")


@check
def unapplied_advice_is_not_redriven_but_discarded(node):
    _, [letter] = letters_of(node, lambda wallet: [[DEPOSIT, "d", wallet, 1, "USD", {"mode": "advise"}]])
    expect(tell(node, letter, RESERVE, [UNAPPLIED]), (507, None), "unapplied")
    with node.asker("dead-letter") as asker:
        needing = [row[1] for row in asker.pages(LETTERS, 0, lambda row: row[1], 1000, (True, None, None))]
    expect(letter in needing, True, "it needs action")
    expect(tell(node, letter, DISCARD, ["posted as x"])[0], 0, "code")
    expect(node.ask("dead-letter", LETTERS, letter - 1, 1, True, None, None)[0][:1] == [
        node.ask("dead-letter", LETTER, letter)], False, "it needs action no more")


@check
def a_redrive_of_what_no_error_ended_is_a_repetition(node):
    wallet = node.wallet()
    commands = [[DEPOSIT, "d", wallet, 1, "EUR", options] for options in ({"redrive": True}, {}, {"redrive": True})]
    expect([(body.code, body.flags) for body in node.bodies(commands)], [(0, 0), (0, 1), (0, 1)], "codes and flags")


@check
def a_handle_that_does_not_fit_is_refused_by_name(node):
    for letter, by, action, details, options, code in (
            (2**60, "ann", DISCARD, ["x"], {}, 503), (1, "", RESERVE, [None], {}, 101), (1, 5, RESERVE, [None], {}, 105),
            (1, "ann", 0, [None], {}, 103), (1, "ann", 4, [None], {}, 103), (1, "ann", RESERVE, [], {}, 104),
            (1, "ann", RESERVE, [5], {}, 101), (1, "ann", RECORD, ["a/b", 0, 0], {}, 110),
            (1, "ann", RECORD, ["a", 4, 0], {}, 101), (1, "ann", RECORD, ["a", 0, 9], {}, 101),
            (1, "ann", DISCARD, [""], {}, 101), (1, "ann", DISCARD, ["x" * 257], {}, 101),
            (1, "ann", DISCARD, ["a\nb"], {}, 101), (1, "ann", DISCARD, ["x"], {"force": True}, 107),
            (1, "ann", DISCARD, ["x"], {"redriven": 1}, 105), (1, "ann", DISCARD, ["x"], [], 105)):
        with node.asker("dead-letter") as asker:
            asker.door.send(handle(7, letter, by, action, details, options))
            expect(receive(asker.door)[:4], [1, 18, 7 if code == 503 else 0, code], f"reply to {by} {action} {details}")
    for door in (0, "router", "accounting"):
        with node.asker(door) as asker:
            asker.door.send(handle(7, 1, "ann", DISCARD, ["x"]))
            expect(receive(asker.door)[3], 103, f"code at {door}")
    with node.asker("dead-letter") as asker:
        asker.door.send(handle(7, 1, "ann", DISCARD, ["x"]) + pack(None))
        expect(receive(asker.door)[3], 106, "code of a longer message")
