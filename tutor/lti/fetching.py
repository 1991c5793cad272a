"""Asking a learning platform's addresses, and nobody else's.

An address comes from whoever registered a platform, so it must not lead into the server's own
network. The host's name is looked up once, each address is looked at, and the connection goes to
the very address that was looked at: a name that means something else a moment later (DNS
rebinding) gains nothing. Redirects are not followed.
"""

from __future__ import annotations

import http.client
import json
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlencode, urlsplit

from tutor.errors import BadInput, PlatformError
from tutor.services.lti.addresses import web_address

SECONDS = 10.0
MOST_BYTES = 2_000_000
JSON_TYPE = "application/json"


@dataclass(frozen=True)
class Reply:
    """What an address answered."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)

    def json(self) -> Any:
        """The body as JSON.

        Raises:
            PlatformError: it is none.
        """
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            raise PlatformError("The learning platform’s answer is no JSON.") from None


class Fetcher:
    """Sends requests to platforms; ``local`` lets them be on this machine or in its network."""

    def __init__(self, local: bool = False, seconds: float = SECONDS) -> None:
        self._local = local
        self._seconds = seconds
        self._tls = ssl.create_default_context()

    def get_json(self, url: str) -> Any:
        """The JSON at an address.

        Raises:
            PlatformError: it did not answer, or with something else.
        """
        reply = self.send("GET", url, headers={"accept": JSON_TYPE})
        if reply.status != 200:
            raise PlatformError(f"{_host(url)} answered with the status {reply.status}.")
        return reply.json()

    def post_form(self, url: str, fields: Mapping[str, str]) -> Reply:
        """What an address answers to a form."""
        kind = {"content-type": "application/x-www-form-urlencoded", "accept": JSON_TYPE}
        return self.send("POST", url, urlencode(fields).encode(), kind)

    def send(
        self,
        method: str,
        url: str,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        """What an address answers, whatever its status.

        Raises:
            PlatformError: it may not be asked, or did not answer in time, or at too great length.
        """
        try:
            checked = urlsplit(web_address("url", url, self._local))
        except BadInput as error:
            raise PlatformError(f"{_host(url)} may not be asked. {error}") from None
        connection = self._connection(checked.scheme, checked.hostname or "", checked.port)
        path = (checked.path or "/") + (f"?{checked.query}" if checked.query else "")
        try:
            connection.request(method, path, body, dict(headers or {}))
            answer = connection.getresponse()
            text = answer.read(MOST_BYTES + 1)
        except (OSError, http.client.HTTPException) as error:
            raise PlatformError(f"{_host(url)} did not answer: {_reason(error)}.") from None
        finally:
            connection.close()
        if len(text) > MOST_BYTES:
            raise PlatformError(f"{_host(url)} answered with more than 2 MB.")
        named = {name.lower(): value for name, value in answer.getheaders()}
        return Reply(answer.status, named, text)

    def _connection(self, scheme: str, host: str, port: int | None) -> http.client.HTTPConnection:
        """A connection to an address that was looked at."""
        where = self._resolved(host, port or (443 if scheme == "https" else 80))
        connection: http.client.HTTPConnection
        if scheme == "https":
            connection = http.client.HTTPSConnection(
                host, port, timeout=self._seconds, context=self._tls
            )
        else:
            connection = http.client.HTTPConnection(host, port, timeout=self._seconds)

        def connect(_: Any, timeout: Any = None, source: Any = None) -> socket.socket:
            return socket.create_connection(where, self._seconds)

        # What the connection calls in place of a second look-up; TLS still checks the host's name.
        setattr(connection, "_create_connection", connect)  # noqa: B010
        return connection

    def _resolved(self, host: str, port: int) -> tuple[str, int]:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            raise PlatformError(f"No server is known by the name {host}.") from None
        addresses = [str(row[4][0]) for row in found]
        if not self._local and not all(_is_public(one) for one in addresses):
            raise PlatformError(f"{host} is inside a private network, so it is not asked.")
        return addresses[0], port


def _is_public(address: str) -> bool:
    known = ip_address(address.partition("%")[0])
    inner = getattr(known, "ipv4_mapped", None) or getattr(known, "sixtofour", None) or known
    return bool(known.is_global and inner.is_global and not known.is_multicast)


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or "This address"
    except ValueError:
        return "This address"


def _reason(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "it took too long"
    if isinstance(error, ssl.SSLCertVerificationError):
        return "its certificate is not valid"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return type(error).__name__
