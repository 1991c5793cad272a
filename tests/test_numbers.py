"""No number is read that was not measured, cited or explained; none that nobody has verified."""

from __future__ import annotations

import re
import tomllib

import pytest

from tests.models.loading import ROOT
from tests.numerals import Row, Said, everything, markdown, numerals, rows, unexplained

ROWS = rows()
# Numbers in circulation that nobody here has seen in their source: what is said, and beside whom.
# The second pattern is looked for in paragraphs that match the first.
UNVERIFIED = (
    ("DeGrave", r"0?\.\d\d"),
    ("Seyyed-Kalantari", r"\d+(?:\.\d+)? ?%|0?\.\d\d"),
    ("Narla", r"\d+(?:\.\d+)? ?%|0?\.\d\d"),
    ("Winkler|winkler2019", r"36\.7|55\.2|\b0?\.922|97\.2|\b0?\.993"),
    ("Zech|zech2018", r"\b0?\.931|\b0?\.815|99\.95|99\.98"),
    ("Kamran|kamran2024", r"\b0?\.47"),
    ("Caruana|caruana2015|asthma", r"coefficient.{0,20}\d|odds ratio.{0,20}0\.\d"),
    ("Epic|sepsis model|wong2021", r"\b109\b"),
    ("Goddard|automation bias", r"1\.26|1\.11|1\.44"),
    ("IPEC|interprofessional", r"\b33\b|sub-competenc"),
    ("Obermeyer|obermeyer2019", r"13 ?%|17\.5"),
    ("Nestor", r"Lancet Digit"),
    ("Goh", r"90 ?%"),
)


@pytest.fixture(scope="module")
def texts() -> list[Said]:
    """All that people read."""
    return list(everything())


def test_every_number_has_a_row_or_is_of_the_exercise(texts: list[Said]) -> None:
    found = unexplained(texts, ROWS)
    assert not found, "Add a row to tests/numerals.toml, or take it out:\n" + "\n".join(
        str(numeral) for numeral in found
    )


def test_every_row_is_needed(texts: list[Said]) -> None:
    numbers = [numeral for said in texts for numeral in numerals(said)]
    assert [r for r in ROWS if not any(r.allows(n) for n in numbers)] == []


def test_a_published_row_is_verified_and_its_source_is_in_the_pack() -> None:
    sources: set[str] = set()
    for path in ROOT.glob("exercises/*/exercise.toml"):
        for citation in tomllib.loads(path.read_text("utf-8"))["citations"]:
            sources |= {citation["id"], citation["doi"]}
    for row in ROWS:
        if row.cites:
            assert row.basis in ("P", "S"), row
            assert row.cites in sources, row
        else:
            assert len(row.why) > 5, row


@pytest.mark.parametrize("study", ["dratsch2023", "tsai2003", "jabbour2023", "hoffrage1998"])
def test_a_class_is_shown_beside_what_people_did_in(study: str) -> None:
    manifests = [
        tomllib.loads(p.read_text("utf-8")) for p in ROOT.glob("exercises/*/exercise.toml")
    ]
    assert any(study == b["citation"] for m in manifests for b in m.get("benchmarks", ()))


def test_all_kinds_of_text_are_read(texts: list[Said]) -> None:
    files = {said.file for said in texts}
    for part in ("intro.md", "debrief.md", "guide.md", "exercise.toml", "card.md", "model.py"):
        assert sum(file.endswith(part) for file in files) >= 10, part
    assert "tutor/web/encounter/encounter.html" in files
    assert "tutor/web/words.py" in files


@pytest.mark.parametrize(
    "text",
    [
        "The algorithm misses 37 % of them.",
        "It misses one in five.",
        "Two thirds of the alarms are false.",
        "It alerts twice as often.",
        "An area of .93 was reported.",
        "In 1,234 patients nothing was found.",
    ],
)
def test_a_number_that_nobody_explained_is_found(text: str) -> None:
    planted = Said("exercises/sepsis/debrief.md", 7, text)
    (found, *_) = unexplained([planted], ROWS)
    assert str(found).startswith("exercises/sepsis/debrief.md:7: ")
    assert text in str(found)


def test_a_published_number_needs_its_source_in_the_same_paragraph() -> None:
    text = "For 118 of 174 laboratory tests the hour said more than the result."
    file = "exercises/sepsis/debrief.md"
    assert unexplained([Said(file, 1, text, frozenset({"agniel2018"}))], ROWS) == []
    assert len(unexplained([Said(file, 1, text, frozenset({"wong2021"}))], ROWS)) == 2


def test_a_row_allows_its_phrase_and_no_longer_number() -> None:
    row = Row("models/x/*", "4 of 10", why="an end of a scale")
    assert unexplained([Said("tutor/x", 1, "4 of 10")], [row])
    for text, left in (("It is 4 of 10.", 0), ("It is 14 of 10.", 2), ("It is 4 of 100.", 2)):
        found = [n for n in numerals(Said("models/x/card.md", 1, text)) if not row.allows(n)]
        assert len(found) == left, text


def unverified(said: Said) -> list[str]:
    """The unverified claims in one paragraph."""
    beside = f"{said.text} {' '.join(said.cites)}"
    return [
        f"{said.file}:{said.line}: {number}"
        for whom, number in UNVERIFIED
        if re.search(whom, beside, re.I) and re.search(number, said.text)
    ]


def test_no_number_that_nobody_has_verified_is_printed(texts: list[Said]) -> None:
    assert [claim for said in texts for claim in unverified(said)] == []


def test_the_chance_before_a_culture_is_never_given_without_its_window(texts: list[Said]) -> None:
    for said in texts:
        if "kamran2024" in said.cites and re.search(r"\.53|before_culture", said.text):
            assert "culture" in said.text


@pytest.mark.parametrize(
    ("text", "cites"),
    [
        ("Between hospitals the area fell from 0.931 to 0.815.", "zech2018"),
        ("DeGrave found 0.99 inside and 0.76 outside.", ""),
        ("Automation bias raised the risk (1.26).", ""),
        ("On inked naevi the area was 0.922.", "winkler2019"),
    ],
)
def test_an_unverified_number_is_found(text: str, cites: str) -> None:
    assert len(unverified(Said("exercises/x/debrief.md", 1, text, frozenset({cites})))) == 1


def test_the_plan_of_a_guide_ends_when_the_session_ends() -> None:
    """Its first column is left out of the numbers above, so it is held here."""
    for path in sorted(ROOT.glob("exercises/*/guide.md")):
        text = path.read_text("utf-8")
        stated = re.search(r"(\d+|Fifty) minutes", text)
        assert stated, path
        session = int(stated.group(1).replace("Fifty", "50"))
        spans = re.findall(r"^\| (\d+)–(\d+) \|", text, re.M)
        if spans:
            assert [a for a, _ in spans] == ["0", *(b for _, b in spans[:-1])], path
            assert int(spans[-1][1]) == session, path
        else:
            assert sum(int(m) for m in re.findall(r"^\| (\d+) \|", text, re.M)) == session, path


def test_a_citation_is_not_a_number() -> None:
    for path in ROOT.glob("exercises/*/debrief.md"):
        for said in markdown(path):
            assert "[@" not in said.text
            assert "{{" not in said.text
