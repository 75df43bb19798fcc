"""Sections 4, 5, 9 and 10 of docs/PROTOCOL.md: commands, answers, refusals in their order, codes."""

import itertools

import msgpack

from florin_client import (CLOSE, DEPOSIT, FREEZE, HISTORY, OPEN, PAYMENT, SET_LIMITS, TRANSACTION, UNFREEZE, WALLET,
                           WITHDRAW, pack)
from harness import array, check, expect, new

MOST = 2**53 - 1
DUPLICATE, OVERDRAWN, UNAPPLIED = 1, 2, 4
ADVISE = {"mode": "advise"}


def deposit(wallet, amount=1, currency="EUR", options=None, kind=DEPOSIT):
    return [kind, new("id"), wallet, amount, currency, options or {}]


def outcome(body):
    return body.resolution, body.code


# ---- Every kind succeeds

@check
def every_kind_does_to_the_wallet_what_the_table_of_kinds_says(node):
    wallet = new("life")
    steps = [([OPEN, "1", wallet, "EUR", {}], (1, 1, 0, "EUR", 0, 0, 0)),
             ([DEPOSIT, "2", wallet, 1000, "EUR", {}], (2, 1, 0, "EUR", 1000, 0, 0)),
             ([WITHDRAW, "3", wallet, 300, "EUR", {}], (3, 1, 0, "EUR", 700, 0, 0)),
             ([PAYMENT, "4", wallet, 700, "EUR", {}], (4, 1, 0, "EUR", 0, 0, 0)),
             ([FREEZE, "5", wallet, 1, {}], (5, 1, 1, "EUR", 0, 0, 0)),
             ([FREEZE, "6", wallet, 3, {}], (6, 1, 3, "EUR", 0, 0, 0)),
             ([UNFREEZE, "7", wallet, {}], (7, 1, 0, "EUR", 0, 0, 0)),
             ([UNFREEZE, "8", wallet, {}], (8, 1, 0, "EUR", 0, 0, 0)),
             ([SET_LIMITS, "9", wallet, "EUR", {"credit_limit": 50}], (9, 1, 0, "EUR", 0, 0, 50)),
             ([CLOSE, "10", wallet, {}], (10, 2, 0, "EUR", 0, 0, 50))]
    bodies = node.bodies([command for command, _ in steps])
    for (command, state), body in zip(steps, bodies):
        expect(outcome(body), (0, 0), f"outcome of {command}")
        expect(tuple(body.state[:7]), state, f"state behind {command}")
        expect((body.detail, body.retry_after_ms, body.flags), (None, None, 0), f"the rest of the answer to {command}")
    sequences = [body.sequence for body in bodies]
    expect(sequences, sorted(set(sequences)), "sequences rise")
    expect({body.shard for body in bodies}, {node.shard_of(wallet)}, "shard")


@check
def every_option_is_taken_and_recorded_in_its_place_of_the_entry(node):
    trace = bytes(range(16))
    wallet = node.wallet(100, credit_limit=5, effective_date=19000101, reference="opened", trace=trace)
    options = {"mode": "authorise", "effective_date": 20240229, "external": "card:visa", "merchant": "Café Nero",
               "reference": "auth 1", "trace": trace}
    expect(outcome(node.body([PAYMENT, "paid", wallet, 7, "EUR", options])), (0, 0), "outcome")
    _, _, _, entry = node.ask_about(wallet, TRANSACTION, wallet, "paid")
    expect(entry[:6], [4, 0, "paid", 0, 7, "EUR"], "kind to currency")
    expect(entry[7:11], ["card:visa", None, "Café Nero", "auth 1"], "external to reference")
    expect((entry[14], entry[15], entry[17]), (20240229, None, trace), "effective date, terms, trace")
    _, _, _, entry = node.ask_about(wallet, TRANSACTION, wallet, "open")
    expect((entry[10], entry[14], entry[15], entry[17]), ("opened", 19000101, [None, 5], trace), "what open recorded")


@check
def the_order_of_options_does_not_matter(node):
    wallet = node.wallet()
    options = [("reference", "x"), ("external", "bank:a"), ("effective_date", 20260101)]
    commands = [[DEPOSIT, "same", wallet, 1, "EUR", dict(order)] for order in itertools.permutations(options)]
    expect([body.flags for body in node.bodies(commands)], [0] + [DUPLICATE] * 5, "flags")


