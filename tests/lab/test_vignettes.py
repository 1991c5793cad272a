"""Banks of written cases: read, checked, built; a broken one for each rule."""

from __future__ import annotations

import json
from base64 import b64decode
from functools import partial
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from tests.content.packs import replace
from tests.content.vignettes import change, loaded, picture, rows, write_rows, written_pack
from tutor.core.set_plan import practice
from tutor.errors import ContentError
from tutor.lab.build import build
from tutor.lab.bundle import Bundle
from tutor.lab.check import check_pack
from tutor.lab.process_pool import quiet
from tutor.lab.simulate import simulate
from tutor.lab.vignette_check import check_written, rows_of
from tutor.lab.vignettes import compute
from tutor.services.authoring.smoke_play import walk
from tutor.web.encounter.view import encounter

TOML = "vignettes.toml"


@pytest.fixture
def bank(tmp_path):
    """A sound bank, free to be spoilt."""
    return written_pack(tmp_path / "my-school")


def found(bank) -> list:
    """What loading and the check find."""
    exercise, problems = loaded(bank.parents[1])
    return problems if exercise is None else check_written(exercise, lambda *_: [])


def toml(bank, old: str, new: str) -> None:
    replace(bank / TOML, old, new)


def of_all(bank, **cells: str) -> None:
    write_rows(bank, [{**case, **cells} for case in rows(bank)])


def pictured(bank, alt: str = "A chest film. The heart is wide.", **more: str) -> None:
    picture(bank, "one.jpg")
    toml(bank, "# [pictures]\n# licence", "[pictures]\nlicence")
    toml(bank, "# consent", "consent")
    replace(bank.parents[1] / "exercises/ten-cases/exercise.toml", '"table"', '"picture"')
    change(bank, 0, **{"picture": "one.jpg", "alt": alt, **more})


def without_modes(bank) -> None:
    text = (bank / TOML).read_text(encoding="utf-8")
    (bank / TOML).write_text(text.partition("[[modes]]")[0], encoding="utf-8")


def test_the_scaffold_passes_as_it_stands_and_a_robot_plays_it(bank):
    assert check_pack(bank.parents[1], quiet, play=partial(walk, draw=encounter)) == []


