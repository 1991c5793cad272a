"""What is deployed: a request is sent twice only where that is harmless, and the parts fit."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from threading import Thread

import httpx
import pytest
import yaml

from tests.conftest import ROOT
from tests.replicas import nginx
from tutor.settings import Settings


class Dying:
    """A server that reads each request and is gone before it answers."""

    def __init__(self) -> None:
        self.heard = 0
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = int(self.socket.getsockname()[1])
        Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            with connection:
                self.heard += bool(connection.recv(65_536))


@pytest.fixture
def dying() -> Iterator[list[Dying]]:
    """Two of them."""
    servers = [Dying(), Dying()]
    yield servers
    for server in servers:
        server.socket.close()


@pytest.mark.parametrize(
    ("path", "times"),
    [
        ("/gradio/gradio_api/run/commit", 2),
        ("/gradio/gradio_api/run/decide", 2),
        ("/gradio/gradio_api/run/next", 2),
        ("/gradio/gradio_api/run/keep", 2),
        ("/gradio/gradio_api/run/act", 1),
    ],
)
def test_only_a_step_of_an_encounter_is_sent_again(nginx_binary, tmp_path, dying, path, times):
    with nginx.serving(nginx_binary, tmp_path, [one.port for one in dying]) as base:
        answer = httpx.post(f"{base}{path}", json={"data": []}, timeout=30)
    assert answer.status_code == 502
    assert sum(one.heard for one in dying) == times


@pytest.fixture
def compose() -> dict:
    """The compose file as it is read."""
    return yaml.safe_load((ROOT / "deploy" / "compose.yaml").read_text(encoding="utf-8"))


def test_the_servers_are_told_settings_that_there_are(compose):
    told = {name for s in compose["services"].values() for name in s.get("environment", {})}
    ours = {f"EQUIPOISE_{field.upper()}" for field in Settings.model_fields}
    nginxs = {"EQUIPOISE_SERVERS"}
    assert {name for name in told if name.startswith("EQUIPOISE_")} - nginxs <= ours


def test_nginx_names_the_servers_and_is_given_all_it_fills_in(compose):
    services = compose["services"]
    given = services["nginx"]["environment"]
    named = re.findall(r"server (\w+):7860", given["EQUIPOISE_SERVERS"])
    assert named == [name for name in services if name.startswith("server")]
    wanted = set(re.findall(r"\$\{(\w+)\}", nginx.TEMPLATE.read_text(encoding="utf-8")))
    assert wanted <= set(given)


def test_every_server_reads_the_bundles_that_one_service_builds(compose):
    services = compose["services"]
    assert services["bundles"]["volumes"] == ["bundles:/srv/equipoise/bundles"]
    for name in (name for name in services if name.startswith("server")):
        assert services[name]["volumes"] == ["bundles:/srv/equipoise/bundles:ro"]
