"""The facilitator's guide of an exercise, for those who teach."""

from __future__ import annotations

from urllib.parse import urlencode

from markupsafe import Markup

from tutor.services.classes.guides import ReadGuide
from tutor.services.services import Services
from tutor.web.layout.page_sections import PageRequest, Part
from tutor.web.layout.templating import fill
from tutor.web.layout.typography import render
from tutor.web.written import bank_says


def part(services: Services) -> Part:
    """``/desk/?view=guide`` of an ``exercise``; with ``class`` for all staff of that class."""

    def show(ask: PageRequest) -> str:
        key, classroom = ask.here.get("exercise", ""), ask.here.get("class", "")
        if classroom:
            found = services.guides.of_class(ask.caller, classroom, key)
            to = urlencode({"view": "assignments", "class": classroom})
            return _drawn(services, found, (f"/desk/?{to}", "The class"), True)
        return _drawn(services, services.guides.read(ask.caller, key), ("/", "Exercises"), False)

    return Part({"guide": show})


def _drawn(services: Services, found: ReadGuide, back: tuple[str, str], seen: bool) -> str:
    exercise, guide = found.exercise, found.guide
    evidence = services.library.bundle(exercise.fingerprint).evidence

    def html(text: str) -> Markup:
        # Sanitised by nh3 in render, so it may pass unescaped.
        return Markup(render(text, exercise.manifest.citations, evidence))

    return fill(
        "reports/guide.html",
        exercise=exercise.manifest,
        back=back,
        seen=seen,
        bank=bank_says(found.recording),
        lead=html(guide.lead) if guide.lead else "",
        sections=[
            (f"part-{at}", title, html(text)) for at, (title, text) in enumerate(guide.sections)
        ],
        failures=[
            (mode.title, html(guide.by_failure[mode.id]))
            for mode in found.modes
            if mode.id in guide.by_failure
        ],
    )
