"""Packs that pip has installed, by the entry-point group ``equipoise.packs``.

A pack is found without running its code: the entry point's name is what an administrator names,
its value the package whose directory is the pack. Nothing is loaded that was not named.
"""

from __future__ import annotations

from importlib.metadata import EntryPoint, entry_points
from importlib.util import find_spec
from pathlib import Path

from tutor.errors import ContentError

GROUP = "equipoise.packs"


def installed() -> dict[str, EntryPoint]:
    """The installed packs by name."""
    return {point.name: point for point in entry_points(group=GROUP)}


def locate(named: str) -> Path:
    """The directory of a pack, named by its path or by the name under which pip installed it.

    Raises:
        ContentError: it is neither.
    """
    path = Path(named).expanduser()
    if path.is_dir() or len(path.parts) != 1:
        return path  # whether it is a pack, loading says
    known = installed()
    if named not in known:
        there = f" Installed are {', '.join(sorted(known))}." if known else ""
        raise ContentError(
            f"{named} is not a pack: it is neither a directory with a pack.toml nor the name of an "
            f"installed pack.{there}"
        )
    spec = find_spec(known[named].module)
    for place in (spec.submodule_search_locations or ()) if spec else ():
        if (Path(place) / "pack.toml").is_file():
            return Path(place)
    raise ContentError(
        f"The installed pack {named} holds no pack.toml. Its entry point must name the package "
        "whose directory is the pack, and that package must carry its TOML, Markdown and models."
    )
