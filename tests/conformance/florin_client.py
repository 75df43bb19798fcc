"""A client of Florin in Python, written from docs/PROTOCOL.md alone. tests/conformance/conformance.py runs it
against a real node.

Needs pyzmq and msgpack; xxhash only to find a wallet's shard (without it, ask every shard).
"""

import collections
import hashlib
import os
import random
import time

import msgpack
import zmq

try:
    import xxhash
except ImportError:
    xxhash = None

VERSION = 1
HELLO, SUBMIT, QUERY, HANDLE, WELCOME, ANSWERS, REPLY, GO_BACK = 1, 2, 3, 4, 16, 17, 18, 19

OPEN, DEPOSIT, WITHDRAW, PAYMENT, FREEZE, UNFREEZE, CLOSE, SET_LIMITS = range(1, 9)

STATUS, HEAD, WALLET, WALLETS, HISTORY, TRANSACTION, REPLAY, TOTALS, IDS = range(1, 10)
ACCOUNTS, DAILY_TOTALS, POSITIONS, STATEMENT, LINES = range(20, 25)
LETTERS, LETTER = 30, 31
REFUSED = 40

SUCCESS, REJECTED, ERROR, NOT_DECIDED, QUEUED = range(5)
OUT_OF_SEQUENCE, UNKNOWN_SESSION = 302, 303
NOT_FOUND, DIVERGED = 503, 504
AGAIN = {301, 501}  # the retry column says `after`

PATIENCE_S = 2.0  # how long an answer may be missing
HASH_TAIL = 34  # bytes of a record that its hash does not cover: the hash itself, and its header


class Lost(Exception):
    """Nothing came in time."""


class Misunderstood(Exception):
    """The node sent, or refused, what this client has no part for."""


class Diverged(Exception):
    """A record or position is not on the journal's chain: a follower must stop and say so."""


def pack(value):
    return msgpack.packb(value, use_bin_type=True)


def unpack(data):
    return msgpack.unpackb(data, raw=False, strict_map_key=False)


def hello(session, options=None, lowest=VERSION, highest=VERSION):
    return pack([VERSION, HELLO, session, lowest, highest, options or {}])


def submit(session, number, commands):
    return pack([VERSION, SUBMIT, session, number, commands, {}])


def query(request, kind, parameters):
    return pack([VERSION, QUERY, request, kind, parameters])


def handle(request, letter, by, action, details, options=None):
    """What to do about a dead letter."""
    return pack([VERSION, HANDLE, request, letter, by, action, details, {} if options is None else options])


def shard_of(wallet, shards):
    """The shard of a wallet, or None where XXH3 is not at hand: then ask every shard."""
    if xxhash is None:
        return None
    return xxhash.xxh3_64_intdigest(wallet.split("~")[0].encode()) % shards


Body = collections.namedtuple("Body", "resolution code detail retry_after_ms shard sequence decided flags state")
State = collections.namedtuple("State", "version status freeze currency balance held credit_limit open_holds "
                               "outgoing outgoing_amount counters card limits")


def body_of(elements):
    """The body of an answer, with its wallet state where it was decided."""
    body = Body(*elements)
    if (body.resolution in (NOT_DECIDED, QUEUED)) != (body.state is None):
        raise Misunderstood(f"a state stands exactly where something was decided: {body}")
    return body if body.state is None else body._replace(state=State(*body.state))


class Door:
    """A DEALER socket to a ROUTER door: one frame in, one frame out."""

    def __init__(self, endpoint, routing_id=None):
        self.socket = zmq.Context.instance().socket(zmq.DEALER)
        self.socket.setsockopt(zmq.LINGER, 0)
        self.socket.setsockopt(zmq.SNDHWM, 100000)
        self.socket.setsockopt(zmq.RCVHWM, 100000)
        if routing_id is not None:
            self.socket.setsockopt(zmq.ROUTING_ID, routing_id)
        self.socket.connect(endpoint)

    def send(self, data, timeout_s=PATIENCE_S):
        """Waits while the socket takes no more. False where that lasts."""
        if not self.socket.poll(timeout_s * 1000, zmq.POLLOUT):
            return False
        self.socket.send(data, zmq.NOBLOCK)
        return True

    def receive(self, timeout_s):
        """The next message, or None where none comes in time."""
        if not self.socket.poll(max(0, timeout_s) * 1000):
            return None
        return unpack(self.socket.recv())

    def close(self):
        self.socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class Command:
    """What a session knows of a command: where it is, until it has an outcome."""

    WAITING, SENT, AGAIN = range(3)

    def __init__(self, elements):
        self.elements = elements
        self.wallet = elements[2]
        self.place = Command.WAITING
        self.not_before = 0.0
        self.refused = False  # overloaded, and not sent again yet
        self.body = None


