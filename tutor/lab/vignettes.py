"""A bank of written cases → what a bundle holds. Nothing is trained, simulated or measured."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

from tutor.content.pack import Exercise, Problem
from tutor.content.rules import Rule
from tutor.content.vignettes.constraints import cell_right, is_luck, number_of
from tutor.content.vignettes.manifest import VignetteManifest, WrittenCase, WrittenFinding
from tutor.content.vignettes.reading import Placed, VignetteBank, read_vignettes
from tutor.core.soundness import in_grey_zone
from tutor.errors import BuildError, ContentError
from tutor.kit.features import Feature
from tutor.lab import case_parts
from tutor.lab.problem_location import Source
from tutor.lab.vignette_pictures import picture_of

NOT_RECORDED = "not recorded"
Json = dict[str, Any]


def bank_of(exercise: Exercise) -> VignetteBank:
    """The bank of a written exercise, read anew.

    Raises:
        ContentError: it cannot be used; every problem is said.
    """
    problems: list[Problem] = []
    folder = exercise.model_file.parent
    bank = read_vignettes(folder.parents[1], folder, problems)
    if bank is None:
        raise ContentError("\n".join(str(problem) for problem in problems))
    return bank


def compute(exercise: Exercise) -> Json:
    """Every part of the bundle of a written exercise, by name.

    Raises:
        BuildError: a picture cannot be read. ContentError: the bank cannot be used.
    """
    if problems := list(written_problems(exercise)):
        raise BuildError(str(problems[0]))
    bank = bank_of(exercise)
    parts: Json = {
        "exercise": exercise.keep(),
        "cards": [],
        "assessment": [],
        "shown": {},
        "revealed": {},
        "closed": {},
        "evidence": evidence_of(exercise, bank),
    }
    named = {case_id(exercise, placed.case): placed for placed in bank.cases}
    # In the order of their ids: the author's order may tell how they end.
    for case, placed in sorted(named.items()):
        parts["cards"].append(_card(case, bank.manifest, placed.case))
        parts["shown"][case] = _shown(bank, placed)
        parts["revealed"][case] = _revealed(bank.manifest, placed.case)
        parts["closed"][case] = _closed(bank.manifest, placed.case)
    return parts


def case_id(exercise: Exercise, case: WrittenCase) -> str:
    """What pages call a case: 12 hexadecimal digits, which stay when its text is corrected."""
    name = f"{exercise.pack}/{exercise.manifest.id}/{case.case}"
    return hashlib.blake2b(name.encode(), digest_size=6).hexdigest()


def written_problems(exercise: Exercise) -> Iterator[Problem]:
    """What is wrong between the exercise and its bank, and with the files of its pictures.

    Raises:
        ContentError: the bank cannot be used.
    """
    bank, source, manifest = bank_of(exercise), Source(exercise), exercise.manifest
    known = [finding.name for finding in bank.manifest.findings]
    if unknown := [name for name in manifest.drivers if name not in known]:
        what = f"The drivers {', '.join(unknown)} are not among the findings."
        yield source.in_manifest("drivers", what, f"Name some of {', '.join(known)}.", Rule.DRIVERS)
    pictured = any(placed.case.picture for placed in bank.cases)
    if (manifest.form == "picture") != pictured:
        there = "cases have pictures" if pictured else "no case has a picture"
        what = f"The form is {manifest.form!r}, and {there}."
        mend = 'Write "picture" or "table" as it is.'
        yield source.in_manifest("form", what, mend, Rule.PICTURE_OR_TABLE)
    line, factor = bank.manifest.threshold, manifest.bank.grey_zone
    for placed in bank.cases:
        risk = placed.case.chart_risk
        if risk is not None and in_grey_zone(risk, line, factor):
            what = (
                f"its chart risk {risk:g} lies in the grey zone around the line {line:g}, where "
                "either decision is sound."
            )
            mend = "A scored case lies clearly on one side: leave it out, or change its findings."
            yield placed.problem("chart_risk", what, mend, Rule.STATED_RISK)
        if placed.case.picture:
            try:
                _picture(bank, placed)
            except BuildError as error:
                mend = "Put another file in its place."
                yield placed.problem("picture", str(error), mend, Rule.PICTURE_FILE)


def evidence_of(exercise: Exercise, bank: VignetteBank) -> Json:
    """What pages say of the recorded algorithm as a whole: what is known, and no measurement."""
    manifest, cases = bank.manifest, [placed.case for placed in bank.cases]
    scored = [case for case in cases if not is_luck(manifest, case)]
    risks = sum(case.chart_risk is not None for case in cases)
    return {
        "threshold": manifest.threshold,
        "condition": manifest.condition,
        "absence": manifest.absence,
        "alert_says": manifest.alert_says,
        "silent_says": manifest.silent_says,
        "findings": {f.name: f.short or f.label for f in manifest.findings},
        "background": 0,
        "held_out": 0,
        "prevalence": None,
        "right": sum(cell_right(manifest, case) for case in scored) / len(scored),
        "auroc": None,
        "modes": [
            {
                "id": mode.id,
                "kind": mode.kind.value,
                "title": mode.title,
                "sentence": mode.sentence,
                "mechanism": mode.mechanism,
                "metric": "",
                "inside_says": "",
                "outside_says": "",
                "inside": None,
                "outside": None,
                "figure": None,
            }
            for mode in manifest.modes
        ],
        "figures": [],
        "grey_zone": exercise.manifest.bank.grey_zone,
        "recording": {
            "algorithm": manifest.algorithm.name,
            "version": manifest.algorithm.version,
            "source": manifest.algorithm.source,
            "cases": len(cases),
            "risks": risks,
            "basis": manifest.risk_basis if risks else "",
            "contributions": any(case.contributions for case in cases),
        },
    }


def _card(id: str, manifest: VignetteManifest, case: WrittenCase) -> Json:
    return {
        "case": id,
        "right": cell_right(manifest, case),
        "present": case.truth,
        "kind": case.modes[0] if case.modes else "",
        "luck": is_luck(manifest, case),
    }


def _shown(bank: VignetteBank, placed: Placed) -> Json:
    case = placed.case
    return {
        "story": case.story,
        "picture": _picture(bank, placed) if case.picture else None,
        "findings": [
            _finding(finding, case.findings.get(finding.name)) for finding in bank.manifest.findings
        ],
    }


def _picture(bank: VignetteBank, placed: Placed) -> dict[str, str]:
    return picture_of(bank.folder / "pictures" / placed.case.picture, placed.case.alt)


def _finding(finding: WrittenFinding, value: object) -> Json:
    number = number_of(value) if finding.is_number and value is not None else None
    if number is not None:
        row = case_parts.finding(_feature(finding, value), number)
        if row["bar"] and finding.reference:  # as the author wrote it, whatever the value has
            row["range"] = "–".join(f"{end:g}" for end in finding.reference)
        return row
    return {
        "column": finding.name,
        "label": finding.label,
        "short": finding.short or finding.label,
        "said": NOT_RECORDED if value is None else str(value),
        "unit": "" if value is None else finding.unit,
        "flag": "",
        "note": finding.note,
        "bar": None,
        "us": None,
    }


def _feature(finding: WrittenFinding, value: object) -> Feature:
    """The finding as a feature, with as many decimals as the value was written with."""
    decimals = len(str(value).replace(",", ".").partition(".")[2])
    return Feature(
        column=finding.name,
        label=finding.label,
        unit=finding.unit,
        decimals=decimals,
        reference=finding.reference,
        bounds=finding.bounds,
        short=finding.short,
        note=finding.note,
    )


def _revealed(manifest: VignetteManifest, case: WrittenCase) -> Json:
    """Which failures acted is the author's claim, told at the end: none is named as possible."""
    findings = {finding.name: finding for finding in manifest.findings}
    parts = sorted(case.contributions.items(), key=lambda part: -abs(part[1]))
    return {
        "probability": case.advice,
        "base": manifest.algorithm.base if parts else None,
        "contributions": [
            {
                "column": name,
                "label": findings[name].short or findings[name].label,
                "said": _said(findings[name], case.findings.get(name)),
                "us": None,
                "share": share,
            }
            for name, share in parts
        ],
        "like": None,
        "frequency_headline": False,
        "touched": [],
    }


def _said(finding: WrittenFinding, value: object) -> str:
    row = _finding(finding, value)
    return f"{row['said']} {row['unit']}".strip()


def _closed(manifest: VignetteManifest, case: WrittenCase) -> Json:
    sentence = manifest.present_sentence if case.truth else manifest.absent_sentence
    return {
        "present": case.truth,
        "sentence": case.truth_sentence or sentence,
        "touched": list(case.modes),
        "acting": list(case.modes) if manifest.modes else None,
        "chart_risk": case.chart_risk,
        "twin": None,
    }