@check
def credit_lets_the_balance_go_below_zero_by_so_much(node):
    wallet = node.wallet(10, credit_limit=5)
    codes = [body.code for body in node.bodies([deposit(wallet, 16, kind=WITHDRAW), deposit(wallet, 15, kind=WITHDRAW),
                                                deposit(wallet, 1, kind=PAYMENT)])]
    expect(codes, [231, 0, 231], "codes")
    expect(node.ask_about(wallet, WALLET, wallet)[2][4], -5, "balance")


# ---- Widths

def integers_of_every_width(value):
    return [value.to_bytes(1, "big"), *(bytes([0xcc + log]) + value.to_bytes(1 << log, "big") for log in range(4)),
            *(bytes([0xd0 + log]) + value.to_bytes(1 << log, "big", signed=True) for log in range(4))]


@check
def every_width_of_an_integer_is_accepted(node):
    wallet = node.wallet()
    commands = [array(kind, pack("wide"), pack(wallet), amount, pack("EUR"), b"\x80")
                for kind in integers_of_every_width(DEPOSIT) for amount in integers_of_every_width(9)]
    bodies = node.bodies(commands)
    expect({outcome(body) for body in bodies}, {(0, 0)}, "outcomes")
    expect([body.flags for body in bodies], [0] + [DUPLICATE] * (len(commands) - 1), "one deposit, and the same again")


@check
def every_width_of_text_binary_arrays_and_maps_is_accepted(node):
    wallet = node.wallet()
    identities = [b"\xa2t1", b"\xd9\x02t1", b"\xda\0\x02t1", b"\xdb\0\0\0\x02t1"]
    heads = [b"\x96", b"\xdc\0\x06", b"\xdd\0\0\0\x06"]
    maps = [b"\x81", b"\xde\0\x01", b"\xdf\0\0\0\x01"]
    binaries = [b"\xc4\x10", b"\xc5\0\x10", b"\xc6\0\0\0\x10"]
    rest = pack(wallet) + pack(3) + pack("EUR")
    commands = [head + b"\x02" + identity + rest + options + pack("trace") + binary + bytes(16)
                for head in heads for identity in identities for options in maps for binary in binaries]
    bodies = node.bodies(commands)
    expect({outcome(body) for body in bodies}, {(0, 0)}, "outcomes")
    expect([body.flags for body in bodies], [0] + [DUPLICATE] * (len(commands) - 1), "one deposit, and the same again")


@check
def an_integer_that_does_not_fit_its_place_is_no_amount(node):
    for amount in (0, -1, -2**63, MOST + 1, 2**63, 2**64 - 1, 1.0, "1", b"1", None, True):
        expect(node.code(deposit("any", amount)), 112, f"code of amount {amount!r}")
    expect(node.code(deposit(node.wallet(), MOST)), 0, "code of the largest amount")


# ---- What the router refuses

def with_option(name, value, kind=DEPOSIT):
    return deposit("any", options={name: value}, kind=kind)


def shapes():
    """Command, code, for each line of sections 4 and 9 that the router answers."""
    name_64, name_65 = "a" * 64, "a" * 65
    yield from (([kind, "a"], 103) for kind in (0, 9, 99, 2**64 - 1))
    yield from ((command, 105) for command in (["2", "a"], [None, "a"], [-1, "a"], 5, "text", {}, None))
    yield from ((command, 104) for command in ([], [DEPOSIT], deposit("any")[:-1], deposit("any") + [1],
                                               [CLOSE, "a", "b"], [FREEZE, "a", "b", 1]))
    yield from (([DEPOSIT, name, "any", 1, "EUR", {}], 110) for name in ("", name_65, "a/b", "a b", "é"))
    yield from (([DEPOSIT, name, "any", 1, "EUR", {}], 105) for name in (5, b"a", None))
    yield from ((deposit(name), 109) for name in ("", name_65, "a/b", "a\0"))
    yield from ((deposit(name), 105) for name in (5, b"a", None, ["a"]))
    yield [DEPOSIT, name_64, name_64, 1, "XXX", {}], 113
    for card in ("4111111111111111", "4222222222222", "5500-0000-0000-0004", "4111.1111.1111.1111",
                 "4111 1111 1111 1111"):
        yield [DEPOSIT, card, "any", 1, "EUR", {}], 111
        yield deposit(card), 111
        yield deposit("any", options={"external": card}), 111
        yield deposit("any", options={"reference": card}), 111
    yield from ((deposit("any", currency=currency), 113) for currency in ("", "eur", "EURO", "XAU", "XXX", "AAA"))
    yield from ((deposit("any", currency=currency), 105) for currency in (978, b"EUR", None))
    yield from (([FREEZE, "a", "any", scope, {}], 108) for scope in (0, 4, 255))
    yield from (([FREEZE, "a", "any", scope, {}], 105) for scope in ("1", None, -1))
    yield from ((deposit("any")[:-1] + [options], 105) for options in (None, [], "x"))
    yield from (options_of_wrong_kind())
    yield from (options_of_wrong_value())
    yield [SET_LIMITS, "a", "any", "EUR", {}], 108


