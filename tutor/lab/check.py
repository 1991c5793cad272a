"""Prove a pack before a learner sees it: everything at once, on three seeds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from tutor.content.check import check_texts
from tutor.content.form.check import check_form, said_once
from tutor.content.loading import load
from tutor.content.modules import load_model, pack_code
from tutor.content.pack import Exercise, Problem
from tutor.content.packaging import packaging_problems
from tutor.content.rules import Rule
from tutor.errors import ContentError
from tutor.kit.teaching import TeachingModel
from tutor.lab import bank
from tutor.lab.bank import Bank, Banks
from tutor.lab.build import NO_ASSESSMENT, SEED, Trained, compute, evidence_part, train_and_measure
from tutor.lab.check_cases import check_cases_told
from tutor.lab.claim_checks import claim_problems, repeated
from tutor.lab.evidence import SEEDS, Proof, demonstrated, evidence_on, on_every_seed, within
from tutor.lab.feature_checks import flaws
from tutor.lab.files_read import files_read, uncovered
from tutor.lab.form_checks import form_problems
from tutor.lab.limited_process import Ended
from tutor.lab.problem_location import Source
from tutor.lab.process_pool import Progress
from tutor.lab.reproducibility import Digests, Elsewhere, differences, digests_of, not_the_same
from tutor.lab.vignette_check import check_written

RIGHTS = (
    "A pack's code runs with the server's rights: serve no pack whose authors you do not trust."
)
# What a robot needs that plays, besides what it imports by itself.
STORING = ("alembic.command", "alembic.autogenerate")
GIVES_AWAY = {
    "story": Rule.STORY_GIVES_AWAY,
    "picture": Rule.PICTURE_GIVES_AWAY,
    "order": Rule.ORDER_GIVES_AWAY,
}
Play = Callable[[Exercise, Mapping[str, Any]], list[str]]


def nobody(_exercise: Exercise, _parts: Mapping[str, Any]) -> list[str]:
    """Play nothing, and find nothing in the way."""
    return []


def check_pack(
    root: Path, progress: Progress, workers: int = 0, play: Play = nobody, strict: bool = False
) -> list[Problem]:
    """Every problem of the pack in ``root``; ``progress`` hears how far it has come.

    With ``workers`` exercises and seeds are checked side by side, in processes of their own, and a
    sample of what they compute is computed once more in another, to be compared.
    ``play`` plays an exercise from its parts and says what stood in the way. ``strict`` adds what
    is unfinished.
    """
    try:
        pack, problems = load(root)
    except ContentError as error:
        return [
            Problem(
                "pack.toml",
                "",
                str(error),
                "Write it; see docs/course-teams.md.",
                rule=Rule.NO_PACK,
            )
        ]
    problems += [*check_form(pack, strict), *packaging_problems(root)]
    count = len(pack.exercises)
    progress(f"{count} exercises" if count != 1 else "one exercise")
    task = partial(_check_on, play=play, spare=workers > count)
    modelled = [exercise for exercise in pack.exercises if not exercise.written]
    elsewhere = Elsewhere(modelled) if workers and modelled else None
    measured = on_every_seed(task, pack.exercises, workers, STORING)
    try:
        for at, (exercise, found) in enumerate(measured, 1):
            problems += _together(exercise, found, elsewhere)
            progress(f"{exercise.manifest.id}: {at} of {count} done")
    finally:
        if elsewhere:
            elsewhere.close()
    return said_once(problems)


def check_files(root: Path, strict: bool = False) -> list[Problem]:
    """What can be said of the pack in ``root`` without training anything: loading, texts, form."""
    try:
        pack, problems = load(root)
    except ContentError as error:
        return [
            Problem(
                "pack.toml",
                "",
                str(error),
                "Write it; see docs/course-teams.md.",
                rule=Rule.NO_PACK,
            )
        ]
    problems += check_form(pack, strict)
    for exercise in pack.exercises:
        problems += check_texts(exercise, None)
    return said_once(problems)


@dataclass(frozen=True)
class Checked:
    """What was found on one seed; without a ``proof`` the model could not be used."""

    problems: list[Problem]
    proof: Proof | None
    digests: Digests | None = None


def _together(
    exercise: Exercise, found: list[Checked | Ended], elsewhere: Elsewhere | None = None
) -> list[Problem]:
    """The problems of an exercise, each once, and its claims if they could be measured."""
    if ended := next((one for one in found if isinstance(one, Ended)), None):
        return [*check_texts(exercise, None), Source(exercise).unusable(ended)]
    checked = [one for one in found if isinstance(one, Checked)]
    problems = list(dict.fromkeys(p for one in checked for p in one.problems))
    here, there = checked[0].digests, elsewhere.of(exercise) if elsewhere else None
    if here is not None and there is not None:
        problems += differences(exercise, here, there)
    proofs = [one.proof for one in checked if one.proof is not None]
    if len(proofs) == len(SEEDS):
        told = {problem.where for problem in problems}
        problems += [p for p in check_claims(exercise, proofs) if p.where not in told]
    return problems


def remarks(root: Path) -> list[str]:
    """What an author is told of the pack in ``root`` that is no problem."""
    try:
        pack, _ = load(root)
    except ContentError:
        return []
    return [remark for exercise in pack.exercises for remark in exercise.remarks]


def _check_on(
    piece: tuple[Exercise, int], progress: Progress, play: Play, spare: bool = False
) -> Checked:
    """The claims of a model on one seed; on the first, its cases and the texts, too."""
    exercise, seed = piece
    if exercise.written:
        return Checked(check_written(exercise, play) if seed == SEED else [], None)
    if seed == SEED:
        return check_exercise(exercise, progress, play, spare)
    try:
        return Checked([], evidence_on(exercise, seed).proof)
    except ContentError as error:
        return Checked([Source(exercise).unusable(error)], None)


def check_exercise(
    exercise: Exercise, progress: Progress, play: Play = nobody, spare: bool = False
) -> Checked:
    """Load the model, build its bank, play it, measure its claims; its texts in any case.

    With a ``spare`` core a process of its own draws pictures meanwhile.
    """
    with files_read(exercise) as read:
        found = _check_whole(exercise, progress, play, spare)
    return replace(found, problems=[*found.problems, *uncovered(exercise, read)])


def _check_whole(exercise: Exercise, progress: Progress, play: Play, spare: bool) -> Checked:
    source = Source(exercise)
    try:
        model = load_model(exercise.model_file, exercise.pack, exercise.manifest.model)
        with pack_code(exercise.model_file):
            trained = train_and_measure(model, progress)
            evidence = evidence_part(
                model, trained.evidence, trained.held_out, exercise.manifest.citations
            )
            stated, fatal = _check_findings(source, model, trained)
    except ContentError as error:
        return Checked([*check_texts(exercise, None), source.unusable(error)], None)
    problems, computed = [*check_texts(exercise, evidence), *stated], None
    try:
        with pack_code(exercise.model_file):
            computed = dict(digests_of(model))
            problems += claim_problems(source, trained.held_out, trained.evidence)
            problems += not_the_same(exercise, model, trained.held_out.fitted.cohort)
            if not fatal:
                problems += _check_cases(source, model, trained, progress, play, spare)
    except ContentError as error:
        problems.append(source.unusable(error))
    return Checked(problems, trained.evidence.proof, computed)


def _check_findings(
    source: Source, model: TeachingModel, trained: Trained
) -> tuple[list[Problem], bool]:
    """Units, ranges and names of the findings; and whether no case can be drawn with them."""
    manifest = source.exercise.manifest
    formal = list(form_problems(source.exercise, model))
    cited = {citation.id for citation in manifest.citations}
    listed = list(flaws(model, trained.held_out.patients))
    found = [
        source.in_model(
            f"finding {flaw.column}",
            flaw.what,
            flaw.mend,
            source.feature(flaw.column),
            Rule.FINDING,
        )
        for flaw in listed
    ]
    for figure in model.figures:
        if figure.citation not in cited and not figure.doi:
            what = f"It cites {figure.citation!r}, which is not among the exercise's citations."
            mend = "Add the source to exercise.toml, with its DOI."
            place = source.named("PublishedFigure", figure.id)
            found.append(
                source.in_model(f"figure {figure.id}", what, mend, place, Rule.MISSING_SOURCE)
            )
    unknown = sorted(set(manifest.drivers) - {f.column for f in model.findings})
    if unknown:
        what = f"The drivers {', '.join(unknown)} are not among the findings."
        found.append(
            source.in_manifest("drivers", what, "Name columns that are shown.", Rule.DRIVERS)
        )
    if (manifest.form == "picture") != (model.picture is not None):
        there = "draws none" if model.picture is None else "draws one"
        what = f"The form is {manifest.form!r}, but the model {there}."
        found.append(
            source.in_manifest(
                "form", what, 'Write "picture" or "table" as it is.', Rule.PICTURE_OR_TABLE
            )
        )
    return [*formal, *found], bool(unknown) or any(flaw.fatal for flaw in listed)


def _check_cases(
    source: Source,
    model: TeachingModel,
    trained: Trained,
    progress: Progress,
    play: Play,
    spare: bool,
) -> Iterator[Problem]:
    """The bank: its cells, its pictures, what it gives away, and whether it can be played."""
    from tutor.lab.leaks import leaks

    exercise = source.exercise
    parts = compute(exercise, model, progress, trained, spare)
    banks: Banks = parts["chosen"]
    yield from _check_bank(source, banks.practice, exercise.manifest.bank.cases)
    yield from _check_assessment(source, banks)
    yield from _check_pictures(source, parts)
    yield from repeated(source, trained.held_out, banks.both.rows)
    yield from check_cases_told(source, model, trained.rated, parts)
    for leak in leaks(trained.rated, banks, parts["shown"], exercise.manifest.best):
        if leak.of == "best":
            yield source.in_manifest("best", leak.what, leak.mend, Rule.STATED_BEST)
            continue
        argument = {"story": "story", "picture": "picture", "order": "simulate"}.get(leak.of)
        line = source.argument(argument) if argument else source.feature(leak.of)
        where = f"leak, {leak.of}" if argument else f"leak, finding {leak.of}"
        yield source.in_model(
            where, leak.what, leak.mend, line, GIVES_AWAY.get(leak.of, Rule.FINDING_SETTLES)
        )
    for what in play(exercise, parts):
        mend = "Play it: `equipoise preview` shows what the robot saw."
        yield source.in_model(
            "walkthrough", what, mend, source.argument("truth_sentence"), Rule.SMOKE_PLAY
        )


def _check_bank(source: Source, chosen: Bank, asked: int, name: str = "bank") -> Iterator[Problem]:
    """A cell with fewer patients than asked for makes the bank smaller."""
    for cell, found in bank.lacking(chosen, asked).items():
        says = bank.describe(cell)
        what = f"Only {found} of the {bank.wanted(asked, cell)} cases wanted have {says}."
        mend = "Widen the scope or the held-out cohort, or ask for fewer cases in [bank]."
        yield source.in_model(
            name, what, mend, source.argument("held_out_size"), Rule.BANK_TOO_SMALL
        )


def _check_assessment(source: Source, banks: Banks) -> Iterator[Problem]:
    """The bank of assignments: as full as asked for, and no patient in it reads as practice's."""
    asked = source.exercise.manifest.bank.assessment
    if asked and not banks.assessment.cards:
        mend = (
            "Widen the scope or the held-out cohort, or ask for fewer cases in [bank]. Where "
            "neither is possible, write assessment = 0 there."
        )
        yield source.in_model(
            "assessment", NO_ASSESSMENT, mend, source.argument("held_out_size"), Rule.NO_ASSESSMENT
        )
    elif asked:
        yield from _check_bank(source, banks.assessment, asked, "assessment")


