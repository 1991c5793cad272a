"""What a monitoring system reads: counts and times, and nothing of anybody."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping

# Seconds; the last bucket holds what takes longer.
BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
EVENTS = "/gradio/gradio_api/run/"
FILES = ("/static-equipoise/", "/gradio/assets/")


class Metrics:
    """Answers by kind and status, and how long commitments took until their answer began."""

    def __init__(self) -> None:
        self._answers: Counter[tuple[str, int]] = Counter()
        self._buckets = [0] * (len(BOUNDS) + 1)
        self._seconds = 0.0

    def answered(self, path: str, known: bool, status: int, seconds: float) -> None:
        """Count an answer; ``known`` is whether its address is one of ours."""
        kind = _kind(path) if known else "unknown"
        self._answers[kind, status] += 1
        if kind == "commit" and status == 200:
            self._buckets[bisect_left(BOUNDS, seconds)] += 1
            self._seconds += seconds

    def lines(self, gauges: Mapping[str, tuple[str, float]]) -> Iterator[str]:
        """Prometheus' text format, version 0.0.4; ``gauges`` are help and value by name."""
        yield from _head("equipoise_answers_total", "counter", "Answers by kind and status.")
        for (kind, status), count in sorted(self._answers.items()):
            yield f'equipoise_answers_total{{kind="{kind}",status="{status}"}} {count}'
        name = "equipoise_commit_seconds"
        yield from _head(name, "histogram", "Time from a commitment to its answer's beginning.")
        total = 0
        for bound, count in zip((*BOUNDS, "+Inf"), self._buckets, strict=True):
            total += count
            yield f'{name}_bucket{{le="{bound}"}} {total}'
        yield f"{name}_sum {self._seconds:.6f}"
        yield f"{name}_count {total}"
        for gauge, (told, value) in gauges.items():
            yield from _head(f"equipoise_{gauge}", "gauge", told)
            yield f"equipoise_{gauge} {value:g}"


def _kind(path: str) -> str:
    if path.startswith(EVENTS):
        return path[len(EVENTS) :]
    return "file" if path.startswith(FILES) else "page"


def _head(name: str, kind: str, told: str) -> tuple[str, str]:
    return f"# HELP {name} {told}", f"# TYPE {name} {kind}"
