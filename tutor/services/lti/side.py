"""What the pages and the code that speaks LTI know of each other: neither imports the other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from tutor.services.doctor.findings import Finding
from tutor.services.services import Services
from tutor.store.platforms import Platform


@dataclass(frozen=True)
class Surroundings:
    """What the LTI addresses are given by the pages.

    ``public_address`` is scheme and host as browsers know them, or empty. ``page`` makes a whole
    page of a template and its values; ``url`` is an address below the path where the server is.
    ``cookies`` are the ``Set-Cookie`` headers that sign somebody in (learner, epoch, and whether
    the page stands in a frame); none where a frame cannot keep any. ``policy`` is the content
    security policy of a page whose form goes to another origin, or that a further one may frame.
    """

    services: Services
    public_address: str
    page: Callable[..., str]
    url: Callable[[str], str]
    cookies: Callable[[str, int, bool], Sequence[str]]
    policy: Callable[..., str]


class LtiSide(Protocol):
    """The part of the server that speaks LTI."""

    installed: bool
    local: bool

    def routes(self, around: Surroundings) -> list[Any]:
        """The routes below ``/lti/``."""

    def probe(self, platform: Platform) -> Sequence[Finding]:
        """Ask a platform's addresses, and say how each of them answered."""


class WithoutLti:
    """Where the extra ``lti`` is not installed: there are no addresses to answer at."""

    installed = False
    local = False

    def routes(self, around: Surroundings) -> list[Any]:
        """None: the pages answer with a sentence themselves."""
        return []

    def probe(self, platform: Platform) -> Sequence[Finding]:
        """Nothing can be asked."""
        return ()


WITHOUT_LTI = WithoutLti()
