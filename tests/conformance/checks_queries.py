"""Section 11 of docs/PROTOCOL.md: queries."""

import hashlib

from florin_client import (ACCOUNTS, DAILY_TOTALS, DEPOSIT, FREEZE, HEAD, HISTORY, IDS, LETTER, LETTERS, LINES,
                           OPEN, PAYMENT, POSITIONS, REFUSED, REPLAY, STATEMENT, STATUS, TOTALS, TRANSACTION, WALLET,
                           WALLETS, WITHDRAW, content_hash, int128, pack, query)
from harness import check, expect, new, receive

DOORS = ("router", "accounting", "dead-letter")
REJECTED, SUSPICIOUS, MALFORMED, FAILED, UNAPPLIED = range(5)


def pages(node, door, kind, start, behind, limit, rest=()):
    with node.asker(door) as asker:
        return list(asker.pages(kind, start, behind, limit, rest))


def same_in_small_pages(node, door, kind, start, behind, rest=()):
    """All rows of a query. Pages of two and one large one hold the same."""
    rows = pages(node, door, kind, start, behind, 1000, rest)
    expect(pages(node, door, kind, start, behind, 2, rest), rows, f"rows of query {kind} in pages of two")
    return rows


@check
def every_door_tells_its_status(node):
    for door in (*range(node.shards), *DOORS):
        expect(isinstance(node.ask(door, STATUS), dict), True, f"the status of {door} is a map")
    expect([node.ask(shard, STATUS)["phase"] for shard in range(node.shards)], ["serving"] * node.shards, "phases")


@check
def the_head_is_the_position_of_the_last_record(node):
    for shard in range(node.shards):
        lineage, of, ordinal, sequence, last_hash = node.ask(shard, HEAD)
        expect((len(lineage), of, len(last_hash)), (16, shard, 32), "lengths and shard")
        expect(node.ask(shard, REPLAY, lineage, ordinal, last_hash, 1), [[], False], "nothing is behind it")
        expect(node.ask(shard, TOTALS)[0], sequence, "sequence of the totals")


@check
def a_wallet_is_known_to_its_shard_alone(node):
    wallet = node.wallet(5)
    for shard in range(node.shards):
        row = node.ask(shard, WALLET, wallet)
        expect(row is not None, shard == node.shard_of(wallet), f"shard {shard} knows it")
    row = node.ask_about(wallet, WALLET, wallet)
    expect((row[0], row[2][:5]), (wallet, [2, 1, 0, "EUR", 5]), "wallet and state")
    expect(row[1], node.ask_about(wallet, TRANSACTION, wallet, "fund")[1], "stands at the sequence of its last entry")


@check
def what_stands_before_the_first_tilde_decides_the_shard(node):
    user = new("user")
    shards = {node.body([OPEN, "o", wallet, "EUR", {}]).shard for wallet in (user, user + "~EUR", user + "~a~b")}
    expect(shards, {node.shard_of(user)}, "shards")


@check
def wallets_and_ids_are_listed_in_pages(node):
    wallets = sorted(node.wallet(1) for _ in range(7))
    listed, ids = [], []
    for shard in range(node.shards):
        rows = same_in_small_pages(node, shard, WALLETS, None, lambda row: row[0])
        expect([row[0] for row in rows], sorted(row[0] for row in rows), "wallets, by id")
        listed += [row[0] for row in rows]
        rows = same_in_small_pages(node, shard, IDS, 0, lambda row: row[3])
        expect([row[3] for row in rows], list(range(1, len(rows) + 1)), "ids, each found at its entry")
        ids += [tuple(row[:3]) for row in rows]
    expect(sorted(set(wallets) - set(listed)), [], "wallets that are not listed")
    expect(set(ids) >= {(0, wallet, step) for wallet in wallets for step in ("open", "fund")}, True, "ids are listed")


