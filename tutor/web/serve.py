"""Serve the application, once the port is known to be free."""

from __future__ import annotations

import errno
import os
import socket
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from functools import partial

from fastapi import FastAPI

from tutor.content.pack import Pack
from tutor.errors import Misconfigured
from tutor.services.accounts.identity import Identity
from tutor.services.doctor import examine
from tutor.services.encounters.library import Library
from tutor.services.lti.side import WITHOUT_LTI, LtiSide
from tutor.services.mail.outbox import Outbox
from tutor.services.mail.postman import Postman
from tutor.services.mail.smtp import smtp_options
from tutor.settings import Settings
from tutor.store.database import Database
from tutor.web.app import create_app
from tutor.web.edge.connections import bounded_server
from tutor.web.edge.logs import log_config
from tutor.web.edge.options import EdgeOptions


def assemble(packs: Iterable[Pack], settings: Settings, lti: LtiSide = WITHOUT_LTI) -> FastAPI:
    """The application as the settings want it; ``lti`` speaks with learning platforms."""
    packs = tuple(packs)
    options = smtp_options(settings)
    _keep_private(settings)
    _check_temporary()
    database = Database(settings.database_address)
    identity = Identity(settings.secret(), settings.guest_days)
    app = create_app(
        database,
        Library(packs, settings.bundles),
        identity,
        settings.secure_cookies,
        root=settings.root_path,
        edge=EdgeOptions(
            settings.public_address,
            settings.platforms,
            settings.commitments_per_minute,
            settings.metrics_token.get_secret_value() if settings.metrics_token else "",
        ),
        outbox=Outbox(options is not None),
        examination=partial(examine, settings, packs, settings.database_address),
        lti=lti,
    )
    app.state.postman = Postman(database, identity, options) if options else None
    return app


def _keep_private(settings: Settings) -> None:
    """Make the home, and on SQLite the database, the owner's alone.

    SQLite gives its journal the mode of the database. A home that is there already keeps its own.

    Raises:
        Misconfigured: the home cannot be made or written to.
    """
    try:
        settings.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        if settings.database_url is None:
            os.close(os.open(settings.database, os.O_RDWR | os.O_CREAT, 0o600))
            with suppress(PermissionError):  # another user's, who lets us write
                settings.database.chmod(0o600)
    except OSError as error:
        raise Misconfigured(
            f"{error.filename} cannot be written to: {error.strerror}. Check EQUIPOISE_HOME, and "
            "that whoever runs this server may write there."
        ) from None


def _check_temporary() -> None:
    """Make Gradio's folder among the temporary ones, or check that it is ours.

    Raises:
        Misconfigured: it is another user's, or cannot be made.
    """
    folder = "the temporary folder"
    try:
        folder = os.environ.get("GRADIO_TEMP_DIR") or f"{tempfile.gettempdir()}/gradio"
        os.makedirs(folder, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return
    except OSError as error:
        raise Misconfigured(
            f"{folder} cannot be written to: {error.strerror}. It may be another user's. Set "
            "TMPDIR to a folder of the user who runs this server."
        ) from None


def listening(host: str, port: int, command: str = "serve") -> socket.socket:
    """A listening socket; ``command`` is what a person would type again with another port.

    Raises:
        Misconfigured: the port is taken, or the address is not this machine's.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # The event loop sends at once (TCP_NODELAY) only where the protocol is named.
    sock = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((host, port))
        sock.listen(256)
    except OSError as error:
        sock.close()
        if error.errno == errno.EADDRINUSE:
            made = f"`PORT={port + 1} make start`, or " if command == "serve" else ""
            raise Misconfigured(
                f"Port {port} is in use. Choose another: {made}"
                f"`equipoise {command} --port {port + 1}`."
            ) from None
        raise Misconfigured(f"Cannot listen on {host}:{port}: {error.strerror}.") from None
    return sock


def serve(
    packs: Iterable[Pack],
    settings: Settings,
    sock: socket.socket,
    lti: LtiSide = WITHOUT_LTI,
) -> None:
    """Serve on a listening socket until interrupted, and say where."""
    os.umask(0o077)
    app = assemble(packs, settings, lti)
    host, port = sock.getsockname()[:2]
    shown = f"[{host}]" if ":" in host else host
    base = f"http://{shown}:{port}{settings.root_path}"
    print(f"Equipoise is at {base}  (Ctrl+C stops it)", flush=True)
    token = app.state.services.accounts.first_link()
    if token:
        invitation = f"To teach a class, become its administrator, once: {base}/signin/?token="
        print(f"{invitation}{token}", flush=True)
    if app.state.postman:
        app.state.postman.start()
    server = bounded_server(
        app,
        # Named here, or uvicorn would take them from a variable of its own.
        forwarded_allow_ips=settings.trusted_proxies.split(","),
        log_config=log_config(),
    )
    server.run(sockets=[sock])
