"""An instructor's whole term in a browser, on either database: sixty simulated learners, one real.

What is looked at on the way, on SQLite: axe-core's verdict on each page, narrow and wide, light and
dark and in forced colours.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from fastapi import FastAPI
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.browser.playing import WAIT, button, finish, heading, judge
from tests.browser.tour import look, looks_of, violations
from tests.browser.watch import Watch
from tests.browser.width import widest
from tests.databases import is_sqlite
from tests.web.serving import served
from tutor.services.accounts.access import Caller
from tutor.services.services import Services

pytestmark = [pytest.mark.browser, pytest.mark.long]
PASSWORD = "quiet river stone"
SIMULATED = 60
# How far a simulated learner goes towards the algorithm: all the way, not at all, half.
HABITS = {"over": 1.0, "under": 0.0, "good": 0.5}


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


def skip(page: Page, faults: dict[str, list[str]], name: str) -> None:
    """Do not look: the pages were looked at on the other database."""


def examine(page: Page, faults: dict[str, list[str]], name: str) -> None:
    """What axe-core finds on a page, and whether it is wider than a phone."""
    size = page.viewport_size
    for width, colours in looks_of(name):
        look(page, width, colours)
        if found := violations(page, colours):
            faults[f"{name} {width} {colours}"] = found
        if (wide := widest(page)) > width:
            faults[f"{name} is wider than {width}"] = [str(wide)]
    look(page, size["width"], "light")


def simulate(services: Services, code: str, title: str) -> None:
    """Sixty learners join and do an assignment, each by a habit."""
    for number in range(SIMULATED):
        caller = Caller(f"g_{number:022d}")
        habit = list(HABITS)[number % len(HABITS)]
        services.joining.join(caller, code, f"Learner {number:02d}", f"10.0.0.{number}")
        play(services, caller, title, HABITS[habit], 20 + 60 * (number % 2))


def play(services: Services, caller: Caller, title: str, leaning: float, first: int) -> None:
    """Do every case of an assignment."""
    task = next(t for t in services.learner_assignments.home(caller) if t.title == title)
    for step in task.steps:
        for _ in range(step.part.cases):
            attempt = services.learner_assignments.begin(caller, task.id, step.number)
            form = {"probability": str(first), "certainty": "2", "reason": f"{title} reason"}
            view = services.practice.commit(caller.learner, attempt, form)
            if view.compared is None:
                continue
            said = 100 * view.compared.algorithm.probability
            final = round(first + leaning * (said - first))
            decision = {"keep": "change", "final": str(final), "suspected": "none"}
            services.practice.decide(caller.learner, attempt, decision)


def ticks_are_seen(page: Page) -> None:
    """In every colour scheme a ticked box holds a mark that stands out, and an empty one none."""
    for colours in ("light", "dark", "forced"):
        look(page, 1280, colours)
        assert contrast_within(page, "[name=reasons_required]") >= 3, colours
        assert contrast_within(page, "[name=same_cases]") < 1.2, colours
    look(page, 1280, "light")


def contrast_within(page: Page, selector: str) -> float:
    """The contrast ratio of WCAG between the colours that cover the middle of a box."""
    box = Image.open(io.BytesIO(page.locator(selector).screenshot())).convert("RGB")
    middle = box.crop((5, 5, box.width - 5, box.height - 5))
    pixels = np.asarray(middle).reshape(-1, 3).tolist()
    found = Counter(tuple(pixel) for pixel in pixels)
    most = found.most_common(1)[0][0]
    seen = [colour for colour, count in found.items() if count >= 4]
    return max(contrast(most, colour) for colour in seen)


def contrast(one: tuple[int, ...], other: tuple[int, ...]) -> float:
    """The contrast ratio of two colours by WCAG 2.2, 1 to 21."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: tuple[int, ...]) -> float:
    """The relative luminance of a colour of sRGB by WCAG 2.2, 0 to 1."""
    linear = [
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4
        for c in (value / 255 for value in colour)
    ]
    return float(0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2])


