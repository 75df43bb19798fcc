#!/usr/bin/env python3
"""Holds web/openapi.json to a real node: sends every example of a request and compares status, shape and what is told.

A request's example has the name of the example it is answered with; the status is that of the answer it stands in.
POST comes first, in the order of the document, so that the examples of GET find what they name. An answer has exactly
the fields of its example, and where a field does not depend on the node or the time, its value. With --self-test the
comparison has to catch what is planted for it.

    test_openapi.py FLORIN | --self-test
"""

import json
import sys
from pathlib import Path

import schema
from web_node import WebNode, eventually

OPENAPI = Path(__file__).resolve().parent.parent.parent / "web/openapi.json"

# Differ with the node, the time, or what was asked before.
VARYING = {"shard", "sequence", "version", "stands_at", "balance_minor", "available_minor", "requested_at", "queued_at",
           "authorized_at", "completed_at", "arrived_at", "request_id", "bytes_hex", "worker", "commit", "epoch",
           "silent_ms", "queued", "in_flight", "resends", "failure_sequence", "commits", "faults", "store_bytes", "process",
           "received", "answered", "needs_action", "attempts", "shards", "next_cursor", "wallets", "transactions",
           "dead_letters", "workers", "router", "accounting", "credit_limit_minor"}


def differences(example, actual, where="it"):
    """Every field of the example is there and, where it does not vary, the same. Lists hold the example's like."""
    if isinstance(example, dict):
        if not isinstance(actual, dict):
            yield f"{where} is {actual!r}, not an object"
            return
        for name, value in example.items():
            if name not in actual:
                yield f"{where} has no `{name}`"
            elif name not in VARYING or isinstance(value, dict):
                yield from differences(value, actual[name], f"{where}.{name}")
    elif example != actual:
        yield f"{where} is {actual!r}; the example says {example!r}"


def operations(document, method):
    for path, item in document["paths"].items():
        if method in item:
            yield path, item[method]


def answers_of(operation):
    """{name of the example: (status, schema, value)}"""
    found = {}
    for status, response in operation["responses"].items():
        for media in response.get("content", {}).values():
            for name, example in media.get("examples", {}).items():
                found[name] = (int(status), media["schema"], example["value"])
    return found


def target_of(document, path, operation):
    for parameter in operation.get("parameters", []):
        parameter = schema.resolve(document, parameter)
        if parameter["in"] == "path":
            path = path.replace("{" + parameter["name"] + "}", str(parameter["example"]))
    queries = [schema.resolve(document, parameter) for parameter in operation.get("parameters", [])]
    given = [f"{one['name']}={one['example']}" for one in queries if one["in"] == "query" and "example" in one]
    return path + ("?" + "&".join(given) if given else "")


def faults_of_answer(document, expected, answer):
    status, wanted, example = expected
    if answer.status != status:
        yield f"is answered {answer.status}, not {status}: {answer.body.decode()}"
        return
    body = answer.json()
    yield from schema.faults(document, wanted, body)
    yield from schema.faults(document, wanted, example, "the example")
    yield from differences(example, body)


def check_writes(document, node):
    for path, operation in operations(document, "post"):
        content = operation["requestBody"]["content"]["application/json"]
        answers = answers_of(operation)
        for name in sorted(answers.keys() - content["examples"].keys()):
            yield f"POST {path}: the answer `{name}` has no request"
        for name, example in content["examples"].items():
            if name not in answers:
                yield f"POST {path}: the request `{name}` has no answer"
                continue
            if answers[name][0] != 400:
                for fault in schema.faults(document, content["schema"], example["value"], "the request"):
                    yield f"POST {path} {name}: {fault}"
            answer = node.request("POST", target_of(document, path, operation), example["value"])
            for fault in faults_of_answer(document, answers[name], answer):
                yield f"POST {path} {name}: {fault}"


def check_reads(document, node):
    for path, operation in operations(document, "get"):
        answer = node.get(target_of(document, path, operation))
        for expected in answers_of(operation).values():
            for fault in faults_of_answer(document, expected, answer):
                yield f"GET {path}: {fault}"


def name_letter(document, node):
    """Shards' letters come in any order: the document's example is given the number that it has here."""
    shown = document["paths"]["/v1/dead-letters/{letter}"]["get"]
    example = shown["responses"]["200"]["content"]["application/json"]["examples"]["answer"]["value"]

    def number():
        letters = node.get("/v1/dead-letters").json().get("dead_letters", [])
        wanted = example["transaction"]["id"]
        return next((one["letter"] for one in letters if (one["transaction"] or {}).get("id") == wanted), None)

    example["letter"] = eventually(number, "the example's dead letter")
    shown["parameters"][0]["example"] = example["letter"]


def check(binary):
    document = json.loads(OPENAPI.read_text(encoding="utf-8"))
    with WebNode(binary) as node:
        faults = list(check_writes(document, node))
        name_letter(document, node)
        eventually(lambda: node.get("/readyz").status == 200, "the shards to be ready")
        faults += check_reads(document, node)
    for fault in faults:
        print(fault)
    writes = sum(len(answers_of(operation)) for _, operation in operations(document, "post"))
    reads = sum(1 for _ in operations(document, "get"))
    print(f"{writes} examples of POST and {reads} of GET sent; {len(faults)} faults")
    return 1 if faults or not writes or not reads else 0


class Planted:
    def __init__(self, status, body):
        self.status, self.body = status, json.dumps(body).encode()

    def json(self):
        return json.loads(self.body)


def self_test():
    wanted = {"type": "object", "required": ["id"], "additionalProperties": False,
              "properties": {"id": {"type": "string"}, "sequence": {"type": "integer"}, "at": {"format": "date-time", "type": "string"}}}
    expected = (201, wanted, {"id": "a", "sequence": 1})
    planted = [Planted(422, {"id": "a", "sequence": 1}), Planted(201, {"id": "b", "sequence": 1}),
               Planted(201, {"id": "a"}), Planted(201, {"id": "a", "sequence": "1"}),
               Planted(201, {"id": "a", "sequence": 1, "more": 1}), Planted(201, {"id": "a", "sequence": 1, "at": "noon"})]
    missed = [i for i, answer in enumerate(planted) if not list(faults_of_answer({}, expected, answer))]
    wrong = list(faults_of_answer({}, expected, Planted(201, {"id": "a", "sequence": 7})))
    unknown = list(schema.faults({}, {"oneOf": []}, 1))
    print(f"{len(planted)} planted faults, missed: {missed or 'none'}; an honest answer blamed: {wrong or 'never'}")
    return 1 if missed or wrong or not unknown else 0


if __name__ == "__main__":
    sys.exit(self_test() if "--self-test" in sys.argv[1:] else check(sys.argv[1]))
