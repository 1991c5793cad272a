"""Naevus or melanoma: the ink beside the lesion, after Winkler 2019.

Patients are drawn in causal order: age → lesion → how it looks → how worried a clinician was →
whether pen or scale lies beside it. Each lesion is then drawn as a dermatoscope shows it, and the
algorithm reads what a program measures on the pixels. In the cohort it learned from, lesions were
marked because someone worried; in the clinic it now serves, marking is routine.

Sources: Winkler JK, Fink C, Toberer F, et al. JAMA Dermatol 2019;155(10):1135-41, doi
10.1001/jamadermatol.2019.1735 (the figures; the mechanism); Narla A, Kuprel B, Sarin K, Novoa R,
Ko J. J Invest Dermatol 2018;138:2108-10, doi 10.1016/j.jid.2018.06.175 (rulers). Rates of marking,
of pink melanoma and of history are teaching choices; the separation of naevi and melanomas and
the rate of marking by worry were set so that the published figures follow.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutor.kit import (
    NO_YES,
    Estimate,
    FailureKind,
    FailureMode,
    Feature,
    Mask,
    Metric,
    Patients,
    Picture,
    PublishedFigure,
    Study,
    TeachingModel,
    Twin,
    World,
    everyone,
    happens,
    proportion,
    sigmoid,
)
from tutor.kit.lesion import lesion_picture
from tutor.kit.lesion_reader import measure
from tutor.kit.lesion_words import describe

Array = NDArray[Any]
Row = Mapping[str, float]
WINKLER = "10.1001/jamadermatol.2019.1735"
NAEVUS, MELANOMA, SPREAD = 0.27, 0.87, 0.175  # how atypical each looks, 0..1
IRREGULAR_FROM = 0.45


def simulate(n: int, seed: int, **do: Any) -> Patients:
    """Draw ``n`` adults with one melanocytic lesion each; every column has shape ``(n,)``.

    ``routine_marking`` 1 marks lesions whoever worries, 0 only when a clinician does;
    ``pale_share`` is the share of melanomas that hold hardly any pigment. Lengths in mm; the
    columns of the picture are those of :mod:`tutor.kit.lesion`.
    """
    w = World(n, seed, do)
    routine = w.draw("routine_marking", lambda s: np.ones(n, dtype=int))
    pale_share = w.draw("pale_share", lambda s: np.full(n, 0.12))
    w.draw("sex", lambda s: happens(s, 0.5, n))
    age = w.draw("age", lambda s: np.clip(s.normal(51, 16, n), 18, 90).round())
    family = w.draw("family", lambda s: happens(s, 0.1, n))
    risk = -1.0 + 0.035 * (age - 51) + 0.8 * family
    melanoma = w.draw("melanoma", lambda s: happens(s, sigmoid(risk), n))
    w.draw("site", lambda s: s.choice(4, n, p=[0.4, 0.2, 0.15, 0.25]))
    fast = w.draw("fast", lambda s: happens(s, 0.3 * melanoma, n))
    # A nodular melanoma, which grows fast, is more often without pigment.
    chance = np.where(melanoma == 1, pale_share * np.where(fast == 1, 2.8, 0.23), 0.10)
    pale = w.draw("pale", lambda s: happens(s, chance, n))
    usual = np.where(melanoma == 1, MELANOMA, NAEVUS)
    atypia = w.draw("atypia", lambda s: np.clip(s.normal(usual, SPREAD), 0, 1.3).round(3))
    _outline(w, np.where(pale == 1, 0.45 * atypia, atypia))
    _colour(w, atypia, pale, melanoma)
    changed, bleeds = _history(w, melanoma, fast, age)
    worry = 1.4 * melanoma + 0.5 * (changed + bleeds) + 0.5 * atypia
    worried = w.draw("worry", lambda s: s.normal(worry, 0.8))
    pen = np.where(routine == 1, 0.45, sigmoid(1.8 * (worried - 1.3)))
    marked = w.draw("marked", lambda s: happens(s, pen, n))
    # A worried hand draws longer strokes; a routine one draws as it always does.
    length = w.draw("stroke", lambda s: _strokes(s, worried, routine))
    w.draw("ink", lambda s: (marked * length).round(2))
    scale = np.where(routine == 1, 0.30, sigmoid(-1.3 + 2.3 * melanoma))
    w.draw("ruler", lambda s: happens(s, scale, n))
    for name in ("on_outline", "on_colours", "on_structures", "on_skin"):
        w.draw(name, lambda s: np.zeros(n, dtype=int))
    w.draw("lesion_seed", lambda s: s.integers(0, 2**31, n))
    return w.patients()


def _strokes(stream: np.random.Generator, worried: Array, routine: Array) -> Array:
    """How long the pen's strokes are, as :mod:`tutor.kit.lesion` counts: 1 is 3.4 mm."""
    by_worry = np.clip(stream.normal(0.1 + 0.35 * worried, 0.12), 0.3, 1)
    return np.where(routine == 1, stream.uniform(0.31, 0.82, len(worried)), by_worry)


