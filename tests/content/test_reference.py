"""The schema and the reference page say what the manifests check."""

from __future__ import annotations

import json
import tomllib

import jsonschema
import pytest

from tests.conftest import ROOT
from tutor.content.manifest import KINDS, schema_of
from tutor.content.reference import reference
from tutor.errors import BadInput

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
        for key, field in definition["properties"].items():
            assert field.get("description"), key


def test_the_page_in_the_docs_is_the_one_the_code_makes():
    page = ROOT / "docs" / "course-teams" / "reference.md"
    assert page.read_text(encoding="utf-8") == reference()


def test_there_is_no_other_manifest():
    with pytest.raises(BadInput):
        schema_of("model")
