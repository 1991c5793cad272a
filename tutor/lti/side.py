"""The part of the server that speaks LTI, put together."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from tutor.errors import PlatformError
from tutor.lti.fetching import Fetcher
from tutor.lti.key_sets import KeySets, usable_keys
from tutor.lti.keys import Keys
from tutor.lti.routes import LtiAddresses
from tutor.services.doctor.findings import Finding, bad, good
from tutor.services.lti.side import Surroundings
from tutor.store.platforms import Platform


class Lti:
    """Speaks LTI; ``local`` lets platforms be on this machine or in its network."""

    installed = True

    def __init__(self, local: bool = False) -> None:
        self.local = local
        self._fetcher = Fetcher(local)
        self._key_sets = KeySets(self._fetcher)

    def routes(self, around: Surroundings) -> list[Any]:
        """The routes below ``/lti/``."""
        keys = Keys(around.services.key_ring)
        made = LtiAddresses(around, keys, self._key_sets, self._fetcher, time.time, self.local)
        return made.routes()

    def probe(self, platform: Platform) -> Sequence[Finding]:
        """Ask a platform's addresses, and say how each of them answered."""
        return [self._key_set(platform), *map(self._answers, _pages(platform))]

    def _key_set(self, platform: Platform) -> Finding:
        name = "key set"
        try:
            found = usable_keys(self._fetcher.get_json(platform.jwks_url))
        except PlatformError as error:
            return bad(name, str(error), "Check the address of the key set (JWKS).")
        if not found:
            says = "The key set holds no RSA key for RS256 of 2048 bits or more."
            return bad(name, says, "Check the address of the key set (JWKS).")
        count = "1 key" if len(found) == 1 else f"{len(found)} keys"
        return good(name, f"{urlsplit(platform.jwks_url).hostname} publishes {count}.")

    def _answers(self, page: tuple[str, str]) -> Finding:
        name, url = page
        try:
            status = self._fetcher.send("GET", url).status
        except PlatformError as error:
            return bad(name, str(error), "Check the address, and that this server may reach it.")
        if status in (404, 410) or status >= 500:
            return bad(name, f"The address answered with the status {status}.", "Check it.")
        return good(name, f"The address answered (status {status}).")


def _pages(platform: Platform) -> list[tuple[str, str]]:
    return [("authentication", platform.auth_url), ("access tokens", platform.token_url)]