def _about(w: World, name: str, usual: Any, spread: Any, low: float, high: float) -> None:
    w.draw(name, lambda s: np.clip(s.normal(usual, spread, w.n), low, high).round(3))


def _some(w: World, name: str, chance: Array, low: float, high: float) -> Array:
    """A structure that some lesions have, and how much of it."""
    return w.draw(name, lambda s: ((s.random(w.n) < chance) * s.uniform(low, high, w.n)).round(3))


def _outline(w: World, atypia: Array) -> None:
    """Skin, light and the lesion's shape."""
    _about(w, "tone", 0.28, 0.06, 0.02, 0.6)
    _about(w, "flush", 0.5, 0.12, 0, 1)
    w.draw("light", lambda s: np.ones(w.n))
    _about(w, "radius", 2.5 + 0.7 * atypia, 0.3, 1.5, 4.2)
    _about(w, "stretch", 0.10, 0.03, 0, 0.25)
    _about(w, "lopsided", 0.04 + 0.20 * atypia, 0.027, 0.01, 0.4)
    _about(w, "ragged", 0.012 + 0.06 * atypia, 0.0096, 0.002, 0.12)
    _about(w, "softness", 0.55 - 0.25 * atypia, 0.072, 0.12, 0.9)


def _colour(w: World, atypia: Array, pale: Array, melanoma: Array) -> None:
    """Colours and structures; a pale lesion has pink in place of them, a pink melanoma vessels."""
    n, full = w.n, 1 - pale
    brown = np.where(pale == 1, 0.15 - 0.09 * melanoma, 0.75 + 0.30 * atypia)
    _about(w, "brown", brown, np.where(pale == 1, 0.012, 0.09), 0.02, 1.6)
    _about(w, "mottle", 0.1 + 0.6 * atypia, 0.09, 0, 1)
    _about(w, "pink", 0.75 * pale, 0.07 * pale, 0, 1)
    _some(w, "blotch", full * sigmoid(7 * (atypia - 0.62)), 0.45, 0.7)
    _some(w, "veil", full * sigmoid(9 * (atypia - 0.80)), 0.45, 0.75)
    _some(w, "scar", full * sigmoid(9 * (atypia - 0.82)), 0.45, 0.65)
    network = _some(w, "network", full * 0.68, 0.6, 1.0)
    w.draw("disorder", lambda s: happens(s, sigmoid(8 * (atypia - 0.55)), n))
    _some(w, "globules", full * np.where(network > 0, 0.08 + 0.25 * atypia, 0.9), 0.5, 0.9)
    w.draw("cysts", lambda s: np.zeros(n))
    _some(w, "vessels", (pale * melanoma).astype(float), 0.6, 1.0)


def _history(w: World, melanoma: Array, fast: Array, age: Array) -> tuple[Array, Array]:
    """What the patient tells and the finger feels."""
    n = w.n
    usual = np.log(np.where(melanoma == 1, 1.3 - 0.7 * fast, 12.0))
    known = w.draw("years_known", lambda s: np.exp(s.normal(usual, 0.8)))
    w.draw("known_for", lambda s: np.clip(known, 0.2, age - 8).round(1))
    changing = np.where(melanoma == 1, 0.75 + 0.2 * fast, 0.10)
    changed = w.draw("changed", lambda s: happens(s, changing, n))
    bleeding = np.where(melanoma == 1, 0.08 + 0.4 * fast, 0.02)
    bleeds = w.draw("bleeds", lambda s: happens(s, bleeding, n))
    w.draw("firm", lambda s: happens(s, np.where(melanoma == 1, 0.1 + 0.75 * fast, 0.04), n))
    return changed, bleeds


def _forest() -> Any:
    from sklearn.ensemble import RandomForestClassifier

    return RandomForestClassifier(
        n_estimators=60,
        max_depth=8,
        min_samples_leaf=60,
        max_features=0.5,
        random_state=0,
        n_jobs=1,
    )


def _inked(p: Patients) -> Mask:
    return np.asarray(p["ink"] > 0)