def _check_pictures(source: Source, parts: Mapping[str, Any]) -> Iterator[Problem]:
    """Each picture can stand in a page as it was drawn, and has words that stand in for it."""
    line = source.argument("picture")
    if removed := parts["removed"]:
        what = f"Pictures are shown without {'; '.join(removed[:5])}."
        mend = "Draw with plain shapes, text, and raster images as data; see docs/course-teams.md."
        yield source.in_model("picture", what, mend, line, Rule.PICTURE_STRIPPED)
    pictures = [case["picture"] for case in parts["shown"].values() if case["picture"]]
    if silent := sum(not picture["alt"].strip() for picture in pictures):
        what = f"{silent} of {len(pictures)} pictures have no text alternative."
        yield source.in_model(
            "picture", what, "Say in alt= what is to be seen.", line, Rule.PICTURE_WITHOUT_WORDS
        )


def check_claims(exercise: Exercise, proofs: Sequence[Proof]) -> Iterator[Problem]:
    """Each failure mode demonstrated, each figure within tolerance, on every seed."""
    source = Source(exercise)
    for mode in proofs[0].modes:
        if not demonstrated(mode, proofs):
            what = "The 95 % interval includes no difference on at least one of three seeds."
            mend = "Make the mechanism stronger or the held-out cohort larger, or drop the claim."
            yield source.in_model(
                f"failure mode {mode}",
                what,
                mend,
                source.named("FailureMode", mode),
                Rule.MODE_NOT_SHOWN,
            )
    for id_, figure in proofs[0].figures.items():
        if not within(id_, proofs):
            ours = ", ".join(f"{proof.figures[id_].ours:.4g}" for proof in proofs)
            what = f"Published {figure.published:g} ± {figure.tolerance:g}; here {ours}."
            mend, line = "Tune the cohort to the publication.", source.named("PublishedFigure", id_)
            yield source.in_model(f"figure {id_}", what, mend, line, Rule.FIGURE_OUTSIDE)
