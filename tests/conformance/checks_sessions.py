"""Sections 6 and 7 of docs/PROTOCOL.md: sessions, and the order in a wallet."""

import florin_client
from florin_client import DEPOSIT, OPEN, PAYMENT, WALLET, Session, hello, pack, submit
from harness import TINY, check, expect, greet, in_session, new, nonce, receive, tiny_check

GO_BACK = florin_client.GO_BACK


def deposit(wallet, amount=1):
    return [DEPOSIT, new("id"), wallet, amount, "EUR", {}]


def all_until_now(door, session, count):
    """What the router had to say to all that was sent until now.

    A WELCOME may overtake the GO_BACK to what was sent before its HELLO. It does not overtake two HELLOs.
    """
    messages = []
    for _ in range(2):
        door.send(hello(session))
        while (message := receive(door))[1] != florin_client.WELCOME:
            messages.append(message)
    expect(len(messages), count, f"how many messages there are among {messages}")
    return messages


# ---- HELLO and WELCOME

@check
def a_new_session_expects_number_1_or_what_it_says(node):
    with node.front() as door:
        for options, expected in (({}, 1), ({"first": 1}, 1), ({"first": 300}, 300), ({"first": 2**64 - 1}, 2**64 - 1)):
            session = nonce()
            expect(greet(door, session, options)[2:4] + greet(door, session)[5:6], [1, session, expected],
                   f"version, session, expected after {options}")


@check
def first_counts_only_where_the_session_is_new(node):
    with node.front() as door:
        session = nonce()
        greet(door, session)
        expect(greet(door, session, {"first": 300})[5], 1, "expected")


@check
def a_welcome_tells_incarnation_and_limits(node):
    with node.front() as door:
        _, _, _, _, incarnation, _, limits = greet(door, nonce())
    expect(incarnation, node.ask("router", florin_client.STATUS)["incarnation"], "incarnation")
    expect([limits[key] for key in ("message_bytes_max", "commands_per_message_max", "in_flight_commands_max")],
           [4194304, 8192, 100000], "limits")


@tiny_check
def a_welcome_tells_the_configured_limits(node):
    with node.front() as door:
        limits = greet(door, nonce())[6]
    expect([limits[key] for key in ("message_bytes_max", "commands_per_message_max", "in_flight_commands_max")],
           [TINY[key] for key in ("message_bytes_max", "commands_per_message_max", "client_in_flight_commands_max")],
           "limits")


@check
def the_highest_version_that_both_speak_is_chosen(node):
    for lowest, highest in ((1, 1), (0, 1), (1, 9), (0, 2**32)):
        [message] = node.replies(hello(nonce(), lowest=lowest, highest=highest))
        expect(message[1:3], [16, 1], f"type and version for {lowest} to {highest}")
    for lowest, highest in ((2, 2), (2, 9), (0, 0), (2, 1)):
        expect(node.refusal(hello(nonce(), lowest=lowest, highest=highest)), (None, None, 102),
               f"number, index, code for {lowest} to {highest}")


# ---- Numbers

def takes_numbers_in_order(node, count_up):
    """Sends messages under numbers that count_up makes, and looks which the router expects next."""
    wallet = node.wallet()
    with node.front() as door:
        session = nonce()
        greet(door, session)
        number = 1
        for _ in range(3):
            door.send(submit(session, number, [deposit(wallet)]))
            number = count_up(number)
        expect(greet_behind_others(door, session)[5], 4, "the next number expected, after three messages")


def greet_behind_others(door, session):
    """The WELCOME that answers a HELLO, while other messages are under way."""
    door.send(hello(session))
    while (message := receive(door))[1] != florin_client.WELCOME:
        pass
    return message


@check
def messages_are_taken_in_the_order_of_their_numbers(node):
    takes_numbers_in_order(node, lambda number: number + 1)


@check
def a_gap_is_answered_once_for_a_run_of_rising_numbers(node):
    wallet = node.wallet()
    with node.front() as door:
        session = nonce()
        greet(door, session)
        for number in (2, 3, 4):
            door.send(submit(session, number, [deposit(wallet)]))
        [message] = all_until_now(door, session, 1)
        expect(message, [1, GO_BACK, session, 302, 1], "GO_BACK")
        door.send(submit(session, 2, [deposit(wallet)]))
        [message] = all_until_now(door, session, 1)
        expect(message, [1, GO_BACK, session, 302, 1], "GO_BACK when they start over")
    expect(node.ask_about(wallet, WALLET, wallet)[2][4], 0, "balance: nothing was taken")


@check
def after_a_gap_the_same_bytes_are_taken_from_the_missing_number_on(node):
    wallet = node.wallet()
    with node.front() as door:
        session = nonce()
        greet(door, session)
        messages = [submit(session, number, [deposit(wallet, number)]) for number in range(1, 5)]
        for message in (messages[0], messages[2], messages[3]):
            door.send(message)
        seen = [receive(door), receive(door)]
        expect(sorted(message[1] for message in seen), [17, GO_BACK], "an answer and a GO_BACK")
        expect([message[4] for message in seen if message[1] == GO_BACK], [2], "the number that is missing")
        for message in messages[1:]:
            door.send(message)
        balances = {}
        while len(balances) < 3:
            balances.update({number: body[8][4] for number, _, body in receive(door)[2]})
        expect(balances, {2: 3, 3: 6, 4: 10}, "balances, by number")


