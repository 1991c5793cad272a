"""Whether this machine is ready to serve a class: looked at, and said in plain sentences."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tutor.content.pack import Pack
from tutor.services.doctor import machine, network, storage
from tutor.services.doctor.findings import Finding, State
from tutor.services.doctor.mail import mail
from tutor.settings import Settings

__all__ = ["Finding", "State", "examine"]


def examine(settings: Settings, packs: Iterable[Pack], address: str) -> Iterator[Finding]:
    """Every item of the production checklist in ``docs/operators.md``, one after another.

    ``address`` is the database's. Nothing is changed: a file written to time the disk is removed.
    """
    yield network.listens(settings)
    yield network.encrypted(settings)
    yield network.behind(settings)
    stored, finding = storage.database(address)
    yield machine.clock(stored)
    yield machine.disk(settings.home)
    yield machine.temporary()
    yield finding
    yield storage.exercises(settings.bundles, packs)
    yield storage.backups(settings)
    yield storage.private(settings)
    yield mail(settings, stored)
    yield machine.versions()
