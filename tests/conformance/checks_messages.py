"""Sections 1, 2, 3, 5, 8 and 9 of docs/PROTOCOL.md: messages as a whole, and limits."""

import itertools

from florin_client import DEPOSIT, OPEN, hello, pack, query, submit, unpack
from harness import PATIENCE_S, TINY, array, check, expect, new, nonce, receive, tiny_check

COMMAND = [DEPOSIT, "a", "any", 1, "EUR", {}]


@check
def a_message_that_cannot_be_read_is_refused_without_a_number(node):
    session = nonce()
    for message, code in ((b"", 101), (b"\xc1", 101), (b"\x90", 101), (b"\x05", 105), (b"\x80", 105), (b"\xc0", 105),
                          (pack([1]), 101), (pack(["1", 2, None, 1, [COMMAND], {}]), 105),
                          (pack([1, "2", None, 1, [COMMAND], {}]), 105), (pack([2, 2, None, 1, [COMMAND], {}]), 102),
                          (pack([0, 2, None, 1, [COMMAND], {}]), 102), (pack([1, 99, None, 1, [COMMAND], {}]), 103),
                          (pack([1, 2, None, 1, [COMMAND]]), 104), (pack([1, 2, None, 1, [COMMAND], {}, 1]), 104),
                          (pack([1, 2, session[:15], 1, [COMMAND], {}]), 101),
                          (pack([1, 2, "x" * 16, 1, [COMMAND], {}]), 105), (pack([1, 2, 5, 1, [COMMAND], {}]), 105),
                          *((pack([1, 2, None, number, [COMMAND], {}]), 105) for number in (None, "1", -1, 1.0))):
        expect(node.refusal(message), (None, None, code), f"number, index, code of {message!r}")


@check
def only_what_a_client_sends_is_taken_at_the_front_door(node):
    for message in (query(1, 2, []), pack([1, 16, 1]), pack([1, 17, []]), pack([1, 19]), pack([1, 33]), pack([1, 34]),
                    pack([1, 35]), pack([1, 0])):
        expect(node.refusal(message), (None, None, 103), f"number, index, code of {message!r}")


@check
def a_message_of_several_frames_is_malformed(node):
    message = submit(None, 1, [COMMAND])
    for frames in ([b"", message], [message, b""], [message, message], [b"", b"", message]):
        expect(node.refusal(frames), (None, None, 101), f"number, index, code of {len(frames)} frames")


@check
def a_message_that_can_be_read_is_refused_under_its_number(node):
    def message(commands, options=b"\x80", tail=b""):
        return array(pack(1), pack(2), pack(None), pack(7), commands, options) + tail

    one = pack([COMMAND])
    for what, code in ((message(pack(5)), 105), (message(pack(None)), 105), (message(pack([])), 104),
                       (message(pack([5] * 8193)), 115), (message(b"\x91\xc1"), 101), (message(one)[:-1], 101),
                       (message(one, pack(None)), 105), (message(one, pack([])), 105),
                       (message(one, pack({"x": 1})), 107), (message(one, tail=b"\0"), 106)):
        expect(node.refusal(what), (7, None, code), f"number, index, code of {what[:60]!r}")


@check
def any_64_bits_are_a_number_and_come_back(node):
    for number in (0, 1, 2**63, 2**64 - 1):
        expect(node.refusal(pack([1, 2, None, number, [], {}])), (number, None, 104), "number, index, code")


@check
def the_largest_message_allowed_holds_8192_commands(node):
    wallet = node.wallet()
    command = [DEPOSIT, "once", wallet, 1, "EUR", {}]
    bodies = node.bodies([command] * 8192)
    expect({body.code for body in bodies}, {0}, "codes")
    expect(bodies[-1].state.balance, 1, "balance")


# The faults of a message in the order of section 9, as changes of its elements. Too many commands and bytes that
# follow have no element: they are tried with each of the others below.
FAULTS = [(102, 0, 2), (103, 1, 99), (105, 2, "x"), (105, 3, "x"), (104, 4, []), (107, 5, {"x": 1})]


@check
def of_two_faults_of_a_message_the_earlier_is_answered(node):
    for (first, *break_first), (second, *break_second) in itertools.combinations(FAULTS, 2):
        message = [1, 2, None, 7, [COMMAND], {}]
        for place, value in (break_first, break_second):
            message[place] = value
        expect(node.refusal(pack(message))[2], first, f"code of {message}, which is {first} and {second}")


@check
def bytes_that_follow_are_looked_at_last(node):
    for code, place, value in FAULTS:
        message = [1, 2, None, 7, [COMMAND], {}]
        message[place] = value
        expect(node.refusal(pack(message) + b"\0")[2], code, f"code of {message} with a byte behind it")


@check
def length_stands_between_type_and_session(node):
    for message, code in (([2, 2, "x", 1, [COMMAND]], 102), ([1, 99, "x", 1, [COMMAND]], 103),
                          ([1, 2, "x", 1, [COMMAND]], 104), ([1, 2, "x", "x", [], {}], 105)):
        expect(node.refusal(pack(message)), (None, None, code), f"number, index, code of {message}")


