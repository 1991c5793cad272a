"""Somebody who follows a page in an empty directory."""

from __future__ import annotations

import os
import re
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Reader:
    """Somebody in an empty directory, with an environment of their own."""

    place: Path
    environment: dict[str, str]

    def write(self, name: str, text: str) -> None:
        """Write a file as the page gives it."""
        path = self.place / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def run(self, script: str) -> subprocess.CompletedProcess[str]:
        """Type a block into a shell."""
        return subprocess.run(
            ["bash", "-ec", script],
            cwd=self.place,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=300,
            check=False,
        )

    @contextmanager
    def serving(self, script: str) -> Iterator[str]:
        """The address that a block prints; Ctrl+C afterwards."""
        process = subprocess.Popen(
            ["bash", "-ec", script],
            cwd=self.place,
            env=self.environment,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        assert process.stdout is not None
        try:
            said = process.stdout.readline()
            address = re.search(r"http://\S+", said)
            assert address, said
            yield address[0]
        finally:
            os.killpg(process.pid, signal.SIGINT)
            process.wait(60)
            process.stdout.close()