class Session:
    """Sends commands so that those of one wallet are decided in the order given, each once, whatever is lost."""

    def __init__(self, endpoint, routing_id=None, patience_s=PATIENCE_S, commands_per_message=None):
        self.endpoint = endpoint
        self.door = Door(endpoint, routing_id)
        self.patience_s = patience_s
        self.commands_per_message = commands_per_message  # None: as many as the node takes
        self.next_number = 1
        self.answered_below = 1  # one more than the highest number that was answered
        self.unanswered = {}  # number -> (bytes, commands), in rising order
        self.lines = {}  # wallet -> commands without an outcome, in their first order
        self.sessions = 0
        self._begin()

    # ---- What a program calls

    def submit(self, commands, timeout_s=60.0):
        """The bodies of the commands' outcomes, in the order of the commands."""
        mine = [Command(elements) for elements in commands]
        for command in mine:
            self.lines.setdefault(command.wallet, []).append(command)
        deadline = time.monotonic() + timeout_s
        heard = time.monotonic()
        while any(command.body is None for command in mine):
            if time.monotonic() > deadline:
                raise Lost("no outcome in time")
            self._send_what_may_go()
            message = self.door.receive(min(self._until_again(), self.patience_s))
            if message is not None:
                self._take(message)
                heard = time.monotonic()
            elif self.unanswered and time.monotonic() - heard > self.patience_s:
                self._ask_where_we_stand()
                heard = time.monotonic()
        return [command.body for command in mine]

    def reconnect(self, routing_id=None):
        """The session goes on over another connection."""
        self.door.close()
        self.door = Door(self.endpoint, routing_id)
        self._ask_where_we_stand()

    def close(self):
        self.door.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    # ---- The session

    def _begin(self):
        """A new session under a new nonce. It goes on counting: answers to the lost one may still come."""
        self.nonce = os.urandom(16)
        self.sessions += 1
        self.incarnation = None
        options = {"first": self.next_number} if self.next_number > 1 else {}
        for _, commands in self.unanswered.values():
            for command in commands:
                self._again(command, 0.0)
        self.unanswered.clear()
        self.greeting = hello(self.nonce, options)
        while True:
            self.door.send(self.greeting)
            message = self._receive_until(WELCOME)
            if message is not None:
                self._welcome(message)
                return

    def _receive_until(self, kind):
        """A message of this kind for this session. Others that come before it are taken where they count."""
        deadline = time.monotonic() + self.patience_s
        while (left := deadline - time.monotonic()) > 0:
            message = self.door.receive(left)
            if message is not None and message[1] == kind and self.nonce in message:
                return message
            if message is not None and message[1] == ANSWERS:
                self._answers(message[2])
        return None

    def _ask_where_we_stand(self):
        self.door.send(self.greeting)

    def _take(self, message):
        if message[1] == ANSWERS:
            self._answers(message[2])
        elif self.nonce not in message:
            pass  # of a session that was given up
        elif message[1] == WELCOME:
            self._welcome(message)
        elif message[1] == GO_BACK:
            self._go_back(*message[3:])
        else:
            raise Misunderstood(f"a message of type {message[1]}")

    def _welcome(self, message):
        _, _, _version, _session, incarnation, expected, limits = message
        self.limits = limits
        known = self.incarnation in (None, incarnation) and expected >= self.answered_below
        self.incarnation = incarnation
        if not known:
            self._begin()
            return
        for number in list(self.unanswered):
            if number < expected:  # taken, so its answers were lost, or are still to come
                for command in self.unanswered.pop(number)[1]:
                    self._again(command, 0.0)
        self._send_from(expected)

    def _go_back(self, code, expected):
        if code == UNKNOWN_SESSION:
            self._begin()
        elif code == OUT_OF_SEQUENCE:
            self._send_from(expected)
        else:
            raise Misunderstood(f"GO_BACK with code {code}")

    def _send_from(self, expected):
        for number, (data, _) in self.unanswered.items():
            if number >= expected:
                self.door.send(data)

    # ---- Answers

    def _answers(self, answers):
        for number, index, elements in answers:
            body = body_of(elements)
            if number is None:
                raise Misunderstood(f"a message was refused: {body}")
            if number not in self.unanswered:
                continue  # an attempt that was given up
            self.answered_below = max(self.answered_below, number + 1)
            commands = self.unanswered[number][1]
            for command in commands if index is None else [commands[index]]:
                self._answer(command, body)
            if all(command.place != Command.SENT or command.body for command in commands):
                del self.unanswered[number]

    def _answer(self, command, body):
        if command.body is not None:
            return
        if body.code in AGAIN:
            wait_s = (body.retry_after_ms or 100) / 1000
            command.refused = True
            self._again(command, time.monotonic() + wait_s * random.uniform(1.0, 1.5))
            return
        command.body = body
        line = self.lines[command.wallet]
        line.remove(command)
        if not line:
            del self.lines[command.wallet]

    def _again(self, command, not_before):
        if command.body is None:
            command.place = Command.AGAIN
            command.not_before = not_before

    # ---- Sending

    @staticmethod
    def _may_go(line, now):
        """Of a wallet's commands without an outcome: those that may be sent now."""
        if not any(command.place == Command.AGAIN for command in line):
            return [command for command in line if command.place == Command.WAITING]
        # Something of the wallet has to be sent again: first everything under way comes back, then all goes in order.
        if any(command.place == Command.SENT or command.not_before > now for command in line):
            return []
        return line

    @staticmethod
    def _begins_before_refused(going):
        """Its first command was taken once, and the session would now refuse it until it has the refused one."""
        return going and not going[0].refused and any(command.refused for command in going)

    def _send_what_may_go(self):
        now = time.monotonic()
        if any(self._begins_before_refused(self._may_go(line, now)) for line in self.lines.values()):
            for line in self.lines.values():
                for command in line:
                    command.refused = False  # the new session refuses nobody
            self._begin()
        under_way = sum(command.place == Command.SENT for line in self.lines.values() for command in line)
        room = self.limits["in_flight_commands_max"] - under_way
        ready = [command for line in self.lines.values() for command in self._may_go(line, now)][:max(0, room)]
        most = self.commands_per_message or self.limits["commands_per_message_max"]
        for begin in range(0, len(ready), most):
            self._send(ready[begin:begin + most])

    def _send(self, commands):
        number = self.next_number
        self.next_number += 1
        data = submit(self.nonce, number, [command.elements for command in commands])
        for command in commands:
            command.place = Command.SENT
            command.refused = False
        self.unanswered[number] = (data, commands)
        self.door.send(data)

    def _until_again(self):
        """Seconds until a command may be sent again, or a long time where none waits for that."""
        now = time.monotonic()
        waits = [command.not_before - now for line in self.lines.values() for command in line
                 if command.place == Command.AGAIN]
        return max(0.001, min(waits, default=self.patience_s))


