"""A preview: what is saved is shown, what is broken is told, and learners never have any of it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from threading import Event, Thread

import httpx
import pytest

from tests.conftest import ROOT
from tests.content.packs import copy_of_small, replace, second_exercise
from tests.databases import ask
from tests.web.learner import Learner, Page
from tests.web.serving import served
from tutor.core.case import Cell
from tutor.errors import ContentError, Misconfigured, NotFound
from tutor.lab.bundle import Bundle
from tutor.lab.workers import quiet
from tutor.services.identity import Identity
from tutor.services.library import Library
from tutor.services.preview import Preview
from tutor.services.saves import marks, watch
from tutor.store.database import Database
from tutor.web.app import create_app
from tutor.web.preview.app import create_preview, loopback
from tutor.web.templating import forget

KEY = "small/throat"
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
DOORS = {
    "/author/": "GET",
    "/author": "GET",
    "/author/version": "GET",
    "/author/again": "GET",
    "/author/open": "POST",
    "/author/preview.js": "GET",
    "/author/preview.css": "GET",
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A pack to edit."""
    return copy_of_small(tmp_path / "pack")


@pytest.fixture
def home(tmp_path: Path, bundles: Path) -> Path:
    """Bundles of one's own, the small pack's among them."""
    return Path(shutil.copytree(bundles, tmp_path / "bundles"))


@pytest.fixture
def said() -> list[str]:
    """What the terminal was told."""
    return []


@pytest.fixture
def preview(root: Path, home: Path, said: list[str]) -> Iterator[Preview]:
    """A preview that reads what is saved when the test says so."""
    made = Preview(root, "throat", home, said.append, forget)
    made.start(quiet)
    yield made
    made.stop()


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


def wait_for(holds: Callable[[], bool]) -> None:
    """Until it does."""
    deadline = time.monotonic() + 120
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)


# --- texts -----------------------------------------------------------------------------------


@pytest.fixture
def page(learner: Learner) -> Page:
    """A patient, just opened from the panel."""
    return learner.look(attempt_of(opened(learner)))


def test_a_saved_text_is_shown_with_the_same_attempt(
    root: Path, preview: Preview, learner: Learner, page: Page
) -> None:
    replace(root / INTRO, "**many** causes", "a *new* sentence")
    preview.read()
    again = learner.look(page.attempt)
    assert "<em>new</em> sentence" in again.html
    assert again.attempt == page.attempt


def test_a_saved_text_leaves_the_bundle_as_it_is(root: Path, home: Path, preview: Preview) -> None:
    def files() -> dict[str, tuple[int, int]]:
        stats = {str(p): p.stat() for p in home.rglob("*")}
        return {name: (stat.st_ino, stat.st_mtime_ns) for name, stat in stats.items()}

    before, exercise = files(), preview.sight.exercise
    replace(root / INTRO, "**many** causes", "a new sentence")
    preview.read()
    assert preview.sight.exercise
    assert exercise
    assert preview.sight.exercise.fingerprint == exercise.fingerprint
    assert preview.sight.exercise.texts.intro != exercise.texts.intro
    assert files() == before


def test_a_saved_question_is_new_in_the_decision_too(
    root: Path, preview: Preview, learner: Learner
) -> None:
    attempt = attempt_of(opened(learner, until="revealed"))
    assert "How likely are bacteria?" in learner.look(attempt).text
    replace(root / MANIFEST, "How likely are bacteria?", "What is the chance of bacteria?")
    preview.read()
    assert "What is the chance of bacteria?" in learner.look(attempt).text


def test_an_open_page_is_told_that_there_is_something_new(
    root: Path, preview: Preview, learner: Learner
) -> None:
    before = learner.http.get("/author/version").json()
    replace(root / INTRO, "**many** causes", "a new sentence")
    preview.read()
    after = learner.http.get("/author/version").json()
    assert after["shown"] == before["shown"] + 1
    assert after["run"] == before["run"]


def test_every_page_of_a_preview_follows(learner: Learner) -> None:
    for path in ("/", "/encounter/", "/record/", "/author/"):
        assert "/author/preview.js" in learner.http.get(path).text


# --- what is broken --------------------------------------------------------------------------

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
    broken: str, root: Path, preview: Preview, learner: Learner, page: Page, said: list[str]
) -> None:
    file, old, new, named = BREAKS[broken]
    whole = (root / file).read_bytes()
    replace(root / file, old, new)
    preview.read()
    assert learner.look(page.attempt).html == page.html
    assert not preview.sight.current
    assert named in panel(learner)
    assert named in "\n".join(said)
    (root / file).write_bytes(whole)
    preview.read()
    assert preview.sight.current
    assert not preview.sight.problems


def test_a_problem_that_no_page_stumbles_over_is_told_and_shown(
    root: Path, preview: Preview, learner: Learner
) -> None:
    with (root / MANIFEST).open("a") as file:
        file.write('\n[[citations]]\nid = "new2024"\ntext = "New N. New."\ndoi = "10.5555/new"\n')
    preview.read()
    assert preview.sight.current
    assert "&#39;new2024&#39; is never cited" in panel(learner)


