"""Who is asking: a signed cookie names a guest, or someone who has signed in."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import time
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from itsdangerous import BadSignature, URLSafeSerializer, URLSafeTimedSerializer

from tutor.errors import SignedOut

COOKIE = "equipoise_guest"
GUEST, HOST = "equipoise-guest", "equipoise-host"  # what a cookie's signature is for
TICKET_SECONDS = 60
RENEWED_AFTER = 86_400
MOST_KNOWN = 4_000  # cookies, so that each is checked once and not at every request
_LEARNER = re.compile(r"[a-z]_[A-Za-z0-9_-]{16,32}")
_GONE = (
    "We no longer know who you are: the cookie that kept your place is missing or has expired. "
    "Reload this page to go on as a new guest."
)
_LATE = "That took too long. Sign in again."


@dataclass(frozen=True)
class Bearer:
    """What a cookie says: whose it is and, after signing in, of which epoch of the account."""

    learner: str
    epoch: int | None = None


class Identity:
    """Sign and read cookies; ``days`` is how long one is good for."""

    def __init__(self, secret: str, days: int, salt: str = GUEST) -> None:
        self._serializer = URLSafeTimedSerializer(secret, salt=salt)
        self._secret = secret.encode()
        self._days = days
        self._tickets = URLSafeTimedSerializer(secret, salt="equipoise-ticket")
        self._mail = URLSafeSerializer(secret, salt="equipoise-mail")
        self.seconds = days * 86_400
        self._signed = lru_cache(maxsize=MOST_KNOWN)(self._read)

    def for_host(self) -> Identity:
        """The same, for a cookie that only our own host can set: of each the other reads none."""
        return Identity(self._secret.decode(), self._days, HOST)

    def new_guest(self) -> str:
        """A guest id that cannot be guessed."""
        return "g_" + secrets.token_urlsafe(16)

    def sign(self, learner: str, epoch: int | None = None) -> str:
        """The cookie's value; one for an account is another at every signing in."""
        if epoch is None:
            return str(self._serializer.dumps(learner))
        return str(self._serializer.dumps([learner, epoch, secrets.token_urlsafe(8)]))

    def bearer(self, cookie: str | None) -> Bearer:
        """What a cookie says.

        Raises:
            SignedOut: missing, forged or expired.
        """
        try:
            bearer, signed = self._signed(cookie or "")
        except BadSignature:
            raise SignedOut(_GONE) from None
        if _age(signed) > self.seconds:
            raise SignedOut(_GONE)
        return bearer

    def renewed(self, cookie: str | None) -> str | None:
        """A new value for a good cookie that is older than a day; None for a younger one.

        Raises:
            SignedOut: missing, forged or expired.
        """
        bearer = self.bearer(cookie)
        _, signed = self._signed(cookie or "")
        return self.sign(bearer.learner, bearer.epoch) if _age(signed) > RENEWED_AFTER else None

    def _read(self, cookie: str) -> tuple[Bearer, int]:
        """What a cookie says, and the second it was signed in; refusals are not remembered."""
        said, signed = self._serializer.loads(cookie, return_timestamp=True)
        match said:
            case [str(learner), int(epoch), str()] if _LEARNER.fullmatch(learner):
                return Bearer(learner, epoch), int(signed.timestamp())
            case str(learner) if _LEARNER.fullmatch(learner):
                return Bearer(learner), int(signed.timestamp())
        raise SignedOut(_GONE)

    def read(self, cookie: str | None) -> str:
        """The learner behind a cookie.

        Raises:
            SignedOut: missing, forged or expired.
        """
        return self.bearer(cookie).learner

    def pseudonym(self, scope: str, learner: str) -> str:
        """A learner's name in the exports of ``scope``; without the secret it leads nowhere."""
        said = f"pseudonym/{scope}/{learner}".encode()
        return "p" + hmac.new(self._secret, said, hashlib.sha256).hexdigest()[:12]

    def seal(self, purpose: str, what: list[Any]) -> str:
        """What a browser may carry for us and nobody can change, for one purpose."""
        return str(URLSafeTimedSerializer(self._secret, salt=f"equipoise-{purpose}").dumps(what))

    def unseal(self, purpose: str, sealed: str, seconds: int) -> list[Any]:
        """What was sealed for a purpose, not longer ago than ``seconds``.

        Raises:
            SignedOut: it is forged, of another purpose, or too old.
        """
        serializer = URLSafeTimedSerializer(self._secret, salt=f"equipoise-{purpose}")
        try:
            said, signed = serializer.loads(sealed, return_timestamp=True)
        except BadSignature:
            raise SignedOut(_LATE) from None
        if _age(int(signed.timestamp())) > seconds or not isinstance(said, list):
            raise SignedOut(_LATE)
        return said

    def derived(self, purpose: str) -> str:
        """A key of its own for one purpose, which says nothing of the secret."""
        return hmac.new(self._secret, purpose.encode(), hashlib.sha256).hexdigest()

    def mail_token(self, learner: str) -> str:
        """What the link in an e-mail holds, by which somebody says that they want no more."""
        return str(self._mail.dumps(learner))

    def mail_holder(self, token: str) -> str:
        """The learner whose e-mail held a token.

        Raises:
            SignedOut: it is forged or cut off.
        """
        try:
            return str(self._mail.loads(token))
        except BadSignature:
            raise SignedOut(
                "This link is not whole. Copy all of it from the e-mail, or open “My data”."
            ) from None

    def ticket(self, learner: str, epoch: int, cookie: str | None) -> str:
        """Leave to sign in, for the browser that holds ``cookie`` and for a minute.

        Raises:
            SignedOut: it holds none, so any other browser would do as well.
        """
        return str(self._tickets.dumps([learner, epoch, _mark(cookie)]))

    def redeem(self, ticket: str, cookie: str | None) -> str:
        """The cookie of the account that a ticket is for.

        Raises:
            SignedOut: the ticket is forged, late, or another browser's.
        """
        try:
            said, signed = self._tickets.loads(ticket, return_timestamp=True)
        except BadSignature:
            raise SignedOut(_LATE) from None
        learner, epoch, mark = said
        if _age(int(signed.timestamp())) > TICKET_SECONDS or mark != _mark(cookie):
            raise SignedOut(_LATE)
        return self.sign(learner, epoch)


def _mark(cookie: str | None) -> str:
    if not cookie:
        raise SignedOut(_GONE)
    return hashlib.sha256(cookie.encode()).hexdigest()[:32]


def _age(signed: int) -> int:
    """Seconds since; none where the clock that signed was ahead of ours."""
    return max(0, int(time.time()) - signed)