@check
def a_limit_of_0_is_1_and_a_large_one_is_1000(node):
    wallet = node.wallet()
    node.bodies([[DEPOSIT, new("id"), wallet, 1, "EUR", {}] for _ in range(1100)])
    for limit, rows in ((0, 1), (1, 1), (1000, 1000), (1001, 1000), (2**64 - 1, 1000)):
        page, more = node.ask_about(wallet, HISTORY, wallet, 0, limit)
        expect((len(page), more), (rows, True), f"rows and more for limit {limit}")


@check
def the_history_of_a_wallet_holds_all_its_entries_newest_first(node):
    wallet = node.wallet(5)
    node.bodies([[PAYMENT, "p", wallet, 9, "EUR", {}], [FREEZE, "f", wallet, 1, {}]])
    rows, more = node.ask_about(wallet, HISTORY, wallet, 0, 10)
    expect(([row[3][2] for row in rows], more), (["f", "p", "fund", "open"], False), "ids and more")
    one_by_one, before = [], 0
    while True:
        page, more = node.ask_about(wallet, HISTORY, wallet, before, 1)
        one_by_one += page
        if not more:
            break
        before = page[-1][1]
    expect(one_by_one, rows, "rows in pages of one")
    previous = [row[3][28][0][1] for row in rows]
    expect(previous, [row[1] for row in rows[1:]] + [0], "each entry names the wallet's one before")
    expect([row[3][28][0][2][0] for row in rows], [4, 3, 2, 1], "versions without a hole")


@check
def an_entry_holds_the_hash_of_its_content(node):
    wallet = node.wallet(9, credit_limit=0, reference="r")
    options = {"merchant": "Café", "external": "card:a"}
    node.bodies([[PAYMENT, "p", wallet, 9, "EUR", options], [FREEZE, "f", wallet, 2, {}]])
    for step, content in (("open", (1, 0, wallet, "open", None, "EUR", None, None, "r", None, 0)),
                          ("fund", (2, 0, wallet, "fund", 9, "EUR", None, None, None, None, None)),
                          ("p", (4, 0, wallet, "p", 9, "EUR", "card:a", "Café", None, None, None)),
                          ("f", (5, 0, wallet, "f", None, None, None, None, None, 2, None))):
        entry = node.ask_about(wallet, TRANSACTION, wallet, step)[3]
        expect(entry[26], content_hash(*content), f"content hash of {step}")


@check
def totals_of_a_shard_add_up_to_zero_in_each_currency(node):
    wallet = node.wallet(100)
    node.bodies([[PAYMENT, "p", wallet, 30, "EUR", {}], [WITHDRAW, "w", wallet, 5, "EUR", {"external": "bank:a"}],
                 [DEPOSIT, "d", new("absent"), 7, "USD", {"mode": "advise"}]])
    for shard in range(node.shards):
        sums, externals = {}, set()
        for currency, kind, external, amount in node.ask(shard, TOTALS)[1]:
            sums[currency] = sums.get(currency, 0) + int128(amount)
            expect(kind in (0, 3), True, "class of a total")
            externals.add(external)
        expect({currency for currency, total in sums.items() if total}, set(), "currencies that do not add up")
        if shard == node.shard_of(wallet):
            expect(externals >= {"bank:settlement", "card:settlement", "bank:a"}, True, "external accounts")


