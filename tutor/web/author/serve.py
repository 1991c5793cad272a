"""Serve a preview over a database that ends with it."""

from __future__ import annotations

import signal
import socket
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tutor.services.authoring.preview import Preview
from tutor.store.database import Database, sqlite_url
from tutor.web.author.app import create_preview
from tutor.web.edge.connections import bounded_server


def serve(preview: Preview, sock: socket.socket) -> None:
    """Serve on a listening socket until interrupted, and say where."""
    host, port = sock.getsockname()[:2]
    base = f"http://{f'[{host}]' if ':' in host else host}:{port}"
    # Ended politely, it takes its database along.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with TemporaryDirectory(prefix="equipoise-preview-") as home:
        database = Database(sqlite_url(Path(home) / "preview.db"))
        app = create_preview(preview, database)
        preview.follow()
        try:
            print(f"The author's panel is at {base}/author/  (Ctrl+C stops it)", flush=True)
            bounded_server(app).run(sockets=[sock])
        finally:
            preview.stop()
            database.close()
