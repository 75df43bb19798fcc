"""A generator in a container beside the deployment, run after run, that notes what was acknowledged; and the comparison
of that with the journals."""

import json
import subprocess
import threading
from collections import Counter

RUN = 300  # transactions: a few seconds of them


def acknowledged_ids(lines):
    """(wallet, id) of every answer that says that it was decided."""
    answers = (json.loads(line) for line in lines)
    return {(one["wallet"], one["id"]) for one in answers if one.get("resolution") in ("success", "rejected")}


def differences(acknowledged, entries):
    """What was acknowledged and is not in the journals exactly once."""
    times = Counter((entry["wallet"], entry["id"]) for entry in entries)
    twice = [f"{key} is there {count} times" for key, count in times.items() if count > 1]
    return twice + [f"{key} was acknowledged and is not there" for key in sorted(acknowledged) if key not in times]


class Load:
    """From start() to stop() a thread keeps a generator running. Every transaction of it has to be answered, whatever
    happens to the deployment meanwhile: `generate` sends again what has no answer."""

    def __init__(self, image, volume):
        self.image, self.volume = image, volume
        self.acknowledged, self.runs, self.failure = set(), 0, None
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._keep_running)

    def start(self):
        self._thread.start()

    def stop(self):
        self._stopping.set()
        self._thread.join()

    def _keep_running(self):
        while not self._stopping.is_set() and self.failure is None:
            self.runs += 1
            try:
                self._run_once(self.runs)
            except Exception as failed:  # told by whoever stops the load
                self.failure = f"run {self.runs} of the load: {failed}"

    def _run_once(self, seed):
        container = ["docker", "run", "--rm", "--network", "none", "--name", f"{self.image}-load-{seed}",
                     "--volume", f"{self.volume}:/srv/florin/data", self.image]
        generate = ["generate", str(RUN), "--rate", "100", "--seed", str(seed), "--duplicates", "5", "--each", "--json",
                    "--give-up-s", "240", "--timeout-ms", "1000"]
        done = subprocess.run([*container, *generate], capture_output=True, text=True, timeout=600, check=False)
        *answers, summary = done.stdout.splitlines()
        self.acknowledged |= acknowledged_ids(answers)
        if done.returncode != 0 or json.loads(summary)["answered"] != RUN:
            raise AssertionError(f"it ended with {done.returncode}: {summary} {done.stderr}")
