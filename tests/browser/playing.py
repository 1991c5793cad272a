"""A learner in a browser, who finds everything by its accessible name."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

SURE = "How sure are you?"
DROVE = "What drove your judgment?"
KEEP = "Keep or change?"
MODE = "Which failure mode is at work?"
WAIT = 20_000


def heading(page: Page, name: str) -> Locator:
    """A heading by its name."""
    return page.get_by_role("heading", name=name, exact=True)


def button(page: Page, name: str) -> Locator:
    """A button by its name."""
    return page.get_by_role("button", name=name, exact=True)


def go_to(page: Page, name: str) -> None:
    """To another page by its name in the navigation, which an encounter keeps in a menu."""
    menu = page.locator("summary[aria-label=Menu]")
    if menu.count():
        menu.click()
    page.get_by_role("link", name=name, exact=True).click()


def start(page: Page, base: str, title: str) -> None:
    """From the library to the first patient."""
    page.goto(f"{base}/")
    page.get_by_role("link", name=f"Start: {title}", exact=True).click()
    expect(heading(page, "The patient")).to_be_visible(timeout=WAIT)
    listening(page)


def listening(page: Page) -> None:
    """Wait until the page's script is there, which comes after what can be read."""
    page.wait_for_function("() => window.equipoise")


def drivers(page: Page) -> Locator:
    """The rows of the chart and the places of the picture that can be starred."""
    return page.get_by_role("group", name=DROVE).get_by_role("checkbox")


def judge(page: Page, probability: str = "60", reason: str = "") -> None:
    """Fill in the first form."""
    page.get_by_label("Your probability (%)").fill(probability)
    sure = page.get_by_role("radiogroup", name=SURE)
    sure.get_by_role("radio", name="Fairly sure").check()
    drivers(page).nth(0).check()
    drivers(page).nth(1).check()
    if reason:
        reasons = page.get_by_label("Your reasons")
        if not reasons.is_visible():
            page.locator("summary", has_text="Add a reason").click()
        reasons.fill(reason)


def commit(page: Page) -> str:
    """Commit; the stage it led to."""
    button(page, "Commit my judgment").click()
    page.wait_for_selector("[data-stage=revealed], [data-stage=closed]", timeout=WAIT)
    return stage(page)


def choose(page: Page, probability: str = "72") -> None:
    """Fill in the second form."""
    page.get_by_role("radiogroup", name=KEEP).get_by_role("radio", name="Change it").check()
    page.get_by_label("Your final probability (%)").fill(probability)
    page.get_by_role("radiogroup", name=MODE).get_by_role("radio").first.check()


def decide(page: Page) -> None:
    """Commit the decision."""
    button(page, "Commit my decision").click()
    expect(heading(page, "What was true")).to_be_visible(timeout=WAIT)


def finish(page: Page) -> None:
    """From a patient to what was true."""
    judge(page)
    if commit(page) == "revealed":
        choose(page)
        decide(page)


def next_patient(page: Page) -> None:
    """On to the next patient of the set."""
    before = attempt(page)
    button(page, "Next patient").click()
    page.wait_for_function(
        "before => { const e = document.querySelector('.eq'); "
        "return e?.dataset.stage === 'shown' && ![before, ''].includes(e.dataset.attempt) }",
        arg=before,
        timeout=WAIT,
    )


def stage(page: Page) -> str:
    """The stage that the page shows."""
    return page.locator(".eq").get_attribute("data-stage") or ""


def attempt(page: Page) -> str:
    """The attempt that the page shows."""
    return page.locator(".eq").get_attribute("data-attempt") or ""


def focused(page: Page) -> str:
    """What has the focus: its tag and its text or name."""
    return str(
        page.evaluate(
            "() => { const e = document.activeElement; "
            "return `${e.tagName} ${e.name || e.innerText || ''}`.trim() }"
        )
    )
