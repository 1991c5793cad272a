"""Who is asking: a guest is known by a signed cookie."""

from __future__ import annotations

import re
import secrets

from itsdangerous import BadSignature, URLSafeTimedSerializer

from tutor.errors import SignedOut

COOKIE = "equipoise_guest"
_GUEST = re.compile(r"g_[A-Za-z0-9_-]{16,32}")
_GONE = (
    "We no longer know who you are: the cookie that kept your place is missing or has expired. "
    "Reload this page to go on as a new guest."
)


class Identity:
    """Sign and read guest cookies; ``days`` is how long one is good for."""

    def __init__(self, secret: str, days: int) -> None:
        self._serializer = URLSafeTimedSerializer(secret, salt="equipoise-guest")
        self.seconds = days * 86_400

    def new_guest(self) -> str:
        """A guest id that cannot be guessed."""
        return "g_" + secrets.token_urlsafe(16)

    def sign(self, guest: str) -> str:
        """The cookie's value."""
        return str(self._serializer.dumps(guest))

    def read(self, cookie: str | None) -> str:
        """The learner behind a cookie.

        Raises:
            SignedOut: missing, forged or expired.
        """
        try:
            guest = self._serializer.loads(cookie or "", max_age=self.seconds)
        except BadSignature:
            raise SignedOut(_GONE) from None
        if not isinstance(guest, str) or not _GUEST.fullmatch(guest):
            raise SignedOut(_GONE)
        return guest
