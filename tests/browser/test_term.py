"""A class's term in a browser, on either database: instructor, assistant, learners on phones.

What is looked at on the way, on SQLite: axe-core's verdict on each page once, narrow and wide,
light and dark and in forced colours.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, Page, expect

from tests.browser.pixels import ticks_are_seen
from tests.browser.playing import WAIT, button, finish, heading, judge, listening
from tests.browser.simulated import SIMULATED, simulate
from tests.browser.tour import look, looks_of, violations
from tests.browser.watch import Watch
from tests.browser.width import widest
from tests.databases import is_sqlite
from tests.web.serving import served
from tutor.services.services import Services

pytestmark = [pytest.mark.browser, pytest.mark.long]
PASSWORD = "quiet river stone"
LIST = """name;email;number;group
Rosalind;r@x.example;00417;Tuesday
Ana Costa;ana@x.example;2;Tuesday
Ana Costa;bea@x.example;3;Friday
Li;li@x.example;5;Friday
Lu;lu@x.example;5;Friday
=1+1;a@b.c;;
"""
CANVAS = (
    "\ufeffStudent,ID,SIS User ID,SIS Login ID,Section,Week one (77),Week one (practice) (78)\r\n"
    "    Points Possible,,,,,10.00,5\r\n"
    '"Züst, Rosalind",901,00417,,S1,,-2.5\r\n'
    "Rosalind,902,00418,,S1,EX,\r\n"
    "Learner 07,903,,,S1,4.50,=1\r\n"
    '"Costa, Ana",904,3,,S1,,\r\n'
)
MOODLE = (
    'Vorname;Nachname;ID-Nummer;E-Mail-Adresse;"Aufgabe: Week one (Punkte)";"Essay (Feedback)"\r\n'
    "Rosalind;Züst;;r@x.example;-;- see me\r\n"
    'Learner;07;;;4,5;"+1 für die\nAbbildung"\r\n'
)
COUNT_CLICKS = """addEventListener('click', (event) => {
    const before = Number(sessionStorage.getItem('clicks'));
    if (event.isTrusted) sessionStorage.setItem('clicks', before + 1);
}, true)"""


@pytest.fixture
def base(app: FastAPI) -> Iterator[str]:
    with served(app) as address:
        yield address


@pytest.fixture
def opened(browser: Browser, base: str) -> Iterator[Any]:
    """Pages of new people; none may complain, of a breach of the pages' policy least of all."""
    contexts = []
    watches = []

    def fresh(width: int, scheme: Any) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 850}, color_scheme=scheme, reduced_motion="reduce"
        )
        contexts.append(context)
        watches.append(Watch(base))
        watches[-1].over(context)
        page = context.new_page()
        page.set_default_timeout(WAIT)
        return page

    yield fresh
    for context in contexts:
        context.close()
    assert [line for watch in watches for line in watch.complaints] == []


@dataclass
class Term:
    """Who takes part, at which address, and what was wrong with the pages that were looked at."""

    base: str
    services: Services
    desk: Page
    phone: Page
    opened: Any
    looking: bool
    faults: dict[str, list[str]] = field(default_factory=dict)
    code: str = ""
    link: str = ""

    def at(self, page: Page, name: str) -> None:
        """What axe-core finds on a page, and whether it is wider than a phone; on SQLite."""
        if not self.looking:
            return
        size = page.viewport_size
        assert size is not None
        for width, colours in looks_of(name):
            look(page, width, colours)
            if found := violations(page, colours):
                self.faults[f"{name} {width} {colours}"] = found
            if (wide := widest(page)) > width:
                self.faults[f"{name} is wider than {width}"] = [str(wide)]
        look(page, size["width"], "light")


def enter(term: Term) -> None:
    """The first administrator makes an account, and signs in with it."""
    desk = term.desk
    desk.goto(f"{term.base}/signin/?token={term.services.accounts.first_link()}")
    expect(heading(desk, "Welcome")).to_be_visible()
    term.at(desk, "welcome")
    desk.get_by_label("Your name").fill("Ada")
    make_account(desk, "ada@school.example")
    expect(heading(desk, "Set up this server")).to_be_visible()
    desk.get_by_role("link", name="Check that the server").click()
    expect(heading(desk, "Server check")).to_be_visible()
    desk.context.clear_cookies()
    desk.goto(f"{term.base}/signin/?next=/desk/")
    expect(heading(desk, "Sign in")).to_be_visible()
    term.at(desk, "sign in")
    desk.get_by_label("Name or e-mail").first.fill("ada@school.example")
    desk.get_by_label("Password", exact=True).first.fill(PASSWORD)
    desk.keyboard.press("Enter")
    expect(heading(desk, "My classes")).to_be_visible()
    term.at(desk, "my classes")