def assign(page: Page, title: str, cases: str, reasons: bool) -> None:
    """Make and publish an assignment from its class's page."""
    page.get_by_role("tab", name="Assignments").click()
    page.get_by_role("button", name="New assignment").click()
    page.get_by_role("link", name="Start with an empty form").click()
    page.get_by_label("Title").fill(title)
    page.locator("[name^='cases:']").first.fill(cases)
    if reasons:
        page.locator("summary").filter(has_text="Patients and algorithm").click()
        page.locator("[name=reasons_required]").check()
        ticks_are_seen(page)
        page.get_by_label("New patients for this assignment").check()
    button(page, "Save and review to publish").click()
    button(page, "Publish assignment").click()
    if reasons:
        expect(page.get_by_text("The new patients are being prepared")).to_be_visible()
        expect(heading(page, f"“{title}” is published")).to_be_visible(timeout=5 * WAIT)
    else:
        expect(page.get_by_text("Published. Your class")).to_be_visible()


def assign_from_template(page: Page, title: str, cases: str) -> int:
    """Make and publish an assignment from a template; how many clicks that took."""
    page.evaluate("sessionStorage.clear()")
    page.get_by_role("button", name="New assignment").click()
    page.get_by_role("link", name="One exercise in depth").click()
    page.get_by_label("Title").fill(title)
    page.locator("[name^='cases:']").first.fill(cases)
    button(page, "Save and review to publish").click()
    button(page, "Publish assignment").click()
    expect(page.get_by_text("Published. Your class")).to_be_visible()
    return int(page.evaluate("sessionStorage.getItem('clicks')"))


COUNT_CLICKS = """addEventListener('click', (event) => {
    const before = Number(sessionStorage.getItem('clicks'));
    if (event.isTrusted) sessionStorage.setItem('clicks', before + 1);
}, true)"""


def answer_questions(desk: Page, phone: Page, at: Any, faults: dict[str, list[str]]) -> None:
    """A question is found by its badge and answered; an announcement is made, and read."""
    review = desk.url
    desk.get_by_role("link", name="Classes 1 question to answer").click()
    desk.get_by_role("link", name="Messages of Year three").click()
    at(desk, faults, "messages")
    desk.get_by_role("link", name="The fever.").click()
    desk.get_by_label("Your reply").fill("And the glands?")
    button(desk, "Send").click()
    expect(desk.get_by_text("Sent. The learner sees your reply")).to_be_visible()
    at(desk, faults, "a question")
    desk.locator(".crumb a").click()
    desk.get_by_label("New announcement").fill("Bring <i>questions</i>.")
    button(desk, "Publish announcement").click()
    expect(desk.get_by_text("Published. Learners see it")).to_be_visible()
    phone.get_by_role("link", name="My assignments").first.click()
    expect(phone.get_by_role("link", name="My assignments 2 new messages")).to_be_visible()
    expect(phone.get_by_text("Bring <i>questions</i>.", exact=True)).to_be_visible()
    phone.get_by_role("button", name="Mark as read").click()
    phone.get_by_role("link", name="Messages and questions").click()
    at(phone, faults, "my messages")
    phone.get_by_role("link", name="The fever.").click()
    expect(phone.get_by_text("And the glands?")).to_be_visible()
    phone.locator("summary").filter(has_text="Edit").click()
    phone.get_by_label("New text").fill("The fever, mostly.")
    button(phone, "Save").click()
    expect(phone.get_by_text("Before it was edited")).to_be_visible()
    at(phone, faults, "my question")
    desk.goto(review)


