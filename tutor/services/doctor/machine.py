"""The machine itself: clock, disk, temporary folder, installed versions."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

from packaging.requirements import Requirement

from tutor.services.doctor.findings import Finding, bad, good, note
from tutor.store.health import Health

SKEW = timedelta(seconds=30)
GIB = 1024**3
ENOUGH, PLENTY = 1 * GIB, 5 * GIB
ENOUGH_FOR_A_WHILE = GIB // 5
BLOCK, SLOW = b"\0" * 4096, 0.1
_MOUNTS = Path("/proc/self/mounts")
_OVER_A_NETWORK = ("nfs", "cifs", "smb", "fuse.sshfs", "9p", "afs")


def clock(stored: Health | None) -> Finding:
    """Whether the clock is kept by the network, and agrees with the database's."""
    if stored is not None:
        apart = abs(datetime.now(UTC) - stored.clock)
        if apart > SKEW:
            return bad(
                "clock",
                f"This machine's clock and the database's are {apart.total_seconds():.0f} s apart: "
                "due dates and cookies would be wrong.",
                "Let both be set by the network (NTP).",
            )
    kept = _kept_by_the_network()
    if kept is False:
        return note("clock", "The clock is not kept by the network.", "Turn NTP on.")
    return good("clock", f"It is {datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC.")


def _kept_by_the_network() -> bool | None:
    """What systemd says; None where it cannot be asked."""
    if shutil.which("timedatectl") is None:
        return None
    asked = ["timedatectl", "show", "--property=NTPSynchronized", "--value"]
    try:
        said = subprocess.run(asked, capture_output=True, text=True, timeout=5, check=True).stdout
    except (OSError, subprocess.SubprocessError):
        return None
    return {"yes": True, "no": False}.get(said.strip())


def disk(home: Path) -> Finding:
    """Whether the home can be written, has room, and lies on a disk of this machine."""
    name = "disk"
    standing = next(folder for folder in (home, *home.resolve().parents) if folder.exists())
    try:
        took = _one_write(standing)
    except OSError as error:
        return bad(
            name,
            f"{standing} cannot be written: {error.strerror}.",
            "Give this user the folder, or set EQUIPOISE_HOME to another.",
        )
    free = shutil.disk_usage(standing).free
    room = f"{free / GIB:.1f} GiB are free in {home}"
    if free < ENOUGH:
        return bad(name, f"Only {room}.", "Make room: a full disk stores no judgment.")
    if (kind := filesystem(home, _MOUNTS)).startswith(_OVER_A_NETWORK):
        return bad(
            name,
            f"{home} lies on a network drive ({kind}), where SQLite can lose what it stored.",
            "Use a disk of this machine, or PostgreSQL.",
        )
    said = f"{room}; a write is durable after {1000 * took:.0f} ms."
    if took > SLOW or free < PLENTY:
        return note(name, said, "A faster disk, or more room, will serve a class better.")
    return good(name, said)


def _one_write(folder: Path) -> float:
    """Seconds until a block is durable."""
    began = time.perf_counter()
    with tempfile.NamedTemporaryFile(dir=folder, prefix=".doctor-") as file:
        file.write(BLOCK)
        file.flush()
        os.fsync(file.fileno())
    return time.perf_counter() - began


def filesystem(path: Path, mounts: Path) -> str:
    """The kind of file system a path lies on; empty where the machine does not say."""
    try:
        lines = mounts.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    whole, found = path.resolve(), ("", "")
    for line in lines:
        _, at, kind, *_ = line.split()
        if whole.is_relative_to(at) and len(at) >= len(found[0]):
            found = (at, kind)
    return found[1]


def temporary() -> Finding:
    """Whether the temporary folder can be used by this user."""
    folder = Path(tempfile.gettempdir())
    own = Path(os.environ.get("GRADIO_TEMP_DIR") or folder / "gradio")
    try:
        _one_write(folder)
        free = shutil.disk_usage(folder).free
        others = own.exists() and not os.access(own, os.W_OK | os.X_OK)
    except OSError as error:
        return bad(
            "temporary folder",
            f"{folder} cannot be written: {error.strerror}.",
            "Set TMPDIR to a folder of this user.",
        )
    if others:
        return bad(
            "temporary folder",
            f"{own} belongs to somebody else, and Gradio wants it.",
            "Set GRADIO_TEMP_DIR to a folder of this user.",
        )
    if free < ENOUGH_FOR_A_WHILE:
        return bad("temporary folder", f"{folder} is nearly full.", "Make room in it.")
    return good("temporary folder", f"{folder} can be written.")


def versions() -> Finding:
    """Whether what is installed is what this version was made for."""
    try:
        wants = requires("equipoise") or ()
    except PackageNotFoundError:
        return note(
            "versions",
            "Equipoise runs from its files without being installed, so nothing says which "
            "packages it wants.",
            "Install it with pip, in an environment of its own.",
        )
    amiss = []
    for text in wants:
        wanted = Requirement(text)
        if wanted.marker is not None and not wanted.marker.evaluate({"extra": ""}):
            continue
        try:
            found = version(wanted.name)
        except PackageNotFoundError:
            amiss.append(f"{wanted.name} is missing")
            continue
        if not wanted.specifier.contains(found, prereleases=True):
            amiss.append(f"{wanted.name} is {found}, wanted is {wanted.specifier}")
    if amiss:
        mend = "Install Equipoise again, in an environment of its own."
        return bad("versions", f"{'; '.join(amiss)}.", mend)
    python = ".".join(map(str, sys.version_info[:3]))
    return good("versions", f"Equipoise {version('equipoise')}, Python {python}, all as wanted.")
