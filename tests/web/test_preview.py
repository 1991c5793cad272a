"""The pages of a preview: what is saved is shown, what is broken is told, each cell is opened."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.content.packs import replace
from tests.content.tables import table_pack
from tests.databases import ask
from tests.web.learner import Learner, Page
from tests.web.serving import served
from tutor.core.case import Cell
from tutor.kit.tables import NO_DO
from tutor.lab.bundle import Bundle
from tutor.lab.process_pool import quiet
from tutor.services.authoring.preview import Preview
from tutor.store.database import Database
from tutor.web.author.app import create_preview

pytestmark = pytest.mark.usefixtures("claims_unmeasured")
INTRO = "exercises/throat/intro.md"
MANIFEST = "exercises/throat/exercise.toml"
MODEL = "models/throat/model.py"
STORY = ("with a sore throat", "whose throat is sore")
CELLS = {
    "right-present": Cell(True, True),
    "right-absent": Cell(True, False),
    "wrong-present": Cell(False, True),
    "wrong-absent": Cell(False, False),
}


@pytest.fixture
def learner(preview: Preview, sqlite_database: Database) -> Iterator[Learner]:
    """The author's browser, over HTTP."""
    with served(create_preview(preview, sqlite_database)) as base, Learner(base) as someone:
        yield someone


def panel(learner: Learner) -> str:
    """The author's panel."""
    return learner.http.get("/author/").raise_for_status().text


def opened(learner: Learner, cell: str = "right-present", **more: str) -> str:
    """The address a button of the panel leads to."""
    answer = learner.http.post("/author/open", data={"cell": cell, **more})
    assert answer.status_code == 303
    return answer.headers["location"]


def attempt_of(address: str) -> str:
    """The attempt that an address names."""
    return address.removeprefix("/encounter/?attempt=")


def case_of(database_address: str, attempt: str) -> str:
    """Which case of the bank an attempt shows."""
    query = f"SELECT case_id FROM attempt NATURAL JOIN slot WHERE attempt.id = '{attempt}'"
    return str(ask(database_address, query)[0][0])


@pytest.fixture
def page(learner: Learner) -> Page:
    """A patient, just opened from the panel."""
    return learner.look(attempt_of(opened(learner)))


def test_a_saved_text_is_shown_with_the_same_attempt(
    draft: Path, preview: Preview, learner: Learner, page: Page
) -> None:
    replace(draft / INTRO, "**many** causes", "a *new* sentence")
    preview.read()
    again = learner.look(page.attempt)
    assert "<em>new</em> sentence" in again.html
    assert again.attempt == page.attempt


def test_a_saved_question_is_new_in_the_decision_too(
    draft: Path, preview: Preview, learner: Learner
) -> None:
    attempt = attempt_of(opened(learner, until="revealed"))
    assert "How likely are bacteria?" in learner.look(attempt).text
    replace(draft / MANIFEST, "How likely are bacteria?", "What is the chance of bacteria?")
    preview.read()
    assert "What is the chance of bacteria?" in learner.look(attempt).text


def test_an_open_page_is_told_that_there_is_something_new(
    draft: Path, preview: Preview, learner: Learner
) -> None:
    before = learner.http.get("/author/version").json()
    replace(draft / INTRO, "**many** causes", "a new sentence")
    preview.read()
    after = learner.http.get("/author/version").json()
    assert after["shown"] == before["shown"] + 1
    assert after["run"] == before["run"]
    assert 0 <= after["age"] < before["age"]


def test_every_page_of_a_preview_follows(learner: Learner) -> None:
    for path in ("/", "/encounter/", "/record/", "/author/"):
        assert "/author/preview.js" in learner.http.get(path).text


BREAKS = {
    "no TOML": (MANIFEST, 'title = "The', "title = The", MANIFEST),
    "unknown key": (MANIFEST, "minutes = 5", "minuets = 5", MANIFEST),
    "unknown citation": (INTRO, "**many** causes", "many causes [@nowhere]", INTRO),
    "unknown figure": ("exercises/throat/debrief.md", "\n", "\n{{figure:nothing}}\n", "debrief.md"),
    "uncited benchmark": (MANIFEST, 'citation = "nobody2020"', 'citation = "no-one"', MANIFEST),
    "no pack": ("pack.toml", "id = ", "id ", "pack.toml"),
    "another id": (MANIFEST, 'id = "throat"', 'id = "throats"', MANIFEST),
    "no Python": (MODEL, "def simulate(", "def simulate(:", MODEL),
}


@pytest.mark.parametrize("broken", BREAKS)
def test_a_broken_save_keeps_the_last_good_version(
    broken: str, draft: Path, preview: Preview, learner: Learner, page: Page, told: list[str]
) -> None:
    file, old, new, named = BREAKS[broken]
    whole = (draft / file).read_bytes()
    replace(draft / file, old, new)
    preview.read()
    assert learner.look(page.attempt).html == page.html
    assert not preview.sight.current
    assert named in panel(learner)
    assert named in "\n".join(told)
    (draft / file).write_bytes(whole)
    preview.read()
    assert preview.sight.current
    assert not preview.sight.problems


