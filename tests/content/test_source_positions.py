"""Where something stands in an author's file, counted as an editor does."""

from __future__ import annotations

import tomllib

import pytest

from tests.conftest import SMALL
from tutor.content import source_positions

TOML = '''\
# a comment = 1
id = "x"
text = """
minutes = 5
[bank]
"""
minutes = 5

[bank] # how many
cases = 120

[[citations]]
id = "a"
doi = "1"

[[citations]]
id = "b"
doi = "2"
[citations.more]
"odd key" = 1
'''


@pytest.mark.parametrize(
    ("loc", "line"),
    [
        (("id",), 2),
        (("minutes",), 7),
        (("bank", "cases"), 10),
        (("bank", "missing"), 9),
        (("bank",), 9),
        (("citations", 0, "doi"), 14),
        (("citations", 1, "id"), 17),
        (("citations", 1, "text"), 16),
        (("missing",), 0),
    ],
)
def test_the_line_of_a_key(loc, line):
    assert source_positions.of_key(TOML, loc) == line


@pytest.mark.parametrize(
    ("text", "line"),
    [('a = 1\nb = "x\nc = 1\n', 2), ("a = 1\n\nb = \n", 3), ("a = [1,\n2", 2)],
)
def test_the_line_a_toml_error_speaks_of(text, line):
    with pytest.raises(tomllib.TOMLDecodeError) as caught:
        tomllib.loads(text)
    assert source_positions.of_decode_error(str(caught.value), text) == line


def test_the_line_of_a_call_by_its_first_argument_or_its_id():
    code = "x = 1\nA = Feature('age')\nB = kit.Feature(\n    column='crp')\nM = Mode(id='m')\n"
    assert source_positions.of_call(code, "Feature", "age", "column") == 2
    assert source_positions.of_call(code, "Feature", "crp", "column") == 3
    assert source_positions.of_call(code, "Mode", "m") == 5
    assert source_positions.of_call(code, "Mode", "n") == 0


def test_the_line_of_an_argument_or_else_of_the_call():
    code = (SMALL / "models" / "throat" / "model.py").read_text()
    at = source_positions.of_argument(code, "TeachingModel", "story")
    assert code.splitlines()[at - 1].strip() == "story=_story,"
    at = source_positions.of_argument(code, "TeachingModel", "scope")
    assert code.splitlines()[at - 1] == "MODEL = TeachingModel("


@pytest.mark.parametrize("code", ["x = (", "", "x = 1\0"])
def test_code_that_cannot_be_read_has_no_line(code):
    assert source_positions.of_call(code, "Feature", "age") == 0
    assert source_positions.of_argument(code, "TeachingModel", "story") == 0
