"""Section 12 of docs/PROTOCOL.md: events, and their journal. Sections 6 and 7 over a restart."""

import contextlib

from florin_client import (DEPOSIT, ENTRIES, EPOCH, HEAD, REPLAY, STATUS, WALLET, Record, Session, hash_of, submit,
                           unpack)
from harness import PATIENCE_S, check, expect, greet, new, nonce, receive


def deposits(wallet, count):
    return [[DEPOSIT, new("id"), wallet, 1, "EUR", {}] for _ in range(count)]


def journal(node, shard, page_bytes=2**32):
    """All records of a shard, as bytes."""
    records, after, more = [], 0, True
    with node.asker(shard) as asker:
        while more:
            rows, more = asker.ask(REPLAY, None, after, None, page_bytes)
            records += rows
            after = Record(*unpack(records[-1])).ordinal
    return records


@check
def the_journal_is_one_chain_from_its_first_record_on(node):
    for shard in range(node.shards):
        with node.follower(shard) as follower:
            follower.fetch()
            first = follower.records[0]
            expect((first.format, first.type, first.ordinal, first.epoch, first.previous_hash),
                   (1, EPOCH, 1, 1, bytes(32)), "the first record")
            for before, record in zip(follower.records, follower.records[1:]):
                expect(record.first_sequence, before.last_sequence + 1, "first sequence")
                expect(record.first_failure, before.last_failure + 1, "first failure")
                expect(record.time >= before.time, True, "time does not run backwards")
                expect(record.last_sequence, record.first_sequence + len(record.entries) - 1, "last sequence")
                expect(record.epoch - before.epoch, 1 if record.type == EPOCH else 0, "epoch")
            position = [follower.lineage, shard, follower.ordinal, follower.sequence, follower.hash]
            expect(position, node.ask(shard, HEAD), "where the chain ends")


@check
def small_pages_of_records_hold_the_same_as_large_ones(node):
    node.bodies(deposits(node.wallet(), 50))
    for shard in range(node.shards):
        expect(journal(node, shard, page_bytes=0), journal(node, shard), "records, one by one and together")


@check
def each_commit_is_published_as_the_journal_holds_it(node):
    wallet = node.wallet()
    shard = node.shard_of(wallet)
    with node.follower(shard) as follower:
        topic, body = event_of(node, follower, wallet)
        expect(topic, f"shard.{shard:03}".encode(), "topic")
        record = Record(*unpack(body))
        expect(body in journal(node, shard), True, "the journal holds the event's bytes")
        expect((record.type, record.shard, hash_of(body)), (ENTRIES, shard, record.hash), "type, shard, hash")


@check
def the_head_is_published_about_once_a_second(node):
    with node.follower(0) as follower:
        topic, body = next_event(follower, b"head.")
        expect(topic, b"head.000", "topic")
        lineage, shard, _, _, last_hash = unpack(body)
        expect((len(lineage), shard, len(last_hash)), (16, 0, 32), "lengths and shard")


def event_of(node, follower, wallet):
    """A record that was published. A SUB socket connects in its own time, so some may pass before it hears one."""
    while True:
        node.bodies(deposits(wallet, 1))
        if follower.socket.poll(100):
            topic, body = follower.socket.recv_multipart()
            if topic.startswith(b"shard."):
                return topic, body


def next_event(follower, prefix):
    while follower.socket.poll(PATIENCE_S * 1000):
        topic, body = follower.socket.recv_multipart()
        if topic.startswith(prefix):
            return topic, body
    raise AssertionError(f"no event of {prefix!r}")


@check
def a_follower_that_was_away_fetches_what_it_missed(node):
    wallet = node.wallet()
    shard = node.shard_of(wallet)
    with node.follower(shard, page_bytes=1) as follower:
        follower.fetch()
        [*_, last] = node.bodies(deposits(wallet, 20))
        follower.follow_to(last.sequence)
        follows_without_a_gap(node, follower)


def follows_without_a_gap(node, follower):
    """What a follower took is the journal, record for record."""
    whole = [Record(*unpack(data)) for data in journal(node, follower.shard)]
    expect(follower.records == whole[:len(follower.records)], True, "a follower has the journal, record for record")
    expect([record.ordinal for record in follower.records], list(range(1, follower.ordinal + 1)), "ordinals")


@check
def a_changed_record_is_found_by_its_hash(node):
    data = journal(node, 0)[0]
    with node.follower(0) as follower:
        for at in range(len(data)):
            # Most changes are found by the hash. Some make it no record at all, or another shard's.
            with contextlib.suppress(Exception):
                follower.take(data[:at] + bytes([data[at] ^ 1]) + data[at + 1:])
            expect(follower.ordinal, 0, f"ordinal behind a record whose byte {at} was changed")
        follower.take(data)
        expect(follower.ordinal, 1, "ordinal behind the record as it is")


# ---- Over a restart. Last, because what came before it is looked at again.

@check
def nothing_is_lost_or_done_twice_when_the_node_is_killed(node):
    wallet = node.wallet()
    shard = node.shard_of(wallet)
    epoch = node.ask(shard, STATUS)["epoch"]
    with node.follower(shard) as follower, Session(node.endpoint("front")) as client:
        follower.fetch()
        before = until_events_come(client, follower, wallet)
        node.kill()
        node.start()
        bodies = client.submit(deposits(wallet, 10), timeout_s=120)
        expect([body.state.balance for body in bodies], list(range(before + 1, before + 11)), "balances, in order")
        expect(client.sessions, 2, "sessions: a restarted router knows none")
        follower.follow_to(bodies[-1].sequence)
        after = until_events_come(client, follower, wallet)
        follows_without_a_gap(node, follower)
        expect(follower.records[-1].epoch, epoch + 1, "epoch")
    expect(node.ask_about(wallet, WALLET, wallet)[2][4], after, "balance")


def until_events_come(client, follower, wallet):
    """Pays in until a record came as an event and was not fetched. The balance then."""
    live = follower.live
    while True:
        [body] = client.submit(deposits(wallet, 1))
        follower.follow_to(body.sequence)
        if follower.live > live:
            return body.state.balance


@check
def commands_without_an_answer_are_decided_once_over_a_kill(node):
    wallet = node.wallet()
    commands = deposits(wallet, 200)
    with Session(node.endpoint("front"), patience_s=0.5) as client:
        for begin in range(0, 100, 10):
            client.door.send(submit(client.nonce, client.next_number, commands[begin:begin + 10]))
            client.next_number += 1
        node.kill()
        node.start()
        bodies = client.submit(commands, timeout_s=120)
    expect([body.code for body in bodies], [0] * 200, "codes")
    expect([body.state.balance for body in bodies], list(range(1, 201)), "balances, in the order sent")
    expect(node.ask_about(wallet, WALLET, wallet)[2][4], 200, "balance")


@check
def a_restarted_router_knows_no_session_and_counts_its_starts(node):
    session = nonce()
    with node.front() as door:
        incarnation = greet(door, session)[4]
    node.kill()
    node.start()
    with node.front() as door:
        door.send(submit(session, 1, [[99]]))
        expect(receive(door), [1, 19, session, 303, 0], "GO_BACK")
        expect(greet(door, session)[4:6], [incarnation + 1, 1], "incarnation and expected, if it is used again")
