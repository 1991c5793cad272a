"""The reference of the manifests, as Markdown, made from the very models that check them."""

from __future__ import annotations

from typing import Any

from tutor.content.manifest import KINDS, schema_of

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
        for name, definition in whole.get("$defs", {}).items():
            says = definition.get("description", "").replace("``", "`")
            parts.append(f"### {name}\n\n{says}\n\n{_table(definition, whole)}")
    return "\n".join(parts)


def _table(schema: dict[str, Any], whole: dict[str, Any]) -> str:
    rows = ["| key | what it is | must be |", "|---|---|---|"]
    needed = set(schema.get("required", ()))
    for key, field in schema["properties"].items():
        says = field.get("description", "").replace("``", "`")
        must = "; ".join(filter(None, [_kind(field), "" if key in needed else "optional"]))
        rows.append(f"| `{key}` | {says} | {must} |")
    return "\n".join(rows) + "\n"


def _kind(field: dict[str, Any]) -> str:
    """What a value must be, in words."""
    if "$ref" in field or "allOf" in field:
        ref = field.get("$ref") or field["allOf"][0]["$ref"]
        return f"a table, see {ref.rsplit('/', 1)[1]}"
    if "enum" in field:
        return "one of " + ", ".join(f"`{value}`" for value in field["enum"])
    if field.get("type") == "array":
        bounds = _bounds(field, "minItems", "maxItems", "entries")
        return f"a list of {_kind(field['items'])}{bounds}"
    if field.get("type") == "integer":
        return f"a whole number{_bounds(field, 'minimum', 'maximum', '')}"
    pattern = f", matching `{field['pattern']}`" if "pattern" in field else ""
    return f"text{_bounds(field, 'minLength', 'maxLength', 'characters')}{pattern}"


def _bounds(field: dict[str, Any], least: str, most: str, what: str) -> str:
    low, high = field.get(least), field.get(most)
    if low is None and high is None:
        return ""
    said = f"{low} to {high}" if None not in (low, high) else f"at least {low}"
    return f", {said} {what}".rstrip() if low is not None else f", at most {high} {what}".rstrip()