def make_account(page: Page, login: str) -> None:
    """Fill in the rest of the page to which a one-time link leads."""
    page.get_by_label("Name or e-mail").fill(login)
    page.get_by_label("Password").fill(PASSWORD)
    button(page, "Make my account").click()


def make_class(term: Term) -> None:
    """A class, its code and its link; a learner joins by it before there is a list."""
    desk, phone = term.desk, term.phone
    button(desk, "New class").click()
    desk.get_by_label("Class name").fill("Year three")
    button(desk, "Create class").click()
    expect(heading(desk, "Year three")).to_be_visible()
    term.at(desk, "class settings")
    term.code = desk.locator(".codeletters.big").inner_text()
    expect(desk.locator(".address")).to_contain_text(term.base)  # completed by the page's script
    term.link = desk.locator(".address").inner_text()
    join(phone, term.link, "Rosalind")
    expect(heading(phone, "You have joined Year three")).to_be_visible()


def join(page: Page, link: str, name: str) -> None:
    """Follow the class's link and give a name."""
    page.goto(link)
    expect(button(page, "Join class")).to_be_visible()
    page.get_by_label("Your name").fill(name)
    page.keyboard.press("Enter")


def load_list(term: Term) -> None:
    """A list completes whoever has joined, and refuses a number that stands in it twice."""
    desk = term.desk
    desk.get_by_role("tab", name="People").click()
    desk.get_by_label("Or paste it here").fill(LIST)
    button(desk, "Load the list").click()
    expect(heading(desk, "2 added, 1 completed, 3 refused")).to_be_visible()
    refused = desk.get_by_role("region", name="Refused lines").get_by_role("row")
    expect(refused.filter(has_text="number")).to_have_count(2)
    row = people(desk).filter(has_text="Rosalind")
    expect(row).to_contain_text("00417")
    desk.get_by_label("Or paste it here").fill("")


def people(desk: Page) -> Any:
    """The rows of the table of people."""
    return desk.get_by_role("region", name="People", exact=True).get_by_role("row")


def undo(term: Term) -> None:
    """Two people of one name are taken out of the class, and the change is taken back."""
    desk = term.desk
    twins = people(desk).filter(has_text="Ana Costa")
    for twin in twins.get_by_role("checkbox").all():
        twin.check()
    desk.get_by_label("With the people you select").select_option(label="Take out of the class")
    button(desk, "Go on").click()
    expect(heading(desk, "Take 2 people out of the class?")).to_be_visible()
    button(desk, "Take out of the class").click()
    expect(desk.get_by_text("2 people are out of the class.")).to_be_visible()
    expect(twins).to_have_count(0)
    desk.get_by_role("button", name="Take back").first.click()
    expect(twins).to_have_count(2)
    term.at(desk, "people")


def tell_apart(term: Term) -> None:
    """Of two people of one name, the one who comes says which of them she is."""
    ana = term.opened(390, "light")
    join(ana, term.link, "Ana Costa")
    ana.get_by_label("Your e-mail or student number").fill("3")
    term.at(ana, "join")
    ana.keyboard.press("Enter")
    expect(heading(ana, "You have joined Year three")).to_be_visible()
    term.desk.reload()
    known = people(term.desk).filter(has_text="bea@x.example")
    expect(known).not_to_contain_text("not joined yet")
    expect(people(term.desk).filter(has_text="ana@x.example")).to_contain_text("not joined yet")
    ana.context.close()


def invite(term: Term) -> Page:
    """An assistant is invited for a group, by a link, and makes an account with it."""
    desk = term.desk
    desk.get_by_label("Their name").fill("Tess")
    card = desk.get_by_role("region", name="Invite a teaching assistant")
    card.get_by_label("Tuesday").check()
    button(desk, "Make the link").click()
    expect(desk.locator(".address")).to_contain_text(term.base)
    assistant: Page = term.opened(1280, "light")
    assistant.goto(desk.locator(".address").inner_text())
    make_account(assistant, "tess@school.example")
    expect(heading(assistant, "My assignments")).to_be_visible()
    return assistant


