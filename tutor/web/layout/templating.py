"""Templates: filled with what a stage may show; they escape everything."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Callable
from functools import cache, lru_cache
from itertools import chain, zip_longest
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from jinja2.ext import Extension
from markupsafe import Markup, escape

from tutor.content.pack import Exercise
from tutor.content.texts import fraction
from tutor.core.case import FigureEvidence
from tutor.web import grading_text, words
from tutor.web.layout.addresses import url
from tutor.web.layout.charts import dots, points
from tutor.web.layout.typography import amount, grouped, render, tied


def published(figure: FigureEvidence) -> str:
    """A published figure as it is said: a value, or a range where that is what was published."""
    if figure.bounded and figure.interval:
        low, high = figure.interval
        if low == 0:
            return f"under {fraction(high, figure.unit)}"
        return f"{fraction(low, figure.unit)} to {fraction(high, figure.unit)}"
    return fraction(figure.published, figure.unit)


# Characters for private use, which no text of a pack or a learner's holds as a mark of ours.
_PLACE = re.compile("\ue000([a-z]+) ?([^\ue001]*)\ue001")


def place(name: str) -> Markup:
    """In a template, where :func:`with_own` is to put something into the prepared fragment.

    ``name`` says what; words after it (columns of the chart) are told to whoever puts it in.
    """
    return Markup(f"\ue000{escape(name)}\ue001")


_INDENTATION = re.compile(r"^[ \t]+", re.MULTILINE)


class Unindented(Extension):
    """Templates are indented for whoever reads them; what is sent to a browser is not."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        """A template's source without the spaces that its lines begin with."""
        return _INDENTATION.sub("", source)


_VIEW_BOX = re.compile(r'\bviewBox="[-\d.]+[ ,]+[-\d.]+[ ,]+([\d.]+)[ ,]+([\d.]+)"')


def ratio(svg: str) -> str:
    """Width to height of a drawing, for CSS; ``auto`` where it does not say."""
    found = _VIEW_BOX.search(svg)
    return f"{found[1]} / {found[2]}" if found else "auto"


def _environment() -> Environment:
    environment = Environment(
        extensions=[Unindented],
        loader=FileSystemLoader(Path(__file__).parents[1]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters |= {"tied": tied, "grouped": grouped}
    environment.globals |= {
        "words": words,
        "worth": grading_text.number,
        "worth_points": grading_text.points,
        "amount": amount,
        "percent": words.percent,
        "pct": words.per_hundred,
        "per_thousand": words.per_thousand,
        "points": points,
        "dots": dots,
        "place": place,
        "ratio": ratio,
        "times": words.times,
        "fraction": fraction,
        "published": published,
        "url": url,
    }
    return environment


_TEMPLATES = _environment()


def fill(template: str, **values: Any) -> str:
    """A template with its values."""
    return _TEMPLATES.get_template(template).render(values)


_TITLE = re.compile(r'\bdata-title="([^"]*)"')


def whole_page(title: str, path: str, panel: str, head: str, script: str) -> str:
    """A whole page around a room's content; its title is the content's own, where it has one."""
    own = _TITLE.search(panel)
    # What was escaped in the content stays so.
    said = Markup(own[1]) if own else title
    parts = {"title": said, "panel": Markup(panel), "head": Markup(head)}
    return fill("layout/whole_page.html", **parts, path=path, script=script)


@cache
def macro(template: str, name: str) -> Callable[..., Markup]:
    """A template's macro, called without the cost of filling a whole template."""
    found: Callable[..., Markup] = getattr(_TEMPLATES.get_template(template).module, name)
    return found


@cache
def prose(text: str, exercise: Exercise) -> Markup:
    """A pack's Markdown as HTML."""
    # Sanitised by nh3 in render, so it may pass unescaped.
    return Markup(render(text, exercise.manifest.citations))


_DRAWN: OrderedDict[tuple[object, ...], Markup] = OrderedDict()
MOST_DRAWN = 2_000


def forget() -> None:
    """Draw every fragment anew: the texts that some of them hold have changed."""
    _DRAWN.clear()


def drawn(template: str, *key: object, values: Callable[[], dict[str, Any]]) -> Markup:
    """A fragment that is the same for every learner, drawn once; ``key`` says which it is."""
    known = _DRAWN.get((template, *key))
    if known is None:
        # A template's own output, so it may pass unescaped.
        known = _DRAWN[template, *key] = Markup(fill(template, **values()))
        while len(_DRAWN) > MOST_DRAWN:
            _DRAWN.popitem(last=False)
    return known


MOST_PARTED = 500  # prepared fragments, some 10 kB each


def with_own(prepared: Markup, own: Callable[[str, str], str]) -> Markup:
    """A prepared fragment with ``own(name, columns)`` at each :func:`place`.

    What is put in passes unescaped: it is a template's output too, or escaped before.
    """
    same, names, columns = _parted(prepared)
    marks = [own(*found) for found in zip(names, columns, strict=True)]
    return Markup("".join(chain.from_iterable(zip_longest(same, marks, fillvalue=""))))


@lru_cache(maxsize=MOST_PARTED)
def _parted(prepared: Markup) -> tuple[list[str], list[str], list[str]]:
    """A prepared fragment between its places; the name and columns of each."""
    parts = _PLACE.split(str(prepared))
    return parts[::3], parts[1::3], parts[2::3]
