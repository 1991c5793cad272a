"""Files for browsers: our style sheet, script, font and icon, and Gradio's scripts.

Each of ours has a digest of its content in its address, as Gradio's have, so a browser that holds
one never asks for it again. They are compressed once.
"""

from __future__ import annotations

import hashlib
import json
import mimetypes
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tutor.web.layout.addresses import url

STATIC = Path(__file__).parent / "static"
FOLDER = "/static-equipoise/"
MEDIA = {".js": "text/javascript", ".woff2": "font/woff2", ".svg": "image/svg+xml"}
_DIGEST = re.compile(r"-[0-9a-f]{12}(?=\.)")


@dataclass(frozen=True)
class Asset:
    """A file as it is sent: its type and its bytes."""

    media: str
    body: bytes = field(repr=False)
    digest: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "digest", hashlib.sha256(self.body).hexdigest()[:12])

    def __hash__(self) -> int:
        return hash(self.digest)

    @property
    def is_dense(self) -> bool:
        """Whether its format is compressed already."""
        return self.media.startswith("font/woff") or self.media == "image/png"


_BESIDE = re.compile(r'url\("(?!data:)')
_INDENTATION = re.compile(r"^[ \t]+", re.MULTILINE)


def _joined(parts: str) -> str:
    return "".join(path.read_text(encoding="utf-8") for path in sorted(STATIC.glob(parts)))


def read(path: Path) -> Asset:
    """A file on disk."""
    media = MEDIA.get(path.suffix) or mimetypes.guess_type(path.name)[0]
    return Asset(media or "application/octet-stream", path.read_bytes())


class Files:
    """Our own files by name; ``told`` is what our script knows of Gradio."""

    def __init__(self, told: dict[str, Any]) -> None:
        files = {name: read(STATIC / name) for name in ("icon.svg", "source-sans-3.woff2")}
        style = _INDENTATION.sub("", _joined("styles/*.css"))
        for name, file in files.items():
            style = style.replace(f'url("{name}")', f'url("{_hashed(name, file)}")')
        script = f"const GRADIO = {json.dumps(told)};\n{_joined('scripts/*.js')}"
        files["equipoise.css"] = Asset("text/css", style.encode())
        files["equipoise.js"] = Asset("text/javascript", f"(() => {{\n{script}}})();\n".encode())
        self._files = files
        self._by_address = {_hashed(name, file): file for name, file in files.items()}

    def address(self, name: str) -> str:
        """Where a file of ours is."""
        return FOLDER + _hashed(name, self._files[name])

    def find(self, name: str) -> tuple[Asset | None, bool]:
        """The file at a name, and whether the name says its content.

        A server of another version may have given another digest: then it is today's file.
        """
        if found := self._by_address.get(name):
            return found, True
        return self._files.get(_DIGEST.sub("", name)), False

    def head(self, to_newcomer: bool = False) -> str:
        """What stands in the head of each page.

        A newcomer's browser holds no style sheet yet, so theirs comes within the page: asking for
        it would take as long again as the page. Our script fetches the file afterwards.
        """
        address, icon = url(self.address("equipoise.css")), url(self.address("icon.svg"))
        font = url(self.address("source-sans-3.woff2"))
        style = f'<link rel="stylesheet" href="{address}">'
        if to_newcomer:
            rules = self._files["equipoise.css"].body.decode()
            # What a style sheet names beside itself stands elsewhere than the page.
            rules = _BESIDE.sub(f'url("{url(FOLDER)}', rules)
            style = f'<style data-file="{address}">{rules}</style>'
        return (
            f'<link rel="preload" href="{font}" as="font" type="font/woff2" crossorigin>\n'
            f"    {style}\n"
            f'    <link rel="icon" href="{icon}" type="image/svg+xml">\n'
            '    <meta name="color-scheme" content="light dark">'
        )


def _hashed(name: str, file: Asset) -> str:
    stem, _, suffix = name.rpartition(".")
    return f"{stem}-{file.digest}.{suffix}"