def options_of_wrong_kind():
    for name, kind in (("nope", DEPOSIT), ("credit_limit", DEPOSIT), ("merchant", DEPOSIT), ("merchant", WITHDRAW),
                       ("", DEPOSIT), ("Mode", DEPOSIT)):
        yield with_option(name, 1, kind), 107
    for kind in (UNFREEZE, CLOSE):
        yield [kind, "a", "any", {"mode": "advise"}], 107
    yield [FREEZE, "a", "any", 1, {"external": "bank:a"}], 107
    yield [OPEN, "a", "any", "EUR", {"mode": "authorise"}], 107


def options_of_wrong_value():
    for name, values in {"mode": ("", "authorize", "Advise"),
                         "external": ("", "a/b", "suspense", "wallets", "escrow", "transit"),
                         "reference": ("", "a\nb", "\x7f"),
                         "effective_date": (20260230, 20230229, 18991231, 0, 20261301)}.items():
        yield from ((with_option(name, value), 108) for value in values)
    yield from ((with_option("merchant", value, PAYMENT), 108) for value in ("", "a\x00"))
    yield from (([kind, "a", "any", "EUR", {"credit_limit": limit}], 108)
                for kind in (OPEN, SET_LIMITS) for limit in (MOST + 1, 2**64 - 1))
    yield from ((with_option("redrive_of", value), code)
                for value, code in (("", 110), ("a/b", 110), ("4111111111111111", 111)))
    yield [DEPOSIT, "a", "any", 1, "EUR", {"redrive_of": "a"}], 108
    for name, value in {"redrive": 1, "redrive_of": 5, "mode": 1, "external": 1, "reference": b"x", "trace": "x" * 16,
                        "effective_date": "20260101"}.items():
        yield with_option(name, value), 105
        yield with_option(name, None), 105
    yield from (([SET_LIMITS, "a", "any", "EUR", {"credit_limit": limit}], 105) for limit in ("1", -1, 1.0))
    yield with_option("effective_date", -20260101), 105
    yield deposit("any", options={5: 1}), 105


@check
def a_command_that_is_not_well_formed_is_refused_with_its_code(node):
    commands, codes = zip(*shapes())
    for command, code, body in zip(commands, codes, node.bodies(commands)):
        expect(outcome(body), (3, code), f"resolution and code of {command}")
        expect(body.retry_after_ms, None, f"time to wait, for {command}")


@check
def an_option_given_twice_is_refused_also_where_both_are_the_same(node):
    for second in ("x", "y"):
        options = b"\x82" + pack("reference") + pack("x") + pack("reference") + pack(second)
        expect(node.code(array(b"\x02", pack("a"), pack("any"), b"\x01", pack("EUR"), options)), 108, "code")


@check
def bytes_that_are_too_many_for_their_place_are_malformed(node):
    for command in (*(with_option(name, "a" * 65, PAYMENT) for name in ("external", "merchant", "reference")),
                    with_option("reference", "é" * 33), with_option("mode", "a" * 33),
                    *(with_option("trace", bytes(length)) for length in (0, 15, 17)),
                    [DEPOSIT, "a" * 4097, "any", 1, "EUR", {}], deposit("a" * 4097),
                    deposit("any", currency="E" * 4097)):
        expect(outcome(node.body(command)), (3, 101), f"resolution and code of {command}")


@check
def text_that_is_no_utf_8_is_refused(node):
    options = b"\x81" + pack("reference") + b"\xa2\xff\xfe"
    expect(node.code(array(b"\x02", pack("a"), pack("any"), b"\x01", pack("EUR"), options)), 108, "code")


