"""What the checks share: a real node, the list of checks, and how one says that something is not as it should be."""

import contextlib
import ctypes
import itertools
import os
import shutil
import signal
import subprocess
import tempfile
import time

from florin_client import (ANSWERS, DEPOSIT, GO_BACK, HEAD, OPEN, REPLY, Asker, Door, Follower, Lost, body_of, hello,
                           pack, shard_of, submit)

PATIENCE_S = 60.0  # for a slow machine; nothing waits so long where all is well

# The limits of the second node, which has two shards. Each is beyond what is met before it.
TINY = {
    "message_bytes_max": 1024,
    "commands_per_message_max": 4,
    "queue_commands_max": 4,
    "overloaded_retry_ms": 20,
    "client_in_flight_commands_max": 6,
    "sessions_max": 4,
    "session_latches_max": 4,
    "answers_bytes_max": 4096,
}

MET = set()  # the codes that any answer had

CHECKS = []
TINY_CHECKS = []


def check(function):
    """A check of an ordinary node."""
    CHECKS.append(function)
    return function


def tiny_check(function):
    """A check of a node with tiny limits."""
    TINY_CHECKS.append(function)
    return function


def expect(actual, expected, what=""):
    if actual != expected:
        raise AssertionError(f"{what or 'expected'}: {expected!r}, but it is {actual!r}")


def eventually(function, what):
    """The first true result of a function that may take a while, as a consumer does to hear of something."""
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        result = function()
        if result:
            return result
        time.sleep(0.01)
    raise Lost(what)


_names = itertools.count(1)


def new(prefix):
    """A name that no other check uses."""
    return f"{prefix}:{next(_names)}"


def array(*elements):
    """An array of elements that are bytes already. For what a well-behaved encoder does not write."""
    return bytes([0x90 | len(elements)]) + b"".join(elements)


def nonce():
    return os.urandom(16)


LIBC = ctypes.CDLL(None)
PR_SET_PDEATHSIG = 1


def end_with_parent():
    """Has the kernel kill this process when its parent dies, however: a test that runs out of time leaves no node."""
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


