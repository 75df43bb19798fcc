"""Clients with a bug, and wrong expectations. The checks must find each: what looks at nothing passes for ever."""

import contextlib

import checks_commands
import checks_events
import checks_page
import checks_sessions
from florin_client import OPEN, PAYMENT, Diverged, Follower, Record, unpack
from harness import expect, new


class Found(Exception):
    """The bug was found."""


BUGS = []


def bug(exception, words):
    """A planted bug, and what finding it looks like: another failure does not count."""
    def registered(function):
        def planted(node):
            try:
                function(node)
            except exception as error:
                if words not in str(error):
                    raise
                raise Found(str(error)) from error
        planted.__name__ = function.__name__
        BUGS.append(planted)
        return planted
    return registered


@contextlib.contextmanager
def replaced(module, name, value):
    before = getattr(module, name)
    setattr(module, name, value)
    try:
        yield
    finally:
        setattr(module, name, before)


@bug(AssertionError, "the next number expected")
def a_client_that_uses_a_number_twice(node):
    checks_sessions.takes_numbers_in_order(node, lambda number: number)


@bug(AssertionError, "the next number expected")
def a_client_that_leaves_a_number_out(node):
    checks_sessions.takes_numbers_in_order(node, lambda number: number + 2)


@bug(AssertionError, "the answer when sent again")
def a_client_that_makes_a_new_id_to_send_again(node):
    wallet = node.wallet(10)
    first, second = (node.body([PAYMENT, new("id"), wallet, 4, "EUR", {}]) for _ in range(2))
    expect(second, first._replace(flags=checks_commands.DUPLICATE), "the answer when sent again")


@bug(Diverged, "is of another history")
def a_follower_that_starts_behind_a_record_it_never_saw(node):
    node.bodies([[OPEN, "o", node.wallet_on(0), "EUR", {}]])
    with SkippingFollower(node.endpoint("shard.events.000"), node.endpoint("shard.query.000"), 0) as follower:
        follower.fetch()


class SkippingFollower(Follower):
    def take(self, data):
        if Record(*unpack(data)).ordinal == 1:
            self.ordinal = 1
        else:
            super().take(data)


@bug(AssertionError, "record for record")
def a_follower_that_misses_a_record(node):
    wallet = node.wallet(1)
    with node.follower(node.shard_of(wallet)) as follower:
        follower.fetch()
        del follower.records[1]
        checks_events.follows_without_a_gap(node, follower)


@bug(AssertionError, "code of [99")
def an_expectation_of_another_code(node):
    with replaced(checks_commands, "shapes", lambda: iter([([99, "a"], 104)])):
        checks_commands.a_command_that_is_not_well_formed_is_refused_with_its_code(node)


@bug(AssertionError, "code of [99")
def an_expectation_of_another_order(node):
    faults = checks_commands.DEPOSIT_FAULTS
    with replaced(checks_commands, "DEPOSIT_FAULTS", [faults[1], faults[0]]):
        checks_commands.of_two_faults_of_a_command_the_earlier_is_answered(node)


@bug(AssertionError, "the bytes of sample 0")
def a_golden_sample_that_is_not_the_shortest(node):
    with replaced(checks_page, "golden", lambda: {f"sample {at}": b"\xcc\x05" for at in range(50)}):
        checks_page.every_golden_sample_is_decoded_and_encoded_to_the_same_bytes(node)


@bug(AssertionError, "lines:")
def a_page_that_promises_other_lines(node):
    program, printed = checks_page.example()
    with replaced(checks_page, "example", lambda: (program, printed[1:])):
        checks_page.the_client_of_the_page_prints_what_the_page_says(node)
