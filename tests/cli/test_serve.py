"""serve: an address that answers, a port that is taken, and no machine learning in between."""

from __future__ import annotations

import os
import re
import shutil
import socket
from dataclasses import dataclass

import httpx
import pytest

from tests.cli.equipoise import Equipoise
from tests.content.packs import copy_of_small, replace, second_exercise
from tests.services.play import DECISION, JUDGMENT, KEY
from tutor.services.accounts.throttle import FREE_TRIES

# Python runs it before the server and calls it with whatever is to be imported.
CUSTOMIZE = """
import sys
written = open({path!r}, "w", buffering=1)
sys.addaudithook(lambda event, told: event == "import" and print(told[0], file=written))
"""
LEARNING = ("sklearn", "shap", "scipy", "numba", "joblib")
LABORATORY = ("tutor.lab.explain", "tutor.lab.training", "tutor.lab.simulate", "tutor.core.robots")


def play_a_case(address: str) -> str:
    """Commit, see the reveal, decide: one case over HTTP. Returns the last page."""
    with httpx.Client(base_url=address, timeout=30, headers={"origin": address}) as http:
        http.get("/").raise_for_status()

        def event(name, data):
            body = {"data": [], "event_data": data}
            answer = http.post(f"/gradio/gradio_api/run/{name}", json=body)
            return answer.raise_for_status().json()["data"][0]

        first = http.get("/encounter/", params={"exercise": KEY}).raise_for_status()
        attempt = re.search(r'data-attempt="([^"]+)"', first.text)[1]
        revealed = event("commit", {"attempt": attempt, "form": JUDGMENT})
        assert 'data-stage="revealed"' in revealed
        return event("decide", {"attempt": attempt, "form": DECISION})


def tries_with(address: str, forwarded: list[str]) -> str:
    """What the last of several wrong passwords is told, each said to come from elsewhere."""
    with httpx.Client(base_url=address, timeout=30, headers={"origin": address}) as http:
        for origin in forwarded:
            form = {"login": "guess", "password": "wrong"}
            data = {"page": "/signin", "act": "sign-in", "here": {}, "form": form}
            body = {"data": [], "event_data": data}
            path, headers = "/gradio/gradio_api/run/act", {"X-Forwarded-For": origin}
            said = http.post(path, json=body, headers=headers).raise_for_status().text
    return said


@dataclass(frozen=True)
class Visit:
    """What a server said and answered, from its start to its end."""

    address: str
    invitation: str
    library: httpx.Response
    guessing: str
    last_page: str
    errors: str


def visit(equipoise: Equipoise, *words: str, **settings: str) -> Visit:
    """Serve, look at the library, guess passwords under forged addresses, and play a case."""
    with equipoise.serving("--port", "0", *words, **settings) as server:
        invitation = server.process.stdout.readline()
        library = httpx.get(server.address, timeout=30)
        guessing = tries_with(server.address, [f"203.0.113.{n}" for n in range(FREE_TRIES + 1)])
        last_page = play_a_case(server.address)
    return Visit(server.address, invitation, library, guessing, last_page, equipoise.errors())


@pytest.fixture(scope="module")
def new_home(installed, bundles, tmp_path_factory):
    """A home of a server that several tests ask about; the small pack is built there."""

    def made() -> Equipoise:
        home = tmp_path_factory.mktemp("served")
        shutil.copytree(bundles, home / "bundles")
        return Equipoise(installed, home)

    return made


@pytest.fixture(scope="module")
def home(new_home):
    """The home of a server with everything built."""
    return new_home()


@pytest.fixture(scope="module")
def visited(home):
    """That server, behind a proxy that it trusts; it writes down what it imports."""
    (home.home / "sitecustomize.py").write_text(CUSTOMIZE.format(path=str(home.home / "imported")))
    both = f"{home.home}{os.pathsep}{home.site}"
    return visit(home, EQUIPOISE_TRUSTED_PROXIES="127.0.0.1", PYTHONPATH=both)


@pytest.fixture(scope="module")
def imported(home, visited):
    """The names of all modules that it imported, or tried to, from its start to its end."""
    return set((home.home / "imported").read_text().splitlines())


@pytest.fixture(scope="module")
def repaired(new_home, exercise, tmp_path_factory):
    """A server that builds what a killed build left; a pack of it is broken."""
    equipoise = new_home()
    (equipoise.home / "bundles" / exercise.fingerprint / "closed.lines").unlink()
    root = copy_of_small(tmp_path_factory.mktemp("more") / "pack")
    replace(root / "pack.toml", 'id = "small"', 'id = "more"')
    second_exercise(root)
    (root / "models/cough/model.py").write_text("def broken(:\n")
    return visit(equipoise, "--pack", str(root), EQUIPOISE_TRUSTED_PROXIES="10.0.0.7")