def test_a_whole_term(app: FastAPI, base: str, opened: Any, address: str) -> None:
    services: Services = app.state.services
    at = examine if is_sqlite(address) else skip
    faults: dict[str, list[str]] = {}
    desk = opened(1280, "light")

    # The door.
    desk.goto(f"{base}/signin/?token={services.accounts.first_link()}")
    expect(heading(desk, "Welcome")).to_be_visible()
    at(desk, faults, "welcome")
    desk.get_by_label("Your name").fill("Ada")
    desk.get_by_label("Name or e-mail").fill("ada@school.example")
    desk.get_by_label("Password").fill(PASSWORD)
    button(desk, "Make my account").click()
    expect(heading(desk, "Set up this server")).to_be_visible()
    desk.get_by_role("link", name="Check that the server").click()
    expect(heading(desk, "Server check")).to_be_visible()
    desk.context.clear_cookies()
    desk.goto(f"{base}/signin/?next=/desk/")
    expect(heading(desk, "Sign in")).to_be_visible()
    at(desk, faults, "sign in")
    desk.get_by_label("Name or e-mail").first.fill("ada@school.example")
    desk.get_by_label("Password", exact=True).first.fill(PASSWORD)
    desk.keyboard.press("Enter")

    # A class, a list of its people, two assignments.
    expect(heading(desk, "My classes")).to_be_visible()
    at(desk, faults, "my classes")
    button(desk, "New class").click()
    desk.get_by_label("Class name").fill("Year three")
    button(desk, "Create class").click()
    expect(heading(desk, "Year three")).to_be_visible()
    at(desk, faults, "class settings")
    code = desk.locator(".codeletters.big").inner_text()
    expect(desk.locator(".address")).to_contain_text(base)  # completed by the page's script
    link = desk.locator(".address").inner_text()
    desk.get_by_role("tab", name="People").click()
    desk.get_by_label("Or paste it here").fill("name;email\nRosalind;r@x.example\n=1+1;a@b.c\n")
    button(desk, "Load the list").click()
    expect(desk.get_by_text("1 added")).to_be_visible()
    at(desk, faults, "people")
    assign(desk, "Week one", "2", reasons=True)
    at(desk, faults, "assignment")
    desk.get_by_role("link", name="Year three").click()
    desk.context.add_init_script(COUNT_CLICKS)
    desk.reload()
    assert assign_from_template(desk, "Week two", "1") == 4
    room = (desk.locator(".crumb a").get_attribute("href") or "").rpartition("class=")[2]
    exercise = services.library.exercises[0].key
    for view in ("new-assignment", "catalogue", f"samples&exercise={exercise}"):
        desk.goto(f"{base}/desk/?view={view}&class={room}")
        expect(desk.get_by_role("heading", level=1)).to_be_visible()
        at(desk, faults, view.partition("&")[0])
    desk.goto(f"{base}/desk/?view=assignments&class={room}")
    desk.get_by_role("button", name="New assignment").wait_for()
    at(desk, faults, "assignments")

    # The class at work.
    simulate(services, code, "Week one")
    phone = opened(390, "dark")
    phone.goto(f"{base}/my/")
    expect(heading(phone, "My assignments")).to_be_visible()
    phone.goto(link)
    expect(button(phone, "Join class")).to_be_visible()
    at(phone, faults, "join")
    phone.get_by_label("Your name").fill("Rosalind")
    phone.keyboard.press("Enter")
    phone.get_by_role("link", name="Start").first.wait_for()
    at(phone, faults, "my assignments")
    task = phone.locator("section.task", has=heading(phone, "Week one"))
    task.get_by_role("link", name="Start").click()
    expect(heading(phone, "The patient")).to_be_visible()
    judge(phone)
    button(phone, "Commit my judgment").click()
    expect(phone.locator(".error").first).to_be_visible()  # a reason is asked for
    phone.get_by_label("Your reasons").fill("Tonsils & <b>fever</b>")
    finish(phone)

    # Progress, the report, a comment and its answer, a grade.
    desk.get_by_role("tab", name="Progress").click()
    desk.get_by_role("link", name="Week one").click()
    expect(desk.get_by_role("listitem").filter(has_text="Rosalind")).to_be_visible()
    at(desk, faults, "progress")
    desk.get_by_role("tab", name="Report").click()
    desk.get_by_role("link", name="Week one").click()
    expect(heading(desk, "Which failures were noticed")).to_be_visible()
    at(desk, faults, "class report")
    desk.get_by_role("tab", name="Grades").click()
    desk.get_by_label("Find a learner").fill("Rosalind")
    button(desk, "Show").click()
    table = desk.get_by_role("region", name="Gradebook", exact=True).last
    expect(table.get_by_role("row")).to_have_count(2)
    at(desk, faults, "gradebook")
    table.get_by_role("row").last.get_by_role("link").first.focus()
    desk.keyboard.press("ArrowRight")
    desk.keyboard.press("Enter")
    expect(heading(desk, "Rosalind: Week two")).to_be_visible()
    at(desk, faults, "grade")
    button(desk, "Excuse from this assignment").click()
    expect(desk.get_by_text("Excused. This assignment")).to_be_visible()
    desk.locator(".crumb a").click()
    desk.get_by_role("region", name="One assignment").get_by_role("link", name="Week one").click()
    desk.get_by_role("link", name="Rosalind").click()
    expect(heading(desk, "Rosalind")).to_be_visible()
    at(desk, faults, "review")
    desk.get_by_label("Your comment").last.fill("Which finding weighed most?")
    button(desk, "Send comment").last.click()
    expect(desk.get_by_text("Sent. The learner sees it")).to_be_visible()
    desk.get_by_label("Points").fill("7")
    button(desk, "Store this grade").click()
    expect(desk.get_by_text("The grade is stored")).to_be_visible()
    phone.goto(f"{base}/my/")
    phone.get_by_text("1 new", exact=True).wait_for()
    task.get_by_role("link", name="Comments and answers").click()
    expect(phone.get_by_text("Which finding weighed most?")).to_be_visible()
    at(phone, faults, "comments")
    phone.locator("summary").filter(has_text="Answer").last.click()
    phone.get_by_role("textbox").last.fill("The fever.")
    phone.get_by_role("button", name="Send").last.click()
    expect(phone.get_by_text("Your instructor sees it")).to_be_visible()
    desk.reload()
    expect(desk.get_by_text("The fever.")).to_be_visible()
    answer_questions(desk, phone, at, faults)

    # Grades to take away.
    desk.locator(".crumb a").click()
    expect(heading(desk, "Week one")).to_be_visible()
    at(desk, faults, "grades")
    with desk.expect_download() as download:
        desk.locator("summary").filter(has_text="Grades as CSV").click()
        button(desk, "Export grades as CSV").click()
    text = download.value.path().read_bytes().decode("utf-8-sig")
    rows = {row["name"]: row for row in csv.DictReader(io.StringIO(text))}
    assert len(rows) == SIMULATED + 1
    assert rows["Rosalind"]["Week one (points)"] == "7"
    assert rows["Learner 07"]["Week one (points)"] == "10"
    head = "Student;ID;SIS User ID;Week one (7)"
    book = f'{head}\n"Züst, Rosalind";1;;\nRosalind;2;;EX\nLearner 07;3;;4,5\n'
    given = {"name": "book.csv", "mimeType": "text/csv", "buffer": book.encode("cp1252")}
    desk.locator("#f-export").set_input_files([given])
    button(desk, "Show what would change").click()
    expect(desk.get_by_text("2 matched", exact=False)).to_be_visible()
    at(desk, faults, "filled gradebook")
    with desk.expect_download() as download:
        button(desk, "Download the filled gradebook").click()
    changed = book.replace("4,5", "10").encode("cp1252")
    assert (download.value.path().read_bytes(), download.value.suggested_filename) == (
        changed,
        "book.csv",
    )

    # The learner's data, the administrator's list, the end of the term and the next.
    phone.goto(f"{base}/my/?view=report")
    expect(heading(phone, "What to try next")).to_be_visible()
    at(phone, faults, "my report")
    phone.goto(f"{base}/my/?view=data")
    expect(heading(phone, "My data")).to_be_visible()
    at(phone, faults, "my data")
    desk.goto(f"{base}/desk/?view=accounts")
    expect(desk.get_by_role("heading", level=1)).to_be_visible()
    at(desk, faults, "accounts")
    desk.goto(f"{base}/desk/")
    desk.get_by_role("link", name="Open Year three").click()
    desk.get_by_role("tab", name="Settings").click()
    button(desk, "End the class").click()
    expect(desk.get_by_text("The class has ended.")).to_be_visible()
    desk.locator("[name=again]").fill("Year three, spring")
    desk.locator("form[data-act=again]").get_by_role("button").click()
    expect(heading(desk, "Year three, spring")).to_be_visible()
    expect(desk.get_by_role("link", name="Week two")).to_be_visible()
    assert faults == {}
