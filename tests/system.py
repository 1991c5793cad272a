"""What the tests use and pip cannot install: ``python -m tests.system``, before they run.

As root on Debian it installs with apt what is missing. Elsewhere it changes nothing: each test
that needs a missing program is skipped (:mod:`tests.absent`). It prints nothing when all is there.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests import postgres
from tests.browser import chromium
from tests.replicas import nginx

NO_OPENSSL = (
    "NO OPENSSL: nginx was not tried with a certificate. Install openssl and put it on PATH."
)
POLICY = Path("/usr/sbin/policy-rc.d")
NO_SERVICES = "#!/bin/sh\nexit 101\n"  # "action forbidden by policy"
APT = ("apt-get", "--quiet", "--option", "DPkg::Lock::Timeout=300")
CHROMIUM = ("chromium-headless-shell", "fonts-dejavu-core")
INSTALL = (*APT, "install", "--yes", "--no-install-recommends")


@dataclass(frozen=True)
class Need:
    """A program: whether it is there, Debian's packages that bring it, what is said without it.

    Where nothing is said the tests run without it as well, only slower.
    """

    found: Callable[[], object]
    packages: tuple[str, ...]
    without: str = ""


NEEDS = (
    Need(chromium.driver_starts, ("libatomic1", "libstdc++6"), chromium.NO_DRIVER),
    Need(chromium.light, CHROMIUM),
    Need(chromium.locate, CHROMIUM, chromium.NO_CHROMIUM),
    Need(postgres.find, ("postgresql",), postgres.MISSING),
    Need(nginx.find, ("nginx-light",), nginx.MISSING),
    Need(lambda: shutil.which("openssl"), ("openssl",), NO_OPENSSL),
)


def prepare(needs: Sequence[Need] = NEEDS) -> list[Need]:
    """Install what is missing, where that is possible, and return what is missing still."""
    missing = [need for need in needs if not need.found()]
    if not missing or os.geteuid() != 0 or shutil.which("apt-get") is None:
        return missing
    packages = list(dict.fromkeys(package for need in missing for package in need.packages))
    print(f"Installing for the tests: {', '.join(packages)}", flush=True)
    with _services_stopped():
        _apt(*APT, "update")
        # One package that an archive lacks must not leave out the others.
        if not _apt(*INSTALL, *packages):
            for need in missing:
                _apt(*INSTALL, *need.packages)
    return [need for need in missing if not need.found()]


@contextmanager
def _services_stopped() -> Iterator[None]:
    """Programs are wanted, not services: without this Debian starts nginx on port 80."""
    if POLICY.exists():
        yield
        return
    POLICY.write_text(NO_SERVICES, encoding="utf-8")
    POLICY.chmod(0o755)
    try:
        yield
    finally:
        POLICY.unlink()


def _apt(*command: str) -> bool:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        print(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}", file=sys.stderr)
    return done.returncode == 0


def main() -> int:
    """The exit code: 1 under ``CI`` if anything is missed that could not be installed."""
    missing = [need for need in prepare() if need.without]
    if not missing or not os.environ.get("CI"):
        return 0
    for need in missing:
        print(need.without, file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