@check
def a_number_taken_before_is_ignored(node):
    wallet = node.wallet()
    with node.front() as door:
        session = nonce()
        greet(door, session)
        expect(in_session(door, session, 1, [deposit(wallet)])[0].code, 0, "code")
        for number in (1, 0):
            door.send(submit(session, number, [deposit(wallet)]))
        all_until_now(door, session, 0)
    expect(node.ask_about(wallet, WALLET, wallet)[2][4], 1, "balance")


@check
def a_number_is_taken_however_its_message_ends(node):
    with node.front() as door:
        session = nonce()
        greet(door, session)
        for number, (message, code) in enumerate([([[]], 104), ([5], 105), ([[[99]]], 103)], 1):
            door.send(pack([1, 2, session, number, *message, {}]))
            [[of, _, body]] = receive(door)[2]
            expect((of, body[1]), (number, code), "number and code")
        door.send(submit(session, 4, [[99]]) + b"\0")
        [[of, index, body]] = receive(door)[2]
        expect((of, index, body[1]), (4, None, 106), "number, index, code")
        expect(greet(door, session)[5], 5, "the next number")


@tiny_check
def a_message_that_is_too_large_takes_its_number(node):
    with node.front() as door:
        session = nonce()
        greet(door, session)
        door.send(pack([1, 2, session, 1, [[PAYMENT, "a", "b", 1, "EUR", {"reference": "x" * 2000}]], {}]))
        [[number, index, body]] = receive(door)[2]
        expect((number, index, body[1]), (1, None, 114), "number, index, code")
        expect(greet(door, session)[5], 2, "the next number")


@check
def a_session_is_looked_at_before_the_commands(node):
    session = nonce()
    for commands, options in (([], {}), ([[99]], {}), (5, {}), ([[99]], {"x": 1})):
        [message] = node.replies(pack([1, 2, session, 1, commands, options]))
        expect(message, [1, GO_BACK, session, 303, 0], "GO_BACK of a session that is not known")
        with node.front() as door:
            known = nonce()
            greet(door, known)
            door.send(pack([1, 2, known, 5, commands, options]))
            expect(receive(door), [1, GO_BACK, known, 302, 1], "GO_BACK of a number that is not the next")


@check
def a_session_outlives_its_connection(node):
    wallet = node.wallet()
    session = nonce()
    with node.front(b"first connection") as door:
        greet(door, session)
        expect(in_session(door, session, 1, [deposit(wallet)])[0].code, 0, "code over the first connection")
    with node.front(b"second connection") as door:
        expect(in_session(door, session, 2, [deposit(wallet)])[0].code, 0, "code over the second, without a HELLO")
        expect(greet(door, session)[5], 3, "the next number")
    with node.front() as door:
        expect(greet(door, session)[5], 3, "the next number over a third")


@check
def answers_go_to_the_connection_of_the_last_message(node):
    wallet = node.wallet()
    session = nonce()
    with node.front() as one, node.front() as other:
        greet(one, session)
        for number in range(1, 11):
            door = (one, other)[number % 2]
            expect(in_session(door, session, number, [deposit(wallet)])[0].state.balance, number, "balance")


@check
def sessions_on_one_connection_do_not_meet(node):
    wallet = node.wallet()
    with node.front() as door:
        sessions = [nonce() for _ in range(3)]
        for session in sessions:
            greet(door, session)
        for number in (1, 2):
            for session in sessions:
                expect(in_session(door, session, number, [deposit(wallet)])[0].code, 0, "code")
    expect(node.ask_about(wallet, WALLET, wallet)[2][4], 6, "balance")


# ---- Capacity

@tiny_check
def overload_holds_a_wallet_until_the_first_command_comes_again(node):
    held, also_held, free = (node.wallet_on(0) for _ in range(3))
    first, second, third = ([OPEN, at, held, "EUR", {}] for at in "abc")
    with node.front() as door:
        session = nonce()
        greet(door, session)
        _, overload = node.at_once(door, node.filling(0),
                                   (session, 1, [first, second, third, [OPEN, "a", also_held, "EUR", {}]]))
        expect([body.code for body in overload], [301] * 4, "codes at a full queue")
        number = 1
        for command, code in ((second, 301), ([OPEN, "b", also_held, "EUR", {}], 301),
                              ([OPEN, "a", free, "EUR", {}], 0), (third, 301), (first, 0), (second, 203),
                              ([OPEN, "b", also_held, "EUR", {}], 301), ([OPEN, "a", also_held, "EUR", {}], 0)):
            number += 1
            [body] = in_session(door, session, number, [command])
            expect(body.code, code, f"code of {command}")


