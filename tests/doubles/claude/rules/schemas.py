"""Rules for JSON schemas that the API turns into a grammar (strict tools, structured outputs)."""

from typing import Any, Final

from ..errors import invalid  # noqa: TID252

TYPES: Final = frozenset({"object", "array", "string", "integer", "number", "boolean", "null"})
UNSUPPORTED: Final = frozenset(
    {
        "exclusiveMaximum",
        "exclusiveMinimum",
        "maxItems",
        "maxLength",
        "maxProperties",
        "maximum",
        "minLength",
        "minProperties",
        "minimum",
        "multipleOf",
        "oneOf",
        "patternProperties",
        "uniqueItems",
    },
)


def check_strict_schema(schema: object, place: str) -> None:
    """Refuse what a grammar cannot hold; lib/_parse/_transform.py in the SDK takes the same out."""
    if not isinstance(schema, dict):
        raise invalid(f"{place}: schema must be an object")
    for word in sorted(UNSUPPORTED & schema.keys()):
        raise invalid(f"{place}: For '{schema.get('type')}' type, property '{word}' is not supported")
    if schema.get("minItems", 0) not in {0, 1}:
        raise invalid(f"{place}: 'minItems' values other than 0 or 1 are not supported")
    kinds = schema.get("type", [])
    for kind in kinds if isinstance(kinds, list) else [kinds]:
        if kind not in TYPES:
            raise invalid(f"{place}: {kind!r} is not a JSON schema type")
    if kinds == "object":
        _check_object(schema, place)
    for name, child in _children(schema):
        check_strict_schema(child, f"{place}.{name}")


def _check_object(schema: dict[str, Any], place: str) -> None:
    if schema.get("additionalProperties") is not False:
        raise invalid(f"{place}: For 'object' type, 'additionalProperties' must be explicitly set to false")
    for name in schema.get("required", ()):
        if name not in schema.get("properties", {}):
            raise invalid(f"{place}: required property {name!r} is not in properties")


def _children(schema: dict[str, Any]) -> list[tuple[str, object]]:
    found: list[tuple[str, object]] = []
    for word in ("properties", "$defs"):
        found += [(f"{word}.{name}", child) for name, child in (schema.get(word) or {}).items()]
    for word in ("anyOf", "allOf"):
        found += [(f"{word}.{at}", child) for at, child in enumerate(schema.get(word) or ())]
    return found + ([("items", schema["items"])] if "items" in schema else [])
