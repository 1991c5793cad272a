"""Where the links of a text lead: only out, by http or https, or nowhere at all.

The pages serve no file of a pack, so a relative link would lead nowhere even where the file is
there; pictures belong to the cases and are drawn by the model.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

from markdown_it import MarkdownIt

from tutor.content.source_positions import of_words

_MARKDOWN = MarkdownIt("commonmark").enable("table")
# What markdown-it would not even take for a link is found here: it refuses such addresses.
_WRITTEN = re.compile(r"\]\(\s*<?((?:javascript|vbscript|file|data):[^)\s>]*)", re.IGNORECASE)
_HOST = re.compile(r"^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]$")
_DOI = re.compile(r"^/10\.\d{4,9}/\S+$")


def bad_links(text: str) -> Iterator[tuple[int, str, str]]:
    """Each link that will not do: its line, what is wrong, how to mend it."""
    for address, is_picture in _addresses(text):
        found = _picture(address) if is_picture else _wrong(address)
        if found:
            yield (_line(text, address), *found)


def _line(text: str, address: str) -> int:
    """Where the link stands; its address may be part of another's."""
    said = (address, unquote(address))
    whole = (f"{before}{words}" for words in said for before in ("](", "](<", "<", "]: "))
    ends = (f"{words}{after}" for words in whole for after in (")", ">", " ", "\n"))
    return next((at for words in [*ends, *said] if (at := of_words(text, words))), 0)


def _addresses(text: str) -> Iterator[tuple[str, bool]]:
    for block in _MARKDOWN.parse(text):
        for token in block.children or ():
            if token.type == "link_open":
                yield str(token.attrs["href"]), False
            elif token.type == "image":
                yield str(token.attrs["src"]), True
    for match in _WRITTEN.finditer(text):
        yield match.group(1), False


def _picture(address: str) -> tuple[str, str]:
    what = f"The picture {address!r} would not be shown: texts are words alone."
    return what, "Take it out, or link to the page it is on."


def _wrong(address: str) -> tuple[str, str] | None:
    mend = "Write the whole address, with https://, or https://doi.org/ and the DOI."
    try:
        parts = urlsplit(address)
        host = (parts.hostname or "").encode("idna").decode()
        _ = parts.port
    except (ValueError, UnicodeError):
        return f"The link {address!r} is no address.", mend
    if parts.scheme in ("", "file") and not parts.netloc:
        return f"The link {address!r} leads nowhere: no file of a pack is served.", mend
    if parts.scheme not in ("http", "https"):
        return f"The link {address!r} is neither http nor https.", mend
    if not _HOST.match(host):
        return f"The link {address!r} names no host that could be on the internet.", mend
    if host in ("doi.org", "dx.doi.org") and not _DOI.match(unquote(parts.path)):
        return f"The link {address!r} is no DOI.", "Write https://doi.org/10.… in full."
    return None
