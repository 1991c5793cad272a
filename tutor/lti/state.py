"""The state of a launch: sealed, good for ten minutes, and bound to one browser.

What binds it is kept by the browser alone: in a cookie, or in the platform's storage for tools. The
state says only its digest, so whoever gets hold of a state in another browser has nothing.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass, field

from tutor.errors import LaunchRefused, SignedOut
from tutor.services.accounts.identity import Identity

SECONDS = 600
PURPOSE = "lti-state"


@dataclass(frozen=True)
class State:
    """What a launch was begun with.

    ``storage`` is the platform's frame that keeps things for tools, or empty. ``query`` is what
    the platform asked for, so that the launch can be begun again in a window of its own.
    """

    platform: str
    nonce: str = field(repr=False)
    bound_to: str
    storage: str
    query: str = field(repr=False)

    def is_bound_by(self, binding: str) -> bool:
        """Whether a browser holds what this state was bound to."""
        return hmac.compare_digest(self.bound_to, digest(binding))


def begin(identity: Identity, platform: str, storage: str, query: str) -> tuple[str, str, str]:
    """A new state: sealed, with its nonce and what the browser is to keep."""
    nonce, binding = secrets.token_urlsafe(24), secrets.token_urlsafe(24)
    sealed = identity.seal(PURPOSE, [platform, nonce, digest(binding), storage, query])
    return sealed, nonce, binding


def opened(identity: Identity, sealed: str) -> State:
    """A state that we have sealed.

    Raises:
        LaunchRefused: it is forged, or too old.
    """
    try:
        said = identity.unseal(PURPOSE, sealed, SECONDS)
        return State(*said)
    except (SignedOut, TypeError):
        raise LaunchRefused(
            "This launch was not begun here, or took longer than ten minutes. Go back to the "
            "course and open the link again."
        ) from None


def digest(binding: str) -> str:
    """What a state says of its binding."""
    return hashlib.sha256(binding.encode()).hexdigest()


def cookie_name(sealed: str) -> str:
    """The name of the cookie that binds a state: launches in several tabs do not disturb others."""
    return f"equipoise_lti_{digest(sealed)[:16]}"