def assign(term: Term, title: str) -> None:
    """Make an assignment with reasons and new patients, and publish it when they are there."""
    desk = term.desk
    desk.get_by_role("tab", name="Assignments").click()
    desk.get_by_role("button", name="New assignment").click()
    desk.get_by_role("link", name="Start with an empty form").click()
    desk.get_by_label("Title").fill(title)
    desk.locator("[name^='cases:']").first.fill("4")
    desk.locator("summary").filter(has_text="Patients and algorithm").click()
    desk.locator("[name=reasons_required]").check()
    if term.looking:
        ticks_are_seen(desk)
    desk.get_by_label("New patients for this assignment").check()
    button(desk, "Save and review to publish").click()
    button(desk, "Publish assignment").click()
    expect(desk.get_by_text("The new patients are being prepared")).to_be_visible()
    expect(heading(desk, f"“{title}” is published")).to_be_visible(timeout=5 * WAIT)
    term.at(desk, "publication")


def assign_from_template(term: Term, title: str) -> None:
    """Make an assignment from a template and publish it, in four clicks."""
    desk = term.desk
    desk.get_by_role("link", name="Year three").click()
    desk.context.add_init_script(COUNT_CLICKS)
    desk.reload()
    desk.evaluate("sessionStorage.clear()")
    desk.get_by_role("button", name="New assignment").click()
    desk.get_by_role("link", name="One exercise in depth").click()
    desk.get_by_label("Title").fill(title)
    desk.locator("[name^='cases:']").first.fill("1")
    button(desk, "Save and review to publish").click()
    button(desk, "Publish assignment").click()
    expect(desk.get_by_text("Published. Your class")).to_be_visible()
    assert int(desk.evaluate("sessionStorage.getItem('clicks')")) == 4
    term.at(desk, "assignment")


def look_as_learner(term: Term) -> None:
    """The student view of an assignment, and the way back."""
    desk = term.desk
    desk.get_by_role("link", name="Open the student view").click()
    expect(heading(desk, "Student view")).to_be_visible()
    term.at(desk, "student view")
    desk.get_by_role("link", name="Back to the assignment").click()
    expect(desk.get_by_label("Title")).to_have_value("Week two")


def look_at_choices(term: Term) -> None:
    """The pages from which an assignment is chosen, where they have something in them."""
    room = (term.desk.locator(".crumb a").get_attribute("href") or "").rpartition("class=")[2]
    exercise = term.services.library.exercises[0].key
    choices = ("new-assignment", "catalogue", f"samples&exercise={exercise}", "schedule")
    for view in (*(choices if term.looking else ()), "assignments"):
        term.desk.goto(f"{term.base}/desk/?view={view}&class={room}")
        expect(term.desk.get_by_role("heading", level=1)).to_be_visible()
        term.at(term.desk, view.partition("&")[0])


def work(term: Term) -> None:
    """The class works; one learner asks a question about a patient whom she has closed."""
    simulate(term.services, term.code, "Week one")
    phone = term.phone
    phone.goto(f"{term.base}/my/")
    task = phone.locator("section.task", has=heading(phone, "Week one"))
    task.get_by_role("link", name="Start").wait_for()
    term.at(phone, "my assignments")
    task.get_by_role("link", name="Start").click()
    expect(heading(phone, "The patient")).to_be_visible()
    judge(phone)
    button(phone, "Commit my judgment").click()
    expect(phone.locator(".error").first).to_be_visible()  # a reason is asked for
    phone.get_by_label("Your reasons").fill("Tonsils & <b>fever</b>")
    finish(phone)
    phone.get_by_role("link", name="Ask about this patient").click()
    phone.get_by_role("textbox", name="Your question").fill("Why not the fever?")
    term.at(phone, "ask")
    button(phone, "Send question").click()
    expect(heading(phone, "My question")).to_be_visible()