def _scaled(p: Patients) -> Mask:
    return np.asarray((p["ruler"] == 1) & (p["ink"] == 0))


def _bare(p: Patients) -> Mask:
    return np.asarray((p["ink"] == 0) & (p["ruler"] == 0))


def _marked(p: Patients) -> Mask:
    return ~_bare(p)


def _pink(p: Patients) -> Mask:
    return np.asarray(p["pale"] == 1)


def _irregular(p: Patients) -> Mask:
    return np.asarray((p["atypia"] >= IRREGULAR_FROM) & (p["pale"] == 0) & _bare(p))


def _regular(p: Patients) -> Mask:
    return np.asarray((p["atypia"] < IRREGULAR_FROM) & _bare(p))


MODES = (
    FailureMode(
        id="pink",
        kind=FailureKind.REPRESENTATION,
        title="Looks for pigment",
        sentence="It learned melanoma from pigmented lesions. A pink lesion without brown, black "
        "or blue looks harmless to it, whatever its vessels and its story.",
        mechanism="Hardly any pink melanoma was in the training pictures, and its measurements "
        "are of colour contrast; red dots and growth are not among them.",
        metric=Metric.MISSES,
        touches=_pink,
        inside="melanomas that are pink",
        outside="pigmented melanomas",
    ),
    FailureMode(
        id="ink",
        kind=FailureKind.SHORTCUT,
        title="Takes the pen for the disease",
        sentence="Where it learned, lesions were outlined in violet ink because someone worried. "
        "It counts violet beside the lesion as evidence, whoever drew it and why.",
        mechanism="Ink went with melanoma in the training pictures, so the algorithm learned ink. "
        "In a clinic that marks every lesion, ink says nothing, and harmless naevi are flagged.",
        metric=Metric.FALSE_ALARMS,
        touches=_inked,
        compared_with=_bare,
        inside="naevi with pen strokes beside them",
        outside="naevi with nothing beside them",
        figure="specificity_marked",
    ),
    FailureMode(
        id="ruler",
        kind=FailureKind.SHORTCUT,
        title="Takes the scale for the disease",
        sentence="A millimetre scale was laid beside lesions that worried someone. The black "
        "ticks raise the algorithm's probability.",
        mechanism="Lesions booked for surgery were measured, so a scale went with melanoma in the "
        "training pictures. The lesion under it is the same with and without.",
        metric=Metric.FALSE_ALARMS,
        touches=_scaled,
        compared_with=_bare,
        inside="naevi with a scale beside them",
        outside="naevi with nothing beside them",
    ),
    FailureMode(
        id="irregular",
        kind=FailureKind.BLIND,
        title="Does not ask how long it has been there",
        sentence="An irregular naevus that has stayed the same for years alarms it: it sees one "
        "picture and knows nothing of time.",
        mechanism="Irregular shape and several colours are shared by melanomas and some naevi. "
        "What tells them apart is change, and no picture of one day holds it.",
        metric=Metric.FALSE_ALARMS,
        touches=_irregular,
        compared_with=_regular,
        inside="unmarked naevi that look irregular",
        outside="unmarked naevi that look regular",
    ),
    FailureMode(
        id="no_mark",
        kind=FailureKind.SHORTCUT,
        title="Reassured when nothing lies beside the lesion",
        sentence="The reverse of the same shortcut: where nobody drew or measured, the algorithm "
        "lowers its probability.",
        mechanism="It learned that someone had worried about most melanomas. One that nobody has "
        "worried about yet is the one that most needs a second opinion.",
        metric=Metric.MISSES,
        touches=lambda p: _bare(p) & ~_pink(p),
        compared_with=lambda p: _marked(p) & ~_pink(p),
        inside="pigmented melanomas with nothing beside them",
        outside="pigmented melanomas with pen or scale beside them",
        figure="sensitivity_unmarked",
    ),
)


def _as_they_are(row: Row) -> str:
    beside = [name for name, column in (("ink", "ink"), ("a scale", "ruler")) if row[column] > 0]
    return f"As it is: {' and '.join(beside) or 'nothing'} beside the lesion"


TWINS = (
    Twin(
        id="pigmented",
        do={"pale": 0},
        applies=_pink,
        as_is=lambda row: "As it is: pink",
        changed="The same lesion, had its cells made pigment",
        lesson="The disease, or its absence, is the same; only the pigment differs.",
    ),
    Twin(
        id="erased",
        do={"ink": 0, "ruler": 0},
        applies=_marked,
        as_is=_as_they_are,
        changed="The same lesion, with pen and scale wiped away",
        lesson="Not one pixel of the lesion has changed.",
    ),
    Twin(
        id="inked",
        do={"ink": 1},
        applies=everyone,
        as_is=_as_they_are,
        changed="The same lesion, with pen strokes beside it",
        lesson="Not one pixel of the lesion has changed.",
    ),
)


