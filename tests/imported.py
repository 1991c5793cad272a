"""What a warm process has imported before it is forked; see ``tests/warm.py``."""

from __future__ import annotations

import os

# Read when numpy is loaded: a worker has one thread.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")

import tutor.lab.check
import tutor.lab.explain
import tutor.store.upgrade
import tutor.web.app
import tutor.web.serve

__all__ = ["tutor"]
