"""The author's panel as HTML, and what its buttons do."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from time import monotonic
from typing import Any

from markupsafe import Markup

from tutor.content.documentation import PROBLEMS
from tutor.content.pack import Problem
from tutor.core.case import Cell
from tutor.core.drawing import CELLS
from tutor.core.set_plan import Guidance
from tutor.errors import BadInput, NotFound
from tutor.services.authoring.preview import Preview
from tutor.services.authoring.preview_cases import Author, Until
from tutor.web.author import words
from tutor.web.documentation.rendering import address_of
from tutor.web.layout.templating import fill
from tutor.web.layout.typography import render
from tutor.web.written import bank_says

BY_NAME = {
    f"{'right' if c.algorithm_right else 'wrong'}-{'present' if c.present else 'absent'}": c
    for c in CELLS
}


class Panel:
    """Over one preview; it remembers what its author chose last."""

    def __init__(self, preview: Preview, author: Author, head: str) -> None:
        self._preview = preview
        self._author = author
        self._head = Markup(head)
        self._until = Until.SHOWN
        self._guidance = Guidance.FLAGGED
        self._run = secrets.token_hex(4)

    def version(self) -> dict[str, Any]:
        """What an open page compares with what it shows; ``run`` is another after a restart.

        ``age`` is for how many seconds the version has been shown.
        """
        sight = self._preview.sight
        return {
            "run": self._run,
            "shown": sight.shown,
            "age": monotonic() - sight.shown_at,
            "told": sight.told,
            "said": words.said(sight),
            "mood": words.mood(sight),
        }

    def page(self, notice: str = "") -> str:
        """The whole page."""
        sight = self._preview.sight
        values: dict[str, Any] = {
            "head": self._head,
            "name": self._preview.name,
            "root": self._preview.root,
            "notice": notice,
            "sight": sight,
            "said": words.said(sight),
            "mood": words.mood(sight),
            "problems": [_problem(p) for p in (*sight.problems, *sight.unproved)],
            "remarks": sight.exercise.remarks if sight.exercise else (),
            "exercise": sight.exercise,
            "words": words,
            "until": self._until,
            "guidance": self._guidance,
        }
        if exercise := sight.exercise:
            bundle = self._preview.library.bundle(exercise.fingerprint)
            guide = render(exercise.texts.guide, exercise.manifest.citations, bundle.evidence)
            values |= {
                "evidence": bundle.measured,
                "bank_says": bank_says,
                "cells": self._author.cells(exercise),
                # Sanitised by nh3 in render, so it may pass unescaped.
                "guide": Markup(guide),
            }
        return fill("author/author.html", **values)

    def open(self, form: Mapping[str, str]) -> str:
        """Where the next case of the cell that a form names is to be looked at.

        Raises:
            BadInput: the form was not this panel's. NotFound: there is nothing to open.
        """
        try:
            cell: Cell = BY_NAME[form["cell"]]
            self._until = Until(form.get("until", self._until))
            self._guidance = Guidance(form.get("guidance", self._guidance))
        except (KeyError, ValueError):
            raise BadInput("cell", "Choose one of the four cells on this page.") from None
        if self._preview.sight.exercise is None:
            raise NotFound("Nothing can be shown yet. Mend what is told below, and save.")
        return self._author.open(
            self._preview.sight.exercise.key, cell, self._until, self._guidance
        )

    def afresh(self) -> str:
        """Where somebody new begins."""
        self._author.afresh()
        return "/"

    def again(self, attempt: str) -> str:
        """Where the case of an attempt is to be looked at as it is saved now.

        Raises:
            NotFound: there is no such attempt, or nothing to show.
        """
        return self._author.again(attempt)


def _problem(problem: Problem) -> dict[str, str]:
    place, _, _ = str(problem).partition(f": {problem.what}")
    more = address_of(PROBLEMS, problem.rule)
    return {"place": place, "what": problem.what, "mend": problem.mend, "more": more}
