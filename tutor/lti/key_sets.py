"""The public keys of platforms: fetched, kept for an hour, and fetched again for an unknown key."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tutor.errors import LaunchRefused, PlatformError
from tutor.lti.fetching import Fetcher

if TYPE_CHECKING:
    import jwt

KEPT_SECONDS = 3_600.0
AGAIN_AFTER = 10.0  # between two fetches for an unknown key, whoever sends one
MOST_KEYS = 50
SHORTEST_BITS = 2_048
_UNKNOWN = (
    "The learning platform signed this launch with a key that it does not publish. Go back to the "
    "course and open the link again. If this comes back, tell an administrator of the platform."
)


@dataclass
class _KeySet:
    keys: dict[str, jwt.PyJWK]
    fetched: float
    lock: threading.Lock = field(default_factory=threading.Lock)


class KeySets:
    """Key sets by their addresses."""

    def __init__(self, fetcher: Fetcher, clock: Callable[[], float] = time.monotonic) -> None:
        self._fetcher = fetcher
        self._now = clock
        self._known: dict[str, _KeySet] = {}
        self._lock = threading.Lock()

    def find(self, url: str, key_id: str) -> jwt.PyJWK:
        """The key of an id in the set at an address.

        A platform that does not answer is forgiven while we hold the key that is asked for.

        Raises:
            LaunchRefused: the platform publishes no such key. PlatformError: it does not answer.
        """
        with self._lock:
            known = self._known.setdefault(url, _KeySet({}, float("-inf")))
        with known.lock:
            age = self._now() - known.fetched
            if age > KEPT_SECONDS or (key_id not in known.keys and age > AGAIN_AFTER):
                try:
                    known.keys = usable_keys(self._fetcher.get_json(url))
                    known.fetched = self._now()
                except PlatformError:
                    if key_id not in known.keys:
                        raise
            found = known.keys.get(key_id)
        if found is None:
            raise LaunchRefused(_UNKNOWN)
        return found


def usable_keys(key_set: Any) -> dict[str, jwt.PyJWK]:
    """The keys of a set that may sign a launch, by id: RSA of 2048 bits or more, for signatures."""
    import jwt  # nine megabytes, which a server without platforms does without

    listed = key_set.get("keys") if isinstance(key_set, dict) else None
    if not isinstance(listed, list):
        raise PlatformError("The learning platform’s key set is none: it has no list of keys.")
    found: dict[str, jwt.PyJWK] = {}
    for one in listed[:MOST_KEYS]:
        if not isinstance(one, dict) or not isinstance(one.get("kid"), str):
            continue
        is_for_this = one.get("kty") == "RSA" and one.get("use", "sig") == "sig"
        if not is_for_this or one.get("alg", "RS256") != "RS256":
            continue
        try:
            key = jwt.PyJWK.from_dict(one, "RS256")
        except (jwt.PyJWTError, ValueError, TypeError):
            continue
        if key.key.key_size >= SHORTEST_BITS:
            found[one["kid"]] = key
    return found
