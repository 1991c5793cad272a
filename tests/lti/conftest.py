"""A tool over HTTPS, in process, and a learning platform over loopback HTTP that it is known to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from tests.conftest import SECRET
from tests.databases import Databases
from tests.lti.platform import STUDENT, TEACHER, LearningPlatform
from tests.services.school import PASSWORD
from tutor.lti.side import Lti
from tutor.services.accounts.access import Caller
from tutor.services.accounts.identity import Identity
from tutor.services.encounters.library import Library
from tutor.store.database import Database
from tutor.store.platforms import Platform
from tutor.web.app import create_app

TOOL = "https://tutor.example.test"
FIELD = re.compile(r'name="(\w+)"\s+value="([^"]*)"')


@dataclass
class Tool:
    """The tool, its administrator, and its registration of the platform."""

    app: FastAPI
    lms: LearningPlatform
    administrator: Caller
    platform: Platform

    @property
    def services(self) -> Any:
        return self.app.state.services

    def browser(self) -> Browser:
        """A browser that has never been here."""
        return Browser(self)


class Browser:
    """Somebody's browser: goes to the platform and to the tool, and keeps the tool's cookies."""

    def __init__(self, tool: Tool) -> None:
        self.tool = tool
        self.client = TestClient(tool.app, base_url=TOOL, follow_redirects=False)

    def begin(self, who: str, link: str, method: str = "POST", **more: str) -> httpx.Response:
        """The platform sends the browser to the tool."""
        sent = self.tool.lms.initiation(who, link, TOOL, **more)
        headers = {"origin": self.tool.lms.base, "sec-fetch-site": "cross-site"}
        if method == "GET":
            return self.client.get("/lti/login", params=sent, headers=headers)
        return self.client.post("/lti/login", data=sent, headers=headers)

    def message(self, who: str, link: str, **more: str) -> dict[str, str]:
        """What the platform has the browser send to the tool's launch address."""
        return message_at(self.begin(who, link, **more).headers["location"])

    def send(self, fields: dict[str, str], frame: bool = False, **headers: str) -> httpx.Response:
        """The browser sends a message to the tool."""
        dest = "iframe" if frame else "document"
        told = {"origin": self.tool.lms.base, "sec-fetch-site": "cross-site"}
        told |= {"sec-fetch-dest": dest, **headers}
        return self.client.post("/lti/launch", data=fields, headers=told)

    def launch(self, who: str, link: str, frame: bool = False) -> httpx.Response:
        """A link is opened."""
        return self.send(self.message(who, link), frame)

    def caller(self) -> Caller:
        """Who the tool takes the browser for."""
        identity = self.tool.services.identity
        cookies = self.client.cookies
        value = cookies.get("__Host-equipoise_frame") or cookies.get("__Host-equipoise_guest")
        return self.tool.services.access.caller(value) if identity else Caller("")


def message_at(address: str) -> dict[str, str]:
    """The form that the platform answers at its authentication address with."""
    answer = httpx.get(address)
    assert answer.status_code == 200, answer.text
    return {name: unescape(value) for name, value in FIELD.findall(answer.text)}


def asked_of(answer: httpx.Response) -> dict[str, str]:
    """The parameters of the authentication request that the tool redirects to."""
    query = parse_qs(urlsplit(answer.headers["location"]).query)
    return {name: values[0] for name, values in query.items()}


@pytest.fixture(scope="session")
def lms() -> Iterator[LearningPlatform]:
    """A platform with a teacher, two students, and a link in a course."""
    made = LearningPlatform()
    made.redirects.add(f"{TOOL}/lti/launch")
    made.person("teacher", TEACHER, name="Tess Ray", email="tess@school.example")
    made.person("ada", STUDENT, name="Ada Sol", email="ada@school.example")
    made.person("ben", STUDENT)
    made.link()
    with made.running() as running:
        yield running


def administrator_of(services: Any) -> Caller:
    """The first administrator."""
    token = services.accounts.first_link()
    account = services.accounts.welcome(token, "Eve", "eve", PASSWORD)
    return Caller(account.learner, account)


def tool_over(
    database: Database, library: Library, identity: Identity, lms: LearningPlatform
) -> Tool:
    """A tool that knows the platform."""
    app = create_app(database, library, identity, secure_cookies=True, lti=Lti(local=True))
    administrator = administrator_of(app.state.services)
    platform = app.state.services.platforms.register(administrator, lms.registration())
    return Tool(app, lms, administrator, platform)


@pytest.fixture
def tool(database: Database, library: Library, identity: Identity, lms: LearningPlatform) -> Tool:
    """A tool that knows the platform; on SQLite and, where there is one, on PostgreSQL."""
    return tool_over(database, library, identity, lms)


@pytest.fixture
def opened(tool: Tool) -> Tool:
    """The same, once the teacher has opened the link."""
    assert tool.browser().launch("teacher", "link-1").status_code == 303
    return tool


@pytest.fixture(scope="module")
def lasting(sqlite_databases: Databases, library: Library, lms: LearningPlatform) -> Iterator[Tool]:
    """A tool that a whole file uses, once the teacher has opened the link."""
    address = sqlite_databases.fresh()
    database = Database(address)
    made = tool_over(database, library, Identity(SECRET, days=30), lms)
    assert made.browser().launch("teacher", "link-1").status_code == 303
    yield made
    database.close()
    sqlite_databases.drop(address)
