"""The command as a person runs it: a process, the small pack inside, a home of its own."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import pytest

from tutor.cli import main


@dataclass(frozen=True)
class Equipoise:
    """Where the package lies, and where it keeps things."""

    site: Path
    home: Path

    def argv(self, *words: str) -> list[str]:
        """A command line."""
        return [sys.executable, "-m", "tutor", *words]

    @property
    def environment(self) -> dict[str, str]:
        """An environment that knows this home and nothing of the clone."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("EQUIPOISE", "PYTHON"))}
        return kept | {"PYTHONPATH": str(self.site), "EQUIPOISE_HOME": str(self.home)}

    def run(self, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run a command to its end, with more environment variables if wanted."""
        return subprocess.run(
            self.argv(*words),
            cwd=self.site,
            env={**self.environment, **environment},
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
        )

    @contextmanager
    def serving(self, *words: str, **environment: str) -> Iterator[Server]:
        """The address of a server while the block runs; then it is interrupted."""
        process = subprocess.Popen(
            self.argv("serve", *words),
            cwd=self.site,
            env={**self.environment, **environment},
            stdout=subprocess.PIPE,
            stderr=(self.home / "stderr").open("w"),
            text=True,
        )
        assert process.stdout is not None
        try:
            said = process.stdout.readline()
            found = re.search(r"http://\S+", said)
            assert found, f"{said}{self.errors()}"
            yield Server(found[0], process)
        except Exception as error:
            error.add_note(self.errors())
            raise
        finally:
            process.terminate()
            process.wait(60)
            process.stdout.close()

    def errors(self) -> str:
        """What the server wrote on the error channel."""
        return (self.home / "stderr").read_text()


@dataclass(frozen=True)
class Server:
    """A running server."""

    address: str
    process: subprocess.Popen[str]


def main_here(*words: object, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end in this process; what would be a traceback is raised."""
    argv = ["equipoise", *map(str, words)]
    out, err = StringIO(), StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        patch.setattr(sys, "argv", argv)
        for name, value in environment.items():
            patch.setenv(name, value)
        with pytest.raises(SystemExit) as ended:
            main()
    code = ended.value.code
    assert isinstance(code, int)
    return subprocess.CompletedProcess(argv, code, out.getvalue(), err.getvalue())
