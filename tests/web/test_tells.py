"""What surrounds a case tells nothing: its place in the set, its id, sizes, the response's time."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pytest
from scipy.stats import chisquare

from tests.web.conftest import Place
from tests.web.learner import Learner, panel_of
from tutor.core.drawing import draw
from tutor.core.set_plan import practice
from tutor.lab.bundle import Bundle
from tutor.web.encounter.patient import brief

SETS = 3_000
# One false alarm in a hundred thousand runs; what would be a tell is far beyond it.
CHANCE = 1e-5
SVG = re.compile(r"<svg[^>]*aria-label=\"[^\"]*\".*?</svg>", re.S)


@dataclass(frozen=True)
class Drawn:
    """Many sets: by set and position, whether the algorithm is right, present, and shown."""

    right: np.ndarray
    present: np.ndarray
    aided: np.ndarray


@pytest.fixture(scope="module")
def drawn(bundle: Bundle) -> Drawn:
    """Three thousand sets of the small bank, as the service draws them."""
    cells = {card.case: card.cell for card in bundle.cards}
    rows = []
    for seed in range(SETS):
        slots = draw(bundle.cards, practice(np.random.default_rng([seed, 1])), seed)
        rows.append(
            [(cells[s.case].algorithm_right, cells[s.case].present, s.aided) for s in slots]
        )
    table = np.array(rows)
    return Drawn(table[..., 0], table[..., 1], table[..., 2])


@pytest.mark.parametrize("what", ["right", "present"])
def test_the_place_in_the_set_does_not_tell(what: str, drawn: Drawn) -> None:
    counts = getattr(drawn, what).sum(axis=0)
    assert chisquare(counts).pvalue > CHANCE


def test_the_place_does_not_tell_where_right_meets_present(drawn: Drawn) -> None:
    counts = (drawn.right & drawn.present).sum(axis=0)
    assert chisquare(counts).pvalue > CHANCE


@pytest.mark.parametrize("what", ["right", "present"])
def test_a_case_does_not_tell_the_next(what: str, drawn: Drawn) -> None:
    values = getattr(drawn, what)
    same = (values[:, 1:] == values[:, :-1]).mean()
    shuffled = np.random.default_rng(0).permuted(values, axis=1)
    expected = (shuffled[:, 1:] == shuffled[:, :-1]).mean()
    assert abs(same - expected) < 0.02


@pytest.mark.parametrize("what", ["right", "present"])
def test_that_the_algorithm_is_absent_does_not_tell(what: str, drawn: Drawn) -> None:
    values = getattr(drawn, what)
    assert abs(values[~drawn.aided].mean() - values[drawn.aided].mean()) < 0.04


@dataclass(frozen=True)
class Seen:
    """One case's first page, as it came over HTTP."""

    attempt: str
    case: int
    html: str
    headers: tuple[str, ...]
    seconds: tuple[float, ...]


REPEATS = 8


@pytest.fixture(scope="module")
def seen(place: Place) -> list[Seen]:
    """The first case of sixty learners, each loaded several times in turns."""
    learners = [place.learner() for _ in range(60)]
    attempts = [learner.enter(place.exercise.key).attempt for learner in learners]
    pages = list(_looked_at(place, learners, attempts))
    for learner in learners:
        learner.http.close()
    return pages


def _looked_at(
    place: Place, learners: Sequence[Learner], attempts: Sequence[str]
) -> Iterator[Seen]:
    times: dict[str, list[float]] = {attempt: [] for attempt in attempts}
    answers = {}
    for _ in range(REPEATS):
        for learner, attempt in zip(learners, attempts, strict=True):
            start = time.perf_counter()
            answers[attempt] = learner.visit(attempt=attempt)
            times[attempt].append(time.perf_counter() - start)
    for attempt, answer in answers.items():
        html = panel_of(answer.text)
        names = tuple(sorted(answer.headers))
        yield Seen(attempt, place.case_number(attempt), html, names, tuple(times[attempt]))


def _cells(place: Place, seen: Sequence[Seen]) -> tuple[np.ndarray, np.ndarray]:
    bundle = Bundle(place.settings.bundles / place.exercise.fingerprint)
    cells = [bundle.cards[page.case].cell for page in seen]
    return (
        np.array([cell.algorithm_right for cell in cells]),
        np.array([cell.present for cell in cells]),
    )


def test_an_attempts_id_is_long_random_text(seen: list[Seen]) -> None:
    assert all(re.fullmatch(r"[\w-]{22}", page.attempt) for page in seen)


def test_no_two_learners_share_an_attempts_id(seen: list[Seen]) -> None:
    assert len({page.attempt for page in seen}) == len(seen)


def test_the_page_does_not_name_the_case_of_the_bank(place: Place, seen: list[Seen]) -> None:
    cards = Bundle(place.settings.bundles / place.exercise.fingerprint).cards
    assert [p.case for p in seen if cards[p.case].case in p.html] == []


def test_every_picture_has_the_same_size(seen: list[Seen]) -> None:
    pictures = [SVG.search(page.html) for page in seen]
    label = re.compile(r'aria-label="[^"]*"')
    assert len({len(label.sub("", found[0]).encode()) for found in pictures if found}) == 1


def test_every_case_answers_with_the_same_headers(seen: list[Seen]) -> None:
    assert len({page.headers for page in seen}) == 1


def test_a_page_is_as_long_as_what_can_be_read_on_it(place: Place, seen: list[Seen]) -> None:
    """Beyond the words and marks that the chart shows, no case's page has a byte of its own."""
    bundle = Bundle(place.settings.bundles / place.exercise.fingerprint)
    left = set()
    for page in seen:
        shown = bundle.shown[bundle.cards[page.case].case]
        rest = SVG.sub("", page.html).replace(page.attempt, "").replace(shown["story"], "")
        rest = rest.replace(shown["picture"]["alt"], "").replace(brief(shown["story"]), "")
        rows = re.findall(r"<li>\s*<(?:label|span) class=\"row\">.*?</li>", rest, re.S)
        rest = re.sub(r'<ul class="findings">.*?</ul>', "", rest, flags=re.S)
        left.add((rest, *sorted(_without_values(row) for row in rows)))
    assert len(left) == 1


def _without_values(row: str) -> str:
    """A row of the chart without what it reads, its flag, and where that lies."""
    row = re.sub(r'<span class="v[^>]*>.*?</span>\n', "", row, flags=re.S)
    return re.sub(r'style="[^"]*"', "", row)


def test_the_response_time_does_not_tell_the_truth(place: Place, seen: list[Seen]) -> None:
    quickest = np.array([min(page.seconds) for page in seen])
    # Chance alone separates sixty cases this far once in ten thousand runs.
    assert [_separation(quickest, truth) < 0.3 for truth in _cells(place, seen)] == [True, True]


def _separation(values: np.ndarray, group: np.ndarray) -> float:
    """How far the area under the ROC curve is from a half."""
    above = (values[group][:, None] > values[~group][None, :]).mean()
    return float(abs(above - 0.5))
