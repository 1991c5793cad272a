"""The schema and the reference page say what the manifests check."""

from __future__ import annotations

import json
import tomllib

import jsonschema
import pytest
from pydantic import ValidationError

from tests.conftest import ROOT
from tests.content.tables import TOML
from tutor.content.reference import reference
from tutor.content.schemas import KINDS, published, schema_of
from tutor.content.table_manifest import TableManifest
from tutor.errors import BadInput

TABLE = tomllib.loads(TOML)
EXERCISES = sorted(ROOT.glob("exercises/*/exercise.toml"))


def validator(kind):
    return jsonschema.Draft202012Validator(schema_of(kind))


@pytest.mark.parametrize("path", EXERCISES, ids=lambda p: p.parent.name)
def test_our_own_exercises_satisfy_the_published_schema(path):
    value = json.loads(json.dumps(tomllib.loads(path.read_text(encoding="utf-8"))))
    assert list(validator("exercise").iter_errors(value)) == []


def test_our_own_pack_satisfies_the_published_schema():
    value = tomllib.loads((ROOT / "pack.toml").read_text(encoding="utf-8"))
    assert list(validator("pack").iter_errors(value)) == []


def test_an_unknown_key_is_an_error_to_an_editor_too():
    assert [e.validator for e in validator("pack").iter_errors({"colour": "red"})].count(
        "additionalProperties"
    )


@pytest.mark.parametrize("kind", KINDS)
def test_every_key_is_described(kind):
    schema = schema_of(kind)
    for definition in (schema, *schema.get("$defs", {}).values()):
        for key, field in definition.get("properties", {}).items():
            assert field.get("description"), key


def test_the_page_in_the_docs_is_the_one_the_code_makes():
    page = ROOT / "docs" / "course-teams" / "reference.md"
    assert page.read_text(encoding="utf-8") == reference()


@pytest.mark.parametrize("kind", KINDS)
def test_the_published_schema_is_the_one_the_code_makes(kind):
    file = ROOT / "docs" / "course-teams" / "schema" / f"{kind}.schema.json"
    assert file.read_text(encoding="utf-8") == published(kind)


@pytest.mark.parametrize("kind", KINDS)
def test_a_schema_is_valid_says_its_draft_and_names_no_address(kind):
    schema = schema_of(kind)
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == jsonschema.Draft202012Validator.META_SCHEMA["$id"]
    assert schema["$id"] == f"urn:equipoise:schema:{kind}"
    assert '"null"' not in published(kind)


def test_a_whole_table_model_satisfies_the_published_schema():
    assert list(validator("model").iter_errors(json.loads(json.dumps(TABLE)))) == []


@pytest.mark.parametrize(
    ("where", "what"),
    [
        (("threshold",), 1),
        (("split",), {}),
        (("split",), {"column": "part", "held_out": 0.4}),
        (("columns", 0, "use"), "nobody"),
        (("columns", 0, "bounds"), [1]),
        (("failure_modes", 0, "kind"), "bad luck"),
        (("failure_modes", 0, "colour"), "red"),
    ],
)
def test_what_the_loader_refuses_in_a_table_model_an_editor_marks(where, what):
    spoilt = json.loads(json.dumps(TABLE))
    *way, last = where
    inner = spoilt
    for step in way:
        inner = inner[step]
    inner[last] = what
    assert list(validator("model").iter_errors(spoilt))
    with pytest.raises(ValidationError):
        TableManifest.model_validate(spoilt)


def test_there_is_no_other_manifest():
    with pytest.raises(BadInput, match="exercise, pack, model and vignettes"):
        schema_of("school")
