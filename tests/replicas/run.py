"""One server over the small pack: ``python -m tests.replicas.run PORT``."""

from __future__ import annotations

import sys

from tests.conftest import SMALL
from tutor.content.loading import load
from tutor.settings import Settings
from tutor.web.serve import listening, serve

if __name__ == "__main__":
    pack, _ = load(SMALL)
    serve([pack], Settings(), listening("127.0.0.1", int(sys.argv[1])))