def test_only_a_trusted_proxy_says_where_a_caller_is(visited, repaired):
    """Under another address for each try nobody waits; a forged one evades nothing."""
    assert "Too many tries" not in visited.guessing
    assert "Too many tries" in repaired.guessing


def test_the_way_to_become_administrator_is_said_at_once(visited):
    assert re.search(r"/signin/\?token=\S+", visited.invitation)


def test_serve_says_where_it_is_and_answers_there(visited):
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+", visited.address)
    assert visited.library.status_code == 200
    assert "Equipoise" in visited.library.text


def test_serving_a_case_imports_no_machine_learning(visited, imported):
    assert 'data-stage="closed"' in visited.last_page
    assert "tutor.services.encounters.practice" in imported
    assert {name for name in imported if name.split(".")[0] in LEARNING} == set()
    assert {name for name in imported if name.startswith(LABORATORY)} == set()


def test_what_is_built_already_is_not_built_again(visited):
    assert "Building" not in visited.errors


def test_what_a_killed_build_left_is_built_before_serving(repaired):
    assert "Building" in repaired.errors
    assert 'data-stage="closed"' in repaired.last_page


def test_a_pack_with_a_syntax_error_is_left_out_and_the_rest_served(repaired):
    assert "small/throat" in repaired.library.text
    assert "more/throat" in repaired.library.text
    assert "more/cough" not in repaired.library.text
    assert "models/cough/model.py:1: This is not Python" in repaired.errors


def test_a_port_in_use_is_one_sentence_and_exit_1(here):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = here("serve", "--port", str(port))
    assert done.returncode == 1
    assert done.stdout == ""
    (sentence,) = done.stderr.splitlines()
    assert f"Port {port} is in use" in sentence
    assert str(port + 1) in sentence


def test_a_port_in_use_is_told_before_anything_is_built(here, equipoise):
    shutil.rmtree(equipoise.home / "bundles")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = here("serve", "--port", str(taken.getsockname()[1]))
    assert done.returncode == 1
    assert not (equipoise.home / "bundles").exists()


def test_a_folder_that_cannot_be_written_is_one_sentence_before_anything_is_trained(
    here, equipoise
):
    shutil.rmtree(equipoise.home / "bundles")
    (equipoise.home / "bundles").write_text("")
    done = here("serve", "--port", "0")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.splitlines()[-1].startswith(
        f"Exercises are not built, and {equipoise.home / 'bundles'} cannot be written."
    )
    assert "Building" not in done.stderr


def test_an_address_that_is_not_ours_is_one_sentence_and_exit_1(here):
    done = here("serve", "--host", "203.0.113.7", "--port", "0")
    assert done.returncode == 1
    (sentence,) = done.stderr.splitlines()
    assert "203.0.113.7" in sentence


@pytest.mark.parametrize("port", ["-1", "65536", "eighty"])
def test_a_port_that_is_none_is_refused_without_a_traceback(here, port):
    done = here("serve", "--port", port)
    assert done.returncode == 2
    assert "--port" in done.stderr


def test_a_setting_that_will_not_do_is_one_sentence_and_exit_1(here):
    done = here("serve", EQUIPOISE_PORT="eighty")
    assert done.returncode == 1
    (sentence,) = done.stderr.splitlines()
    assert sentence.startswith("EQUIPOISE_PORT ")


def test_a_short_key_is_one_sentence_that_does_not_repeat_it(here):
    done = here("serve", "--port", "0", EQUIPOISE_SECRET_KEY="correct-horse")
    assert done.returncode == 1
    (sentence,) = done.stderr.splitlines()
    assert sentence.startswith("EQUIPOISE_SECRET_KEY will not do: it must be at least 32 ")
    assert "correct-horse" not in done.stderr


def test_a_database_that_does_not_answer_is_one_sentence_and_exit_1(here):
    address = "postgresql://me:correct-horse@127.0.0.1:1/name"
    done = here("serve", "--port", "0", EQUIPOISE_DATABASE_URL=address)
    assert done.returncode == 1
    (sentence,) = done.stderr.splitlines()
    assert "EQUIPOISE_DATABASE_URL" in sentence
    assert "correct-horse" not in done.stdout + done.stderr
