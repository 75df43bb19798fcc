"""`florin run` with an HTTP door of its own, for the tests that come through it."""

import ctypes
import http.client
import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
import urllib.parse

PATIENCE_S = 90.0  # for a slow machine; nothing waits so long where all is well

CONFIG = """
[store]
data_dir = "data"
map_size_gib = 1

[bootstrap]
wallets = [
  { id = "100", currency = "EUR", deposit_minor = 100000 },
  { id = "101", currency = "EUR", deposit_minor = 50000 },
  { id = "102", currency = "EUR", deposit_minor = 25000 },
]
"""

LIBC = ctypes.CDLL(None)
PR_SET_PDEATHSIG = 1


def end_with_parent():
    """Has the kernel kill this process when its parent dies, however: a test that runs out of time leaves no node."""
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def eventually(function, what):
    """The first true result of a function that may take a while."""
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        result = function()
        if result:
            return result
        time.sleep(0.05)
    raise AssertionError(f"waited {PATIENCE_S:.0f} s for {what}")


class Answer:
    def __init__(self, response):
        self.status = response.status
        self.headers = response.headers
        self.body = response.read()

    def json(self):
        return json.loads(self.body)


class WebNode:
    """Started and ready; `with` ends it and removes what it kept."""

    def __init__(self, binary):
        self.directory = tempfile.mkdtemp(prefix="florin-", dir="/tmp")  # the path of a socket is short
        self.log = os.path.join(self.directory, "log")
        configuration = os.path.join(self.directory, "florin.toml")
        with open(configuration, "w", encoding="utf-8") as file:
            file.write(CONFIG)
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [binary, "run", "-c", configuration, "--http-listen", "127.0.0.1:0"],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, preexec_fn=end_with_parent)
        try:
            self.url = eventually(self._listening_at, "the gateway to say where it listens")
            eventually(self._is_funded, "the wallets to be funded")
        except BaseException:
            self.remove()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.remove()

    def _listening_at(self):
        if self.process.poll() is not None:
            raise AssertionError(f"florin ended with {self.process.returncode}:\n{self.log_text()}")
        for line in self.log_text().splitlines():
            if '"listening"' in line and '"url"' in line:
                return json.loads(line)["url"]
        return None

    def _is_funded(self):
        answer = self.get("/v1/wallets/102/balance")
        return answer.status == 200 and answer.json()["balance_minor"] > 0

    def log_text(self):
        with open(self.log, encoding="utf-8") as file:
            return file.read()

    def request(self, method, target, body=None, headers=None):
        connection = http.client.HTTPConnection(urllib.parse.urlsplit(self.url).netloc, timeout=PATIENCE_S)
        try:
            content = {"Content-Type": "application/json"} if body is not None else {}
            connection.request(method, target, None if body is None else json.dumps(body), {**content, **(headers or {})})
            return Answer(connection.getresponse())
        finally:
            connection.close()

    def get(self, target, headers=None):
        return self.request("GET", target, headers=headers)

    def remove(self):
        self.process.terminate()
        try:
            self.process.wait(timeout=PATIENCE_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.directory, ignore_errors=True)
