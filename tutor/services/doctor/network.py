"""How browsers reach the server: address, encryption, proxy."""

from __future__ import annotations

import socket
import ssl
from contextlib import suppress
from datetime import UTC, datetime
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from ipaddress import ip_address, ip_network
from urllib.parse import urlsplit

from tutor.services.doctor.findings import Finding, bad, good, note
from tutor.settings import Settings

PATIENCE = 5.0  # seconds for one answer
DAYS_LEFT = 14
OURS = "Equipoise"


def listens(settings: Settings) -> Finding:
    """Whether the port is free, or served by us."""
    host, port = settings.host, settings.port
    here = f"{host}:{port}"
    asked = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    try:
        page = _page(HTTPConnection(asked, port, timeout=PATIENCE), settings.root_path)
    except ConnectionRefusedError:
        return good("address", f"Nothing listens on {here} yet; `equipoise serve` may.")
    except (OSError, HTTPException) as error:
        return bad(
            "address",
            f"{here} does not answer as Equipoise does: {_reason(error)}.",
            "Stop what listens there, or set EQUIPOISE_HOST and EQUIPOISE_PORT to another place.",
        )
    if OURS in page:
        return good("address", f"Equipoise answers on {here}.")
    return bad(
        "address",
        f"Another program answers on {here}.",
        "Stop it, or set EQUIPOISE_PORT to another port.",
    )


def encrypted(settings: Settings) -> Finding:
    """Whether browsers come over HTTPS, and how long its certificate lasts."""
    name = "encryption"
    if not settings.public_address:
        if _is_loopback(settings.host) and not settings.secure_cookies:
            return note(
                name,
                "Only this machine can reach the server, without encryption.",
                "For a class, put a proxy with TLS before it, and set EQUIPOISE_PUBLIC_ADDRESS.",
            )
        return note(
            name,
            "The address at which browsers reach the server is not named, so its certificate "
            "cannot be looked at.",
            "Set EQUIPOISE_PUBLIC_ADDRESS=https://tutor.example.edu with your own name.",
        )
    if settings.public_address.startswith("http:"):
        return bad(
            name,
            f"Browsers reach {settings.public_address} without encryption: passwords and cookies "
            "can be read on the way.",
            "Put a proxy with TLS before the server, and name its https address.",
        )
    if not settings.secure_cookies:
        return bad(
            name,
            "Cookies may be sent without encryption.",
            "Set EQUIPOISE_SECURE_COOKIES=true.",
        )
    return _certificate(settings.public_address)


def _certificate(address: str) -> Finding:
    parts = urlsplit(address)
    host, port = parts.hostname or "", parts.port or 443
    try:
        with (
            socket.create_connection((host, port), PATIENCE) as plain,
            ssl.create_default_context().wrap_socket(plain, server_hostname=host) as secured,
        ):
            until = str((secured.getpeercert() or {}).get("notAfter", ""))
    except OSError as error:
        return bad(
            "encryption",
            f"{address} cannot be reached over TLS from here: {_reason(error)}.",
            "Look at the proxy, its certificate, and whether this machine can resolve the name.",
        )
    left = (datetime.fromtimestamp(ssl.cert_time_to_seconds(until), UTC) - datetime.now(UTC)).days
    if left < DAYS_LEFT:
        ends = "1 day" if left == 1 else f"{left} days"
        return bad("encryption", f"The certificate ends in {ends}.", "Renew it.")
    return good("encryption", f"The certificate of {host} is good for {left} days more.")


def behind(settings: Settings) -> Finding:
    """Whether the proxy leads to us, and whose word on a caller's address is believed."""
    wide = [one for one in settings.trusted_proxies.split(",") if one and _is_wide(one)]
    if wide:
        return bad(
            "proxy",
            f"Anyone's word on where a request comes from is believed ({', '.join(wide)}), so "
            "who guesses passwords is not slowed.",
            "Set EQUIPOISE_TRUSTED_PROXIES to the proxy's own address or network.",
        )
    if not settings.public_address:
        return good("proxy", f"Proxies believed: {settings.trusted_proxies or 'none'}.")
    parts = urlsplit(settings.public_address)
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    try:
        page = _page(kind(parts.hostname or "", parts.port, timeout=PATIENCE), settings.root_path)
    except (OSError, HTTPException) as error:
        return bad(
            "proxy",
            f"{settings.public_address} does not answer: {_reason(error)}.",
            "Start the server and the proxy, then ask again.",
        )
    if OURS in page:
        return good("proxy", f"{settings.public_address}{settings.root_path}/ leads to Equipoise.")
    return bad(
        "proxy",
        f"{settings.public_address}{settings.root_path}/ answers with another page.",
        "Let the proxy send that address to the server; EQUIPOISE_ROOT_PATH names a path.",
    )


def _page(connection: HTTPConnection, root: str) -> str:
    try:
        connection.request("GET", f"{root}/", headers={"accept": "text/html"})
        return connection.getresponse().read(20_000).decode("utf-8", "replace")
    finally:
        connection.close()


def _is_loopback(host: str) -> bool:
    with suppress(ValueError):
        return ip_address(host).is_loopback
    return host == "localhost"


def _is_wide(named: str) -> bool:
    network = ip_network(named, strict=False)
    return network.prefixlen < (8 if network.version == 4 else 16)


def _reason(error: Exception) -> str:
    strerror = getattr(error, "strerror", None)
    return str(strerror or error or type(error).__name__).rstrip(".")