class Node:
    """`florin run` with a data directory of its own, and short ways to its doors."""

    def __init__(self, binary, shards, limits=()):
        self.binary = binary
        self.shards = shards
        # The path of a socket is short, so the build directory is no place for it.
        self.directory = tempfile.mkdtemp(prefix="florin-", dir="/tmp")
        self.configuration = os.path.join(self.directory, "florin.toml")
        self.log = os.path.join(self.directory, "log")
        lines = [f"{key} = {value}" for key, value in dict(limits).items()]
        with open(self.configuration, "w", encoding="utf-8") as file:
            file.write("\n".join(["[store]", 'data_dir = "data"', f"shards = {shards}", "map_size_gib = 1",
                                  "refold_entries_max = 100", "[limits]", *lines, "[gateway]", 'listen = "off"',
                                  "[log]", "flow_lines_per_second_max = 0", ""]))
        self.process = None
        self.start()

    # ---- The process

    def start(self):
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen([self.binary, "run", "-c", self.configuration], stdin=subprocess.DEVNULL,
                                            stdout=log, stderr=log, preexec_fn=end_with_parent)
        try:
            for shard in range(self.shards):
                self._wait_for(shard)
        except BaseException:
            self.remove()
            raise

    def _wait_for(self, shard):
        with self.asker(shard) as asker:
            deadline = time.monotonic() + PATIENCE_S
            while time.monotonic() < deadline:
                if self.process.poll() is not None:
                    raise Lost(f"the node ended: {self.last_log()}")
                with contextlib.suppress(Lost):
                    asker.reply(HEAD, [], timeout_s=1)
                    return
            raise Lost(f"shard {shard} did not start: {self.last_log()}")

    def last_log(self):
        with open(self.log, encoding="utf-8", errors="replace") as file:
            return file.read()[-2000:]

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def remove(self):
        if self.process.poll() is None:
            self.kill()
        shutil.rmtree(self.directory)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.remove()

    @contextlib.contextmanager
    def standing_still(self):
        """What one connection sends meanwhile, a few kilobytes at most, is taken in one go afterwards."""
        self.process.send_signal(signal.SIGSTOP)
        try:
            yield
            time.sleep(0.1)  # until all of it lies in the node's socket
        finally:
            self.process.send_signal(signal.SIGCONT)

    # ---- Doors

    def endpoint(self, name):
        return f"ipc://{self.directory}/data/run/{name}"

    def front(self, routing_id=None):
        return Door(self.endpoint("front"), routing_id)

    def asker(self, door):
        """A query door: a shard's number, or a name."""
        return Asker(self.endpoint(f"shard.query.{door:03}" if isinstance(door, int) else f"{door}.query"))

    def ask(self, door, kind, *parameters):
        with self.asker(door) as asker:
            return asker.ask(kind, *parameters)

    def query_code(self, door, kind, *parameters):
        with self.asker(door) as asker:
            code = asker.reply(kind, list(parameters))[0]
        MET.add(code)
        return code

    def ask_about(self, wallet, kind, *parameters):
        return self.ask(self.shard_of(wallet), kind, *parameters)

    def shard_of(self, wallet):
        return shard_of(wallet, self.shards)

    def follower(self, shard, **options):
        return Follower(self.endpoint(f"shard.events.{shard:03}"), self.endpoint(f"shard.query.{shard:03}"), shard,
                        **options)

    # ---- Sending

    def replies(self, *messages):
        """What comes back to each message of one connection, one after the other. A message is bytes or frames."""
        with self.front() as door:
            replies = []
            for message in messages:
                door.socket.send_multipart([message] if isinstance(message, bytes) else message)
                replies.append(receive(door))
            return replies

    def refusal(self, message):
        """Number, index and code of the only answer to a message."""
        [(version, kind, answers)] = self.replies(message)
        expect((version, kind, len(answers)), (1, ANSWERS, 1), "one answer")
        number, index, body = answers[0]
        expect(body[0], 3, "resolution of a refusal")
        expect(body[4:], [None] * 5, "the last five places of a refusal")
        return number, index, body[1]

    def bodies(self, commands):
        """The bodies of the answers to one message without a session. Commands may be bytes."""
        packed = [command if isinstance(command, bytes) else pack(command) for command in commands]
        with self.front() as door:
            door.send(array(pack(1), pack(2), pack(None), pack(1), array32(packed), pack({})))
            return [body for _, body in sorted(answers_to(door, 1, len(commands)).items())]

    def at_once(self, door, *messages):
        """The bodies of the answers to each of several messages that are taken in one go: one comes before any of the
        commands of the ones before it is decided. A message is a session, a number of its own, and commands."""
        in_session(door, None, 0, [[99]])  # the connection stands
        with self.standing_still():
            for message in messages:
                door.send(submit(*message))
        bodies = {number: {} for _, number, _ in messages}
        while any(len(bodies[number]) < len(commands) for _, number, commands in messages):
            _, kind, answers = receive(door)
            expect(kind, ANSWERS, "type of the message")
            for number, index, body in answers:
                expect(index not in bodies[number], True, f"command {index} is answered once")
                bodies[number][index] = body_of(body)
        return [[body for _, body in sorted(bodies[number].items())] for _, number, _ in messages]

    def filling(self, shard):
        """A message that fills the queue of the shard, where it is empty."""
        wallet = self.wallet_on(shard)
        return None, 2**64 - 1, [[OPEN, str(at), wallet, "EUR", {}] for at in range(TINY["queue_commands_max"])]

    def body(self, command):
        return self.bodies([command])[0]

    def code(self, command):
        return self.body(command).code

    def wallet(self, balance=0, currency="EUR", **options):
        """A new wallet with so much in it."""
        wallet = new("wallet")
        expect(self.code([OPEN, "open", wallet, currency, options]), 0, "code of open")
        if balance:
            expect(self.code([DEPOSIT, "fund", wallet, balance, currency, {}]), 0, "code of deposit")
        return wallet

    def wallet_on(self, shard):
        """A new wallet of a shard."""
        return next(wallet for wallet in map(new, itertools.repeat("on")) if self.shard_of(wallet) == shard)

    def until_known(self, door, query, wallet):
        """What a consumer answers about a wallet, once it has heard of everything decided so far."""
        head = self.ask_about(wallet, HEAD)
        with self.asker(door) as asker:
            eventually(lambda: any(position[1] == head[1] and position[3] >= head[3] for position in asker.ask(query)),
                       f"{door} does not get as far as {head}")


def array32(elements):
    """An array of any length, of elements that are bytes already."""
    return b"\xdd" + len(elements).to_bytes(4, "big") + b"".join(elements)


def receive(door):
    message = door.receive(PATIENCE_S)
    if message is None:
        raise Lost("nothing came back")
    MET.update(codes_in(message))
    return message


def codes_in(message):
    if message[1] == ANSWERS:
        return [body[1] for _, _, body in message[2]]
    return message[3:4] if message[1] in (REPLY, GO_BACK) else []


def answers_to(door, number, count):
    """Bodies by index, of all answers to a message of so many commands."""
    bodies = {}
    while len(bodies) < count:
        _, kind, answers = receive(door)
        expect(kind, ANSWERS, "type of the message")
        for of, index, body in answers:
            expect(of, number, "number of the answer")
            expect(index not in bodies, True, f"command {index} is answered once")
            bodies[index] = body_of(body)
    return bodies


def greet(door, session, options=None):
    """The WELCOME that answers a HELLO. Nothing else may come before it."""
    door.send(hello(session, options))
    message = receive(door)
    expect(message[:2], [1, 16], "version and type of WELCOME")
    return message


def in_session(door, session, number, commands):
    """The bodies of a session's message, by their places."""
    door.send(submit(session, number, commands))
    return [body for _, body in sorted(answers_to(door, number, len(commands)).items())]
