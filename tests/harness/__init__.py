"""Crashes, faults, leaks, load and abuse: ``python -m tests.harness crash --kills 200``."""