def test_a_problem_that_no_page_stumbles_over_is_told_and_shown(
    draft: Path, preview: Preview, learner: Learner
) -> None:
    with (draft / MANIFEST).open("a") as file:
        file.write('\n[[citations]]\nid = "new2024"\ntext = "New N. New."\ndoi = "10.5555/new"\n')
    preview.read()
    assert preview.sight.current
    assert "&#39;new2024&#39; is never cited" in panel(learner)


def test_a_panel_without_a_version_to_show_says_so(
    draft: Path, draft_bundles: Path, sqlite_database: Database
) -> None:
    replace(draft / MANIFEST, "minutes = 5", "minutes = ")
    early = Preview(draft, "throat", draft_bundles)
    early.start(quiet)
    with served(create_preview(early, sqlite_database)) as base, Learner(base) as someone:
        assert "Nothing can be shown yet." in panel(someone)
        answer = someone.http.post("/author/open", data={"cell": "right-present"})
        assert answer.status_code == 400
        assert "Nothing can be shown yet." in answer.text
    early.stop()


@pytest.mark.long
def test_changed_code_is_built_and_then_shown_of_the_same_patient(
    draft: Path, preview: Preview, learner: Learner, page: Page, sqlite_address: str
) -> None:
    assert preview.sight.exercise
    before = preview.sight.exercise.fingerprint
    replace(draft / MODEL, *STORY)
    preview.read()
    assert "Building what you saved" in panel(learner)
    assert learner.look(page.attempt).html == page.html
    deadline = time.monotonic() + 120
    while not preview.sight.current:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert preview.sight.exercise.fingerprint != before
    address = learner.http.get("/author/again", params={"attempt": page.attempt}).headers
    again = learner.look(attempt_of(address["location"]))
    assert STORY[0] in page.text
    assert STORY[1] in again.text
    assert case_of(sqlite_address, again.attempt) == case_of(sqlite_address, page.attempt)


@pytest.mark.parametrize("cell", CELLS)
def test_the_next_case_of_a_cell_is_of_that_cell(
    cell: str, preview: Preview, learner: Learner, bundle: Bundle, sqlite_address: str
) -> None:
    wanted = [card.case for card in bundle.cards if card.cell == CELLS[cell] and not card.luck]
    met = [case_of(sqlite_address, attempt_of(opened(learner, cell))) for _ in range(3)]
    assert met == wanted[:3]


def test_after_the_last_case_of_a_cell_comes_the_first(
    learner: Learner, bundle: Bundle, sqlite_address: str
) -> None:
    wanted = [
        card.case for card in bundle.cards if card.cell == CELLS["wrong-absent"] and not card.luck
    ]
    met = [opened(learner, "wrong-absent") for _ in range(len(wanted) + 1)]
    assert case_of(sqlite_address, attempt_of(met[-1])) == wanted[0]


@pytest.mark.parametrize("until", ["shown", "revealed", "closed"])
def test_a_case_opens_at_the_stage_that_is_asked_for(until: str, learner: Learner) -> None:
    assert learner.look(attempt_of(opened(learner, until=until))).stage == until


def test_a_set_opens_summed_up_with_its_debrief(learner: Learner) -> None:
    address = opened(learner, until="summary")
    found = re.fullmatch(r"/record/\?set=(\S+)", address)
    assert found
    summary = learner.open("/record", set=found[1])
    assert "What was going on" in summary.text


@pytest.mark.parametrize(
    ("guidance", "text"),
    [("flagged", "could touch"), ("after", "is shown when the case is closed.")],
)
def test_failure_modes_are_told_as_asked_for(guidance: str, text: str, learner: Learner) -> None:
    attempt = attempt_of(opened(learner, until="revealed", guidance=guidance))
    assert text in learner.look(attempt).text


def test_the_panel_tells_cells_modes_and_figures(learner: Learner, bundle: Bundle) -> None:
    html = panel(learner)
    assert html.count(" of 40 cases") == 2
    assert html.count(" of 20 cases") == 2
    for claim in ("Takes a treated fever for none", "Share of sore throats that are bacterial"):
        assert claim in html


@pytest.mark.parametrize("form", [{}, {"cell": "left"}, {"cell": "right-present", "until": "now"}])
def test_a_form_that_is_not_the_panels_is_refused(form: dict[str, str], learner: Learner) -> None:
    answer = learner.http.post("/author/open", data=form)
    assert answer.status_code == 400
    assert "Choose one of the four cells" in answer.text


@pytest.mark.long
def test_a_table_is_remarked_on(
    tmp_path: Path, draft_bundles: Path, sqlite_database: Database
) -> None:
    table_pack(tmp_path / "table")
    made = Preview(tmp_path / "table", "throat", draft_bundles)
    made.start(quiet)
    with served(create_preview(made, sqlite_database)) as base, Learner(base) as someone:
        assert NO_DO.split(".")[0] in panel(someone)
    made.stop()


def test_a_new_student_finds_the_failure_sealed_again(learner: Learner) -> None:
    opened(learner, until="closed")
    assert "sealed" not in learner.open("").text
    assert learner.http.post("/author/afresh").headers["location"] == "/"
    assert "What fails here: sealed" in learner.open("").text


def test_an_attempt_that_is_none_leads_to_the_panel(learner: Learner) -> None:
    answer = learner.http.get("/author/again", params={"attempt": "nothing"})
    assert answer.status_code == 400
    assert "There is no such patient here." in answer.text
