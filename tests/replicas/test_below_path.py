"""Below a path of a shared host name: everything works behind nginx, and nothing leads above it."""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, expect

from tests.browser import playing
from tests.replicas.conftest import start, wait_for
from tests.web.learner import panel_of
from tutor.store.database import sqlite_url

KEY = "small/throat"
CONF = """
pid {run}/nginx.pid; error_log stderr warn;
events {{ worker_connections 256; }}
http {{
  access_log off; default_type text/plain;
  client_body_temp_path {run}/body; proxy_temp_path {run}/proxy; fastcgi_temp_path {run}/fastcgi;
  uwsgi_temp_path {run}/uwsgi; scgi_temp_path {run}/scgi;
  server {{
    listen 127.0.0.1:{port};
    location / {{ return 418 "not ours"; }}
    {location}
  }}
}}
"""
AWAY = """location /equipoise/ {{ proxy_pass http://127.0.0.1:{server}/;
      proxy_set_header Host $http_host; proxy_set_header X-Forwarded-Proto $scheme; }}"""
LEFT = AWAY.replace("{server}/;", "{server};")
ADDRESS = re.compile(r'\b(?:href|src|action|data-address)="(/[^"]*)"')


@contextmanager
def proxied(binary: str, run: Path, server: int, location: str) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    written = run / "nginx.conf"
    written.write_text(CONF.format(run=run, port=port, location=location.format(server=server)))
    process = subprocess.Popen([binary, "-c", str(written), "-p", str(run), "-g", "daemon off;"])
    try:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            with socket.socket() as tried:
                if tried.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}/equipoise"
    finally:
        process.terminate()
        process.wait()


@dataclass(frozen=True)
class Site:
    """Where it is reached, through a proxy that takes the path away or leaves it."""

    base: str


@pytest.fixture(scope="module", params=[AWAY, LEFT], ids=["taken away", "left"])
def site(
    request: pytest.FixtureRequest,
    nginx_binary: str,
    bundles: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("below")
    shutil.copytree(bundles, folder / "bundles")
    server = start(folder, sqlite_url(folder / "equipoise.db"), EQUIPOISE_ROOT_PATH="/equipoise/")
    try:
        wait_for(server)
        with proxied(nginx_binary, folder, server.port, request.param) as base:
            yield Site(base)
    finally:
        server.kill()


@pytest.mark.parametrize("page", ["/", "/encounter/", "/my/", "/record/", "/desk/", "/signin/"])
def test_every_address_on_a_page_is_below_the_path(site, page):
    text = httpx.get(site.base + page, timeout=60).text
    found = ADDRESS.findall(text)
    assert found
    assert [address for address in found if not address.startswith("/equipoise/")] == []


def test_what_a_page_names_is_there(site):
    text = httpx.get(f"{site.base}/", timeout=60).text
    origin = site.base.removesuffix("/equipoise")
    named = re.findall(r'(?:href=|file=|url\()"(/equipoise/static-equipoise/[^"]+)"', text)
    assert len(named) >= 5
    assert {httpx.get(origin + address, timeout=60).status_code for address in named} == {200}


def test_the_cookie_is_for_the_path_alone(site):
    assert "Path=/equipoise/;" in httpx.get(f"{site.base}/", timeout=60).headers["set-cookie"]


@pytest.mark.parametrize(
    ("asked", "led"),
    [
        ("", "/equipoise/"),
        ("/my", "/equipoise/my/"),
        ("/my?view=join&code=x", "/equipoise/my/?view=join&code=x"),
    ],
)
def test_a_redirection_stays_below_the_path(site, asked, led):
    answer = httpx.get(site.base + asked, timeout=60)
    assert answer.is_redirect
    assert httpx.URL(answer.headers["location"]).raw_path.decode() == led


def test_a_download_and_a_page_that_is_nowhere(site):
    with httpx.Client(timeout=60) as client:
        client.get(f"{site.base}/")
        mine = client.get(f"{site.base}/download/mine")
        lost = client.get(f"{site.base}/nothing", headers={"accept": "text/html"})
    assert mine.status_code == 200
    assert (lost.status_code, 'href="/equipoise/"' in lost.text) == (404, True)


def test_a_case_is_played_in_a_browser(site, browser: Browser):
    context = browser.new_context()
    page = context.new_page()
    away: list[str] = []
    page.on("request", lambda r: away.append(r.url) if not r.url.startswith(site.base) else None)
    page.goto(f"{site.base}/encounter/?exercise={KEY}")
    playing.finish(page)
    playing.next_patient(page)
    page.wait_for_url(re.compile(r"/equipoise/encounter/\?attempt="))
    page.reload()
    expect(playing.heading(page, "The patient")).to_be_visible()
    context.close()
    assert [url for url in away if not url.startswith(("data:", "blob:"))] == []


def test_the_first_response_holds_the_patient(site):
    with httpx.Client(timeout=60) as client:
        answer = client.get(f"{site.base}/encounter/", params={"exercise": KEY})
    assert 'data-stage="shown"' in panel_of(answer.text)
