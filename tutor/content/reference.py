"""The reference of the manifests, as Markdown, made from the very models that check them."""

from __future__ import annotations

from typing import Any

from tutor.content.schemas import KINDS, schema_of

_HEAD = """# What the manifests may say

Made from the code by `equipoise schema --markdown`; a test holds this page to it. An unknown key is
a problem, not a silence.
"""


def reference() -> str:
    """The page."""
    parts = [_HEAD]
    for kind in KINDS:
        whole = schema_of(kind)
        parts.append(f"## `{kind}.toml`\n\n{_table(whole, whole)}")
        tables = {k: d for k, d in whole.get("$defs", {}).items() if "properties" in d}
        for name, definition in tables.items():
            says = definition.get("description", "").replace("``", "`")
            parts.append(f"### {name}\n\n{says}\n\n{_table(definition, whole)}")
    return "\n".join(parts)


def _table(schema: dict[str, Any], whole: dict[str, Any]) -> str:
    rows = ["| key | what it is | must be |", "|---|---|---|"]
    needed = set(schema.get("required", ()))
    for key, field in schema["properties"].items():
        says = field.get("description", "").replace("``", "`")
        must = "; ".join(filter(None, [_kind(field, whole), _optional(key in needed, field)]))
        rows.append(f"| `{key}` | {says} | {must} |")
    return "\n".join(rows) + "\n"


def _optional(needed: bool, field: dict[str, Any]) -> str:
    """Whether a key may be left out, and what then holds."""
    if needed:
        return ""
    default = field.get("default")
    plain = isinstance(default, str | int | float) and default != ""
    return f"optional, else `{default}`" if plain else "optional"


def _kind(field: dict[str, Any], whole: dict[str, Any]) -> str:
    """What a value must be, in words."""
    if "$ref" in field:
        name = field["$ref"].rsplit("/", 1)[1]
        definition = whole["$defs"][name]
        return f"a table, see {name}" if "properties" in definition else _kind(definition, whole)
    if "enum" in field:
        return "one of " + ", ".join(f"`{value}`" for value in field["enum"])
    if "anyOf" in field:
        return " or ".join(_kind(one, whole) for one in field["anyOf"])
    kind = field["type"]
    if kind == "array":
        if "prefixItems" in field:
            return f"{field['minItems']} numbers, the lower one first"
        bounds = _bounds(field, "minItems", "maxItems", "entries")
        return f"a list of {_kind(field['items'], whole)}{bounds}"
    if kind == "integer":
        return f"a whole number{_bounds(field, 'minimum', 'maximum', '')}"
    if kind == "number":
        if "exclusiveMinimum" in field:
            between = f"{field['exclusiveMinimum']} and {field['exclusiveMaximum']}"
            return f"a number between {between}, neither included"
        return f"a number{_bounds(field, 'minimum', 'maximum', '')}"
    if kind == "boolean":
        return "true or false"
    if kind == "object":
        inner = field["additionalProperties"]
        keys = "whole numbers" if inner.get("type") == "string" else "names"
        return f"a table of {keys}, each with {_kind(inner, whole)}"
    pattern = f", matching `{field['pattern']}`" if "pattern" in field else ""
    return f"text{_bounds(field, 'minLength', 'maxLength', 'characters')}{pattern}"


def _bounds(field: dict[str, Any], least: str, most: str, what: str) -> str:
    low, high = field.get(least), field.get(most)
    if low is None and high is None:
        return ""
    said = f"{low} to {high}" if None not in (low, high) else f"at least {low}"
    return f", {said} {what}".rstrip() if low is not None else f", at most {high} {what}".rstrip()
