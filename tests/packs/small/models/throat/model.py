"""A cohort small enough to build in a second: sore throats, with a failure in each direction.

The numbers are made up for the tests and teach nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from tutor.kit import (
    NO_YES,
    Estimate,
    FailureKind,
    FailureMode,
    Feature,
    Intervene,
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
    trace,
)

Row = Mapping[str, float]


def simulate(n: int, seed: int, **do: Any) -> Patients:
    """Sore throats, drawn in causal order."""
    world = World(n, seed, do)
    world.draw("age", lambda rng: rng.integers(18, 71, n))
    bacterial = world.draw("bacterial", lambda rng: happens(rng, 0.35, n))
    tablet = world.draw("tablet", lambda rng: happens(rng, 0.3, n))
    ran = world.draw("ran", lambda rng: happens(rng, 0.3, n))
    fever = 37.1 + 1.5 * bacterial - 1.4 * tablet * bacterial + 1.2 * ran
    temperature = world.draw(
        "temperature", lambda rng: np.clip(fever + rng.normal(0, 0.4, n), 35, 41).round(1)
    )
    world.draw(
        "pulse",
        lambda rng: np.clip(
            70 + 9 * (temperature - 37) + 20 * ran + rng.normal(0, 7, n), 45, 160
        ).round(),
    )
    world.draw(
        "crp", lambda rng: np.clip(rng.lognormal(2.3 + 0.5 * bacterial, 0.6, n), 1, 150).round()
    )
    return world.patients()


def _forest() -> Any:
    from sklearn.ensemble import RandomForestClassifier

    return RandomForestClassifier(
        n_estimators=20, max_depth=4, min_samples_leaf=10, random_state=0, n_jobs=1
    )


def _tablet(patients: Patients) -> Mask:
    return np.asarray((patients["tablet"] == 1) & (patients["ran"] == 0))


def _ran(patients: Patients) -> Mask:
    return np.asarray(patients["ran"] == 1)


def _neither(patients: Patients) -> Mask:
    return np.asarray((patients["tablet"] == 0) & (patients["ran"] == 0))


def _share(study: Study) -> Estimate:
    return proportion(int(study.truth.sum()), study.patients.n)


def _story(row: Row, rng: np.random.Generator) -> str:
    said = ("swallowing hurts", "talking hurts")[int(rng.integers(2))]
    return f"A {row['age']:.0f}-year-old with a sore throat; {said}."


def _truth_sentence(row: Row) -> str:
    return "The culture grew bacteria." if row["bacterial"] else "The culture grew nothing."


def _picture(row: Row) -> Picture:
    wave = 0.5 + 0.4 * np.sin(np.linspace(0, 10 * row["pulse"] / 60, 60))
    alt = f"Ten seconds of pulse at {row['pulse']:.0f} a minute."
    svg = (
        f'<svg viewBox="0 0 300 60" role="img" aria-label="{alt}"><polyline fill="none" '
        f'stroke="#245" points="{trace(wave, 300, 5, 50)}"/></svg>'
    )
    return Picture(svg, alt)


TEMPERATURE = Feature("temperature", "Temperature", "°C", 1, (36.1, 37.8), (35, 41))
PULSE = Feature("pulse", "Pulse", "/min", 0, (60, 100), (45, 160))
CRP = Feature("crp", "C-reactive protein", "mg/L", 0, (0, 10), (1, 150), {}, "CRP")
AGE = Feature("age", "Age", "years", 0, None, (18, 70))
TABLET = Feature("tablet", "Took paracetamol", "", 0, None, (0, 1), NO_YES)
RAN = Feature("ran", "Came running", "", 0, None, (0, 1), NO_YES)

MODEL = TeachingModel(
    id="throat",
    title="The sore throat",
    condition="bacterial",
    absence="not bacterial",
    simulate=simulate,
    label="bacterial",
    truth="bacterial",
    features=(TEMPERATURE, PULSE, CRP, AGE),
    findings=(TEMPERATURE, PULSE, CRP, TABLET, RAN, AGE),
    estimator=_forest,
    threshold=0.4,
    failure_modes=(
        FailureMode(
            id="masked_fever",
            kind=FailureKind.TREATMENT,
            title="Takes a treated fever for none",
            sentence="Where paracetamol has lowered the temperature, it sees no fever.",
            mechanism="The tablet hides the fever that the algorithm relies on.",
            metric=Metric.MISSES,
            touches=_tablet,
            compared_with=_neither,
            inside="patients who took paracetamol",
            outside="patients who took nothing and rested",
            figure="share",
            undo=Intervene({"tablet": 0}),
        ),
        FailureMode(
            id="warm_runner",
            kind=FailureKind.ARTEFACT,
            title="Takes running for fever",
            sentence="Who came running is warm, and it believes the thermometer.",
            mechanism="Exertion warms, and nobody in the training data had run.",
            metric=Metric.FALSE_ALARMS,
            touches=_ran,
            compared_with=_neither,
            inside="patients who came running",
            outside="patients who took nothing and rested",
            undo=Intervene({"ran": 0}),
        ),
    ),
    twins=(
        Twin("rested", {"ran": 0}, _ran, lambda row: "As they came: running", "After a rest"),
        Twin("no_tablet", {"tablet": 0}, _tablet, lambda row: "With the tablet", "Without it"),
        Twin("tablet", {"tablet": 1}, everyone, lambda row: "Without a tablet", "With one"),
    ),
    figures=(
        PublishedFigure(
            id="share",
            label="Share of sore throats that are bacterial",
            published=0.35,
            doi="10.5555/equipoise-tests",
            basis="D",
            tolerance=0.03,
            compute=_share,
            interval=(0.3, 0.4),
            citation="nobody2020",
        ),
    ),
    story=_story,
    truth_sentence=_truth_sentence,
    picture=_picture,
    training={"tablet": 0, "ran": 0},
    training_size=1_500,
    held_out_size=4_000,
    background_size=40,
)
