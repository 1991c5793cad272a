"""In Chromium: Equipoise in a course's page of another site, in a cookie of its own."""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Iterator
from threading import Thread
from urllib.parse import quote, urlencode

import pytest
import uvicorn
from playwright.sync_api import Browser, Page

from tests.lti.conftest import administrator_of
from tests.lti.platform import LearningPlatform
from tutor.lti.side import Lti
from tutor.services.accounts.identity import Identity
from tutor.services.encounters.library import Library
from tutor.store.database import Database
from tutor.web.app import create_app

pytestmark = pytest.mark.browser
HOST = "tutor.example.test"  # the tests' Chromium finds it on this machine


@pytest.fixture
def framed(
    sqlite_database: Database, library: Library, lms: LearningPlatform, tmp_path
) -> Iterator[str]:
    """The tool over TLS, registered with the platform, which is another site; its address."""
    key, certificate = str(tmp_path / "key.pem"), str(tmp_path / "certificate.pem")
    made = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={HOST}"]
    subprocess.run(
        ["openssl", *made, "-keyout", key, "-out", certificate], check=True, capture_output=True
    )
    app = create_app(
        sqlite_database, library, Identity("f" * 32, 1), secure_cookies=True, lti=Lti(local=True)
    )
    services = app.state.services
    services.platforms.register(administrator_of(services), lms.registration())
    sock = socket.socket()
    sock.bind(("127.0.0.1", 0))
    base = f"https://{HOST}:{sock.getsockname()[1]}"
    lms.redirects.add(f"{base}/lti/launch")
    config = uvicorn.Config(
        app,
        ssl_keyfile=key,
        ssl_certfile=certificate,
        log_level="critical",
        lifespan="off",
        timeout_keep_alive=600,  # a slow machine's Chromium comes back on what it had opened
    )
    server = uvicorn.Server(config)
    thread = Thread(target=server.run, kwargs={"sockets": [sock]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield base
    server.should_exit = True
    thread.join(10)
    sock.close()


def course_page(
    page: Page, lms: LearningPlatform, tool: str, who: str, link: str = "link-1"
) -> None:
    """The platform's page with the link in a frame."""
    initiation = lms.initiation(who, link, tool)
    asked = urlencode(initiation)
    page.goto(f"{lms.base}/frame?src={quote(f'{tool}/lti/login?{asked}', safe='')}")


def test_a_student_works_in_a_frame_and_goes_on_after_a_reload(
    browser: Browser, framed: str, lms: LearningPlatform
) -> None:
    context = browser.new_context(ignore_https_errors=True)
    page = context.new_page()
    course_page(page, lms, framed, "teacher")
    page.frame_locator("iframe").get_by_role("heading", name="Diagnosis, year three").wait_for()
    # A link is chosen, and the answer goes back: our policy lets the form out to the platform.
    course_page(page, lms, framed, "teacher", lms.selection("add"))
    frame = page.frame_locator("iframe")
    frame.get_by_role("button", name="Make, publish and choose").click()
    frame.get_by_text("taken").wait_for()
    context.clear_cookies()
    course_page(page, lms, framed, "ada")
    frame.get_by_role("heading", name="My assignments").wait_for()
    inner = page.frames[1]
    inner.wait_for_load_state()
    assert "Ada Sol" in inner.goto(f"{framed}/signin/?view=account").text()
    kept = {one["name"]: one for one in context.cookies()}
    assert kept["__Host-equipoise_frame"]["partitionKey"].startswith("http://127.0.0.1")
    assert "__Host-equipoise_guest" not in kept
    # At its own address the browser is nobody yet: the frame's cookie is the platform's alone.
    assert "Ada Sol" not in page.goto(f"{framed}/signin/?view=account").text()
    context.close()
