"""Three servers with homes of their own, one PostgreSQL, and nginx before them."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess
from pathlib import Path

import httpx
import pytest

from tests.absent import absent
from tests.databases import Databases
from tests.replicas import nginx
from tests.system import NO_OPENSSL
from tests.warm import begin

SECRET = "the same long secret for every server of one database"
SERVERS = 3


@dataclass
class Replica:
    """One server process; it can be killed without a farewell."""

    home: Path
    port: int
    process: BaseProcess

    def kill(self) -> None:
        """Crash."""
        self.process.kill()
        self.process.join()


@dataclass
class Town:
    """All of it: where nginx answers, the servers behind it, and their database."""

    base: str
    address: str
    replicas: list[Replica] = field(default_factory=list)


@pytest.fixture(scope="session")
def nginx_binary() -> str:
    """nginx, or what :func:`absent` does."""
    return nginx.find() or absent(nginx.MISSING)


@pytest.fixture
def certificate(tmp_path: Path) -> str:
    """What nginx is told of a certificate of our own, as compose.yaml tells it."""
    if shutil.which("openssl") is None:
        absent(NO_OPENSSL)
    key, made = tmp_path / "privkey.pem", tmp_path / "fullchain.pem"
    words = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "1",
        "-subj",
        "/CN=localhost",
    ]
    words += ["-keyout", str(key), "-out", str(made)]
    subprocess.run(words, check=True, capture_output=True)
    return f"ssl_certificate {made}; ssl_certificate_key {key}; ssl_protocols TLSv1.2 TLSv1.3;"


def start(home: Path, address: str, port: int = 0, **settings: str) -> Replica:
    """A server over ``home``, on a free port if none is named; it may not answer yet."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = port or free.getsockname()[1]
    environment = {
        **os.environ,
        "EQUIPOISE_HOME": str(home),
        "EQUIPOISE_DATABASE_URL": address,
        "EQUIPOISE_SECRET_KEY": SECRET,
        "GRADIO_ANALYTICS_ENABLED": "False",
        **settings,
    }
    return Replica(home, port, begin("tests.replicas.run", str(port), environment=environment))


def wait_for(replica: Replica) -> None:
    """Until the server answers."""
    deadline = time.monotonic() + 120
    while True:
        assert replica.process.is_alive(), "a server stopped"
        try:
            httpx.get(f"http://127.0.0.1:{replica.port}/favicon.ico", timeout=5)
            return
        except httpx.TransportError:
            assert time.monotonic() < deadline, "a server did not start"
            time.sleep(0.1)


@contextmanager
def founded(nginx_binary: str, databases: Databases, bundles: Path, folder: Path) -> Iterator[Town]:
    """Three servers behind nginx, over a database of their own."""
    address = databases.fresh()
    replicas: list[Replica] = []
    for number in range(SERVERS):
        home = folder / f"home{number}"
        shutil.copytree(bundles, home / "bundles")
        replicas.append(start(home, address))
    try:
        for replica in replicas:
            wait_for(replica)
        run = folder / "nginx"
        run.mkdir()
        with nginx.serving(nginx_binary, run, [r.port for r in replicas]) as base:
            yield Town(base, address, replicas)
    finally:
        for replica in replicas:
            replica.process.kill()
            replica.process.join()
        databases.drop(address)


@pytest.fixture(scope="module")
def old_town(
    nginx_binary: str,
    postgresql_databases: Databases,
    bundles: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Town]:
    """A town that outlives each test; some of it may be dead."""
    folder = tmp_path_factory.mktemp("town")
    with founded(nginx_binary, postgresql_databases, bundles, folder) as made:
        yield made


@pytest.fixture
def town(old_town: Town) -> Town:
    """The same town with all its servers: those that a test has killed are started again."""
    for number, replica in enumerate(old_town.replicas):
        if not replica.process.is_alive():
            again = start(replica.home, old_town.address, replica.port)
            old_town.replicas[number] = again
            wait_for(again)
    return old_town
