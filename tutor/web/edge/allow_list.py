"""The addresses that are answered at all: those of our pages and files, and the pages' events.

Gradio brings some eighty more (uploads, a queue, files of other hosts, monitoring). None of our
pages asks for one, and each is a way in.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from starlette.routing import BaseRoute, Mount, Route

from tutor.web.layout.gradio_loader import OnlyEvents

READ = frozenset({"GET", "HEAD"})
SEND = frozenset({"POST"})


@dataclass(frozen=True)
class AllowList:
    """``exact`` addresses and ``folders`` (each file's name stands after one), with methods."""

    exact: Mapping[str, frozenset[str]]
    folders: tuple[tuple[str, frozenset[str]], ...]

    def methods(self, path: str) -> frozenset[str] | None:
        """The methods that an address takes; None if it is not on the list."""
        found = self.exact.get(path)
        if found is not None:
            return found
        for folder, methods in self.folders:
            if path.startswith(folder) and "/" not in path[len(folder) :]:
                return methods
        return None


def allow_list(routes: Iterable[BaseRoute]) -> AllowList:
    """The list of an application's own routes, and of the events of its one mounted panel."""
    exact: dict[str, frozenset[str]] = {}
    folders: list[tuple[str, frozenset[str]]] = []
    for route in routes:
        if isinstance(route, Mount) and isinstance(route.app, OnlyEvents):
            exact |= {f"{route.path}{address}": SEND for address in route.app.addresses}
        elif isinstance(route, Route):
            methods = frozenset(route.methods or READ)
            folder, parameter, _ = route.path.partition("{")
            if parameter:
                folders.append((folder, methods))
            else:
                exact[route.path] = exact.get(route.path, frozenset()) | methods
    return AllowList(exact, tuple(folders))