class Asker:
    """Asks one query door. Queries change nothing, so what is not answered is asked again."""

    def __init__(self, endpoint):
        self.door = Door(endpoint)
        self.request = 0

    def reply(self, kind, parameters, timeout_s=60.0):
        """Code, detail and payload."""
        return self.exchange(lambda request: query(request, kind, parameters), timeout_s)

    def tell(self, letter, by, action, details, options=None, timeout_s=60.0):
        """The same of a HANDLE, which can be told again, too."""
        return self.exchange(lambda request: handle(request, letter, by, action, details, options), timeout_s)

    def exchange(self, message_of, timeout_s):
        deadline = time.monotonic() + timeout_s
        while time.monotonic() < deadline:
            self.request += 1
            self.door.send(message_of(self.request))
            asked_again = min(deadline, time.monotonic() + PATIENCE_S)
            while (left := asked_again - time.monotonic()) > 0:
                message = self.door.receive(left)
                if message is not None and message[2] == self.request:
                    return message[3:]
        raise Lost("no reply")

    def ask(self, kind, *parameters):
        """The payload, or None for `not_found`."""
        code, detail, payload = self.reply(kind, list(parameters))
        if code == NOT_FOUND:
            return None
        if code == DIVERGED:
            raise Diverged(detail)
        if code != 0:
            raise Misunderstood(f"query {kind}: code {code}, {detail}")
        return payload

    def pages(self, kind, start, behind, limit=1000, rest=()):
        """All rows of a query `[after, limit, ...]`. `behind` tells what `after` is, behind a row."""
        after, more = start, True
        while more:
            rows, more = self.ask(kind, after, limit, *rest)
            yield from rows
            if rows:
                after = behind(rows[-1])

    def close(self):
        self.door.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


