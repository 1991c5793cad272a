"""What is kept: database, exercises, backups, and who else can read them."""

from __future__ import annotations

import time
from collections.abc import Iterable
from pathlib import Path

from tutor.content.pack import Pack
from tutor.errors import Misconfigured, Unavailable
from tutor.lab.bundle import is_complete
from tutor.services.doctor.findings import Finding, bad, good, note
from tutor.settings import Settings
from tutor.store.health import Health, health

OLDEST_POSTGRESQL, CONNECTIONS = (15,), 25
DAY = 86_400
BACKUP_DAYS = 2
_UPGRADES = {
    "none": "its tables are up to date",
    "made": "the first start will make its tables",
    "upgraded": "the next start will upgrade its tables: make a backup first",
}


def database(address: str) -> tuple[Health | None, Finding]:
    """The database's health, None where there is none yet, and what is to be said of it."""
    try:
        stored = health(address)
    except (Misconfigured, Unavailable) as error:
        return None, bad(
            "database",
            f"It cannot be used: {str(error).rstrip('.')}.",
            "Start it, and check EQUIPOISE_DATABASE_URL and EQUIPOISE_HOME.",
        )
    if stored is None:
        return None, good("database", "SQLite; the first start will make its file.")
    return stored, _finding(stored)


def _finding(stored: Health) -> Finding:
    name = f"{stored.kind} {'.'.join(map(str, stored.version))}"
    if stored.upgrade == "newer":
        return bad(
            "database",
            f"{name} holds tables of a newer Equipoise.",
            "Install that version, or name another database.",
        )
    if not stored.writable:
        return bad("database", f"{name} can only be read.", "Let this user write to it.")
    if stored.sound != "ok":
        return bad(
            "database",
            f"{name} finds its file damaged: {stored.sound}.",
            "Restore a backup.",
        )
    if stored.connections is not None:
        if stored.version < OLDEST_POSTGRESQL:
            return bad("database", f"{name} is too old.", "Use PostgreSQL 15 or newer.")
        if stored.connections < CONNECTIONS:
            return bad(
                "database",
                f"{name} allows {stored.connections} connections; a server may hold {CONNECTIONS}.",
                "Raise max_connections.",
            )
    return good("database", f"{name}; {_UPGRADES[stored.upgrade]}.")


def exercises(bundles: Path, packs: Iterable[Pack]) -> Finding:
    """Whether every exercise is built."""
    found = [exercise for pack in packs for exercise in pack.exercises]
    missing = [e.key for e in found if not is_complete(bundles / e.fingerprint)]
    if missing:
        return note(
            "exercises",
            f"{len(missing)} of {len(found)} exercises are not built: {', '.join(missing)}.",
            "Run `equipoise build`; a server that starts does it too, and takes a minute.",
        )
    return good("exercises", f"All {len(found)} exercises are built.")


def backups(settings: Settings) -> Finding:
    """How old the newest backup is."""
    folder = settings.backups
    if folder is None:
        return note(
            "backups",
            "Where backups are kept is not named, so nobody can say how old the newest is.",
            "Make one every night, and set EQUIPOISE_BACKUPS to their folder.",
        )
    try:
        times = [path.stat().st_mtime for path in folder.iterdir() if path.is_file()]
    except OSError as error:
        return bad("backups", f"{folder} cannot be read: {error.strerror}.", "Check the folder.")
    if not times:
        return bad("backups", f"There is no backup in {folder}.", "Make one every night.")
    days = (time.time() - max(times)) / DAY
    if days > BACKUP_DAYS:
        return bad(
            "backups", f"The newest backup is {days:.0f} days old.", "Look why none was made since."
        )
    hours = round(24 * days)
    old = "1 hour" if hours == 1 else f"{hours} hours"
    return good("backups", f"The newest backup is {old} old.")


def private(settings: Settings) -> Finding:
    """Whether others on this machine can read the secret key or the database."""
    files = [settings.home, *settings.home.glob("*.db*"), settings.home / "secret.key"]
    if settings.backups is not None:
        files.append(settings.backups)
    open_ = [str(p) for p in files if p.exists() and p.stat().st_mode & 0o077]
    if open_:
        return bad(
            "secrets",
            f"Others on this machine can read {', '.join(open_)}.",
            f"Run `chmod -R go-rwx {settings.home}`.",
        )
    if settings.secret_key is None and settings.database_url is not None:
        return note(
            "secrets",
            "The secret key is a file of this machine, and the database may have other servers.",
            "Give all servers of one database the same EQUIPOISE_SECRET_KEY.",
        )
    return good("secrets", "Secret key and data are this user's alone.")
