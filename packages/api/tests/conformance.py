"""Compares a JSON value with a schema of the contract, for the keywords the contract uses."""

import re
from datetime import date
from typing import Any

_TYPES = {"object": dict, "array": list, "string": str, "integer": int, "boolean": bool, "null": type(None)}
_NOTES = {"title", "description", "default", "examples"}
_KNOWN = _NOTES | {
    "$ref", "anyOf", "type", "properties", "required", "additionalProperties", "items", "const", "format", "pattern",
    "minimum", "exclusiveMinimum", "maximum", "minItems", "maxItems", "minLength", "maxLength",
}  # fmt: skip


def mismatches(contract: dict, schema: dict, value: Any, where: str = "body") -> list[str]:
    """Every way in which ``value`` differs from ``schema``; an unknown keyword is a mistake of this file."""
    if unknown := schema.keys() - _KNOWN:
        raise NotImplementedError(f"schema keywords {sorted(unknown)} at {where}")
    if "$ref" in schema:
        return mismatches(contract, resolved(contract, schema["$ref"]), value, where)
    if "anyOf" in schema:
        tried = [mismatches(contract, choice, value, where) for choice in schema["anyOf"]]
        return [] if [] in tried else [problem for problems in tried for problem in problems]
    expected = _TYPES[schema["type"]]
    if not isinstance(value, expected) or (expected is int and isinstance(value, bool)):
        return [f"{where} is not of type {schema['type']}"]
    if isinstance(value, dict):
        return _object(contract, schema, value, where)
    found = []
    if "const" in schema and value != schema["const"]:
        found.append(f"{where} is not {schema['const']!r}")
    if isinstance(value, int):
        found += _bounds(where, value, schema.get("minimum"), schema.get("maximum"))
        if "exclusiveMinimum" in schema and value <= schema["exclusiveMinimum"]:
            found.append(f"{where} is not above {schema['exclusiveMinimum']}")
    if isinstance(value, str):
        found += _bounds(f"the length of {where}", len(value), schema.get("minLength"), schema.get("maxLength"))
        if "pattern" in schema and not re.search(schema["pattern"], value):
            found.append(f"{where} does not match {schema['pattern']}")
        if schema.get("format") == "date" and date.fromisoformat(value).isoformat() != value:
            found.append(f"{where} is not a date")
    if isinstance(value, list):
        found += _bounds(f"the length of {where}", len(value), schema.get("minItems"), schema.get("maxItems"))
        for n, item in enumerate(value):
            found += mismatches(contract, schema["items"], item, f"{where}[{n}]")
    return found


def _object(contract: dict, schema: dict, value: dict, where: str) -> list[str]:
    properties = schema.get("properties", {})
    found = [f"{where} lacks {key}" for key in schema.get("required", ()) if key not in value]
    found += [f"{where} has an undocumented {key}" for key in value if key not in properties]
    for key in value.keys() & properties.keys():
        found += mismatches(contract, properties[key], value[key], f"{where}.{key}")
    return found


def _bounds(what: str, number: int, least: int | None, most: int | None) -> list[str]:
    below = [f"{what} is below {least}"] if least is not None and number < least else []
    return below + ([f"{what} is above {most}"] if most is not None and number > most else [])


def resolved(contract: dict, reference: str) -> dict:
    """The schema that ``#/components/schemas/Name`` points to."""
    at = contract
    for key in reference.removeprefix("#/").split("/"):
        at = at[key]
    return at