@check
def accounting_tells_accounts_statements_lines_and_days(node):
    wallet = node.wallet(100)
    node.bodies([[PAYMENT, "p", wallet, 30, "EUR", {"reference": "r", "effective_date": 20260102}],
                 [PAYMENT, "too much", wallet, 300, "EUR", {}],
                 [DEPOSIT, "d", wallet, 7, "USD", {"mode": "advise"}],
                 [PAYMENT, "over", wallet, 71, "EUR", {"mode": "advise"}]])
    node.until_known("accounting", POSITIONS, wallet)
    account, lines, more = node.ask("accounting", STATEMENT, wallet, 0, 10)
    expect((account[:3], int128(account[3]), int128(account[4]), account[5], more),
           ([wallet, "EUR", -1], 100, 101, 3, False), "account, more")
    expect([line[6:15] for line in lines],
           [[4, 1, 71, "EUR", -1, "over", "card:settlement", None, None],
            [2, 2, 7, "USD", 70, "d", "bank:settlement", None, None],
            [4, 0, 30, "EUR", 70, "p", "card:settlement", "r", 20260102],
            [2, 0, 100, "EUR", 100, "fund", "bank:settlement", None, None]], "lines, newest first")
    expect([line[1] for line in lines], [line[0] for line in lines[1:]] + [0], "each line names the one before")
    expect(account[7], lines[0][0], "the account's last line")
    _, older, _ = node.ask("accounting", STATEMENT, wallet, lines[1][0], 1)
    expect(older, lines[2:3], "the line before the second")
    everything = same_in_small_pages(node, "accounting", LINES, 0, lambda line: line[0])
    expect([line[0] for line in everything], list(range(1, len(everything) + 1)), "numbers of all lines")
    expect([line for line in everything if line[2] == wallet], lines[::-1], "the wallet's among them")
    accounts = same_in_small_pages(node, "accounting", ACCOUNTS, None, lambda row: row[0])
    expect([row for row in accounts if row[0] == wallet], [account], "the account among all")
    kinds = {(currency, kind) for _, currency, kind, _, _ in node.ask("accounting", DAILY_TOTALS)}
    expect(kinds >= {("EUR", 2), ("EUR", 4), ("USD", 2)}, True, "currencies and kinds of the days")


@check
def dead_letters_are_kept_and_found(node):
    wallet = node.wallet()
    node.bodies([[PAYMENT, "p", wallet, 1, "EUR", {}], [DEPOSIT, "d", wallet, 1, "USD", {"mode": "advise"}]])
    node.until_known("dead-letter", POSITIONS, wallet)
    letters = same_in_small_pages(node, "dead-letter", LETTERS, 0, lambda letter: letter[1],
                                  (False, wallet, None))
    expect([(letter[2], letter[4][3][2], letter[4][3][23]) for letter in letters],
           [(REJECTED, "p", 231), (UNAPPLIED, "d", 207)], "class, id, reason")
    for letter in letters:
        expect(node.ask("dead-letter", LETTER, letter[1]), letter, "the letter by its number")
    for rest, ids in (((True, wallet, None), ["d"]), ((False, wallet, REJECTED), ["p"]),
                      ((False, wallet, FAILED), []), ((True, wallet, REJECTED), [])):
        found = pages(node, "dead-letter", LETTERS, 0, lambda letter: letter[1], 1000, rest)
        expect([letter[4][3][2] for letter in found], ids, f"letters of {rest}")


@check
def refused_messages_are_kept_by_the_router(node):
    message = pack([1, 2, None, 1, [], {new("mark"): 1}])
    node.refusal(message)
    rows = same_in_small_pages(node, "router", REFUSED, 0, lambda row: row[1])
    expect([row[1] for row in rows], list(range(1, len(rows) + 1)), "sequences")
    [row] = [row for row in rows if row[8] == message]
    expect((row[0], row[4], row[6], row[7]),
           (1, 104, len(message), hashlib.blake2b(message, digest_size=32).digest()), "format, code, length, hash")


@check
def card_numbers_are_masked_in_what_is_kept(node):
    mark = new("mark")
    expect(node.code([DEPOSIT, "4111111111111111", mark, 1, "EUR", {}]), 111, "code")
    rows = pages(node, "router", REFUSED, 0, lambda row: row[1], 1000)
    [kept] = [row[8] for row in rows if mark.encode() in row[8]]
    expect((b"4111111" in kept, b"1111" in kept), (False, True), "digits that are shown")


# ---- What is refused

@check
def what_does_not_exist_is_not_found(node):
    absent = new("absent")
    for door, kind, *parameters in ((0, WALLET, absent), (0, HISTORY, absent, 0, 1), (0, TRANSACTION, absent, "x"),
                                    ("accounting", STATEMENT, absent, 0, 1), ("dead-letter", LETTER, 2**60)):
        expect(node.query_code(door, kind, *parameters), 503, f"code of query {kind} {parameters}")
    wallet = node.wallet()
    shard = node.shard_of(wallet)
    expect(node.query_code(shard, TRANSACTION, wallet, "absent"), 503, "code of an id that is not there")
    expect(node.query_code(shard, HISTORY, wallet, 2**60, 1), 503, "code of a page before what is not there")


