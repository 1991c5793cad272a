"""Serve the built-in exercises for the browser tests: ``python -m tests.browser.run PORT``."""

from __future__ import annotations

import sys

from tutor.content.loading import built_in, load
from tutor.content.pack import Pack
from tutor.settings import Settings
from tutor.web.serve import listening, serve


def played() -> Pack:
    """The built-in pack, every exercise of it."""
    pack, problems = load(built_in())
    if problems:
        raise LookupError(str([str(problem) for problem in problems]))
    return pack


if __name__ == "__main__":
    serve([played()], Settings(), listening("127.0.0.1", int(sys.argv[1])))
