"""Each thing that the doctor looks at, found well and found amiss."""

from __future__ import annotations

import os
import shutil
import socket
import ssl
import subprocess
import threading
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from tests.absent import absent
from tests.databases import is_sqlite, run
from tests.system import NO_OPENSSL
from tutor.services.doctor import State, examine, machine, network, storage
from tutor.settings import Settings
from tutor.store.health import health


class Answers(BaseHTTPRequestHandler):
    """A program that answers every page with one line."""

    said = b"<title>Home - Equipoise</title>"

    def do_GET(self) -> None:
        """Answer."""
        self.send_response(200)
        self.end_headers()
        self.wfile.write(self.said)

    def log_message(self, *_: object) -> None:
        """Say nothing of it."""


@pytest.fixture
def somebody():
    """An HTTP server on a free port of this machine."""
    server = HTTPServer(("127.0.0.1", 0), type("Own", (Answers,), {}))
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def settings(tmp_path) -> Settings:
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    return Settings(home=home)


def test_our_own_page_is_known_by_its_name(settings, somebody):
    port = somebody.server_port
    assert network.listens(settings.model_copy(update={"port": port})).state is State.GOOD
    somebody.RequestHandlerClass.said = b"<title>Somebody else</title>"
    found = network.listens(settings.model_copy(update={"port": port}))
    assert (found.state, "Another program" in found.says) == (State.BAD, True)


def test_a_free_port_may_be_served(settings):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    found = network.listens(settings.model_copy(update={"port": port}))
    assert (found.state, "yet" in found.says) == (State.GOOD, True)


@pytest.mark.parametrize(
    ("changed", "state"),
    [
        ({}, State.NOTE),
        ({"host": "0.0.0.0"}, State.NOTE),
        ({"public_address": "http://tutor.example.edu"}, State.BAD),
        ({"public_address": "https://tutor.example.edu"}, State.BAD),
    ],
    ids=["this machine alone", "unnamed", "not encrypted", "cookies not secured"],
)
def test_encryption_is_wanted_of_a_public_address(settings, changed, state):
    assert network.encrypted(settings.model_copy(update=changed)).state is state


@pytest.mark.parametrize(("days", "state"), [(90, State.GOOD), (3, State.BAD)])
def test_a_certificate_is_read_for_how_long_it_lasts(
    settings, somebody, tmp_path, monkeypatch, days, state
):
    if shutil.which("openssl") is None:
        absent(NO_OPENSSL)
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost"),
            *("-addext", "subjectAltName=DNS:localhost", "-days", str(days)),
            *("-keyout", str(key), "-out", str(certificate)),
        ],
        check=True,
        capture_output=True,
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    somebody.socket = context.wrap_socket(somebody.socket, server_side=True)
    named = {
        "public_address": f"https://localhost:{somebody.server_port}",
        "secure_cookies": True,
    }
    ours = settings.model_copy(update=named)
    assert "cannot be reached over TLS" in network.encrypted(ours).says  # nobody vouches for it
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    assert network.encrypted(ours).state is state
    assert network.behind(ours).state is State.GOOD


@pytest.mark.parametrize("wide", ["0.0.0.0/0", "10.0.0.7,::/0"])
def test_everybody_is_no_proxy(settings, wide):
    found = network.behind(settings.model_copy(update={"trusted_proxies": wide}))
    assert found.state is State.BAD


def test_a_proxy_that_leads_elsewhere_is_told(settings, somebody):
    named = {"public_address": f"http://127.0.0.1:{somebody.server_port}"}
    ours = settings.model_copy(update=named)
    assert network.behind(ours).state is State.GOOD
    somebody.RequestHandlerClass.said = b"<title>It works!</title>"
    assert "another page" in network.behind(ours).says


def test_a_database_says_how_it_is(databases):
    address = databases.fresh()
    stored, found = storage.database(address)
    assert found.state is State.GOOD
    assert "up to date" in found.says
    assert abs(datetime.now(UTC) - stored.clock) < timedelta(seconds=10)
    run(address, "UPDATE alembic_version SET version_num = '9999';")
    assert "newer Equipoise" in storage.database(address)[1].says
    run(address, "UPDATE alembic_version SET version_num = '0001';")
    assert "upgrade its tables" in storage.database(address)[1].says


