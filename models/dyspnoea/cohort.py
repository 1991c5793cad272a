"""Three causes of breathlessness, and a rule in the labels, after Jabbour 2023.

Patients are drawn in causal order: history → pneumonia, heart failure or an exacerbation of
chronic obstructive pulmonary disease (COPD), sometimes two of them → signs, blood, chest X-ray →
a label. The label is the failure. In the records that the algorithm learned from, patients aged
80 or over had been filed under pneumonia, others with a BMI of 30 or more under heart failure,
and others with a blurred X-ray under COPD. The algorithm learned the rule exactly, and its
explanations show it.

Jabbour 2023, doi 10.1001/jama.2023.22295, gave clinicians systematically biased predictions of
this kind, with and without explanations. All sizes of effects are teaching choices; directions
are those of medical textbooks.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tutor.kit import Patients, World, happens, sigmoid

Draw = Callable[[str, Callable[[np.random.Generator], Any]], None]
AGED_FROM, BMI_FROM = 80, 30.0  # years, kg/m²: the rules in the labels
PNEUMONIA, FAILURE, COPD = 0, 1, 2


def simulate(n: int, seed: int, **do: Any) -> Patients:
    """``n`` adults admitted with acute breathlessness; every column has shape ``(n,)``.

    ``years`` and ``build`` (kg/m²) are the patient's own; ``age`` and ``bmi`` are what the record
    says. Temperature in °C, white cells in 10⁹/L, C-reactive protein in mg/L, natriuretic peptide
    in ng/L, ejection fraction in %. ``recorded`` is the label, by the rule; ``pneumonia`` is true.
    """
    world = World(n, seed, do)
    drawn: dict[str, Any] = {}

    def draw(name: str, equation: Callable[[np.random.Generator], Any]) -> None:
        drawn[name] = world.draw(name, equation)

    for stage in (_people, _causes, _signs, _blood, _film, _label):
        stage(draw, drawn, n)
    return world.patients()


def _people(draw: Draw, p: dict[str, Any], n: int) -> None:
    draw("sex", lambda s: happens(s, 0.5, n))
    draw("years", lambda s: np.round(np.clip(s.normal(71, 12, n), 35, 97)))
    draw("build", lambda s: np.round(np.clip(s.normal(27.5, 5.0, n), 16, 48), 1))
    draw("age", lambda s: p["years"])
    draw("bmi", lambda s: p["build"])
    draw("smoker", lambda s: happens(s, 0.6, n))
    most = np.minimum(2 * (p["years"] - 16), 110)  # two packs a day from the age of 16
    draw("pack_years", lambda s: np.round(np.clip(p["smoker"] * s.gamma(3.0, 11.0, n), 0, most)))


def _causes(draw: Draw, p: dict[str, Any], n: int) -> None:
    """The main cause, and in one of twelve patients a second one."""
    pull = np.stack(
        [
            np.full(n, 0.25),
            0.02 * (p["years"] - 71) + 0.02 * (p["build"] - 27.5),
            -0.95 + 0.035 * np.minimum(p["pack_years"], 60),
        ]
    )
    draw("cause", lambda s: np.argmax(pull + s.gumbel(size=(3, n)), axis=0))
    draw("other", lambda s: np.where(s.random(n) < 0.125, s.integers(0, 3, n), p["cause"]))

    def present(code: int) -> Callable[[np.random.Generator], Any]:
        return lambda s: ((p["cause"] == code) | (p["other"] == code)).astype(int)

    draw("pneumonia", present(PNEUMONIA))
    draw("failure", present(FAILURE))
    draw("copd", present(COPD))


def _signs(draw: Draw, p: dict[str, Any], n: int) -> None:
    ill, failing, copd = p["pneumonia"], p["failure"], p["copd"]
    fever = 36.9 + ill * (1.15 - 0.012 * (p["years"] - 71))  # blunted by age
    draw("temperature", lambda s: np.round(np.clip(s.normal(fever, 0.55), 35.2, 40.6), 1))
    draw("breaths", lambda s: np.round(np.clip(s.normal(25, 4, n), 16, 42)))
    draw("saturation", lambda s: np.round(np.clip(s.normal(90 - 1.5 * copd, 2.5), 78, 97)))
    draw("jvp", lambda s: happens(s, np.where(failing == 1, 0.70, 0.08 + 0.07 * copd), n))
    swollen = np.where(failing == 1, 0.68, 0.15) + 0.006 * (p["build"] - 27.5)
    draw("oedema", lambda s: happens(s, np.clip(swollen, 0.02, 0.95), n))
    draw("wheeze", lambda s: happens(s, np.select([copd == 1, failing == 1], [0.8, 0.2], 0.1), n))
    one, both = sigmoid(-1.9 + 2.8 * ill), sigmoid(-2.2 + 2.9 * failing)
    draw("crackles", lambda s: np.where(s.random(n) < both, 2, (s.random(n) < one).astype(int)))
    phlegm = 0.9 * ill + 0.7 * copd
    draw("sputum", lambda s: np.digitize(s.normal(phlegm, 0.7), [0.6, 1.2]))
    rise = np.where(failing == 1, 6.0, np.where(ill == 1, 4.0, 4.5))
    draw("days", lambda s: np.round(np.clip(s.gamma(2.0, rise / 2), 1, 21)))
    # Heart failure comes with a weak ventricle or a stiff one, the stiff more often in women.
    draw("stiff", lambda s: happens(s, 0.55 - 0.2 * p["sex"], n))
    strength = np.select([failing == 0, p["stiff"] == 1], [61.0, 57.0], 34.0)
    draw("ejection", lambda s: np.round(np.clip(s.normal(strength, 5.5), 15, 74)))


def _blood(draw: Draw, p: dict[str, Any], n: int) -> None:
    ill, failing, copd = p["pneumonia"], p["failure"], p["copd"]
    cells = np.log(8.2 + 5.0 * ill + 1.8 * copd)
    draw("white_cells", lambda s: np.round(np.clip(np.exp(s.normal(cells, 0.28)), 1.5, 38), 1))
    protein = np.log(11) + 2.1 * ill + 0.5 * copd + 0.35 * failing
    draw("crp", lambda s: np.round(np.clip(np.exp(s.normal(protein, 0.8)), 1, 480)))
    peptide = np.log(75) + 2.1 * failing + 0.02 * (p["years"] - 71) - 0.035 * (p["build"] - 27.5)
    draw("bnp", lambda s: np.round(np.clip(np.exp(s.normal(peptide, 0.65)), 5, 4900)))


def _film(draw: Draw, p: dict[str, Any], n: int) -> None:
    def patch(s: np.random.Generator) -> Any:
        seen = s.random(n) > 0.05  # in some the film lags behind the patient
        scar = s.random(n) < 0.11  # in others a scar or a collapsed strip of lung
        dense, faint = s.uniform(0.38, 0.95, n), s.uniform(0.3, 0.5, n)
        return np.round(np.where(p["pneumonia"] == 1, seen * dense, scar * faint), 2)

    draw("patch", patch)
    draw("zone", lambda s: s.choice(4, n, p=[0.15, 0.4, 0.12, 0.33]))
    draw("congestion", lambda s: np.round(p["failure"] * s.uniform(0.2, 0.75, n), 2))
    draw("stretch", lambda s: np.round(np.where(p["copd"] == 1, s.uniform(0.3, 1.0, n), 0.0), 2))
    usual = 0.45 + 0.10 * p["failure"] - 0.03 * p["copd"]
    draw("heart", lambda s: np.round(np.clip(s.normal(usual, 0.03), 0.34, 0.68), 2))
    draw("blurred", lambda s: happens(s, 0.14, n))
    draw("film_seed", lambda s: s.integers(0, 2**31, n))
    for place_on_film in ("on_film_lungs", "on_film_heart", "on_film_edges"):
        draw(place_on_film, lambda s: np.zeros(n, dtype=int))


def _label(draw: Draw, p: dict[str, Any], n: int) -> None:
    """What the records say: the first rule that fits, else the truth."""
    rules = [p["age"] >= AGED_FROM, p["bmi"] >= BMI_FROM, p["blurred"] == 1]
    draw("recorded", lambda s: np.select(rules, [1, 0, 0], p["pneumonia"]))