@check
def a_bad_command_does_not_keep_the_others_of_its_message_out(node):
    wallet = node.wallet()
    codes = [body.code for body in node.bodies([deposit(wallet), deposit(wallet, 0), deposit(wallet)])]
    expect(codes, [0, 112, 0], "codes")


# Each fault of a deposit, in the order of section 9. Two at once are answered with the earlier.
DEPOSIT_FAULTS = [(103, lambda c: [99] + c[1:]), (104, lambda c: c + [None]), (110, lambda c: c[:1] + [""] + c[2:]),
                  (109, lambda c: c[:2] + [""] + c[3:]), (112, lambda c: c[:3] + [0] + c[4:]),
                  (113, lambda c: c[:4] + ["eur"] + c[5:]), (107, lambda c: c[:5] + [{"nope": 1}] + c[6:])]


@check
def of_two_faults_of_a_command_the_earlier_is_answered(node):
    for (first, break_first), (second, break_second) in itertools.combinations(DEPOSIT_FAULTS, 2):
        command = break_second(break_first(deposit("any")))
        expect(node.code(command), first, f"code of {command}, which is {first} and {second}")


@check
def within_an_element_and_among_options_the_order_is_the_stated_one(node):
    card = "4111111111111111"
    for command, code in (([DEPOSIT, 5, "", 1, "EUR", {}], 105), ([DEPOSIT, "", card, 1, "EUR", {}], 110),
                          ([DEPOSIT, card, "", 1, "EUR", {}], 111), (deposit(card, 0), 111),
                          (deposit("any", 0, 5), 112), (deposit("any", "1", "eur"), 112),
                          (deposit("any", 1, "eur", {"mode": "x"}), 113),
                          (deposit("any", options={"mode": "x", "nope": 1}), 108),
                          (deposit("any", options={"nope": 1, "mode": "x"}), 107),
                          ([FREEZE, "a", "any", 0, {"nope": 1}], 108), ([FREEZE, "a", "", 0, {}], 109),
                          ([SET_LIMITS, "a", "any", "EUR", {"nope": 1}], 107),
                          ([SET_LIMITS, "a", "any", "eur", {}], 113)):
        expect(node.code(command), code, f"code of {command}")


@check
def a_refusal_of_shape_uses_up_nothing(node):
    wallet = node.wallet()
    expect(node.code([DEPOSIT, "again", wallet, 0, "EUR", {}]), 112, "code of the wrong command")
    body = node.body([DEPOSIT, "again", wallet, 1, "EUR", {}])
    expect((body.code, body.flags, body.state.version), (0, 0, 2), "code, flags, version of the right one")


# ---- What the shard refuses

@check
def each_business_refusal_is_decided_and_raises_the_version(node):
    for prepare, command, code in business_refusals():
        wallet = prepared(node, prepare)
        before = node.ask_about(wallet, WALLET, wallet)
        body = node.body(command(wallet))
        expect(outcome(body), (1, code), f"outcome of {command(wallet)}")
        expect(body.state.version, before[2][0] + 1 if before else 1, f"version behind {code}")
        expect(node.ask_about(wallet, WALLET, wallet)[2][4], before[2][4] if before else 0, f"balance behind {code}")


def prepared(node, commands):
    """A wallet that has been through these commands; their ids and the wallet are filled in."""
    wallet = new("prepared")
    if commands:
        bodies = node.bodies([[kind, new("step"), wallet, *rest] for kind, *rest in commands])
        expect({body.code for body in bodies}, {0}, f"codes of {commands}")
    return wallet


OPENED = [OPEN, "EUR", {}]
FULL = [DEPOSIT, MOST, "EUR", {}]
RICH = [DEPOSIT, 100, "EUR", {}]
CLOSED = [CLOSE, {}]


def freeze(scope):
    return [FREEZE, scope, {}]


