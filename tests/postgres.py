"""A private PostgreSQL for the tests: found, started, and stopped with them."""

from __future__ import annotations

import os
import pwd
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import psycopg

OLDEST = 15
MISSING = (
    f"NO POSTGRESQL: no test ran on PostgreSQL. Install PostgreSQL {OLDEST} or newer and put its "
    "initdb on PATH."
)
# Nothing of it outlives the tests, so nothing waits for the disk.
FAST = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "shared_buffers": "32MB",
    "max_connections": "200",
    "listen_addresses": "",
    "timezone": "Asia/Kolkata",  # not UTC: what is read must not depend on it
}
# What acknowledged work needs to outlive a crash.
DURABLE = {**FAST, "fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
# Stops the server when our end of the pipe closes, however we end.
LIVES_WITH_US = '"$@" & read -r line; kill -INT $!; wait $!'


def find() -> Path | None:
    """Where ``initdb`` and ``postgres`` of a new enough version are, or None."""
    found = {_version(folder): folder for folder in _folders()}
    newest = max(found, default=0)
    return found[newest] if newest >= OLDEST else None


def _folders() -> set[Path]:
    folders = set(Path("/usr/lib/postgresql").glob("*/bin"))
    if on_path := shutil.which("initdb"):
        folders.add(Path(on_path).resolve().parent)
    if config := shutil.which("pg_config"):
        said = subprocess.run([config, "--bindir"], capture_output=True, text=True, check=False)
        folders.add(Path(said.stdout.strip()))
    return {f for f in folders if (f / "initdb").exists() and (f / "postgres").exists()}


def _version(folder: Path) -> int:
    said = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True)
    number = re.search(r"\d+", said.stdout)
    return int(number[0]) if number else 0


class Postgres:
    """A server on a socket in a directory of its own; as root it runs as another user."""

    def __init__(self, binaries: Path, settings: Mapping[str, str] = FAST) -> None:
        self._binaries = binaries
        self._settings = settings
        # Short, and with every directory above it open to the other user.
        self.folder = Path(tempfile.mkdtemp(prefix="equipoise-pg-", dir="/tmp"))
        self._as: dict[str, Any] = {"cwd": self.folder, "env": {**os.environ, "LC_ALL": "C.UTF-8"}}
        if os.geteuid() == 0:
            user = _unprivileged()
            os.chown(self.folder, user.pw_uid, user.pw_gid)
            self._as |= {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
        self._count = 0
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start, with a new cluster at the first time, and wait until it answers."""
        data = self.folder / "data"
        if not data.exists():
            words = ["-D", str(data), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"]
            done = subprocess.run(
                [str(self._binaries / "initdb"), *words], **self._as, capture_output=True, text=True
            )
            assert done.returncode == 0, done.stderr
        settings = {**self._settings, "unix_socket_directories": str(self.folder)}
        words = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        server = [str(self._binaries / "postgres"), "-D", str(data), *words]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                ["sh", "-c", LIVES_WITH_US, "sh", *server],
                **self._as,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
            )
        deadline = time.monotonic() + 60
        while not self._answers():
            assert time.monotonic() < deadline, (self.folder / "log").read_text()
            time.sleep(0.02)

    def _answers(self) -> bool:
        try:
            self.execute("SELECT 1")
        except psycopg.OperationalError:
            return False
        return True

    def stop(self) -> None:
        """Stop: open transactions are rolled back, connections are cut."""
        if self._process is not None:
            self._process.communicate(timeout=60)
            self._process = None

    def kill(self) -> None:
        """Crash: SIGKILL to the server and to all its processes, then wait until they are gone."""
        first = int((self.folder / "data" / "postmaster.pid").read_text().split()[0])
        children = Path(f"/proc/{first}/task/{first}/children").read_text().split()
        for process in (first, *map(int, children)):
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        self.stop()

    def remove(self) -> None:
        """Stop, and leave nothing behind."""
        self.stop()
        shutil.rmtree(self.folder)

    def address(self, name: str) -> str:
        """Where the database of this name is."""
        return f"postgresql://postgres@/{name}?host={self.folder}"

    def execute(self, statement: str) -> None:
        """One statement outside any transaction, in the maintenance database."""
        with psycopg.connect(self.address("postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())

    def program(self, name: str) -> str:
        """A program that came with the server, such as ``pg_dump``."""
        return str(self._binaries / name)

    def fresh(self, template: str = "template0") -> str:
        """The address of a new database, a copy of ``template``."""
        self._count += 1
        name = f"test_{self._count}"
        self.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        return self.address(name)

    def drop(self, address: str) -> None:
        """Remove a database, whoever is connected."""
        name = psycopg.conninfo.conninfo_to_dict(address)["dbname"]
        self.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def _unprivileged() -> pwd.struct_passwd:
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise LookupError("PostgreSQL refuses root, and there is no user postgres or nobody.")
