#!/usr/bin/env python3
"""What PostgreSQL does with the same work on this machine, in a cluster of its own that is removed again.

A function checks and changes a balance and keeps the transaction under its id: once per transaction by several
clients, and 1,000 times in one call. The server's default durability: every commit is synced. With the 1,000 the
transactions are made up inside the server, which spares it reading them.

    tools/bench_postgres.py DIRECTORY SECONDS
"""

import json
import os
import pwd
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

WALLETS = 10_000
PER_CALL = 1_000
CLIENTS = [1, 8, 32]
SECONDS_MIN = 5  # connecting many clients takes part of it

SCHEMA = f"""
CREATE TABLE wallets (id int PRIMARY KEY, balance bigint NOT NULL);
CREATE TABLE transactions (wallet int, id text, kind int NOT NULL, amount bigint NOT NULL, done boolean NOT NULL,
  balance_after bigint NOT NULL, decided timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (wallet, id));
INSERT INTO wallets SELECT n, 100000 FROM generate_series(1, {WALLETS}) n;

-- Kinds 0 to 3 are deposits, 4 to 9 take money away.
CREATE FUNCTION apply(in_wallet int, in_id text, in_kind int, in_amount bigint) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  held bigint;
  possible boolean;
BEGIN
  SELECT balance INTO held FROM wallets WHERE id = in_wallet FOR UPDATE;
  possible := in_kind < 4 OR held >= in_amount;
  IF possible THEN
    held := held + CASE WHEN in_kind < 4 THEN in_amount ELSE -in_amount END;
    UPDATE wallets SET balance = held WHERE id = in_wallet;
  END IF;
  INSERT INTO transactions VALUES (in_wallet, in_id, in_kind, in_amount, possible, held);
  RETURN held;
END $$;

CREATE FUNCTION apply_many(many int) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  FOR i IN 1..many LOOP
    PERFORM apply(1 + floor(random() * {WALLETS})::int, gen_random_uuid()::text, floor(random() * 10)::int,
      100 + floor(random() * 40000)::bigint);
  END LOOP;
END $$;
"""

ONE = f"""\\set wallet random(1, {WALLETS})
\\set id random(1, 9000000000000000000)
\\set kind random(0, 9)
\\set amount random(100, 40100)
SELECT apply(:wallet, :id::text, :kind, :amount);
"""
MANY = f"SELECT apply_many({PER_CALL});\n"

SETTINGS = ["listen_addresses=''", "shared_buffers=256MB", "max_wal_size=4GB", "fsync=on", "synchronous_commit=on"]


class Skipped(Exception):
    """Why there is no figure."""


def newest_programs():
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    if not found:
        raise Skipped("PostgreSQL is not installed")
    return found[-1].parent


class Cluster:
    """A server on a socket in its own directory. It refuses to run as root, so root lends it to `postgres`."""

    def __init__(self, directory, programs):
        self.programs = programs
        self.become = []
        self.directory = Path(tempfile.mkdtemp(prefix="pg", dir=directory)).resolve()
        if os.geteuid() == 0:
            try:
                user = pwd.getpwnam("postgres")
            except KeyError:
                raise Skipped("root may not run PostgreSQL, and there is no user `postgres`") from None
            os.chown(self.directory, user.pw_uid, user.pw_gid)
            self.become = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"]

    def call(self, program, *arguments, text=None):
        command = [*self.become, str(self.programs / program), *arguments]
        done = subprocess.run(command, input=text, capture_output=True, text=True, cwd="/", check=False)
        if done.returncode != 0:
            raise Skipped(f"{program} ended with {done.returncode}: {done.stderr.strip()[-300:]}")
        return done.stdout

    def __enter__(self):
        data = self.directory / "data"
        self.call("initdb", "-D", str(data), "-A", "trust", "-U", "bench", "--no-instructions")
        options = " ".join(f"-c {setting}" for setting in SETTINGS)
        options += f" -k {self.directory}"
        self.call("pg_ctl", "-D", str(data), "-w", "-l", str(self.directory / "log"), "-o", options, "start")
        return self

    def __exit__(self, *_):
        self.call("pg_ctl", "-D", str(self.directory / "data"), "-w", "-m", "fast", "stop")

    def sql(self, text):
        return self.call("psql", "-h", str(self.directory), "-U", "bench", "-qAt", "-v", "ON_ERROR_STOP=1", "postgres",
                         text=text)

    def load(self, script, clients, seconds):
        """(calls a second, mean latency in ms)"""
        file = self.directory / "script"
        file.write_text(script, encoding="utf-8")
        file.chmod(0o644)
        told = self.call("pgbench", "-n", "-M", "prepared", "-h", str(self.directory), "-U", "bench", "-f", str(file),
                         "-c", str(clients), "-j", str(min(clients, 2)), "-T", str(seconds), "postgres")
        rate = re.search(r"^tps = ([\d.]+)", told, re.MULTILINE)
        latency_ms = re.search(r"^latency average = ([\d.]+)", told, re.MULTILINE)
        if not rate or not latency_ms:
            raise Skipped(f"pgbench tells no rate: {told[-300:]}")
        return float(rate[1]), float(latency_ms[1])


def measure(directory, seconds):
    try:
        cluster = Cluster(directory, newest_programs())
    except Skipped as why:
        return {"skipped": str(why)}
    try:
        with cluster:
            cluster.sql(SCHEMA)
            seconds = max(seconds, SECONDS_MIN)
            ones = [(clients, *cluster.load(ONE, clients, seconds)) for clients in CLIENTS]
            clients, calls, latency_ms = max(ones, key=lambda one: one[1])
            many, many_latency_ms = cluster.load(MANY, 1, seconds)
            return {
                "version": cluster.sql("SHOW server_version").strip(),
                "one_per_call": {"rate": round(calls), "clients": clients, "mean_ms": latency_ms,
                                 "rates_by_clients": {str(number): round(rate) for number, rate, _ in ones}},
                "many_per_call": {"rate": round(many * PER_CALL), "per_call": PER_CALL, "clients": 1,
                                  "mean_ms": many_latency_ms},
            }
    except Skipped as why:
        return {"skipped": str(why)}
    finally:
        shutil.rmtree(cluster.directory, ignore_errors=True)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    print(json.dumps(measure(sys.argv[1], int(sys.argv[2]))))