def business_refusals():
    """What a wallet has been through; a command for it; the code. Where several codes fit, the first of section 9."""
    def move(kind, amount, currency="EUR"):
        return lambda wallet: deposit(wallet, amount, currency, kind=kind)

    def plain(kind, *rest):
        return lambda wallet: [kind, "refused", wallet, *rest, {}]

    limits = lambda currency: lambda wallet: [SET_LIMITS, "refused", wallet, currency, {"credit_limit": 1}]
    closed_frozen = [OPENED, freeze(3), CLOSED]
    yield from [([OPENED], plain(OPEN, "EUR"), 203), ([OPENED], plain(OPEN, "USD"), 203),
                ([OPENED, CLOSED], plain(OPEN, "EUR"), 203)]
    yield from [([], move(DEPOSIT, 1), 202), (closed_frozen, move(DEPOSIT, 1, "USD"), 204),
                ([OPENED, freeze(2)], move(DEPOSIT, 1), 206), ([OPENED, FULL, freeze(3)], move(DEPOSIT, 1, "USD"), 206),
                ([OPENED, FULL], move(DEPOSIT, 1, "USD"), 207), ([OPENED, FULL], move(DEPOSIT, 1), 232)]
    for kind in (WITHDRAW, PAYMENT):
        yield from [([], move(kind, 1), 202), (closed_frozen, move(kind, 1, "USD"), 204),
                    ([OPENED, RICH, freeze(1)], move(kind, 1), 205), ([OPENED, freeze(3)], move(kind, 1, "USD"), 205),
                    ([OPENED], move(kind, 1, "USD"), 207), ([OPENED, RICH], move(kind, 101), 231)]
    for kind, rest in ((FREEZE, [1]), (UNFREEZE, [])):
        yield from [([], plain(kind, *rest), 202), ([OPENED, CLOSED], plain(kind, *rest), 204)]
    yield from [([], plain(CLOSE), 202), ([OPENED, CLOSED], plain(CLOSE), 204), ([OPENED, RICH], plain(CLOSE), 233)]
    yield from [([], limits("EUR"), 202), ([OPENED, CLOSED], limits("USD"), 204), ([OPENED], limits("USD"), 207)]


@check
def a_freeze_stops_only_what_it_names(node):
    for scope, debit, credit in ((1, 205, 0), (2, 0, 206), (3, 205, 206)):
        wallet = prepared(node, [OPENED, RICH, freeze(scope)])
        codes = [node.code(deposit(wallet, kind=kind)) for kind in (WITHDRAW, PAYMENT, DEPOSIT)]
        expect(codes, [debit, debit, credit], f"codes of withdraw, payment, deposit under freeze {scope}")


# ---- Advice

@check
def advice_that_fits_no_wallet_succeeds_unapplied_and_says_why(node):
    for prepare, amount, currency, code in (([], 1, "EUR", 202), ([OPENED, CLOSED], 1, "EUR", 204),
                                            ([OPENED], 1, "USD", 207), ([OPENED, FULL], 1, "EUR", 232)):
        wallet = prepared(node, prepare)
        before = node.ask_about(wallet, WALLET, wallet)
        body = node.body(deposit(wallet, amount, currency, ADVISE))
        expect((outcome(body), body.flags), ((0, code), UNAPPLIED), f"outcome and flags of advice, {code}")
        expect(body.state.balance, before[2][4] if before else 0, f"balance, {code}")


@check
def advice_passes_freezes_and_may_overdraw(node):
    wallet = prepared(node, [OPENED, freeze(3)])
    bodies = node.bodies([deposit(wallet, 5, options=ADVISE), deposit(wallet, 4, options=ADVISE, kind=PAYMENT),
                          deposit(wallet, 4, options=ADVISE, kind=WITHDRAW)])
    expect([(body.code, body.flags, body.state.balance) for body in bodies],
           [(0, 0, 5), (0, 0, 1), (0, OVERDRAWN, -3)], "code, flags, balance")


@check
def advice_overdraws_only_where_the_credit_limit_is_passed(node):
    wallet = node.wallet(credit_limit=10)
    bodies = node.bodies([deposit(wallet, amount, options=ADVISE, kind=PAYMENT) for amount in (10, 1)])
    expect([(body.flags, body.state.balance) for body in bodies], [(0, -10), (OVERDRAWN, -11)], "flags, balance")


# ---- Sending again

@check
def the_same_id_and_content_are_decided_once(node):
    wallet = node.wallet(10)
    for command in ([PAYMENT, "p", wallet, 4, "EUR", {}], [PAYMENT, "q", wallet, 400, "EUR", {}]):
        first, second = node.body(command), node.body(command)
        expect(second, first._replace(flags=first.flags | DUPLICATE), f"the answer to {command} sent again")
    expect(node.ask_about(wallet, WALLET, wallet)[2][4], 6, "balance")


