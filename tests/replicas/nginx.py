"""A real nginx over the very template that is deployed, on a free loopback port."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TEMPLATE = ROOT / "deploy" / "nginx.conf.template"
MISSING = "NO NGINX: the tests of replicas did not run. Install nginx and put it on PATH."
OFTEN = ("/usr/sbin/nginx", "/usr/local/sbin/nginx")


def find() -> str | None:
    """nginx on PATH, or where systems put it that a user's PATH leaves out."""
    return shutil.which("nginx") or next((path for path in OFTEN if Path(path).exists()), None)


def configuration(run: Path, listen: str, ports: Sequence[int], tls: str = "") -> str:
    """The template filled in, as nginx's image fills it from the environment."""
    servers = " ".join(f"server 127.0.0.1:{p} max_fails=1 fail_timeout=5s;" for p in ports)
    values = {
        "NGINX_RUN": str(run),
        "NGINX_LISTEN": listen,
        "NGINX_TLS": tls,
        "EQUIPOISE_SERVERS": servers,
    }

    # nginx's own variables have no braces, ours have.
    text = TEMPLATE.read_text(encoding="utf-8")
    return re.sub(r"\$\{(\w+)\}", lambda place: values.get(place[1], place[0]), text)


@contextmanager
def serving(binary: str, run: Path, ports: Sequence[int], tls: str = "") -> Iterator[str]:
    """The address under which nginx answers for the servers on ``ports``."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    written = run / "nginx.conf"
    listen = f"127.0.0.1:{port} ssl" if tls else f"127.0.0.1:{port}"
    written.write_text(configuration(run, listen, ports, tls), encoding="utf-8")
    # A worker of another user could not write into the test's directory.
    words = [binary, "-c", str(written), "-p", str(run), "-g", "daemon off; user root;"]
    words = words if os.geteuid() == 0 else [*words[:-1], "daemon off;"]
    process = subprocess.Popen(words, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 60
        while True:
            assert process.poll() is None, "nginx stopped"
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                assert time.monotonic() < deadline, "nginx did not start"
                time.sleep(0.05)
        yield f"{'https' if tls else 'http'}://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()
