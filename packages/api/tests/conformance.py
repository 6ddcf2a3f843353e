"""Compares a JSON value with a schema of the contract, for the keywords the contract uses."""

from datetime import date

_TYPES = {"object": dict, "array": list, "string": str, "integer": int, "boolean": bool}
_KNOWN = {
    "$ref", "type", "properties", "required", "additionalProperties", "items", "uniqueItems", "enum", "format",
    "minimum", "maximum", "minItems", "minLength", "default", "description",
}  # fmt: skip


def mismatches(contract, schema, value, where="body"):
    """Every way in which ``value`` differs from ``schema``; an unknown keyword is a mistake of this file."""
    if unknown := schema.keys() - _KNOWN:
        raise NotImplementedError(f"schema keywords {sorted(unknown)} at {where}")
    if "$ref" in schema:
        return mismatches(contract, resolved(contract, schema["$ref"]), value, where)
    expected = _TYPES[schema["type"]]
    if not isinstance(value, expected) or (expected is int and isinstance(value, bool)):
        return [f"{where} is not of type {schema['type']}"]
    found = []
    if "enum" in schema and value not in schema["enum"]:
        found.append(f"{where} is none of {schema['enum']}")
    if schema.get("format") == "date" and date.fromisoformat(value).isoformat() != value:
        found.append(f"{where} is not a date")
    if "minimum" in schema and value < schema["minimum"]:
        found.append(f"{where} is below {schema['minimum']}")
    if "maximum" in schema and value > schema["maximum"]:
        found.append(f"{where} is above {schema['maximum']}")
    if isinstance(value, dict):
        properties = schema.get("properties", {})
        found += [f"{where} lacks {key}" for key in schema.get("required", ()) if key not in value]
        found += [f"{where} has an undocumented {key}" for key in value if key not in properties]
        for key in value.keys() & properties.keys():
            found += mismatches(contract, properties[key], value[key], f"{where}.{key}")
    if isinstance(value, list):
        for n, item in enumerate(value):
            found += mismatches(contract, schema["items"], item, f"{where}[{n}]")
    if isinstance(value, (list, str)) and len(value) < max(schema.get("minItems", 0), schema.get("minLength", 0)):
        found.append(f"{where} is too short")
    return found


def resolved(contract, reference):
    """The schema that ``#/components/schemas/Name`` points to."""
    at = contract
    for key in reference.removeprefix("#/").split("/"):
        at = at[key]
    return at