@tiny_check
def a_held_wallet_is_held_for_its_session_alone(node):
    wallet = node.wallet_on(0)
    commands = [[OPEN, str(at), wallet, "EUR", {}] for at in range(3)]
    with node.front() as door:
        session, other = nonce(), nonce()
        greet(door, session)
        greet(door, other)
        _, overload = node.at_once(door, node.filling(0), (session, 1, commands))
        expect([body.code for body in overload], [301] * 3, "codes at a full queue")
        expect(in_session(door, other, 1, commands[2:3])[0].code, 0, "code in another session")
        expect(node.code(commands[1]), 203, "code without a session")
        expect(in_session(door, session, 2, commands[1:2])[0].code, 301, "code in the session that is held")


@tiny_check
def commands_of_one_message_are_held_and_let_go_in_their_order(node):
    wallet = node.wallet_on(0)
    commands = [[OPEN, str(at), wallet, "EUR", {}] for at in range(3)]
    with node.front() as door:
        session = nonce()
        greet(door, session)
        node.at_once(door, node.filling(0), (session, 1, commands))
        bodies = in_session(door, session, 2, [commands[1], commands[0], commands[2]])
        expect([body.code for body in bodies], [301, 0, 203], "codes")


@tiny_check
def a_session_that_holds_too_many_wallets_is_forgotten(node):
    commands = [[OPEN, "a", node.wallet_on(0), "EUR", {}] for _ in range(TINY["session_latches_max"] + 1)]
    with node.front() as door:
        session = nonce()
        greet(door, session)
        with node.standing_still():
            door.send(submit(*node.filling(0)))
            for number, command in enumerate(commands, 1):
                door.send(submit(session, number, [command]))
            door.send(submit(session, len(commands) + 1, [commands[0]]))
        while (message := receive(door))[1] != GO_BACK:
            pass  # answers of before it was forgotten
        expect(message, [1, GO_BACK, session, 303, 0], "GO_BACK")


@tiny_check
def of_too_many_sessions_the_longest_idle_one_is_forgotten(node):
    with node.front() as door:
        sessions = [nonce() for _ in range(TINY["sessions_max"])]
        for session in sessions:
            greet(door, session)
        expect(in_session(door, sessions[0], 1, [[99]])[0].code, 103, "the first is not idle")
        greet(door, nonce())
        door.send(submit(sessions[1], 1, [[99]]))
        expect(receive(door), [1, GO_BACK, sessions[1], 303, 0], "GO_BACK of the longest idle")
        expect(in_session(door, sessions[0], 2, [[99]])[0].code, 103, "the first is still known")


# ---- The client's rules

@check
def a_client_that_keeps_the_rules_has_every_command_decided_once_and_in_order(node):
    wallets = [node.wallet() for _ in range(3)]
    commands = [deposit(wallets[at % 3], at + 1) for at in range(300)]
    with Session(node.endpoint("front")) as client:
        bodies = client.submit(commands[:100]) + client.submit(commands[100:])
        expect(client.sessions, 1, "sessions")
    balances = dict.fromkeys(wallets, 0)
    for (_, _, wallet, amount, _, _), body in zip(commands, bodies):
        balances[wallet] += amount
        expect((body.code, body.flags, body.state.balance), (0, 0, balances[wallet]), "code, flags, balance")


@tiny_check
def such_a_client_gets_through_overload_in_order(node):
    wallets = [node.wallet_on(shard) for shard in (0, 1, 0)]
    with Session(node.endpoint("front"), commands_per_message=2) as client:
        opened = client.submit([[OPEN, "o", wallet, "EUR", {}] for wallet in wallets])
        expect({body.code for body in opened}, {0}, "codes of open")
        bodies = client.submit([deposit(wallets[at % 3], 1) for at in range(60)])
    balances = [[body.state.balance for body in bodies[at::3]] for at in range(3)]
    expect(balances, [list(range(1, 21))] * 3, "balances of each wallet, in the order sent")
    expect({body.code for body in bodies}, {0}, "codes")


class Dropping(Session):
    """A session over a connection that loses every third SUBMIT."""

    def _send(self, commands):
        door = self.door
        if self.next_number % 3 == 0:
            self.door = Nowhere()
        super()._send(commands)
        self.door = door


class Nowhere:
    @staticmethod
    def send(_data):
        return True


@check
def such_a_client_gets_through_lost_messages_in_order(node):
    wallet = node.wallet()
    with Dropping(node.endpoint("front"), patience_s=0.2, commands_per_message=2) as client:
        bodies = client.submit([deposit(wallet) for _ in range(20)])
    expect([body.state.balance for body in bodies], list(range(1, 21)), "balances, in the order sent")


@check
def such_a_client_goes_on_over_another_connection(node):
    wallet = node.wallet()
    with Session(node.endpoint("front"), b"before") as client:
        client.submit([deposit(wallet)])
        client.reconnect(b"after")
        [body] = client.submit([deposit(wallet)])
        expect((body.state.balance, client.sessions), (2, 1), "balance, sessions")