def test_a_database_in_which_nothing_was_done_is_left_so(databases):
    address = databases.empty()
    stored, found = storage.database(address)
    assert found.state is State.GOOD
    assert (stored is None) is is_sqlite(address)
    again, _ = storage.database(address)
    assert again == stored or again.upgrade == stored.upgrade == "made"


def test_a_database_that_is_away_is_told_without_its_password():
    found = storage.database("postgresql://me:correct-horse@127.0.0.1:9/none")[1]
    assert found.state is State.BAD
    assert "correct-horse" not in found.says


@pytest.mark.parametrize(
    ("changed", "word"),
    [
        ({"writable": False}, "only be read"),
        ({"sound": "row 7 missing"}, "damaged"),
        ({"kind": "PostgreSQL", "connections": 100, "version": (14, 2)}, "too old"),
        ({"kind": "PostgreSQL", "connections": 20, "version": (15, 2)}, "20 connections"),
    ],
    ids=["read only", "damaged", "old", "few connections"],
)
def test_a_database_that_will_not_do_is_told(databases, monkeypatch, changed, word):
    well = health(databases.fresh())
    monkeypatch.setattr(storage, "health", lambda _: replace(well, **changed))
    found = storage.database("sqlite:///any")[1]
    assert (found.state, word in found.says) == (State.BAD, True)


def test_clocks_that_differ_are_told(databases):
    well = health(databases.fresh())
    assert machine.clock(well).state is not State.BAD
    late = replace(well, clock=well.clock - timedelta(minutes=2))
    assert machine.clock(late).state is State.BAD


def test_a_home_is_measured_and_left_as_it_was(settings):
    found = machine.disk(settings.home)
    assert "durable after" in found.says
    assert list(settings.home.iterdir()) == []
    assert machine.disk(settings.home / "not" / "yet").state is found.state
    assert not (settings.home / "not").exists()


def test_a_home_that_cannot_be_written_is_told(settings):
    """A file stands where the folder should: that stops root, too."""
    settings.home.rmdir()
    settings.home.write_text("a file")
    found = machine.disk(settings.home)
    assert (found.state, "cannot be written" in found.says) == (State.BAD, True)


def test_the_longest_mount_says_the_kind_of_file_system(tmp_path):
    mounts = tmp_path / "mounts"
    mounts.write_text(f"/dev/a / ext4 rw 0 0\nhost:/x {tmp_path} nfs4 rw 0 0\n")
    assert machine.filesystem(tmp_path / "home", mounts) == "nfs4"
    assert machine.filesystem(tmp_path.parent, mounts) == "ext4"
    assert machine.filesystem(tmp_path, tmp_path / "none") == ""


def test_a_temporary_folder_is_written_to(monkeypatch, tmp_path):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert machine.temporary().state is State.GOOD
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "none"))
    assert machine.temporary().state is State.BAD


def test_a_package_of_another_version_is_named(monkeypatch):
    assert machine.versions().state is State.GOOD
    monkeypatch.setattr(machine, "version", lambda name: "0.1" if name == "gradio" else "999")
    assert "gradio is 0.1, wanted is" in machine.versions().says


def test_exercises_that_are_not_built_are_named(small_pack, bundles, tmp_path):
    assert storage.exercises(bundles, [small_pack]).state is State.GOOD
    found = storage.exercises(tmp_path, [small_pack])
    assert (found.state, "small/throat" in found.says) == (State.NOTE, True)


def test_the_newest_backup_counts(settings, tmp_path):
    assert storage.backups(settings).state is State.NOTE
    ours = settings.model_copy(update={"backups": tmp_path / "kept"})
    assert storage.backups(ours).state is State.BAD
    (tmp_path / "kept").mkdir()
    assert "no backup" in storage.backups(ours).says
    old, new = tmp_path / "kept" / "old", tmp_path / "kept" / "new"
    old.touch()
    os.utime(old, (0, time.time() - 5 * 86_400))
    assert "5 days old" in storage.backups(ours).says
    new.touch()
    assert storage.backups(ours).state is State.GOOD


def test_what_others_can_read_is_named(settings):
    settings.secret()
    assert storage.private(settings).state is State.GOOD
    settings.database.touch(mode=0o644)
    settings.database.chmod(0o644)
    assert str(settings.database) in storage.private(settings).says


def test_everything_is_looked_at_once(settings, small_pack, address):
    names = [found.name for found in examine(settings, [small_pack], address)]
    assert len(set(names)) == len(names) == 12
