"""What is deployed: a request is sent twice only where that is harmless, and the parts fit."""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Iterator
from threading import Thread

import httpx
import pytest
import yaml
from jsonschema import Draft201909Validator

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


def test_the_compose_file_fits_its_schema(compose):
    """The Compose Specification's own schema, Apache-2.0, kept beside this file."""
    text = (ROOT / "tests" / "replicas" / "compose-spec.json").read_text(encoding="utf-8")
    schema = Draft201909Validator(json.loads(text))
    assert [error.message for error in schema.iter_errors(compose)] == []
    compose["services"]["nginx"]["volume"] = []
    assert [error.validator for error in schema.iter_errors(compose)] == ["additionalProperties"]


def test_our_containers_may_do_as_little_as_possible(compose):
    services = compose["services"]
    for name in ("bundles", "server1", "server2", "server3"):
        told = services[name]
        assert (told["read_only"], told["cap_drop"]) == (True, ["ALL"])
        assert {path.partition(":")[0] for path in told["tmpfs"]} == {"/tmp", "/srv/equipoise"}
    for told in services.values():
        assert told["security_opt"] == ["no-new-privileges:true"]


def test_dependencies_are_a_layer_of_their_own_below_our_code():
    """``deploy/try`` builds it and compares the layers; here is what that rests on."""
    text = (ROOT / "deploy" / "Dockerfile").read_text(encoding="utf-8")
    stages = dict(re.findall(r"^FROM \S+ AS (\w+)\n(.*?)(?=^FROM )", text, re.M | re.S))
    assert stages["requirements"].count("COPY") == 1
    assert "COPY . ." in stages["code"]
    assert "COPY . ." not in stages["dependencies"] + stages["tools"]
    last = text.rpartition("FROM ")[2]
    assert re.findall(r"^COPY --from=(\w+)", last, re.M) == ["dependencies", "code"]
    assert last.index("useradd") < last.index("COPY") < last.index("USER")


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