@check
def answers_that_are_ready_together_share_a_message(node):
    with node.front() as door:
        door.send(submit(None, 1, [[DEPOSIT, new("id"), "any", 0, "EUR", {}]] * 100))
        _, _, answers = receive(door)
        expect(len(answers) > 1, True, "the router refuses 100 commands at once; they share messages")


@check
def a_hello_that_is_not_well_formed_is_refused(node):
    session = nonce()
    for elements, code in (([session, 1, 1], 104), ([session, 1, 1, {}, 1], 104), ([session[:15], 1, 1, {}], 101),
                           (["x" * 16, 1, 1, {}], 105), ([None, 1, 1, {}], 105), ([session, "1", 1, {}], 105),
                           ([session, 1, "1", {}], 105), ([session, 1, 1, None], 105), ([session, 1, 1, {"x": 1}], 107),
                           ([session, 1, 1, {"first": 0}], 108), ([session, 1, 1, {"first": "1"}], 105)):
        expect(node.refusal(pack([1, 1, *elements])), (None, None, code), f"number, index, code of HELLO {elements}")
    expect(node.refusal(hello(session) + b"\0"), (None, None, 106), "a byte behind a HELLO")
    twice = b"\x82" + (pack("first") + pack(5)) * 2
    expect(node.refusal(array(pack(1), pack(1), pack(session), pack(1), pack(1), twice)), (None, None, 108),
           "an option of HELLO given twice")


# ---- Limits

def too_large(number, session=None):
    return pack([1, 2, session, number, [[DEPOSIT, "a", "any", 1, "EUR", {"reference": "x" * 2000}]], {}])


@tiny_check
def a_message_that_is_too_large_is_refused_under_its_number_where_that_can_be_read(node):
    expect(node.refusal(too_large(7)), (7, None, 114), "number, index, code")
    expect(node.refusal(b"\xc1" * 2000), (None, None, 114), "number, index, code of what cannot be read")
    expect(node.refusal(b"\x92\x02" + too_large(7))[2], 114, "size is looked at before version")


@tiny_check
def a_message_of_more_than_four_times_the_limit_loses_the_connection(node):
    with node.front() as door:
        door.send(b"\xc1" * (4 * TINY["message_bytes_max"] + 1))
        door.send(submit(None, 2, []))
        # The second message stood behind the first one, and may be lost with the connection; a third comes through it
        # once it is back.
        while (message := door.receive(1)) is None:
            door.send(submit(None, 3, []))
        expect(message[2][0][0] in (2, 3), True, "the large message itself is not answered")


@tiny_check
def more_commands_than_the_limit_are_refused_together(node):
    most = TINY["commands_per_message_max"]
    expect(node.refusal(submit(None, 7, [5] * (most + 1))), (7, None, 115), "number, index, code")
    expect([body.code for body in node.bodies([5] * most)], [105] * most, "codes of as many as are allowed")


@tiny_check
def what_does_not_fit_a_queue_is_overloaded_whole_and_decides_nothing(node):
    wallet = node.wallet_on(0)
    commands = [[OPEN, str(at), wallet, "EUR", {}] for at in range(2)]
    with node.front() as door:
        filling, overloaded = node.at_once(door, node.filling(0), (None, 1, commands))
    expect(filling[0].code, 0, "code of what filled the queue")
    for body in overloaded:
        expect((body.resolution, body.code, body.retry_after_ms), (3, 301, TINY["overloaded_retry_ms"]),
               "resolution, code, time to wait")
    expect(node.body(commands[0]).state.version, 1, "version: nothing was decided before")


@tiny_check
def more_commands_in_flight_than_the_limit_are_overloaded_whole(node):
    # Half of each for one shard and half for the other, so that both fit the queues.
    commands = [[OPEN, at, node.wallet_on(shard), "EUR", {}] for at in "ab" for shard in range(2)]
    expect(len(commands) < TINY["client_in_flight_commands_max"] < 2 * len(commands), True, "one fits and not two")
    with node.front() as door:
        taken, overloaded = node.at_once(door, (None, 1, commands), (None, 2, commands))
    expect([body.code for body in taken], [0] * len(commands), "codes of the first")
    expect([body.code for body in overloaded], [301] * len(commands), "codes of the second")


@tiny_check
def answers_of_more_bytes_than_the_limit_go_out_in_several(node):
    with node.front() as door:
        commands = [[DEPOSIT, "a", "/" * 30, 1, "EUR", {}]] * TINY["commands_per_message_max"]
        for number in range(1, 101):
            door.send(submit(None, number, commands))
        answered = 0
        while answered < 100 * len(commands):
            if not door.socket.poll(PATIENCE_S * 1000):
                raise AssertionError(f"{answered} answers came")
            data = door.socket.recv()
            expect(len(data) <= TINY["answers_bytes_max"], True, "an ANSWERS keeps to its limit")
            answered += len(unpack(data)[2])
