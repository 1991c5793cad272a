"""The JSON Schema of each manifest, for editors: made from the models that check it."""

from __future__ import annotations

import json
from typing import Any

from tutor.content.manifest import ExerciseManifest, PackManifest, Strict
from tutor.content.table_manifest import TableManifest
from tutor.content.vignettes.manifest import VignetteManifest
from tutor.errors import BadInput

DRAFT = "https://json-schema.org/draft/2020-12/schema"
KINDS: dict[str, type[Strict]] = {
    "exercise": ExerciseManifest,
    "pack": PackManifest,
    "model": TableManifest,
    "vignettes": VignetteManifest,
}


def schema_of(kind: str) -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a manifest, by its name without ``.toml``.

    Its ``$id`` is a name, not an address: nothing is fetched.

    Raises:
        BadInput: there is no manifest of that kind.
    """
    if kind not in KINDS:
        *first, last = KINDS
        known = f"{', '.join(first)} and {last}"
        raise BadInput("kind", f"There is no manifest {kind!r}; there is {known}.")
    made: dict[str, Any] = without_null(KINDS[kind].model_json_schema())
    made["title"] = f"{kind}.toml"
    return {"$schema": DRAFT, "$id": f"urn:equipoise:schema:{kind}", **made}


def published(kind: str) -> str:
    """The schema as a file: ``<kind>.schema.json``."""
    return json.dumps(schema_of(kind), indent=2, ensure_ascii=False) + "\n"


def without_null(value: Any) -> Any:
    """The same schema for TOML, which has no null: what may be null may be left out."""
    if isinstance(value, list):
        return [without_null(each) for each in value]
    if not isinstance(value, dict):
        return value
    said = {k: without_null(v) for k, v in value.items() if not (k == "default" and v is None)}
    options = [option for option in said.get("anyOf", ()) if option != {"type": "null"}]
    if len(options) == 1 and len(said["anyOf"]) > 1:
        del said["anyOf"]
        said = {**options[0], **said}
    return said