def answer(term: Term, assistant: Page) -> None:
    """Her assistant finds the question by its badge and answers; she finds the answer by hers."""
    assistant.goto(f"{term.base}/desk/")
    assistant.get_by_role("link", name="Classes 1 question to answer").click()
    assistant.get_by_role("link", name="Messages of Year three").click()
    assistant.get_by_role("link", name="Why not the fever?").click()
    expect(assistant.get_by_text("Tonsils & <b>fever</b>")).to_be_visible()
    assistant.get_by_label("Your reply").fill("Look at the glands.")
    term.at(assistant, "a question")
    button(assistant, "Send").click()
    expect(assistant.get_by_text("Sent. The learner sees your reply")).to_be_visible()
    announce(term)
    phone = term.phone
    phone.goto(f"{term.base}/my/")
    expect(phone.get_by_role("link", name="My assignments 2 new messages")).to_be_visible()
    expect(phone.get_by_text("Bring <i>questions</i>.", exact=True)).to_be_visible()
    phone.get_by_role("button", name="Mark as read").click()
    phone.get_by_role("link", name="Messages and questions").click()
    term.at(phone, "my messages")
    phone.get_by_role("link", name="Why not the fever?").click()
    expect(phone.get_by_text("Look at the glands.")).to_be_visible()
    phone.locator("summary").filter(has_text="Edit").click()
    phone.get_by_label("New text").fill("Why not the fever, alone?")
    button(phone, "Save").click()
    expect(phone.get_by_text("Before it was edited")).to_be_visible()
    term.at(phone, "my question")


def announce(term: Term) -> None:
    """The class is told something."""
    desk = term.desk
    desk.get_by_role("tab", name="Messages").click()
    desk.get_by_label("New announcement").fill("Bring <i>questions</i>.")
    button(desk, "Publish announcement").click()
    expect(desk.get_by_text("Published. Learners see it")).to_be_visible()
    term.at(desk, "messages")


def project(term: Term) -> None:
    """The report leads to the patients to discuss: projected, led through by keys, with the truth.

    They are three, or two where no further patient that was drawn is worth it.
    """
    desk = term.desk
    desk.get_by_role("tab", name="Report").click()
    desk.get_by_role("link", name="Week one").click()
    expect(desk.get_by_role("heading", name="patients to discuss")).to_be_visible()
    last = desk.locator(".topics > li").count()
    term.at(desk, "class report")
    desk.get_by_role("link", name="Project patient 1").click()
    for number in range(1, last + 1):
        expect(desk.get_by_text(f"{number} of {last}", exact=True)).to_be_visible()
        expect(desk.locator(".truth p").first).to_be_hidden()
        listening(desk)
        desk.keyboard.press("ArrowRight" if number < last else "ArrowLeft")
    expect(desk.get_by_text(f"{last - 1} of {last}", exact=True)).to_be_visible()
    desk.locator("summary").filter(has_text="Show what was true").click()
    expect(desk.locator(".truth p").first).to_be_visible()
    term.at(desk, "seminar")
    desk.get_by_role("link", name="Guide", exact=True).click()
    expect(desk.get_by_role("heading", level=1)).to_be_visible()
    term.at(desk, "guide")
    desk.go_back()
    desk.get_by_role("link", name="Report", exact=True).click()


def grade(term: Term) -> None:
    """By keyboard from the gradebook to a grade's page; then a submission, a comment, points."""
    desk = term.desk
    desk.get_by_role("tab", name="Progress").click()
    desk.get_by_role("link", name="Week one").click()
    expect(desk.get_by_role("listitem").filter(has_text="Rosalind")).to_be_visible()
    term.at(desk, "progress")
    desk.get_by_role("tab", name="Grades").click()
    desk.get_by_label("Find a learner").fill("Rosalind")
    button(desk, "Show").click()
    table = desk.get_by_role("region", name="Gradebook", exact=True).last
    expect(table.get_by_role("row")).to_have_count(2)
    term.at(desk, "gradebook")
    listening(desk)
    table.get_by_role("row").last.get_by_role("link").first.focus()
    desk.keyboard.press("ArrowRight")
    desk.keyboard.press("Enter")
    expect(heading(desk, "Rosalind: Week two")).to_be_visible()
    term.at(desk, "grade")
    button(desk, "Excuse from this assignment").click()
    expect(desk.get_by_text("Excused. This assignment")).to_be_visible()
    desk.locator(".crumb a").click()
    desk.get_by_role("region", name="One assignment").get_by_role("link", name="Week one").click()
    desk.get_by_role("link", name="Rosalind").click()
    expect(heading(desk, "Rosalind")).to_be_visible()
    term.at(desk, "review")
    desk.get_by_label("Your comment").last.fill("Which finding weighed most?")
    button(desk, "Send comment").last.click()
    expect(desk.get_by_text("Sent. The learner sees it")).to_be_visible()
    desk.get_by_label("Points").fill("7")
    button(desk, "Store this grade").click()
    expect(desk.get_by_text("The grade is stored")).to_be_visible()