@pytest.mark.long
def test_a_model_that_cannot_be_built_keeps_the_last_good_version(
    root: Path, preview: Preview, learner: Learner, page: Page
) -> None:
    replace(root / MODEL, "def simulate(n", "def simulate(nobody, n")
    preview.read()
    assert preview.sight.building == 0
    wait_for(lambda: preview.sight.building is None)
    assert learner.look(page.attempt).html == page.html
    (problem,) = preview.sight.problems
    assert problem.file == MODEL
    assert "TypeError" in problem.what


def test_a_fault_at_the_start_is_told_and_waited_for(root: Path, home: Path) -> None:
    whole = (root / MANIFEST).read_bytes()
    replace(root / MANIFEST, "minutes = 5", "minutes = ")
    early = Preview(root, "throat", home)
    early.start(quiet)
    assert early.sight.exercise is None
    assert early.sight.problems[0].file == MANIFEST
    (root / MANIFEST).write_bytes(whole)
    early.read()
    assert early.sight.exercise is not None
    early.stop()


def test_a_panel_without_a_version_to_show_says_so(
    root: Path, home: Path, sqlite_database: Database
) -> None:
    replace(root / MANIFEST, "minutes = 5", "minutes = ")
    early = Preview(root, "throat", home)
    early.start(quiet)
    with served(create_preview(early, sqlite_database)) as base, Learner(base) as someone:
        assert "Nothing can be shown yet." in panel(someone)
        answer = someone.http.post("/author/open", data={"cell": "right-present"})
        assert answer.status_code == 400
        assert "Nothing can be shown yet." in answer.text
    early.stop()


def test_an_unknown_exercise_is_refused_with_those_there_are(root: Path, home: Path) -> None:
    second_exercise(root)
    with pytest.raises(NotFound, match="There is cough, throat"):
        Preview(root, "nose", home).start(quiet)


def test_a_directory_that_is_no_pack_is_refused(home: Path, tmp_path: Path) -> None:
    with pytest.raises(ContentError, match="is not a pack"):
        Preview(tmp_path, "throat", home).start(quiet)


# --- code ------------------------------------------------------------------------------------


@pytest.mark.long
def test_changed_code_is_built_and_then_shown_of_the_same_patient(
    root: Path, preview: Preview, learner: Learner, page: Page, sqlite_address: str
) -> None:
    assert preview.sight.exercise
    before = preview.sight.exercise.fingerprint
    replace(root / MODEL, *STORY)
    preview.read()
    assert "Building what you saved" in panel(learner)
    assert learner.look(page.attempt).html == page.html
    wait_for(lambda: preview.sight.current)
    assert preview.sight.exercise.fingerprint != before
    address = learner.http.get("/author/again", params={"attempt": page.attempt}).headers
    again = learner.look(attempt_of(address["location"]))
    assert STORY[0] in page.text
    assert STORY[1] in again.text
    assert case_of(sqlite_address, again.attempt) == case_of(sqlite_address, page.attempt)


@pytest.mark.long
def test_a_text_saved_during_a_build_is_shown_with_it(root: Path, preview: Preview) -> None:
    replace(root / MODEL, *STORY)
    preview.read()
    replace(root / INTRO, "**many** causes", "a new sentence")
    preview.read()
    assert preview.sight.building is not None
    wait_for(lambda: preview.sight.current)
    assert preview.sight.exercise
    assert "a new sentence" in preview.sight.exercise.texts.intro


@pytest.mark.long
def test_code_taken_back_during_a_build_ends_it(root: Path, preview: Preview) -> None:
    whole = (root / MODEL).read_bytes()
    replace(root / MODEL, *STORY)
    preview.read()
    (root / MODEL).write_bytes(whole)
    preview.read()
    assert preview.sight.current
    wait_for(lambda: preview.sight.claims is not None)
    assert preview.sight.current


@pytest.mark.long
def test_a_claim_that_does_not_hold_is_told(root: Path, preview: Preview, learner: Learner) -> None:
    replace(root / MODEL, "published=0.35", "published=0.75")
    replace(root / MODEL, "(0.3, 0.4)", "(0.7, 0.8)")
    preview.read()
    wait_for(lambda: preview.sight.claims is not None)
    assert preview.sight.current
    assert preview.sight.claims == {
        "modes": {"masked_fever": True, "warm_runner": True},
        "figures": {"share": False},
    }
    assert "figure share" in panel(learner)
    assert "outside tolerance" in panel(learner)


# --- files -----------------------------------------------------------------------------------


