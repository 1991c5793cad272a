"""What the edge is told: where the server is reached, and who may show its pages in a frame."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class EdgeOptions:
    """How the server is reached from outside.

    ``public_address`` is scheme and host as browsers know them (``https://tutor.example.edu``), or
    empty: then the ``Host`` of each request is taken for it. ``framed_by`` are the addresses of
    learning platforms that may show our pages in a frame. ``per_minute`` is how many judgments a
    learner may commit in a minute; 0 is any number. ``metrics_token`` opens the metrics.
    """

    public_address: str = ""
    framed_by: tuple[str, ...] = ()
    per_minute: float = 0
    metrics_token: str = field(default="", repr=False)


DIRECT = EdgeOptions()
