"""What the doctor finds on the machine that serves, for administrators who have no terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from tutor.core.access import Action
from tutor.services.accounts.access import Access, Caller
from tutor.services.doctor.findings import Finding, State

Examination = Callable[[], Iterable[Finding]]
_ORDER = (State.BAD, State.NOTE, State.GOOD)


class ServerCheck:
    """The use case of whoever asks whether the server is ready for a class."""

    def __init__(self, access: Access, examination: Examination) -> None:
        self._access = access
        self._examination = examination

    def see(self, caller: Caller) -> tuple[Finding, ...]:
        """What is found now, what is to be corrected first; takes a second or more.

        Raises:
            Forbidden: the caller is no administrator.
        """
        self._access.require(caller, Action.CHECK_SERVER)
        return tuple(sorted(self._examination(), key=lambda one: _ORDER.index(one.state)))