@check
def a_duplicate_keeps_the_flags_of_the_first_answer(node):
    wallet = node.wallet()
    command = deposit(wallet, 1, options=ADVISE, kind=PAYMENT)
    expect([node.body(command).flags for _ in range(2)], [OVERDRAWN, OVERDRAWN + DUPLICATE], "flags, overdrawn")
    command = deposit(new("absent"), 1, options=ADVISE)
    expect([node.body(command).flags for _ in range(2)], [UNAPPLIED, UNAPPLIED + DUPLICATE], "flags, unapplied")


@check
def an_id_belongs_to_its_wallet(node):
    bodies = [node.body([DEPOSIT, "shared", node.wallet(), 1, "EUR", {}]) for _ in range(2)]
    expect([(body.code, body.flags) for body in bodies], [(0, 0)] * 2, "code and flags")


@check
def other_content_under_an_id_is_a_conflict_and_changes_nothing(node):
    wallet = node.wallet(100)
    options = {"merchant": "shop", "reference": "r", "external": "card:a"}
    first = [PAYMENT, "paid", wallet, 5, "EUR", options]
    expect(node.code(first), 0, "code of the first")
    for other in ([WITHDRAW, "paid", wallet, 5, "EUR", {"reference": "r", "external": "card:a"}],
                  [PAYMENT, "paid", wallet, 6, "EUR", options], [PAYMENT, "paid", wallet, 5, "USD", options],
                  *([PAYMENT, "paid", wallet, 5, "EUR", {**options, **change}] for change in (
                      {"merchant": "stall"}, {"reference": "s"}, {"external": "card:b"}, ADVISE)),
                  [PAYMENT, "paid", wallet, 5, "EUR", {}], [CLOSE, "paid", wallet, {}]):
        expect(outcome(node.body(other)), (3, 201), f"resolution and code of {other}")
    expect(node.ask_about(wallet, WALLET, wallet)[2][4], 95, "balance")


@check
def naming_the_default_is_other_content_than_naming_none(node):
    wallet = node.wallet()
    pairs = [([DEPOSIT, "a", wallet, 1, "EUR", {}], [DEPOSIT, "a", wallet, 1, "EUR", {"external": "bank:settlement"}]),
             ([OPEN, "b", wallet, "EUR", {}], [OPEN, "b", wallet, "EUR", {"credit_limit": 0}]),
             ([FREEZE, "c", wallet, 1, {}], [FREEZE, "c", wallet, 2, {}])]
    for first, second in pairs:
        expect([body.code == 201 for body in node.bodies([first, second])], [False, True], f"conflict of {second}")


@check
def the_default_mode_may_be_named_and_dates_and_traces_may_differ(node):
    wallet = node.wallet()
    commands = [[DEPOSIT, "a", wallet, 1, "EUR", options]
                for options in ({}, {"mode": "authorise"}, {"effective_date": 20260101}, {"trace": bytes(16)})]
    expect([body.flags for body in node.bodies(commands)], [0] + [DUPLICATE] * 3, "flags")


@check
def a_duplicate_is_known_before_the_wallet_is_looked_at(node):
    wallet = node.wallet()
    command = [DEPOSIT, "early", wallet, 1, "EUR", {}]
    node.bodies([command, [WITHDRAW, "out", wallet, 1, "EUR", {}], [CLOSE, "end", wallet, {}]])
    body = node.body(command)
    expect((body.code, body.flags, body.state.status, body.state.balance), (0, DUPLICATE, 1, 1), "the first outcome")
    expect(outcome(node.body([DEPOSIT, "early", wallet, 2, "EUR", {}])), (3, 201), "other content for a closed wallet")


@check
def refusals_are_remembered_also_for_a_wallet_that_does_not_exist(node):
    wallet = new("absent")
    command = [DEPOSIT, "d", wallet, 1, "EUR", {}]
    bodies = node.bodies([command, [OPEN, "o", wallet, "EUR", {}], command])
    expect([(body.code, body.flags, body.state.version) for body in bodies], [(202, 0, 1), (0, 0, 2), (202, 1, 1)],
           "code, flags, version")
    rows, _ = node.ask_about(wallet, HISTORY, wallet, 0, 10)
    expect([row[3][23] for row in rows], [0, 202], "reasons in the history, newest first")


@check
def an_extension_or_a_deep_nesting_spoils_the_whole_message(node):
    deep = 5
    for _ in range(20):
        deep = [deep]
    for value in (msgpack.ExtType(1, b"x"), deep):
        number, index, code = node.refusal(pack([1, 2, None, 9, [deposit("any"), deposit("any", value)], {}]))
        expect((number, index, code), (9, None, 101), "number, index, code")