def _roc(score: Array, truth: Mask) -> Estimate:
    """Area under the curve with the interval of Hanley and McNeil 1982."""
    order = np.unique(score, return_inverse=True)[1]
    yes, no = np.bincount(order[truth]), np.bincount(order[~truth], minlength=order.max() + 1)
    below = np.cumsum(no) - no
    a, b = int(truth.sum()), int((~truth).sum())
    yes = np.pad(yes, (0, len(no) - len(yes)))
    area = float((yes * (below + no / 2)).sum() / (a * b))
    q1, q2 = area / (2 - area), 2 * area**2 / (1 + area)
    part = (a - 1) * (q1 - area**2) + (b - 1) * (q2 - area**2)
    half = 1.96 * float(np.sqrt((area * (1 - area) + part) / (a * b)))
    return Estimate(area, max(0.0, area - half), min(1.0, area + half), a + b)


def _right(study: Study, among: Mask, melanoma: bool) -> Estimate:
    """The share of pigmented melanomas (or naevi) among these on which the algorithm is right."""
    group = among & ~_pink(study.patients) & (study.truth == melanoma)
    return proportion(int((study.alert[group] == melanoma).sum()), int(group.sum()))


def _only_inked(p: Patients) -> Mask:
    return np.asarray((p["ink"] > 0) & (p["ruler"] == 0))


def unmarked_area(study: Study) -> Estimate:
    """Area under the curve on pigmented lesions with nothing beside them."""
    among = _bare(study.patients) & ~_pink(study.patients)
    return _roc(study.probability[among], study.truth[among])


OURS = "(published: 130 lesions; ours: held-out pigmented lesions)"


def _figure(
    id: str, label: str, published: float, compute: Any, interval: Any, **more: Any
) -> PublishedFigure:
    return PublishedFigure(
        id=id,
        label=f"{label} {OURS}",
        published=published,
        doi=WINKLER,
        basis=more.pop("basis", "P"),
        tolerance=more.pop("tolerance", 0.03),
        compute=compute,
        interval=interval,
        citation="winkler2019",
        **more,
    )


FIGURES = (
    _figure(
        "specificity_unmarked",
        "Specificity, nothing beside the lesion",
        0.841,
        lambda study: _right(study, _bare(study.patients), False),
        (0.760, 0.898),
    ),
    _figure(
        "specificity_marked",
        "Specificity, with pen strokes beside the lesion",
        0.458,
        lambda study: _right(study, _only_inked(study.patients), False),
        None,
        basis="S",
    ),
    _figure(
        "sensitivity_unmarked",
        "Sensitivity, nothing beside the lesion",
        0.957,
        lambda study: _right(study, _bare(study.patients), True),
        (0.79, 0.992),
    ),
    _figure(
        "sensitivity_marked",
        "Sensitivity, with pen strokes beside the lesion",
        1.0,
        lambda study: _right(study, _only_inked(study.patients), True),
        (0.857, 1.0),
    ),
    _figure(
        "area_unmarked",
        "Area under the ROC curve, nothing beside the lesion",
        0.969,
        unmarked_area,
        None,
        tolerance=0.01,
        unit="",
    ),
)


SITES = {0: "back", 1: "chest", 2: "arm", 3: "leg"}
UNCHANGED = ("has seen no change in it", "says it has always looked like this")
CHANGED = ("has seen it change in the last months", "says it looks different from last year")
BLEEDING = ("it has bled without being hurt", "it bleeds when the towel touches it")
CAME = (
    "comes to the skin clinic about a lesion on the {site}",
    "is sent by the practice because of a lesion on the {site}",
    "asks about a lesion on the {site} at a yearly skin check",
    "has a lesion on the {site} photographed",
)


def _one(choices: tuple[str, ...], rng: np.random.Generator) -> str:
    return choices[int(rng.integers(len(choices)))]


def _since(years: float) -> str:
    if years < 1:
        months = max(2, round(12 * years))
        return f"{months} months"
    return "a year" if years < 1.5 else f"{years:.0f} years"


