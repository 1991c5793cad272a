"""reliance: one JSON object or a page for people; bad input on stderr with its line, exit 1."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from tutor.cli import app
from tutor.core.reliance.counts import MEASURES

LABELS = """person,case,initial,advice,final,truth
Zoë,c1,AF,sinus,sinus,sinus
Zoë,c2,AF,sinus,AF,AF
p2,c1,sinus,AF,AF,AF
p2,c2,,,,
"""


@pytest.fixture
def run(tmp_path):
    """The command in this process, on a file with this content."""

    def reliance(content, *words):
        path = tmp_path / "judgments.csv"
        path.write_text(content, encoding="utf-8")
        return CliRunner().invoke(app, ["reliance", str(path), *words])

    return reliance


GOOD = LABELS.replace("p2,c2,,,,\n", "")
GROUPED = GOOD.replace("truth\n", "truth,group\n").replace("sinus,sinus\n", "sinus,sinus,a\n")
GROUPED = GROUPED.replace("AF,AF\n", "AF,AF,b\n")


def test_json_is_one_object_with_the_keys_that_clients_read(run):
    found = json.loads(run(GOOD, "--json").stdout)
    assert set(found) >= {"pooled", "people"}
    for row in (found["pooled"], *found["people"]):
        assert row["n"] == {None: 3, "Zoë": 2, "p2": 1}[row.get("person")]
        for measure in MEASURES:
            assert set(row[measure]) == {"value", "numerator", "denominator", "interval"}
    assert [row["person"] for row in found["people"]] == ["Zoë", "p2"]
    assert found["pooled"]["rair"]["value"] == 1
    low, high = found["pooled"]["rair"]["interval"]
    assert 0 < low < high == 1


def test_json_says_null_where_the_denominator_is_0(run):
    found = json.loads(run(GOOD, "--json").stdout)
    empty = {"value": None, "numerator": 0, "denominator": 0, "interval": None}
    assert found["people"][1]["rsr"] == empty


def test_json_has_groups_where_the_file_has_them(run):
    found = json.loads(run(GROUPED, "--json").stdout)
    assert [(row["group"], row["n"]) for row in found["groups"]] == [("a", 1), ("b", 2)]
    assert "groups" not in json.loads(run(GOOD, "--json").stdout)


def test_the_same_file_gives_the_same_answer(run):
    assert run(GROUPED, "--json").stdout == run(GROUPED, "--json").stdout


def test_for_people_it_says_what_the_figures_mean(run):
    said = run(GOOD).stdout
    assert "they came round in 2 of 2" in said
    assert "let it correct them (RAIR)" in said
    assert "95 % intervals" in said
    assert "Zoë" in said


def test_for_people_an_empty_denominator_is_not_yet_measurable(run):
    alone = "person,case,initial,advice,final,truth\np,1,A,A,A,A\n"
    said = run(alone).stdout
    assert (
        said.count("not yet measurable") == 6
    )  # switch, RAIR, RSR and automation bias; two sentences


def test_many_people_are_not_all_printed_but_counted(run):
    lines = "".join(f"p{n},c,A,B,B,B\n" for n in range(75))
    assert "And 15 people more" in run("person,case,initial,advice,final,truth\n" + lines).stdout


def test_a_threshold_is_taken_from_the_command_line(run):
    probabilities = "person,case,initial,advice,final,truth\np,1,0.2,0.5,0.4,1\n"
    found = json.loads(run(probabilities, "--json", "--threshold", "0.3").stdout)
    assert found["threshold"] == 0.3
    assert found["pooled"]["accuracy_final"]["value"] == 1


def test_bad_input_is_sentences_on_stderr_and_exit_1(here, tmp_path):
    (tmp_path / "judgments.csv").write_text(LABELS, encoding="utf-8")
    done = here("reliance", str(tmp_path / "judgments.csv"), "--json")
    assert done.returncode == 1
    assert done.stdout == ""
    assert "line 5: initial is empty." in done.stderr


def test_notes_go_to_stderr_and_leave_the_object_whole(here, tmp_path):
    (tmp_path / "judgments.csv").write_bytes(GOOD.encode("latin-1"))
    done = here("reliance", str(tmp_path / "judgments.csv"), "--json")
    assert done.returncode == 0
    assert json.loads(done.stdout)["people"][0]["person"] == "Zoë"
    assert "Windows-1252" in done.stderr
