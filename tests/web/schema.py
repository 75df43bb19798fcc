"""The part of JSON Schema that web/openapi.json uses. A word it does not know is an error: it would check nothing."""

import re

KNOWN = {"type", "required", "properties", "additionalProperties", "items", "enum", "minimum", "maximum", "minLength",
         "maxLength", "pattern", "$ref", "description", "examples", "default", "format"}
TYPES = {
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "string": lambda value: isinstance(value, str),
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "boolean": lambda value: isinstance(value, bool),
    "null": lambda value: value is None,
}


def resolve(document, thing):
    while "$ref" in thing:
        target = document
        for step in thing["$ref"].removeprefix("#/").split("/"):
            target = target[step]
        thing = target
    return thing


def faults(document, schema, value, where="it"):
    """Yields what of the value is not as the schema says."""
    schema = resolve(document, schema)
    for word in sorted(schema.keys() - KNOWN):
        yield f"{where}: tests/web/schema.py does not know `{word}`"
    types = schema.get("type", [])
    types = [types] if isinstance(types, str) else types
    if types and not any(TYPES[name](value) for name in types):
        yield f"{where} is {value!r}, not of type {' or '.join(types)}"
        return
    if "enum" in schema and value not in schema["enum"]:
        yield f"{where} is {value!r}, none of {schema['enum']}"
    if isinstance(value, str):
        yield from faults_of_text(schema, value, where)
    elif isinstance(value, int) and not schema.get("minimum", value) <= value <= schema.get("maximum", value):
        yield f"{where} is {value}, out of its range"
    elif isinstance(value, list) and "items" in schema:
        for i, element in enumerate(value):
            yield from faults(document, schema["items"], element, f"{where}[{i}]")
    elif isinstance(value, dict):
        yield from faults_of_object(document, schema, value, where)


def faults_of_text(schema, value, where):
    if not schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", len(value)):
        yield f"{where} is {len(value)} characters long"
    if "pattern" in schema and not re.search(schema["pattern"], value):
        yield f"{where} is {value!r}, which does not match {schema['pattern']}"
    if schema.get("format") == "date-time" and not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", value):
        yield f"{where} is {value!r}, no time"


def faults_of_object(document, schema, value, where):
    properties = schema.get("properties", {})
    for name in schema.get("required", []):
        if name not in value:
            yield f"{where} has no `{name}`"
    for name, element in value.items():
        if name in properties:
            yield from faults(document, properties[name], element, f"{where}.{name}")
        elif schema.get("additionalProperties", True) is False:
            yield f"{where} has `{name}`, which the schema does not name"
