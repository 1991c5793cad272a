"""Before an assignment: what to start from, the exercises, and three patients of each."""

from __future__ import annotations

from tutor.services.classes.assignment_templates import TEMPLATES
from tutor.services.classes.catalogue import SamplePatient
from tutor.services.services import Services
from tutor.web.encounter.patient import read_only
from tutor.web.layout.charts import rail
from tutor.web.layout.page_sections import PageRequest, Part
from tutor.web.layout.templating import fill
from tutor.web.written import bank_says


def part(services: Services) -> Part:
    """``/desk/?view=new-assignment``, ``catalogue`` and ``samples``."""
    catalogue, classes = services.catalogue, services.classrooms

    def start(ask: PageRequest) -> str:
        room = ask.here.get("class", "")
        entries = catalogue.entries(ask.caller, room)
        key = ask.here.get("exercise", "")
        chosen = next((e.exercise for e in entries if e.exercise.key == key), None)
        return fill(
            "instructor/new_assignment.html",
            ask=ask,
            classroom=classes.see(ask.caller, room).classroom,
            templates=TEMPLATES,
            chosen=chosen,
        )

    def browse(ask: PageRequest) -> str:
        room = ask.here.get("class", "")
        entries = catalogue.entries(ask.caller, room)
        return fill(
            "instructor/catalogue.html",
            ask=ask,
            classroom=classes.see(ask.caller, room).classroom,
            entries=entries,
            bank_says=bank_says,
        )

    def samples(ask: PageRequest) -> str:
        room = ask.here.get("class", "")
        entry, patients = catalogue.samples(ask.caller, room, ask.here.get("exercise", ""))
        evidence = services.library.bundle(entry.exercise.fingerprint).measured
        return fill(
            "instructor/samples.html",
            ask=ask,
            classroom=classes.see(ask.caller, room).classroom,
            entry=entry,
            evidence=evidence,
            patients=[
                (
                    one,
                    read_only(one.chart, one.fingerprint, one.case),
                    _rail(one, evidence.threshold),
                )
                for one in patients
            ],
        )

    return Part({"new-assignment": start, "catalogue": browse, "samples": samples})


def _rail(one: SamplePatient, threshold: float) -> object:
    """The algorithm's probability and the truth on one line."""
    truth = 1.0 if one.closed.truth.present else 0.0
    voices = [("algo", "algorithm", one.algorithm.probability), ("truth", "truth", truth)]
    return rail(voices, threshold)
