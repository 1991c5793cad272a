"""What the edge is told: where the server is reached."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class EdgeOptions:
    """How the server is reached from outside.

    ``public_address`` is scheme and host as browsers know them (``https://tutor.example.edu``), or
    empty: then the ``Host`` of each request is taken for it.
    """

    public_address: str = ""


DIRECT = EdgeOptions()
