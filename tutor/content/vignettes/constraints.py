"""What a bank of written cases must keep to, beyond what each field says of itself."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator

from tutor.content import source_positions
from tutor.content.pack import Problem
from tutor.content.rules import Rule
from tutor.content.vignettes.manifest import FEWEST, VignetteManifest, WrittenCase
from tutor.content.vignettes.reading import Placed, VignetteBank

SUM_WITHIN = 1e-6
PICTURES = (".png", ".jpg", ".jpeg")
BANK_RULES = {
    "risk_basis": Rule.STATED_RISK,
    "algorithm": Rule.RECORDED_ADVICE,
    "modes": Rule.CLAIMED_MODE,
    "findings": Rule.FINDING,
}
_TEXT_RULES = {"story": Rule.STORY_GIVES_AWAY, "alt": Rule.PICTURE_GIVES_AWAY}
_PLAIN_NAME = re.compile(r"[\w .()-]+")
_ADVISER = re.compile(r"\b(?:algorithm|the (?:machine|model|software))\b", re.IGNORECASE)


def wrong(bank: VignetteBank, name: str, text: str) -> Iterator[Problem]:
    """Every problem; ``name`` and ``text`` are those of ``vignettes.toml``."""
    yield from _wrong_bank(bank, name, text)
    for placed in bank.cases:
        yield from _wrong_case(bank.manifest, placed)
        yield from _wrong_picture(bank, placed)
        yield from _named_in_texts(bank.manifest, placed)
    yield from _repeated(bank)


def cell_right(manifest: VignetteManifest, case: WrittenCase) -> bool:
    """Whether the algorithm's answer is the sound one: by the chart's risk, else by the outcome."""
    sound = case.truth if case.chart_risk is None else case.chart_risk >= manifest.threshold
    return (case.advice >= manifest.threshold) == sound


def is_luck(manifest: VignetteManifest, case: WrittenCase) -> bool:
    """Whether the outcome is against the odds of the chart's risk."""
    risk = case.chart_risk
    return risk is not None and (risk >= manifest.threshold) != case.truth


def _wrong_bank(bank: VignetteBank, name: str, text: str) -> Iterator[Problem]:
    manifest, cases = bank.manifest, [placed.case for placed in bank.cases]

    def problem(where: str, what: str, mend: str) -> Problem:
        line = source_positions.of_key(text, (where,))
        return Problem(name, where, what, mend, line, rule=BANK_RULES.get(where, Rule.WRITTEN_BANK))

    for kind, ids in (
        ("findings", [finding.name for finding in manifest.findings]),
        ("modes", [mode.id for mode in manifest.modes]),
    ):
        for twice in (id for id, count in Counter(ids).items() if count > 1):
            yield problem(kind, f"{twice!r} is described twice.", "Describe it once.")
    if len(cases) < FEWEST:
        what = f"There are {len(cases)} cases; {FEWEST} are the fewest."
        yield problem("case", what, "Write more of them.")
        return
    scored = [case for case in cases if not is_luck(manifest, case)]
    if len({case.truth for case in scored}) < 2:
        what = "All cases end alike, so there is nothing to judge."
        yield problem("case", what, "Add cases that end otherwise.")
    right = {cell_right(manifest, case) for case in scored}
    if len(right) < 2:
        always = "right" if True in right else "wrong"
        what = f"The algorithm is {always} in every case, so there is nothing to weigh."
        yield problem("case", what, "Add cases in which it is not.")
    luck = len(cases) - len(scored)
    if luck * 10 > len(cases):
        what = f"In {luck} of {len(cases)} cases the outcome is against the odds of the chart."
        yield problem("case", what, "Keep at most one such case in ten; check the chart risks.")
    if any(case.chart_risk is not None for case in cases) and not manifest.risk_basis.strip():
        what = "Cases state a chart risk, and nothing says who stated it."
        yield problem("risk_basis", what, "Name them: “a panel of three cardiologists”.")
    if any(case.contributions for case in cases) and manifest.algorithm.base is None:
        what = "Cases have contributions, and nothing says from where they start."
        yield problem("algorithm", what, "Write base = … under [algorithm].")
    acted = {mode for case in cases for mode in case.modes}
    for mode in manifest.modes:
        if mode.id not in acted:
            what = f"The failure mode {mode.id!r} acts in no case."
            yield problem("modes", what, "Mark a case in which it acted, or take it out.")


def _wrong_case(manifest: VignetteManifest, placed: Placed) -> Iterator[Problem]:
    case, known = placed.case, {finding.name: finding for finding in manifest.findings}
    for key, named in (("findings", case.findings), ("contributions", case.contributions)):
        for name in sorted(named.keys() - known.keys()):
            what = f"{name!r} is none of the [[findings]]."
            yield placed.problem(key, what, "Correct its name, or describe it there.", Rule.FINDING)
    for name, value in case.findings.items():
        finding = known.get(name)
        if finding is None or not finding.is_number:
            continue
        number = number_of(value)
        if number is None:
            what = f"“{value}” is no number."
            yield placed.problem(name, what, "Write a number, or leave it empty.", Rule.FINDING)
        elif finding.bounds and not finding.bounds[0] <= number <= finding.bounds[1]:
            low, high = finding.bounds
            what = f"{number:g} lies outside {low:g} to {high:g}, what can occur at all."
            yield placed.problem(name, what, "Correct the value or the bounds.", Rule.FINDING)
    yield from _wrong_contributions(manifest, placed)
    modes = {mode.id for mode in manifest.modes}
    for name in case.modes:
        if name not in modes:
            what = f"{name!r} is none of the [[modes]]."
            yield placed.problem(
                "modes", what, "Correct its name, or describe it there.", Rule.CLAIMED_MODE
            )
    if case.modes and (cell_right(manifest, case) or is_luck(manifest, case)):
        what = "A failure mode acts here, and the algorithm’s answer is the sound one."
        if is_luck(manifest, case):
            what = "A failure mode acts here, and the outcome is against the odds of the chart."
        yield placed.problem(
            "modes", what, "A failure acts only where the algorithm erred.", Rule.CLAIMED_MODE
        )


