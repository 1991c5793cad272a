"""SVG from a pack, made safe to stand in a page: no script, no handler, nothing from elsewhere.

A picture that holds nothing but what is allowed here is passed on as it is, byte for byte. It must
then be well-formed XML without comments, CDATA or declarations: in such a picture an XML parser
and a browser's HTML parser see the same elements. Anything else goes through nh3, which reads
as a browser does and writes only what is allowed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from string import ascii_letters, digits
from xml.parsers import expat

import nh3


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


NAMESPACES = {"xmlns": "http://www.w3.org/2000/svg", "xmlns:xlink": "http://www.w3.org/1999/xlink"}
TAGS = _words(
    "svg g defs symbol use title desc path rect circle ellipse line polyline polygon text "
    "tspan image linearGradient radialGradient stop pattern clipPath mask marker"
)
# Presentation attributes are read as CSS, which can fetch by functions: see _FUNCTION.
_CSS = _words(
    "fill fill-opacity fill-rule stroke stroke-width stroke-opacity stroke-linecap "
    "stroke-linejoin stroke-miterlimit stroke-dasharray stroke-dashoffset opacity color "
    "stop-color stop-opacity clip-path clip-rule mask marker-start marker-mid marker-end "
    "transform font-family font-size font-style font-weight text-anchor dominant-baseline "
    "letter-spacing word-spacing visibility display overflow shape-rendering text-rendering "
    "image-rendering vector-effect paint-order"
)
_PLAIN = _words(
    "id role aria-label aria-hidden aria-labelledby aria-describedby focusable lang viewBox "
    "preserveAspectRatio version width height x y x1 y1 x2 y2 cx cy r rx ry fx fy dx dy d "
    "points offset gradientUnits gradientTransform spreadMethod patternUnits "
    "patternContentUnits patternTransform clipPathUnits maskUnits maskContentUnits "
    "markerWidth markerHeight markerUnits refX refY orient rotate textLength lengthAdjust "
    "pathLength"
)
_LINKS = frozenset(("href", "xlink:href"))
_WITH_CONTENT = {"script", "style", "foreignObject", "iframe", "object", "embed", "noscript"}
_FUNCTION = re.compile(r"([\w-]*)\s*\(\s*(.?)")
_HARMLESS = _words(
    "rgb rgba hsl hsla matrix translate translateX translateY scale rotate skewX skewY"
)
_BASE64 = (ascii_letters + digits + "+/").encode()
_RASTER = re.compile(r"data:image/(?:png|jpeg|webp|gif);base64,")


@dataclass(frozen=True)
class Sanitised:
    """A safe picture, and what had to be taken out of it, in words."""

    svg: str
    removed: tuple[str, ...] = ()


def sanitise(svg: str) -> Sanitised:
    """The picture as it is if all of it is allowed; else what is left of it."""
    removed = _not_allowed(svg)
    if not removed:
        return Sanitised(svg)
    clean = nh3.clean(
        svg,
        tags=set(TAGS),
        clean_content_tags=_WITH_CONTENT,
        attributes={"*": set(_CSS | _PLAIN | _LINKS)},
        attribute_filter=lambda tag, name, value: value if _allowed(tag, name, value) else None,
        url_schemes={"data"},
        url_relative="pass_through",
        link_rel=None,
    )
    return Sanitised(clean, tuple(dict.fromkeys(removed)))


def _not_allowed(svg: str) -> list[str]:
    """What must go, in words, in order; empty for a picture that may stand as it is."""
    if "<!" in svg or "<?" in svg:
        return ["a comment, declaration or instruction", *_seen(svg)]
    return _seen(svg)


def _seen(svg: str) -> list[str]:
    found: list[str] = []
    depth = 0

    def start(tag: str, attributes: Mapping[str, str]) -> None:
        nonlocal depth
        if (tag == "svg") < (depth == 0):
            found.append("what is not inside <svg>")
        depth += 1
        if tag not in TAGS:
            found.append(f"the element <{tag}>")
            return
        for name, value in attributes.items():
            if not _allowed(tag, name, value):
                said = f'{name}="{value[:40]}{"…" * (len(value) > 40)}"'
                found.append(f"{said} of <{tag}>")

    def refuse(*_: object) -> None:
        parser.StartElementHandler = None
        raise expat.ExpatError("it declares entities")

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.EntityDeclHandler = refuse
    try:
        parser.Parse(svg, True)
    except expat.ExpatError as error:
        found.append(f"what is not well-formed XML ({error})")
    return found


def _allowed(tag: str, name: str, value: str) -> bool:
    if name in NAMESPACES:
        return value == NAMESPACES[name]
    if name in _LINKS:
        return _is_local(value) or (tag == "image" and _is_raster(value))
    if name in _CSS:
        calls = _FUNCTION.findall(value)
        return "\\" not in value and all(
            function in _HARMLESS or (function == "url" and opens == "#")
            for function, opens in calls
        )
    return name in _PLAIN


def _is_local(value: str) -> bool:
    return re.fullmatch(r"#[\w.-]+", value) is not None


def _is_raster(value: str) -> bool:
    head = _RASTER.match(value)
    if head is None:
        return False
    data = value[head.end() :].rstrip("=").encode()
    return data.strip(b"+/") != b"" and not data.translate(None, _BASE64)
