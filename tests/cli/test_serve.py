"""serve: an address that answers, a port that is taken, and no machine learning in between."""

from __future__ import annotations

import re
import shutil
import socket

import httpx
import pytest

from tests.content.packs import copy_of_small, replace, second_exercise
from tests.databases import ask
from tests.services.play import DECISION, JUDGMENT, KEY
from tutor.services.throttle import FREE_TRIES

LEARNING = ("sklearn", "shap", "scipy", "numba", "joblib")


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
        for number, origin in enumerate(forwarded):
            form = {"login": f"guess{number}", "password": "wrong"}
            data = {"page": "/signin", "act": "sign-in", "here": {}, "form": form}
            body = {"data": [], "event_data": data}
            path, headers = "/gradio/gradio_api/run/act", {"X-Forwarded-For": origin}
            said = http.post(path, json=body, headers=headers).raise_for_status().text
    return said


@pytest.mark.parametrize(("proxies", "waits"), [("127.0.0.1", False), ("10.0.0.7", True)])
def test_only_a_trusted_proxy_says_where_a_caller_is(equipoise, proxies, waits):
    """Under another address for each try nobody waits; a forged one evades nothing."""
    with equipoise.serving("--port", "0", EQUIPOISE_TRUSTED_PROXIES=proxies) as server:
        said = tries_with(server.address, [f"203.0.113.{n}" for n in range(FREE_TRIES + 1)])
    assert ("Too many tries" in said) is waits


def test_the_way_to_become_administrator_is_said_at_once(equipoise):
    with equipoise.serving("--port", "0") as server:
        assert re.search(r"/signin/\?token=\S+", server.process.stdout.readline())


def test_serve_says_where_it_is_and_answers_there(equipoise):
    with equipoise.serving("--port", "0") as server:
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+", server.address)
        page = httpx.get(server.address, timeout=30)
        assert page.status_code == 200
        assert "Equipoise" in page.text


def test_serving_a_case_imports_no_machine_learning(equipoise):
    """Python itself writes down what the serving process imports, from its start to its end."""
    with equipoise.serving("--port", "0", python=("-X", "importtime")) as server:
        assert 'data-stage="closed"' in play_a_case(server.address)
    names = equipoise.imported()
    assert "tutor.services.practice" in names
    assert {name for name in names if name.split(".")[0] in LEARNING} == set()
    assert {n for n in names if n.startswith(("tutor.lab.explain", "tutor.lab.training"))} == set()


def test_a_port_in_use_is_one_sentence_and_exit_1(equipoise):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = equipoise.run("serve", "--port", str(port))
    assert done.returncode == 1
    assert done.stdout == ""
    (sentence,) = done.stderr.splitlines()
    assert f"Port {port} is in use" in sentence
    assert str(port + 1) in sentence


def test_a_port_in_use_is_told_before_anything_is_built(equipoise):
    shutil.rmtree(equipoise.home / "bundles")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = equipoise.run("serve", "--port", str(taken.getsockname()[1]))
    assert done.returncode == 1
    assert not (equipoise.home / "bundles").exists()


def test_an_address_that_is_not_ours_is_one_sentence_and_exit_1(equipoise):
    done = equipoise.run("serve", "--host", "203.0.113.7", "--port", "0")
    assert done.returncode == 1
    (sentence,) = done.stderr.splitlines()
    assert "203.0.113.7" in sentence


@pytest.mark.parametrize("port", ["-1", "65536", "eighty"])
def test_a_port_that_is_none_is_refused_without_a_traceback(equipoise, port):
    done = equipoise.run("serve", "--port", port)
    assert done.returncode == 2
    assert "--port" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_setting_that_will_not_do_is_one_sentence_and_exit_1(equipoise):
    done = equipoise.run("serve", EQUIPOISE_PORT="eighty")
    assert done.returncode == 1
    (sentence,) = done.stderr.splitlines()
    assert sentence.startswith("EQUIPOISE_PORT ")


def test_a_short_key_is_one_sentence_that_does_not_repeat_it(equipoise):
    done = equipoise.run("serve", EQUIPOISE_SECRET_KEY="correct-horse")
    assert done.returncode == 1
    (sentence,) = done.stderr.splitlines()
    assert sentence.startswith("EQUIPOISE_SECRET_KEY will not do: it must be at least 32 ")
    assert "correct-horse" not in done.stderr


def test_serve_keeps_what_is_done_in_the_database_that_is_named(equipoise, postgresql_databases):
    address = postgresql_databases.empty()
    with equipoise.serving("--port", "0", EQUIPOISE_DATABASE_URL=address) as server:
        assert 'data-stage="closed"' in play_a_case(server.address)
    assert ask(address, "SELECT count(*) FROM closing") == [(1,)]
    assert not (equipoise.home / "equipoise.db").exists()
    postgresql_databases.drop(address)


def test_a_database_that_does_not_answer_is_one_sentence_and_exit_1(equipoise):
    address = "postgresql://me:correct-horse@127.0.0.1:1/name"
    done = equipoise.run("serve", "--port", "0", EQUIPOISE_DATABASE_URL=address)
    assert done.returncode == 1
    (sentence,) = done.stderr.splitlines()
    assert "EQUIPOISE_DATABASE_URL" in sentence
    assert "correct-horse" not in done.stdout + done.stderr


def test_a_second_start_does_not_build(equipoise):
    with equipoise.serving("--port", "0"):
        pass
    assert "Building" not in equipoise.errors()


def test_what_a_killed_build_left_is_built_before_serving(equipoise, exercise):
    (equipoise.home / "bundles" / exercise.fingerprint / "closed.lines").unlink()
    with equipoise.serving("--port", "0") as server:
        assert 'data-stage="closed"' in play_a_case(server.address)
    assert "Building" in equipoise.errors()


def test_a_pack_with_a_syntax_error_is_left_out_and_the_rest_served(equipoise, tmp_path):
    root = copy_of_small(tmp_path / "pack")
    replace(root / "pack.toml", 'id = "small"', 'id = "more"')
    second_exercise(root)
    (root / "models/cough/model.py").write_text("def broken(:\n")
    with equipoise.serving("--port", "0", "--pack", str(root)) as server:
        library = httpx.get(f"{server.address}/", timeout=30).text
    assert "small/throat" in library
    assert "more/throat" in library
    assert "more/cough" not in library
    assert "models/cough/model.py:1: This is not Python" in equipoise.errors()
