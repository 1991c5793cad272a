"""Templates: filled with what a stage may show; they escape everything."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from tutor.content.pack import Exercise
from tutor.content.texts import fraction, render
from tutor.web import words
from tutor.web.charts import points


def published(figure: Mapping[str, Any]) -> str:
    """A published figure as it is said: a value, or a range where that is what was published."""
    if figure["bounded"] and figure["interval"]:
        low, high = figure["interval"]
        if low == 0:
            return f"under {fraction(high, figure['unit'])}"
        return f"{fraction(low, figure['unit'])} to {fraction(high, figure['unit'])}"
    return fraction(figure["published"], figure["unit"])


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.globals |= {
        "words": words,
        "percent": words.percent,
        "pct": words.per_hundred,
        "per_thousand": words.per_thousand,
        "points": points,
        "times": words.times,
        "fraction": fraction,
        "published": published,
    }
    return environment


_TEMPLATES = _environment()


def fill(template: str, **values: Any) -> str:
    """A template with its values."""
    return _TEMPLATES.get_template(template).render(values)


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
