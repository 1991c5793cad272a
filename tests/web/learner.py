"""A learner without a browser: the requests that the page's script sends, and what came back."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from html.parser import HTMLParser
from types import TracebackType
from typing import Any

import httpx

from tutor.services.accounts.identity import COOKIE

JUDGMENT = {"probability": "60", "certainty": "2", "reason": "It looks so."}
PANEL = re.compile(r'<div id="page"[^>]*>(.*)</div>\s*<gradio-app', re.DOTALL)
DECISION = {"final": "70", "suspected": "none"}


def panel_of(whole: str) -> str:
    """A page's content without what stands around it: what an event would answer."""
    found = PANEL.search(whole)
    assert found, whole[:500]
    return found[1]


class Page(HTMLParser):
    """A panel as read: its stage, its attempt, its errors, and what its fields hold."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.html = html
        self.stage = ""
        self.attempt = ""
        self.goto = ""
        self.errors: dict[str, str] = {}
        self.fields: dict[str, str] = {}
        self.checked: dict[str, list[str]] = defaultdict(list)
        self.offered: dict[str, list[str]] = defaultdict(list)
        self.tags: set[str] = set()
        self.text = ""
        self._into: tuple[dict[str, str], str, str] | None = None
        self.feed(html)
        self.close()

    @property
    def is_notice(self) -> bool:
        """Whether this is the page that says what did not work."""
        return 'role="alert"' in self.html and not self.stage

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what the tag says."""
        said = {name: value or "" for name, value in attrs}
        self.tags.add(tag)
        self.stage = said.get("data-stage", self.stage)
        self.attempt = said.get("data-attempt", self.attempt)
        self.goto = said.get("data-goto", self.goto)
        if tag == "p" and said.get("class") == "error":
            self._into = (self.errors, said.get("id", "").removeprefix("e-"), tag)
        elif tag == "textarea":
            self._into = (self.fields, said.get("name", ""), tag)
        elif tag == "input" and said.get("type", "text") == "text" and "name" in said:
            self.fields[said["name"]] = said.get("value", "")
        elif tag == "input" and "name" in said:
            self.offered[said["name"]].append(said.get("value", ""))
            if "checked" in said:
                self.checked[said["name"]].append(said.get("value", ""))
        if self._into:
            into, name, _ = self._into
            into.setdefault(name, "")

    def handle_endtag(self, tag: str) -> None:
        """Leave the element that was being read."""
        if self._into and self._into[2] == tag:
            self._into = None

    def handle_data(self, data: str) -> None:
        """Collect text."""
        self.text += data
        if self._into:
            into, name, _ = self._into
            into[name] += data


class Learner:
    """A guest with a cookie (unless ``cookie`` says otherwise) and an HTTP client."""

    def __init__(self, base: str, cookie: str | None = None, greet: bool = True) -> None:
        # Loading certificates that plain HTTP never asks for would take longer than the tests.
        sent_from = {"origin": base}
        self.http = httpx.Client(base_url=base, timeout=30, verify=False, headers=sent_from)
        if cookie is not None:
            self.http.cookies.set(COOKIE, cookie)
        elif greet:
            self.http.get("/").raise_for_status()

    def __enter__(self) -> Learner:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.http.close()

    @property
    def cookie(self) -> str:
        """The value of the learner's cookie."""
        return self.http.cookies[COOKIE]

    def send(self, event: str, data: Any, **query: str) -> httpx.Response:
        """One event, as the page sends it."""
        body = {"data": [], "event_data": data}
        return self.http.post(f"/gradio/gradio_api/run/{event}", json=body, params=query)

    def event(self, event: str, data: Any, **query: str) -> Page:
        """One event, and the page it answers with."""
        answer = self.send(event, data, **query)
        assert answer.status_code == 200, answer.text
        return Page(answer.json()["data"][0])

    def send_act(self, page: str, act: str, form: Any, **here: str) -> httpx.Response:
        """A form of a room, as the page sends it."""
        return self.send("act", {"page": page, "act": act, "here": here, "form": form})

    def act(self, page: str, act: str, form: Any, **here: str) -> Page:
        """A form of a room, and the page it answers with."""
        return Page(self.send_act(page, act, form, **here).json()["data"][0])

    def become(self, page: Page) -> httpx.Response:
        """Follow a page that changes who the browser is, as its script does."""
        said = {name: values[0] for name, values in page.offered.items()}
        return self.http.post(page.goto, data=said)

    def visit(self, page: str = "/encounter", **query: str) -> httpx.Response:
        """Load a page."""
        return self.http.get(f"{page}/", params=query)

    def open(self, page: str = "/encounter", **query: str) -> Page:
        """Load a page; what its first response holds."""
        answer = self.visit(page, **query)
        assert answer.status_code == 200, answer.text
        return Page(panel_of(answer.text))

    def enter(self, exercise: str) -> Page:
        """Start an exercise, or go on with it."""
        return self.open(exercise=exercise)

    def look(self, attempt: str) -> Page:
        """Load the page of an attempt."""
        return self.open(attempt=attempt)

    def commit(self, attempt: str, form: Mapping[str, Any] = JUDGMENT) -> Page:
        """Send the first form."""
        return self.event("commit", {"attempt": attempt, "form": form})

    def decide(self, attempt: str, form: Mapping[str, Any] = DECISION) -> Page:
        """Send the second form."""
        return self.event("decide", {"attempt": attempt, "form": form})

    def next(self, attempt: str) -> Page:
        """Ask for the next patient."""
        return self.event("next", {"attempt": attempt})

    def finish(self, attempt: str) -> Page:
        """Close a case, whether the algorithm spoke in it or not."""
        page = self.commit(attempt)
        return self.decide(attempt) if page.stage == "revealed" else page