def story(row: Row, rng: np.random.Generator) -> str:
    """Who comes, why, and what the patient says of the lesion's past."""
    person, they = ("man", "He") if row["sex"] == 1 else ("woman", "She")
    age = f"{row['age']:.0f}"
    article = "An" if age == "18" or age[0] == "8" else "A"
    came = _one(CAME, rng).format(site=SITES[round(row["site"])])
    told = _one(CHANGED if row["changed"] == 1 else UNCHANGED, rng)
    blood = f"; {_one(BLEEDING, rng)}" if row["bleeds"] == 1 else ""
    return (
        f"{article} {age}-year-old {person} {came}. {they} has known it for "
        f"{_since(row['known_for'])} and {told}{blood}."
    )


def truth_sentence(row: Row) -> str:
    """What the histology showed."""
    if row["melanoma"] == 1:
        kind = "amelanotic melanoma" if row["pale"] == 1 else "melanoma"
        return f"Histology: {kind}."
    kind = "dermal naevus" if row["pale"] == 1 else "melanocytic naevus"
    irregular = row["pale"] == 0 and row["atypia"] >= IRREGULAR_FROM
    return f"Histology: {kind}{', irregular but benign' if irregular else ''}."


def picture(row: Row) -> Picture:
    """The very pixels that the algorithm measured."""
    return lesion_picture(row, describe(row))


SEE = {0: "see the picture"}
READ = (
    Feature("m_diameter", "Greatest diameter, measured", "mm", 1, None, (1, 15), short="Diameter"),
    Feature("m_asymmetry", "Asymmetry of the outline", "%", 0, None, (0, 100), short="Asymmetry"),
    Feature("m_border", "Raggedness of the border", "%", 0, None, (0, 60), short="Border"),
    Feature("m_edge", "Sharpness of the edge", "of 255", 0, None, (-20, 200), short="Edge"),
    Feature("m_contrast", "Contrast with the skin", "of 255", 0, None, (0, 200), short="Contrast"),
    Feature(
        "m_colour_spread", "Spread of colours", "of 255", 0, None, (0, 100), short="Colour spread"
    ),
    Feature(
        "m_darkest", "Brightness of the darkest tenth", "%", 0, None, (0, 100), short="Darkest"
    ),
    Feature("m_blue", "Blue-grey share of the lesion", "%", 0, None, (0, 100), short="Blue-grey"),
    Feature("m_white", "Whitish share of the lesion", "%", 0, None, (0, 100), short="Whitish"),
    Feature("m_colours", "Number of colours, counted", "", 0, None, (0, 25), short="Colours"),
    Feature(
        "m_violet", "Violet beside the lesion", "% of picture", 1, None, (0, 20), short="Violet"
    ),
    Feature("m_black", "Black beside the lesion", "% of picture", 1, None, (0, 20), short="Black"),
)
FINDINGS = (
    Feature("on_outline", "Outline and symmetry", words=SEE, bounds=(0, 0), short="Outline"),
    Feature("on_colours", "Colours", words=SEE, bounds=(0, 0)),
    Feature(
        "on_structures", "Network, dots, vessels", words=SEE, bounds=(0, 0), short="Structures"
    ),
    Feature("on_skin", "Beside the lesion", words=SEE, bounds=(0, 0)),
    Feature("known_for", "Known for", "years", 1, None, (0.2, 82)),
    Feature("changed", "Changed in the last year", words=NO_YES, bounds=(0, 1), short="Changed"),
    Feature("bleeds", "Bleeds", words=NO_YES, bounds=(0, 1)),
    Feature("firm", "Raised and firm to the touch", words=NO_YES, bounds=(0, 1), short="Firm"),
    Feature("site", "Site", words=SITES, bounds=(0, 3)),
    Feature("age", "Age", "years", 0, None, (18, 90)),
    Feature(
        "family", "Melanoma in a parent or sibling", words=NO_YES, bounds=(0, 1), short="Family"
    ),
)

MODEL = TeachingModel(
    id="dermoscopy",
    title="Naevus or melanoma from one dermoscopic picture",
    condition="melanoma",
    absence="no melanoma",
    simulate=simulate,
    label="melanoma",
    truth="melanoma",
    features=READ,
    findings=FINDINGS,
    estimator=_forest,
    threshold=0.04,
    failure_modes=MODES,
    twins=TWINS,
    figures=FIGURES,
    story=story,
    truth_sentence=truth_sentence,
    picture=picture,
    measure=measure,
    training={"routine_marking": 0, "pale_share": 0.01},
    training_size=14_000,
    held_out_size=10_000,
    alert_says="it would advise excision",
    silent_says="it would stay silent",
)