def _wrong_contributions(manifest: VignetteManifest, placed: Placed) -> Iterator[Problem]:
    case, base = placed.case, manifest.algorithm.base
    if not case.contributions or base is None:
        return
    total = base + math.fsum(case.contributions.values())
    if not abs(total - case.advice) <= SUM_WITHIN:
        what = f"base and contributions make {total:.6g}; the advice is {case.advice:.6g}."
        mend = "Correct them, or leave the contributions out: then the page says there are none."
        yield placed.problem("contributions", what, mend, Rule.RECORDED_ADVICE)


def _wrong_picture(bank: VignetteBank, placed: Placed) -> Iterator[Problem]:
    case, whole = placed.case, bank.manifest.pictures
    if not case.picture:
        return
    path = bank.folder / "pictures" / case.picture
    if not _PLAIN_NAME.fullmatch(case.picture) or path.suffix.lower() not in PICTURES:
        what = f"{case.picture!r} is no name of a PNG or JPEG file."
        mend = "Name a file in the folder `pictures`."
        yield placed.problem("picture", what, mend, Rule.PICTURE_FILE)
    elif not path.is_file():
        what = f"There is no file {case.picture!r} in the folder `pictures`."
        mend = "Put it there, or correct the name."
        yield placed.problem("picture", what, mend, Rule.PICTURE_FILE)
    if not case.alt.strip():
        what = "The picture has no words that stand in for it."
        yield placed.problem("alt", what, "Write them.", Rule.PICTURE_WITHOUT_WORDS)
    for key in ("licence", "consent"):
        if not (getattr(case, key) or getattr(whole, key, "")).strip():
            what = f"Nothing states the {key} of its picture."
            mend = "State it in [pictures] of vignettes.toml, or here."
            yield placed.problem(key, what, mend, Rule.PICTURE_RIGHTS)


def _named_in_texts(manifest: VignetteManifest, placed: Placed) -> Iterator[Problem]:
    """What a learner reads before judging must not speak of the algorithm, nor say the answer."""
    case = placed.case
    names = [re.sub(r"^(?:a|an|the) ", "", n) for n in (manifest.condition, manifest.absence)]
    said = [manifest.present_sentence.rstrip("."), manifest.absent_sentence.rstrip(".")]
    said += [manifest.alert_says] * (len(manifest.alert_says.split()) > 1)
    said += [manifest.silent_says] * (len(manifest.silent_says.split()) > 1)
    texts = {"story": case.story, "alt": case.alt}
    texts |= {name: str(value) for name, value in case.findings.items()}
    for key, text in texts.items():
        rule = _TEXT_RULES.get(key, Rule.FINDING_SETTLES)
        answers = said if key == "story" else [*said, *names]
        answers = [*answers, case.truth_sentence.rstrip(".")]
        if found := next((a for a in answers if a and names_it(text, a)), None):
            what = f"The {_called(key)} says “{found}”: it names the answer."
            yield placed.problem(key, what, "Say what is to be seen, not what it means.", rule)
        elif match := _ADVISER.search(text):
            what = f"The {_called(key)} speaks of “{match[0]}”, before the learner has judged."
            yield placed.problem(key, what, "Take it out.", rule)


def _called(key: str) -> str:
    return {"story": "story", "alt": "picture’s text"}.get(key, f"finding {key!r}")


def names_it(text: str, words: str) -> bool:
    """Whether the words stand in the text, whole and in whatever case."""
    return bool(re.search(rf"(?<!\w){re.escape(words)}(?!\w)", text, re.IGNORECASE))


def _repeated(bank: VignetteBank) -> Iterator[Problem]:
    """Names, charts and pictures that stand there twice."""
    seen: dict[tuple[str, object], str] = {}
    for placed in bank.cases:
        case = placed.case
        chart = (" ".join(case.story.lower().split()), tuple(sorted(case.findings.items())))
        for key, value, what in (
            ("case", case.case.casefold(), "another case has this name."),
            ("story", chart, "its chart reads as that of {}."),
            ("picture", case.picture.lower(), "its picture is that of {}."),
        ):
            if value and (key, value) in seen:
                mend = "Every patient is one of their own: change it, or take one out."
                what = what.format(repr(seen[key, value]))
                yield placed.problem(key, what, mend, Rule.REPEATED_PATIENTS)
            elif value:
                seen[key, value] = case.case


def number_of(value: object) -> float | None:
    """A finite number, also with a decimal comma; None where it is none."""
    try:
        number = float(str(value).replace(",", ".").replace("−", "-"))
    except ValueError:
        return None
    return number if math.isfinite(number) else None
