"""Drives docker-compose.yml on a real engine: one deployment, with a project, an image and a volume of its own."""

import json
import os
import shutil
import subprocess
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PATIENCE_S = 120.0  # for a machine that does much else; nothing waits so long where all is well
COMMAND_S = 300.0


def run(arguments, check=True, **options):
    """A command to its end: its output. Says what it printed where it fails."""
    result = subprocess.run(arguments, capture_output=True, text=True, timeout=COMMAND_S, check=False, **options)
    if check and result.returncode != 0:
        shown = " ".join(str(word) for word in arguments)
        raise AssertionError(f"{shown} ended with {result.returncode}:\n{result.stdout}{result.stderr}")
    return result.stdout


def ends_well(arguments):
    try:
        return subprocess.run(arguments, capture_output=True, timeout=COMMAND_S, check=False).returncode == 0
    except OSError:
        return False


def eventually(function, what):
    """The first true result. What it throws meanwhile is what it waits to be over; the last of it is told."""
    deadline = time.monotonic() + PATIENCE_S
    last = None
    while time.monotonic() < deadline:
        try:
            if result := function():
                return result
        except AssertionError as failed:
            last = failed
        time.sleep(0.3)
    raise AssertionError(f"not within {PATIENCE_S:.0f} s: {what}" + (f"\n{last}" if last else ""))


def compose_command():
    """Compose v2 is a plugin, Compose 1.29 a program of its own. Nothing where there is neither."""
    if ends_well(["docker", "compose", "version"]):
        return ["docker", "compose"]
    return ["docker-compose"] if shutil.which("docker-compose") else None


def why_impossible():
    """Why nothing can be deployed here, or nothing."""
    if not shutil.which("docker"):
        return "there is no docker command"
    if not ends_well(["docker", "info"]):
        return "no Docker engine answers"
    if compose_command() is None:
        return "there is neither `docker compose` nor docker-compose"
    release = Path("/etc/os-release")
    if not release.exists() or "VERSION_CODENAME=bookworm" not in release.read_text(encoding="utf-8"):
        return "the binary that was built here is not for the image's Debian 12"
    return None


PREFIX = "florin-test-"


class Deployment:
    def __init__(self, pid=os.getpid()):
        self.project = f"{PREFIX}{pid}"
        self.volume = f"{self.project}_data"
        self.environment = {**os.environ, "FLORIN_IMAGE": self.project, "FLORIN_IMAGE_TARGET": "runtime-copied",
                            "FLORIN_LOG": "json"}

    def compose(self, *words, check=True):
        command = [*compose_command(), "--project-name", self.project, "--profile", "demo", *words]
        return run(command, check=check, cwd=ROOT, env=self.environment)

    def down(self):
        for container in run(["docker", "ps", "--all", "--quiet", "--filter",
                              f"label=com.docker.compose.project={self.project}"]).split():
            run(["docker", "rm", "--force", container], check=False)
        self.compose("down", "--volumes", check=False)
        run(["docker", "image", "rm", "--force", self.project], check=False)

    def containers(self, service, everyone=False):
        """Ids of those that run, or of all. The number is what the load's container has not: the rest comes with the
        image, which Compose labels, too."""
        wanted = ["--filter", "label=com.docker.compose.container-number",
                  "--filter", f"label=com.docker.compose.project={self.project}",
                  "--filter", f"label=com.docker.compose.service={service}"]
        return run(["docker", "ps", "--quiet", "--no-trunc", *(["--all"] if everyone else []), *wanted]).split()

    @staticmethod
    def inspect(container):
        return json.loads(run(["docker", "inspect", container]))[0]

    def is_healthy(self, service, count):
        ids = self.containers(service)
        return len(ids) == count and all(
            self.inspect(one)["State"]["Health"]["Status"] == "healthy" for one in ids)

    def wait_healthy(self, workers):
        for service, count in {"router": 1, "worker": workers, "accounting": 1, "dead-letter": 1}.items():
            eventually(lambda s=service, n=count: self.is_healthy(s, n), f"{count} of {service} are healthy")

    def florin(self, *words):
        """A command of the tools inside, its lines of JSON: in the sink's container, which nothing here kills."""
        container = self.containers("dead-letter")[0]
        printed = run(["docker", "exec", container, "florin", "--json", *words])
        return [json.loads(line) for line in printed.splitlines()]

    def log(self, service):
        return self.compose("logs", "--no-color", service)

    def owners(self):
        """For each shard that serves, the container that holds it."""
        [status] = self.florin("status")
        return [shard["worker"].removeprefix("worker-") for shard in status["shards"] if shard["phase"] == "serving"]


def remove_leftovers():
    """What a run left that was killed itself: its containers would start again with the engine."""
    projects = run(["docker", "ps", "--all", "--format", '{{.Label "com.docker.compose.project"}}']).split()
    for project in set(projects):
        pid = project.removeprefix(PREFIX)
        if project.startswith(PREFIX) and not Path("/proc", pid).exists():
            Deployment(pid).down()