def reply_to_comment(term: Term) -> None:
    """The learner finds the comment and answers; whoever wrote it sees the answer there."""
    phone = term.phone
    phone.goto(f"{term.base}/my/")
    phone.get_by_text("1 new", exact=True).wait_for()
    task = phone.locator("section.task", has=heading(phone, "Week one"))
    task.get_by_role("link", name="Comments and answers").click()
    expect(phone.get_by_text("Which finding weighed most?")).to_be_visible()
    term.at(phone, "comments")
    phone.locator("summary").filter(has_text="Answer").last.click()
    phone.get_by_role("textbox").last.fill("The fever.")
    phone.get_by_role("button", name="Send").last.click()
    expect(phone.get_by_text("Your instructor sees it")).to_be_visible()
    term.desk.reload()
    expect(term.desk.get_by_text("The fever.")).to_be_visible()


def take_grades_away(term: Term) -> None:
    """Gradebooks of Canvas and Moodle go back to the byte, but for the cells that are ours."""
    desk = term.desk
    desk.locator(".crumb a").click()
    expect(heading(desk, "Week one")).to_be_visible()
    with desk.expect_download() as download:
        desk.locator("summary").filter(has_text="Grades as CSV").click()
        button(desk, "Export grades as CSV").click()
    text = download.value.path().read_bytes().decode("utf-8-sig")
    rows = {row["name"]: row for row in csv.DictReader(io.StringIO(text))}
    assert len(rows) == SIMULATED + 2  # two people have one name
    assert rows["Rosalind"]["Week one (points)"] == "7"
    assert rows["Learner 07"]["Week one (points)"] == "10"
    canvas = CANVAS.replace("00417,,S1,,", "00417,,S1,7,").replace("4.50,", "10,")
    assert filled(term, "canvas.csv", CANVAS.encode(), "3 matched") == canvas.encode()
    moodle = MOODLE.replace("-;- see", "7;- see").replace("4,5", "10").encode("cp1252")
    assert filled(term, "moodle.csv", MOODLE.encode("cp1252"), "2 matched") == moodle


def filled(term: Term, name: str, book: bytes, matched: str) -> bytes:
    """The gradebook that comes back, once the preview has said how many are ``matched``."""
    desk = term.desk
    desk.locator("#f-export").set_input_files(
        [{"name": name, "mimeType": "text/csv", "buffer": book}]
    )
    button(desk, "Show what would change").click()
    expect(desk.get_by_text(matched, exact=False)).to_be_visible()
    if name.startswith("canvas"):
        term.at(desk, "grades")
    with desk.expect_download() as download:
        button(desk, "Download the filled gradebook").click()
    assert download.value.suggested_filename == name
    return download.value.path().read_bytes()


def end(term: Term) -> None:
    """The learner's own pages, the administrator's list, the end of the term and the next."""
    desk, phone = term.desk, term.phone
    phone.goto(f"{term.base}/my/?view=report")
    expect(heading(phone, "What to try next")).to_be_visible()
    term.at(phone, "my report")
    phone.goto(f"{term.base}/my/?view=data")
    expect(heading(phone, "My data")).to_be_visible()
    term.at(phone, "my data")
    desk.goto(f"{term.base}/desk/?view=accounts")
    expect(desk.get_by_role("heading", level=1)).to_be_visible()
    term.at(desk, "accounts")
    desk.goto(f"{term.base}/desk/")
    desk.get_by_role("link", name="Open Year three").click()
    desk.get_by_role("tab", name="Settings").click()
    button(desk, "End the class").click()
    expect(desk.get_by_text("The class has ended.")).to_be_visible()
    desk.locator("[name=again]").fill("Year three, spring")
    desk.locator("form[data-act=again]").get_by_role("button").click()
    expect(heading(desk, "Year three, spring")).to_be_visible()
    expect(desk.get_by_role("link", name="Week two")).to_be_visible()


def test_a_whole_term(app: FastAPI, base: str, opened: Any, address: str) -> None:
    desk, phone = opened(1280, "light"), opened(390, "dark")
    term = Term(base, app.state.services, desk, phone, opened, is_sqlite(address))
    enter(term)
    make_class(term)
    load_list(term)
    undo(term)
    tell_apart(term)
    assistant = invite(term)
    assign(term, "Week one")
    assign_from_template(term, "Week two")
    look_as_learner(term)
    look_at_choices(term)
    work(term)
    answer(term, assistant)
    project(term)
    grade(term)
    reply_to_comment(term)
    take_grades_away(term)
    end(term)
    assert term.faults == {}
