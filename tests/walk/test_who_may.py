"""Who may do what: everybody walks through every service call and every HTTP handler.

What must come out is computed from the one table (``tutor.core.access.RULES``) and from how each
person stands to the object. A new call, view, act, event or route without a row here fails.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from inspect import getmembers, isfunction

import httpx
import pytest
from starlette.routing import Mount, Route

from tests.services.school import Clock, found
from tests.walk.calls import CALLS, WITHIN
from tests.walk.doors import ACTS, EVENTS, PAGES, ROUTES, VIEWS, WORK, Door
from tests.walk.scene import Person, Scene, furnish
from tests.web.learner import Learner, Page, panel_of
from tests.web.serving import served
from tutor.errors import BadInput, Forbidden, NotFound, NotYours, SignedOut
from tutor.services.accounts.identity import Identity
from tutor.services.encounters.library import Library
from tutor.store.database import Database, sqlite_url
from tutor.web.app import FOR_GUESTS, create_app
from tutor.web.layout.gradio_loader import asset_names
from tutor.web.routes import DESK, MINE, rooms

REFUSED = (Forbidden, NotFound, NotYours, SignedOut)
FILES = {
    "/static-equipoise/{name}": "equipoise.css",
    "/gradio/assets/{name}": asset_names()[0][0],
}
SECRET = "a secret that only the tests know"


@pytest.fixture(scope="module")
def scene(library: Library, exercise, tmp_path_factory) -> Iterator[Scene]:
    folder = tmp_path_factory.mktemp("walk")
    database = Database(sqlite_url(folder / "now.db"))
    app = create_app(database, library, Identity(SECRET, days=30))
    school = found(app.state.services, Clock(), exercise.key)
    made = furnish(school, folder / "now.db", folder / "kept.db")
    made.app = app
    with served(app) as base:
        made.base = base
        yield made
    database.close()


# --- nothing is left out ------------------------------------------------------------------------


def test_every_service_call_has_a_row(scene):
    there = {
        f"{name}.{method}"
        for name, service in vars(scene.services).items()
        for method, _ in getmembers(type(service), isfunction)
        if not method.startswith("_")
    }
    assert there == {*CALLS, *WITHIN}


def test_every_view_and_act_has_a_row(scene):
    views, acts = {"/signin"}, set()
    for room, parts in (("/my", MINE), ("/desk", DESK)):
        for part in (module.part(scene.services) for module in parts):
            views |= {f"{room}?{view}".removesuffix("?") for view in part.views}
    for room in rooms(scene.services):
        acts |= {f"{room.path}!{act}" for act in room.acts}
    assert views == set(VIEWS)
    assert acts == set(ACTS)


def test_every_event_and_route_has_a_row(scene):
    events, routes = set(), set()
    pages = {address for room in rooms(scene.services) for address in (room.path, room.address)}
    for route in scene.app.routes:
        if isinstance(route, Route):
            routes.add(route.path)
        elif isinstance(route, Mount):
            events |= {fn.api_name for fn in route.app.blocks.fns.values()}
    assert events == {*EVENTS, "act"}
    # The metrics are for a token and for nobody's cookie; the LTI addresses are for what a platform
    # has signed (tests/lti).
    routes -= {f"/lti/{name}" for name in ("jwks", "config.json", "login", "launch", "register")}
    assert routes == {*ROUTES, *pages, "/metrics"} - {""}


# --- the services -------------------------------------------------------------------------------


def may(needs, person):
    return all(need.met_by(person) for need in needs)


def divided(scene, needs):
    """Those who are refused first, so that they leave the scene as it is; then the others."""
    return sorted(scene.people.items(), key=lambda known: may(needs, known[1]))


@pytest.mark.parametrize("name", CALLS)
def test_a_service_lets_those_do_it_who_may(scene, name):
    call, wrong = CALLS[name], []
    for who, person in divided(scene, call.needs):
        if call.by_id and not person.caller.learner:
            continue
        scene.restore()
        let = lets(scene, call, person)
        if let is not may(call.needs, person):
            wrong.append((who, "could" if let else "could not"))
    assert wrong == []


def lets(scene: Scene, call, person: Person) -> bool:
    try:
        call.make(scene, person.caller)
    except BadInput:
        return True  # let in, and then told what to type
    except REFUSED as refusal:
        told(scene, person, str(refusal))
        return False
    return True


def told(scene: Scene, person: Person, text: str) -> None:
    """An answer to somebody from outside the class holds nothing of it."""
    if person.place is None:
        assert [secret for secret in scene.secrets if secret in text] == []


# --- over HTTP ----------------------------------------------------------------------------------


def asked(scene: Scene, person: Person) -> Learner:
    caller = person.caller
    if not caller.learner:
        return Learner(scene.base, greet=False)
    epoch = caller.account.epoch if caller.account else None
    return Learner(scene.base, scene.services.identity.sign(caller.learner, epoch))


def walk(scene: Scene, door: Door, send, known_only: bool = False) -> None:
    """``known_only`` where whoever brings no cookie is given one, and is a guest."""
    wrong = []
    for who, person in divided(scene, door.needs):
        if known_only and not person.caller.learner:
            continue
        scene.restore()
        with asked(scene, person) as learner:
            answer = send(learner, *door.said(scene))
        let = answer.status_code < 400 and not refuses(answer)
        if not let:
            told(scene, person, answer.text)
        if let is not may(door.needs, person):
            wrong.append((who, "could" if let else "could not", answer.text[:300]))
    assert wrong == []


def refuses(answer: httpx.Response) -> bool:
    if "/gradio_api/run/" in str(answer.url):
        return Page(answer.json()["data"][0]).is_notice
    if "text/html" not in answer.headers.get("content-type", ""):
        return False
    whole = '<div id="page"' in answer.text
    return Page(panel_of(answer.text) if whole else answer.text).is_notice


def is_open(page: str) -> bool:
    return f"{page}/" in FOR_GUESTS


@pytest.mark.parametrize("name", VIEWS)
def test_a_view_shows_itself_to_those_who_may(scene, name):
    page = name.partition("?")[0]
    walk(
        scene, VIEWS[name], lambda who, here, form, attempt: who.visit(page, **here), is_open(page)
    )


@pytest.mark.parametrize("name", ACTS)
def test_an_act_is_done_for_those_who_may(scene, name):
    page, _, act = name.partition("!")

    def send(who, here, form, attempt):
        return who.send_act(page, act, form, **here)

    # Who signs in has opened the page, and with it got the cookie that their ticket is for.
    walk(scene, ACTS[name], send, name in ("/signin!sign-in", "/signin!welcome"))


@pytest.mark.parametrize("name", EVENTS)
def test_an_event_is_answered_for_those_who_may(scene, name):
    def send(who, here, form, attempt):
        return who.send(name, {"attempt": attempt, "form": form})

    walk(scene, EVENTS[name], send)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_shows_itself_to_those_who_may(scene, name):
    page, door = PAGES[name]
    walk(scene, door, lambda who, here, form, attempt: who.visit(page, **here), is_open(page))


@pytest.mark.parametrize("page", sorted(FOR_GUESTS))
def test_a_visitor_without_a_cookie_is_a_new_guest(scene, page):
    with Learner(scene.base, greet=False) as visitor:
        assert visitor.http.get(page).status_code == 200
        assert scene.services.access.caller(visitor.cookie).learner.startswith("g_")


@pytest.mark.parametrize("name", ROUTES)
def test_an_address_answers_those_who_may(scene, name):
    path = name.replace("{name}", FILES.get(name, ""))
    sent = "POST" if name == "/session" else "GET"
    walk(
        scene,
        ROUTES[name],
        lambda who, here, form, attempt: who.http.request(sent, path, params=here),
    )


def test_a_ticket_is_for_the_browser_that_signed_in(scene):
    account = scene.people["instructor"].caller.account
    with asked(scene, scene.people["guest"]) as own, asked(scene, scene.people["Cy"]) as other:
        ticket = scene.services.identity.ticket(account.learner, account.epoch, own.cookie)
        assert other.http.post("/session", data={"ticket": ticket}).status_code == 403
        assert own.http.post("/session", data={"ticket": ticket}).status_code == 303


def test_a_link_changes_nobody(scene):
    with asked(scene, scene.people["guest"]) as guest:
        before = guest.cookie
        assert guest.http.get("/session").status_code == 405
        assert guest.cookie == before


def test_a_filled_gradebook_is_downloaded_by_the_class_s_instructor_alone(scene):
    text = "Student,ID\nCy,7\n"
    form = {"assignment": scene.ids["work"], "export": text, "column": "new"}
    for name, status in (("instructor", 200), ("Cy", 403), ("guest", 404)):
        with asked(scene, scene.people[name]) as one:
            answer = one.http.post("/download/grades", data=form)
        assert answer.status_code == status
        assert answer.content.startswith(b"Student,ID,") == (status == 200)


def test_what_waits_for_a_date_is_in_no_answer_before_it(scene):
    with asked(scene, scene.people["Cy"]) as cy:
        page = cy.look(scene.ids["withheld"])
        mine = cy.http.get("/download/mine").json()
    (row,) = [r for r in mine["encounters"] if r["encounter"] == scene.ids["withheld"]]
    assert "shown once the due date has passed" in page.text
    assert not {"present", "verdict"} & set(row)


# What only the people's page may show where a class hides names: it shows nobody's work.
NAMED = {"/desk?people"}
HIDDEN = ("Cyprian", "Deirdre", "Rosalind", "rosalind@")


def test_where_names_are_hidden_no_page_and_no_file_shows_one_to_staff(scene):
    scene.restore()
    form = {"name": "Year three", "time_zone": "Europe/Berlin", "hide_names": "yes"}
    scene.services.classrooms.change(scene.people["instructor"].caller, scene.ids["class"], form)
    addresses = [("/desk/", door.here, name) for name, door in VIEWS.items() if "/desk" in name]
    addresses += [
        (name, door.here | {"shape": style}, name)
        for name, door in ROUTES.items()
        if name.startswith("/download") and name != "/download/mine"
        for style in ("", "xlsx")
    ]
    addresses.append(("/desk/", {**WORK, "view": "report", "learner": "{cy}"}, "a report"))
    found, seen = set(), 0
    for who in ("instructor", "assistant of Cy's group"):
        with asked(scene, scene.people[who]) as staff:
            for path, here, name in addresses:
                filled, _, _ = Door((), here).said(scene)
                text = as_text(staff.http.get(path, params=filled).content)
                seen += "Learner " in text
                found |= {name for secret in HIDDEN if secret in text}
    scene.restore()
    assert found == NAMED
    assert seen > 8


def as_text(content: bytes) -> str:
    """A file's text, also that of a workbook."""
    if not content.startswith(b"PK"):
        return content.decode("utf-8", "replace")
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        return "".join(book.read(part).decode("utf-8", "replace") for part in book.namelist())