@pytest.mark.parametrize("file", ["pack.toml", INTRO, MANIFEST, MODEL, "models/throat/new.csv"])
def test_a_save_is_noticed(file: str, root: Path) -> None:
    saved, stop = Event(), Event()
    thread = Thread(target=watch, args=(root, marks(root), saved.set, stop), daemon=True)
    thread.start()
    draft = root / "draft"
    draft.write_bytes((root / file).read_bytes() if (root / file).exists() else b"")
    with draft.open("a") as more:
        more.write("\n")
    os.replace(draft, root / file)  # as many editors save
    assert saved.wait(30)
    stop.set()
    thread.join(10)


def test_what_python_leaves_behind_is_no_save(root: Path) -> None:
    before = marks(root)
    cache = root / "models" / "throat" / "__pycache__"
    cache.mkdir()
    (cache / "model.cpython-311.pyc").write_bytes(b"compiled")
    assert marks(root) == before


# --- the panel -------------------------------------------------------------------------------


@pytest.mark.parametrize("cell", CELLS)
def test_the_next_case_of_a_cell_is_of_that_cell(
    cell: str, preview: Preview, learner: Learner, bundle: Bundle, sqlite_address: str
) -> None:
    wanted = [card.case for card in bundle.cards if card.cell == CELLS[cell]]
    met = [case_of(sqlite_address, attempt_of(opened(learner, cell))) for _ in range(3)]
    assert met == wanted[:3]


def test_after_the_last_case_of_a_cell_comes_the_first(
    learner: Learner, bundle: Bundle, sqlite_address: str
) -> None:
    wanted = [card.case for card in bundle.cards if card.cell == CELLS["wrong-absent"]]
    met = [opened(learner, "wrong-absent") for _ in range(len(wanted) + 1)]
    assert case_of(sqlite_address, attempt_of(met[-1])) == wanted[0]


@pytest.mark.parametrize("until", ["shown", "revealed", "closed"])
def test_a_case_opens_at_the_stage_that_is_asked_for(until: str, learner: Learner) -> None:
    assert learner.look(attempt_of(opened(learner, until=until))).stage == until


def test_a_set_opens_summed_up_with_its_debrief(learner: Learner) -> None:
    address = opened(learner, until="summary")
    found = re.fullmatch(r"/record/\?set=(\S+)", address)
    assert found
    summary = learner.event("record", None, page="/record", set=found[1])
    assert "What was going on" in summary.text


@pytest.mark.parametrize(
    ("guidance", "text"), [("flagged", "not here"), ("after", "Shown when the case is closed.")]
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


def test_an_attempt_that_is_none_leads_to_the_panel(learner: Learner) -> None:
    answer = learner.http.get("/author/again", params={"attempt": "nothing"})
    assert answer.status_code == 400
    assert "There is no such patient here." in answer.text


# --- never for learners ----------------------------------------------------------------------


@pytest.fixture
def doors(preview: Preview, sqlite_database: Database) -> set[str]:
    """Every address that a preview has and ``serve`` has not."""
    paths = [getattr(r, "path", "") for r in create_preview(preview, sqlite_database).routes]
    return {path for path in paths if path.startswith("/author")}


def test_every_door_of_the_preview_is_named_here(doors: set[str]) -> None:
    assert doors == set(DOORS)


def test_what_learners_are_served_has_no_such_door(
    sqlite_database: Database, library: Library, identity: Identity
) -> None:
    with served(create_app(sqlite_database, library, identity)) as base, Learner(base) as someone:
        for path, method in DOORS.items():
            assert someone.http.request(method, path).status_code == 404, path
            assert someone.http.request("PUT", path).status_code in (404, 405), path


def test_serve_loads_nothing_of_the_preview() -> None:
    code = (
        "import sys, tutor.cli, tutor.web.serve\n"
        "print([m for m in sys.modules if m.startswith('tutor.') and m.split('.')[-1] in "
        "('preview', 'author', 'apart', 'saves', 'panel')])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", "localhost", "::1"])
def test_an_address_of_this_machine_alone_will_do(host: str) -> None:
    assert loopback(host) == host


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.0.0.7", "example.org", ""])
def test_an_address_that_others_reach_is_refused(host: str) -> None:
    with pytest.raises(Misconfigured, match="A preview is for its author alone"):
        loopback(host)


@pytest.mark.parametrize("path", ["/author/", "/", "/author/version"])
def test_a_request_by_another_name_is_refused(path: str, learner: Learner) -> None:
    """As it would come through a tunnel, or from a page that has rebound its name to us."""
    answer = learner.http.get(path, headers={"host": "evil.example"})
    assert answer.status_code == 400


def test_cookies_of_a_server_at_the_same_address_are_left_alone(
    preview: Preview, sqlite_database: Database
) -> None:
    with ExitStack() as stack:
        base = stack.enter_context(served(create_preview(preview, sqlite_database)))
        http = stack.enter_context(httpx.Client(base_url=base, verify=False, timeout=30))
        http.cookies.set("equipoise_guest", "another server's")
        for path in ("/", "/encounter/", "/session", "/author/"):
            assert "set-cookie" not in http.get(path).headers
        assert attempt_of(
            http.post("/author/open", data={"cell": "right-absent"}).headers["location"]
        )