BROKEN = {
    "no such column": (lambda b: change(b, 0, advise="0.5"), "cases.csv", 1, "'advice'"),
    "a row too long": (
        lambda b: (b / "cases.csv").write_text((b / "cases.csv").read_text() + "p11,a,b\n"),
        "cases.csv", 12, "3 cells",
    ),
    "an empty cell": (lambda b: change(b, 2, truth=""), "cases.csv", 4, "empty"),
    "no probability": (lambda b: change(b, 2, advice="1.7"), "cases.csv", 4, "less than or equal"),
    "twice": (lambda b: change(b, 2, case="p01"), "cases.csv", 4, "another case"),
    "the same chart": (
        lambda b: write_rows(b, [*rows(b), {**rows(b)[0], "case": "p11"}]),
        "cases.csv", 12, "reads as that of 'p01'",
    ),
    "no number": (lambda b: change(b, 1, bmi="slim"), "cases.csv", 3, "no number"),
    "out of bounds": (lambda b: change(b, 1, bmi="240"), "cases.csv", 3, "outside 10 to 80"),
    "a sum": (
        lambda b: change(b, 0, contribution_age="0.06"), "cases.csv", 2, "make 0.83; the advice",
    ),
    "no base": (lambda b: toml(b, "base = 0.30", ""), TOML, 16, "from where they start"),
    "no such mode": (lambda b: change(b, 2, modes="weight"), "cases.csv", 4, "none of the [[m"),
    "a mode where it was right": (
        lambda b: change(b, 0, modes="obesity"), "cases.csv", 2, "is the sound one",
    ),
    "nobody's risk": (
        lambda b: toml(b, "the authors of this example, to teach", ""), TOML, 13, "who stated it",
    ),
    "the grey zone": (lambda b: change(b, 0, chart_risk="0.33"), "cases.csv", 2, "grey zone"),
    "luck": (
        lambda b: [change(b, at, chart_risk="0.01", modes="") for at in (0, 4)],
        TOML, 0, "against the odds",
    ),
    "always right": (
        lambda b: write_rows(b, [
            {k: ("" if k.startswith(("modes", "contr")) else v) for k, v in case.items()}
            | {"advice": case["chart_risk"]} for case in rows(b)
        ]) or without_modes(b),
        TOML, 0, "right in every case",
    ),
    "names the answer": (
        lambda b: change(b, 0, story="She wakes at night. An echocardiogram shows heart failure."),
        "cases.csv", 2, "names the answer",
    ),
    "one-sided": (
        lambda b: change(b, 0, story="Her doctor wrote heart failure on the letter she brings."),
        "cases.csv", 2, "do who end alike",
    ),
    "speaks of the algorithm": (
        lambda b: change(b, 0, story="She wakes at night. The algorithm was run on her."),
        "cases.csv", 2, "before the learner has judged",
    ),
    "a finding that settles it": (
        lambda b: write_rows(b, [
            {**case, "lungs": "wet" if case["truth"] == "1" else "dry"} for case in rows(b)
        ]),
        "cases.csv", 2, "tells all cases apart",
    ),
    "no words": (lambda b: pictured(b, alt=""), "cases.csv", 2, "no words"),
    "words that say it": (
        lambda b: pictured(b, alt="A film of heart failure."), "cases.csv", 2, "names the answer",
    ),
    "no such file": (lambda b: pictured(b, picture="two.jpg"), "cases.csv", 2, "no file 'two.jpg'"),
    "a path": (
        lambda b: pictured(b, picture="../card.md"), "cases.csv", 2, "no name of a PNG or JPEG",
    ),
    "no consent": (
        lambda b: [pictured(b), (b / TOML).write_text(
            (b / TOML).read_text().replace("[pictures]\nlicence", "# [pictures]\n# licence")
            .replace('consent = "E', '# consent = "E')
        ), change(b, 0, licence="CC0-1.0")],
        "cases.csv", 2, "Nothing states the consent",
    ),
    "no picture after all": (
        lambda b: [pictured(b), (b / "pictures/one.jpg").write_bytes(b"GIF89a")],
        "cases.csv", 2, "cannot be read as PNG or JPEG",
    ),
    "too small": (
        lambda b: [pictured(b), picture(b, "one.jpg", (20, 20))], "cases.csv", 2, "20 × 20 pixels",
    ),
    "form": (
        lambda b: [pictured(b), replace(
            b.parents[1] / "exercises/ten-cases/exercise.toml", '"picture"', '"table"')],
        "exercise.toml", 13, "cases have pictures",
    ),
    "drivers": (
        lambda b: replace(b.parents[1] / "exercises/ten-cases/exercise.toml", '"age",', '"ages",'),
        "exercise.toml", 17, "not among the findings",
    ),
    "two models": (lambda b: (b / "model.py").write_text(""), TOML, 0, "which of the two"),
    "cases twice": (
        lambda b: (b / TOML).write_text(
            (b / TOML).read_text()
            + '\n[[case]]\ncase = "x"\nstory = "Somebody comes and coughs."\n'
            + "truth = true\nadvice = 1"
        ),
        TOML, 0, "here and in cases.csv",
    ),
    "an unknown key": (lambda b: toml(b, "alert_says", "alertsays"), TOML, 8, "'alert_says'"),
    "no rate to fill in": (
        lambda b: replace(b / "card.md", "- **Not known.**", "{{mode:obesity:inside}}"),
        "card.md", 11, "does not measure",
    ),
}  # fmt: skip


@pytest.mark.parametrize("rule", BROKEN)
def test_a_broken_bank_gives_exactly_its_problem(bank, rule):
    spoil, file, line, says = BROKEN[rule]
    spoil(bank)
    (problem,) = found(bank)
    assert says in str(problem)
    assert problem.file.endswith(file)
    assert problem.line == line or not line


