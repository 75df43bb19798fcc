#!/usr/bin/env python3
"""The deployment of docker-compose.yml on a real engine: started, used, scaled, killed, restarted; its books proved.

    test_compose.py FLORIN_BINARY      ends with 77 where nothing can be deployed, and says why
    test_compose.py --self-test        the comparison finds what is planted for it

The image is made from the binary that was built already. Nothing of it is left behind: the volume and the image are
removed at the end, whatever the end.
"""

import subprocess
import sys
import time

from deployment import ROOT, Deployment, eventually, remove_leftovers, run, why_impossible
from load import Load, differences

SKIPPED = 77
FUNDED = {"100": 100000, "101": 50000, "102": 25000, "103": 10000, "104": 5000, "105": 1000}
SHARDS = 4


def expect(actual, expected, what):
    if actual != expected:
        raise AssertionError(f"{what}: expected {expected!r}, but it is {actual!r}")


def build_image(deployment, binary):
    """As `./run image` does: the binary, without what only debuggers read."""
    target = ROOT / "build" / "image" / "florin"
    target.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(["strip", "-o", target, binary], check=True)
    deployment.compose("build")


def start(deployment):
    deployment.compose("up", "--detach", "router", "worker", "accounting", "dead-letter")
    deployment.wait_healthy(workers=3)
    wallets = eventually(lambda: [row for row in deployment.florin("wallets") if row["version"] >= 2][5:] and
                         deployment.florin("wallets"), "six wallets are opened and funded")
    expect({row["wallet"]: row["balance_minor"] for row in wallets}, FUNDED, "the wallets at the start")


def check_confinement(deployment):
    for service in ("router", "worker", "accounting", "dead-letter"):
        container = deployment.inspect(deployment.containers(service)[0])
        host = container["HostConfig"]
        expect(container["Config"]["User"], "florin", f"{service}: its user")
        expect(host["ReadonlyRootfs"], True, f"{service}: read-only root")
        expect(host["CapDrop"], ["ALL"], f"{service}: capabilities dropped")
        expect(host["NetworkMode"], "none", f"{service}: its network")
        expect(host["RestartPolicy"]["Name"], "unless-stopped", f"{service}: its restart policy")
        expect(host["LogConfig"]["Config"], {"max-size": "10m", "max-file": "3"}, f"{service}: the rotation of its log")
    router = deployment.containers("router")[0]
    tried = run(["docker", "exec", router, "sh", "-c", "id -u; touch /srv/florin/x 2>/dev/null || echo read-only"])
    expect(tried.split(), ["10001", "read-only"], "who runs, and what it may write")


def show_the_demo(deployment):
    """The generator's log shows its answers, and the workers' which of them decided."""
    deployment.compose("up", "--detach", "--no-recreate", "generator")
    eventually(lambda: "success" in deployment.log("generator"), "the generator's log shows an answer")
    names = [f'"worker":"worker-{one[:12]}"' for one in deployment.containers("worker")]
    eventually(lambda: [name for name in names if name in deployment.log("worker")],
               "the log says which worker decided what")
    deployment.compose("stop", "generator")


def scale(deployment, workers):
    deployment.compose("up", "--detach", "--no-recreate", "--scale", f"worker={workers}", "worker")
    deployment.wait_healthy(workers)
    running = {one[:12] for one in deployment.containers("worker")}

    def is_spread():
        owners = deployment.owners()
        return len(owners) == SHARDS and set(owners) <= running and len(set(owners)) == min(workers, SHARDS)

    eventually(is_spread, f"the shards are spread over {workers} workers")


def kill_a_worker(deployment):
    """For good: `docker kill` is not undone by the restart policy. The others take its shards."""
    victim = eventually(deployment.owners, "a worker owns a shard")[0]
    run(["docker", "kill", "--signal", "KILL", victim])

    def is_taken_over():
        owners = deployment.owners()
        return len(owners) == SHARDS and victim not in owners

    eventually(is_taken_over, "the shards of a killed worker have owners that serve")
    scale(deployment, 3)  # starts it again


def crash_the_router(deployment):
    """From the inside, as a bug would: the restart policy brings it back."""
    [router] = deployment.containers("router")
    start_before = deployment.florin("status")[0]["router"]["incarnation"]
    run(["docker", "exec", router, "sh", "-c", "kill -KILL -1"], check=False)
    eventually(lambda: deployment.florin("status")[0]["router"].get("incarnation", 0) > start_before,
               "the router has started again by itself")
    deployment.wait_healthy(workers=3)


def restart_all(deployment):
    deployment.compose("restart", "router", "worker", "accounting", "dead-letter")
    deployment.wait_healthy(workers=3)
    eventually(lambda: len(deployment.owners()) == SHARDS, "every shard serves again")


def prove_the_books(deployment, load):
    [report] = deployment.florin("verify")  # ends with 3 where they do not agree
    expect(report["discrepancies"], 0, "what verify found")
    entries = []
    for shard in range(SHARDS):
        entries += deployment.florin("replay", "events", "--shard", str(shard))
    expect(differences(load.acknowledged, entries), [], "the journals and what was acknowledged")


def step(name, function, *arguments):
    began = time.monotonic()
    function(*arguments)
    print(f"{name}: {time.monotonic() - began:.1f} s", flush=True)


def under_load(deployment):
    load = Load(deployment.project, deployment.volume)
    load.start()
    try:
        step("scaled to 5 workers", scale, deployment, 5)
        step("scaled back to 3", scale, deployment, 3)
        step("a worker killed, and started again", kill_a_worker, deployment)
        step("the router crashed", crash_the_router, deployment)
        step("everything restarted", restart_all, deployment)
    finally:
        load.stop()
    if load.failure:
        raise AssertionError(load.failure)
    return load


def deploy_and_check(binary):
    remove_leftovers()
    deployment = Deployment()
    try:
        step("image built", build_image, deployment, binary)
        step("started", start, deployment)
        step("confined", check_confinement, deployment)
        step("demo shown", show_the_demo, deployment)
        load = under_load(deployment)
        step("books proved", prove_the_books, deployment, load)
        print(f"{len(load.acknowledged)} transactions of {load.runs} runs were acknowledged; each is there exactly once")
    except Exception:
        print(deployment.compose("ps", check=False))
        print(deployment.compose("logs", "--no-color", "--tail", "40", check=False))
        raise
    finally:
        deployment.down()


def self_test():
    entries = [{"wallet": "100", "id": name} for name in ("a", "b")]
    acknowledged = {("100", "a"), ("100", "b")}
    expect(differences(acknowledged, entries), [], "what agrees")
    expect(len(differences(acknowledged, entries[:1])), 1, "one that is missing")
    expect(len(differences(acknowledged, entries + entries[:1])), 1, "one that is there twice")
    expect(len(differences({("101", "a")}, entries)), 1, "one that is another wallet's")
    print("the comparison finds what is missing and what is there twice")


def main(arguments):
    if arguments == ["--self-test"]:
        self_test()
        return 0
    if len(arguments) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    if why := why_impossible():
        print(f"skipped: {why}")
        return SKIPPED
    deploy_and_check(arguments[0])
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