@check
def a_query_at_another_door_is_unknown(node):
    at = {0: (STATUS, HEAD, WALLET, WALLETS, HISTORY, TRANSACTION, REPLAY, TOTALS, IDS),
          "accounting": (STATUS, ACCOUNTS, DAILY_TOTALS, POSITIONS, STATEMENT, LINES),
          "dead-letter": (STATUS, POSITIONS, LETTERS, LETTER), "router": (STATUS, TRANSACTION, REFUSED)}
    kinds = {kind for known in at.values() for kind in known} | {0, 10, 99}
    for door, known in at.items():
        unknown = [kind for kind in sorted(kinds) if node.query_code(door, kind) == 502]
        expect(unknown, sorted(kinds - set(known)), f"kinds that are unknown at {door}")


@check
def a_query_that_cannot_be_read_is_answered_under_request_0(node):
    for message, code in ((b"", 101), (b"\xc1", 101), (pack([2, 3, 7, HEAD, []]), 102),
                          (pack([1, 2, 7, HEAD, []]), 103),
                          (pack([1, 3, 7, HEAD]), 104), (pack([1, 3, "7", HEAD, []]), 105),
                          (pack([1, 3, 7, "2", []]), 105), (query(7, HEAD, []) + b"\0", 106)):
        with node.asker(0) as asker:
            asker.door.send(message)
            reply = receive(asker.door)
            expect((reply[:4], reply[5]), ([1, 18, 0, code], None), f"reply to {message!r}")


@check
def a_query_of_several_frames_is_malformed(node):
    message = query(7, HEAD, [])
    for door in (0, *DOORS):
        for frames in ([b"", message], [message, b""], [message, message]):
            with node.asker(door) as asker:
                asker.door.socket.send_multipart(frames)
                expect(receive(asker.door)[:4], [1, 18, 0, 101], f"reply to {len(frames)} frames")


@check
def a_request_is_any_64_bits_and_comes_back(node):
    for request in (0, 2**64 - 1):
        with node.asker(0) as asker:
            asker.door.send(query(request, HEAD, []))
            expect(receive(asker.door)[:4], [1, 18, request, 0], "reply")


@check
def parameters_that_do_not_fit_are_refused(node):
    for door, kind, parameters, code in (
            (0, WALLET, [], 104), (0, WALLET, ["a", "b"], 104), (0, WALLET, [5], 105), (0, WALLET, ["a/b"], 109),
            (0, TRANSACTION, ["a", "a/b"], 110), (0, WALLETS, [None, -1], 105), (0, WALLETS, [None, "1"], 105),
            (0, IDS, ["text", 1], 105), (0, REPLAY, [bytes(5), 0, None, 1], 101),
            (0, REPLAY, [None, 0, bytes(5), 1], 101), (0, REPLAY, [None, None, None, 1], 105),
            *((door, STATUS, [None], 104) for door in (0, *DOORS)),
            (0, HEAD, [0], 104), (0, TOTALS, [0], 104), (0, HEAD, None, 105),
            ("accounting", DAILY_TOTALS, [0], 104), ("accounting", POSITIONS, [0], 104),
            ("dead-letter", POSITIONS, [0], 104), ("dead-letter", LETTERS, [0, 1, None, None, None], 105),
            ("dead-letter", LETTERS, [0, 1, False, None, 5], 101)):
        with node.asker(door) as asker:
            expect(asker.reply(kind, parameters)[0], code, f"code of query {kind} {parameters}")


@check
def a_position_on_no_chain_has_diverged(node):
    shard = node.shard_of(node.wallet())
    lineage, _, ordinal, _, last_hash = node.ask(shard, HEAD)
    for position in ([bytes(16), 0, None], [None, ordinal, bytes(32)], [lineage, 1, last_hash],
                     [lineage, ordinal + 1000, last_hash]):
        expect(node.query_code(shard, REPLAY, *position, 1), 504, f"code of replay {position}")
