"""What a picture gives away beside what it may show.

A picture may rightly hold the finding that decides (the P waves that the algorithm never measured).
The chart's own risk counts it: what ``visible=`` names is read off the picture. So a picture tells
too much in one of these ways, asked in this order.

- **Names.** Its source or its text alternative names the diagnosis, or a raster image in it carries
  a text beside its pixels.
- **The answer.** It depends, outside of the declared decisive region, on a column that tells the
  truth beyond the chart (`picture_answers.py`).
- **Words.** A word, number or sign of its text alternative, or of the texts, ids and classes in its
  source, goes with the truth though nothing on the page explains it. The marks and the test are
  those of stories (`story_leaks.py`); the patients are those of the bank.
- **Source.** Bytes, elements and ids among pictures whose alternatives use the same words.
- **Look.** The patients whom the chart leaves most in doubt are drawn. Their attributes, and the
  colour, brightness and place of what is to be seen outside of the decisive region, must not go
  with the truth that the chart leaves open (a rank test). Nor may a small classifier (ridge
  regression on 16 by 16 cells, each patient judged by the others) tell more than chance would if
  the chart's risk were all there is (a parametric bootstrap): first outside of the region, then the
  whole picture.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from tutor.core.soundness import log_odds
from tutor.kit.drawing import Region
from tutor.kit.metrics import auroc
from tutor.lab.bank import Bank
from tutor.lab.drawn_sample import DrawnSample
from tutor.lab.leak import Leak
from tutor.lab.picture_answers import changes, telling_columns
from tutor.lab.picture_raster import GRID, grid, outside
from tutor.lab.picture_source import Source, attributes, carriers
from tutor.lab.rank_test import goes_with
from tutor.lab.rated_cohort import RatedCohort
from tutor.lab.story_leaks import Told, chart_behind, telling_marks
from tutor.lab.story_marks import marks_of

STRICTER = 4.5  # standard errors for each of many carriers
RUNS = 20_000  # of the truth, drawn from the chart's risk
LEVEL = 1e-4  # of the classifier
GAIN = 0.1  # of the area under the ROC curve, from which a classifier counts
WIDEST = 0.9  # share of the picture that a decisive region may cover
PULL = 0.1  # of the ridge, as a share of the mean square of the cells

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]


def picture_leaks(
    rated: RatedCohort, both: Bank, pictures: Sequence[Mapping[str, str]]
) -> Iterator[Leak]:
    """What the pictures of the cases of ``both`` give away; the surest first."""
    model = rated.held_out.fitted.model
    sources = [Source(picture["svg"], picture["alt"]) for picture in pictures]
    yield from _named(sources, model.condition)
    yield from _metadata(sources)
    if model.picture is None:
        return
    sample = DrawnSample.of(rated)
    yield from _answer_shown(rated, sample)
    yield from _words(rated, both, sources, sample.reads)
    left = np.array([c.cell.present for c in both.cards]) - rated.risk.probability[both.rows]
    yield from _source(sources, left)
    yield from _look(sample, model.decisive_region)


def _named(sources: Sequence[Source], condition: str) -> Iterator[Leak]:
    name = re.sub(r"^(?:a|an|the) ", "", condition.lower())
    word = re.compile(rf"\b{re.escape(name)}\b")
    for part, where in (("alt", "text alternative"), ("svg", "source")):
        texts = (getattr(source, part).lower() for source in sources)
        if any(name in text and word.search(text) for text in texts):
            what = f"The {where} of a picture names the diagnosis, {name!r}."
            yield Leak("picture", what, "Say what is to be seen, not what it means.")
            return


def _metadata(sources: Sequence[Source]) -> Iterator[Leak]:
    found = sorted({name for source in sources for name in source.metadata()})
    if found:
        what = f"Images in the pictures carry texts beside their pixels: {', '.join(found)}."
        yield Leak("picture", what, "Save them without metadata.")


def _answer_shown(rated: RatedCohort, sample: DrawnSample) -> Iterator[Leak]:
    model = rated.held_out.fitted.model
    region = model.decisive_region
    if region is not None and region.share > WIDEST:
        what = f"The decisive region covers {region.share:.0%} of the picture."
        mend = f"Declare where the finding that decides is drawn, at most {WIDEST:.0%} of it."
        yield Leak("picture", what, mend)
    columns = telling_columns(rated, sample.reads)
    first = next(changes(model, sample, columns), None) if columns else None
    if first is not None:
        what = (
            f"The picture shows {' and '.join(columns)}, which tells the truth beyond the "
            f"findings: with another patient's, {first.what} changed in {first.times} of "
            f"{first.of} pictures."
        )
        mend = (
            "Draw it from findings and from what visible= names. If it is the finding that "
            "decides, declare decisive_region= and draw it only there."
        )
        yield Leak("picture", what, mend)


def _words(
    rated: RatedCohort, both: Bank, sources: Sequence[Source], reads: frozenset[str]
) -> Iterator[Leak]:
    model, patients = rated.held_out.fitted.model, rated.held_out.patients.take(both.rows)
    present = np.array([card.cell.present for card in both.cards])
    told = Told(patients, (), reads & frozenset(patients))
    chart = chart_behind(model, told, present)
    for where, texts in (
        ("text alternative", [source.alt for source in sources]),
        ("source", [source.texts for source in sources]),
    ):
        found = list(islice(telling_marks(marks_of(texts), chart, present), 3))
        if found:
            first = min(found, key=lambda mark: mark.p)
            what = (
                f"The {where} of the picture tells what no finding does: {first.name}. "
                f"{first.counts}, and no finding explains it."
            )
            mend = "Say and draw only what findings and what visible= names say too."
            yield Leak("picture", what, mend)
            return


def _source(sources: Sequence[Source], left: Array) -> Iterator[Leak]:
    said = [re.sub(r"[\W\d_]+", " ", source.alt.lower()) for source in sources]
    _, stratum = np.unique(said, return_inverse=True)
    what = "goes with who has the condition, though it shows the same."
    yield from _loudest(carriers(sources), left, what, stratum)


def _look(sample: DrawnSample, region: Region | None) -> Iterator[Leak]:
    if sample.present.all() or not sample.present.any():
        return  # the chart settles the matter
    what = "goes with who has the condition, and no finding explains it."
    found = list(_loudest(attributes(sample.sources), sample.left, what))
    bare = [source.bare for source in sample.sources]
    drawn = {svg: grid(svg) for svg in dict.fromkeys(bare)}
    cells = np.array([drawn[svg] for svg in bare])
    out = outside(region)
    if not found and out.any():
        found = list(_loudest(_colours(cells, out), sample.left, what))
    for where in (out, np.ones_like(out)):
        if not found and where.any():
            found = list(_classified(cells[:, where].reshape(len(cells), -1), sample))
    yield from found


def _loudest(
    of: Mapping[str, Array], left: Array, what: str, stratum: NDArray[np.int_] | None = None
) -> Iterator[Leak]:
    loud = {name: abs(goes_with(column, left, stratum)) for name, column in of.items()}
    name = max(loud, key=lambda name: loud[name], default="")
    if name and loud[name] > STRICTER:
        mend = "Draw every picture from the same elements, with the same ids and colours."
        yield Leak("picture", f"{name} of the picture {what}", mend)


def _colours(cells: Array, where: Mask) -> dict[str, Array]:
    """Plain statistics of the cells at ``where``, each of shape ``(n,)``.

    ``cells`` has shape ``(n, 16, 16, 3)``.
    """
    inside = cells[:, where]
    mean, high, low = inside.mean(axis=1), inside.max(axis=2), inside.min(axis=2)
    grey = inside.mean(axis=2)
    ink = np.abs(grey - np.median(grey, axis=1, keepdims=True)) + 1e-9
    down, across = np.nonzero(where)
    yellow = inside[..., 0] + inside[..., 1] - 2 * inside[..., 2]
    found = {
        "The brightness": grey.mean(axis=1),
        "The contrast": grey.std(axis=1),
        "The saturation": (high - low).mean(axis=1),
        "The hue (red against green)": mean[:, 0] - mean[:, 1],
        "The hue (yellow against blue)": yellow.mean(axis=1),
        "The place across": (ink * across).sum(axis=1) / ink.sum(axis=1) / GRID,
        "The place down": (ink * down).sum(axis=1) / ink.sum(axis=1) / GRID,
    }
    return {name: np.round(values, 5) for name, values in found.items()}


def _classified(cells: Array, sample: DrawnSample) -> Iterator[Leak]:
    """Whether a small classifier of the cells, shape ``(n, columns)``, tells more than the chart.

    The prediction for each patient is linear in the truths of the others, so that it can be had
    for thousands of truths drawn from the chart's risk at once.
    """
    varied = cells[:, cells.std(axis=0) > 1e-6]
    if not varied.shape[1]:
        return
    smoother = _by_the_others((varied - varied.mean(axis=0)) / varied.std(axis=0))
    drawn = np.random.default_rng(0).random((RUNS, len(cells))) < sample.risk
    chance = np.einsum("rn,rn->r", (drawn - sample.risk) @ smoother.T, drawn - sample.risk)
    score = smoother @ sample.left
    p = (1 + int((chance >= score @ sample.left).sum())) / (1 + RUNS)
    truth = sample.present.astype(int)
    alone = auroc(sample.risk, truth).value
    scale = float(score.std()) or 1.0
    both = auroc(log_odds(sample.risk) + 3 * score / scale, truth).value
    if p <= LEVEL and both - alone >= GAIN:
        what = (
            "The picture tells what no finding does: with its colours, seen from a distance, a "
            f"plain classifier reaches an area under the ROC curve of {both:.2f} among "
            f"{len(truth)} patients; the findings allow {alone:.2f}."
        )
        yield Leak("picture", what, "Draw only what findings and what visible= names say too.")


def _by_the_others(cells: Array) -> Array:
    """What each patient's residual is by ridge regression on all others, shape ``(n, n)``."""
    kernel = cells @ cells.T / cells.shape[1]
    hat = kernel @ np.linalg.inv(kernel + PULL * np.eye(len(cells)))
    own = np.diag(hat)
    return np.asarray((hat - np.diag(own)) / (1 - own)[:, None])