def test_every_problem_is_said_at_once_with_its_line(bank):
    change(bank, 1, bmi="slim")
    change(bank, 5, advice="much")
    change(bank, 7, truth="perhaps")
    assert [problem.line for problem in found(bank)] == [7, 9]  # what cannot be read comes first
    change(bank, 5, advice="0.05")
    change(bank, 7, truth="0")
    assert [problem.line for problem in found(bank)] == [3]


def test_the_same_cases_in_toml_or_as_another_country_writes_them_are_the_same(bank):
    exercise, _ = loaded(bank.parents[1])
    whole = compute(exercise)
    cases = [
        {k: v.replace(".", ",") if k != "story" else v for k, v in case.items()}
        for case in rows(bank)
    ]
    write_rows(bank, cases, ";")
    table = bank / "cases.csv"
    table.write_bytes(table.read_text(encoding="utf-8").encode("utf-16"))
    exercise, problems = loaded(bank.parents[1])
    assert problems == []
    assert compute(exercise)["revealed"] == whole["revealed"]
    table.unlink()
    written = []
    for case in cases:
        inner = {k: v.replace(",", ".") for k, v in case.items() if v and k != "story"}
        parts = {k: float(v) for k, v in inner.items() if k.startswith("contribution_")}
        facts = {k: inner[k] for k in ("age", "bmi", "ntprobnp", "egfr", "ankles", "lungs")}
        written.append(
            f"[[case]]\ncase = {json.dumps(case['case'])}\nstory = {json.dumps(case['story'])}\n"
            f"truth = {'true' if case['truth'] == '1' else 'false'}\nadvice = {inner['advice']}\n"
            f"chart_risk = {inner['chart_risk']}\nmodes = {json.dumps(case['modes'].split())}\n"
            f"findings = {{ {', '.join(f'{k} = {json.dumps(v)}' for k, v in facts.items())} }}\n"
            "contributions = { "
            + ", ".join(f"{k.removeprefix('contribution_')} = {v}" for k, v in parts.items())
            + " }\n"
        )
    with (bank / TOML).open("a", encoding="utf-8") as file:
        file.write("\n".join(["", *written]))
    exercise, problems = loaded(bank.parents[1])
    assert problems == []
    again = compute(exercise)
    assert {k: again[k] for k in ("shown", "revealed", "closed")} == {
        k: whole[k] for k in ("shown", "revealed", "closed")
    }


def test_of_a_picture_only_the_pixels_are_kept(bank):
    pictured(bank)
    picture(bank, "one.jpg", (1600, 1200), "Jane Doe, heart failure")
    exercise, _ = loaded(bank.parents[1])
    shown = compute(exercise)["shown"]
    (kept,) = [case["picture"] for case in shown.values() if case["picture"]]
    data = b64decode(kept["svg"].partition("base64,")[2].partition('"')[0])
    assert len(data) == 120_000
    assert b"Jane" not in data
    with Image.open(BytesIO(data)) as image:
        assert image.size == (1000, 750)
        assert not image.getexif()
    assert "one.jpg" not in json.dumps(shown)


def test_a_bundle_is_built_and_sets_hold_what_the_bank_has(bank, tmp_path):
    pack, _ = __import__("tutor.content.loading", fromlist=["load"]).load(bank.parents[1])
    (built,) = build(pack, tmp_path / "bundles", quiet)
    whole = Bundle(built.directory)
    plan = practice(np.random.default_rng(0), len(whole.cards))
    sets = [whole.draw(plan, seed) for seed in range(20)]
    assert {len({slot.case for slot in one}) for one in sets} == {10}
    assert {sum(not slot.aided for slot in one) for one in sets} == {1}
    assert len({tuple(slot.case for slot in one) for one in sets}) == 20
    assert whole.assessment == ()
    assert whole.measured.prevalence is whole.measured.auroc is None
    played = simulate(whole, 4, 0.2)
    assert (played.size, played.lacking) == (10, ())
    assert rows_of(pack.exercises[0])["right"] == 6


def test_there_is_no_model_to_run(bank):
    from tutor.content.modules import load_model

    with pytest.raises(ContentError, match="written by hand"):
        load_model(bank / TOML, "my-school", "ten-cases")