Record = collections.namedtuple("Record", "format type lineage shard ordinal epoch incarnation first_sequence "
                                "last_sequence first_failure last_failure time previous_hash entries hash")
ENTRIES, EPOCH = 1, 2


def int128(halves):
    return halves[0] * 2**64 + halves[1]


def hash_of(data):
    return hashlib.blake2b(data[:-HASH_TAIL], digest_size=32).digest()


def content_hash(kind, mode, wallet, transaction, amount, currency, external, merchant, reference, scope, credit_limit,
                 redrive_of=None):
    """XXH3 of a command's content, as an entry has it."""
    content = [kind, mode, wallet, transaction, amount or 0, currency or "", external or "", merchant or "",
               reference or "", scope or 0, credit_limit]
    return xxhash.xxh3_64_intdigest(pack(content + [redrive_of] if redrive_of else content))


class Follower:
    """Follows one shard's journal and loses nothing: events where they fit, `replay` for what was missed."""

    def __init__(self, events_endpoint, query_endpoint, shard, page_bytes=65536):
        self.shard = shard
        self.page_bytes = page_bytes
        self.lineage = None
        self.ordinal = 0
        self.sequence = 0
        self.hash = bytes(32)
        self.records = []
        self.live = 0  # records that came as events, and were not fetched
        self.socket = zmq.Context.instance().socket(zmq.SUB)
        self.socket.setsockopt(zmq.LINGER, 0)
        self.socket.connect(events_endpoint)
        for topic in ("shard.", "head."):
            self.socket.subscribe(topic)
        self.asker = Asker(query_endpoint)

    def fetch(self):
        """Everything that is in the journal now."""
        more = True
        while more:
            rows, more = self.asker.ask(REPLAY, self.lineage, self.ordinal, self.hash, self.page_bytes)
            for data in rows:
                self.take(data)

    def follow_to(self, sequence, timeout_s=60.0):
        """Waits for events until the entry of this sequence is here."""
        deadline = time.monotonic() + timeout_s
        while self.sequence < sequence:
            left = deadline - time.monotonic()
            if left <= 0:
                raise Lost(f"shard {self.shard}: no record up to sequence {sequence}")
            if self.socket.poll(left * 1000):
                self.heard(*self.socket.recv_multipart())

    def heard(self, topic, body):
        """One event: a record, or the position of the head."""
        if topic.startswith(b"head."):
            _, _, ordinal, _, last_hash = unpack(body)
            if ordinal != self.ordinal or last_hash != self.hash:
                self.fetch()
            return
        record = Record(*unpack(body))
        if record.ordinal == self.ordinal + 1:
            self.take(body)
            self.live += 1
        elif record.ordinal > self.ordinal or record.epoch > self.records[-1].epoch:
            self.fetch()  # a gap; or another history, and then the answer says so

    def take(self, data):
        """Moves the position behind a record, if it is the next one of the chain."""
        record = Record(*unpack(data))
        if record.ordinal <= self.ordinal:
            return
        if record.lineage != (self.lineage or record.lineage) or record.previous_hash != self.hash:
            raise Diverged(f"shard {self.shard}: record {record.ordinal} is of another history")
        if record.ordinal != self.ordinal + 1 or record.shard != self.shard:
            raise Misunderstood(f"shard {self.shard}: record {record.ordinal} of shard {record.shard} came behind "
                                f"{self.ordinal}")
        if hash_of(data) != record.hash:
            raise Diverged(f"shard {self.shard}: the hash of record {record.ordinal} does not fit its bytes")
        self.lineage, self.ordinal, self.hash = record.lineage, record.ordinal, record.hash
        self.sequence = record.last_sequence
        self.records.append(record)

    def close(self):
        self.socket.close()
        self.asker.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
