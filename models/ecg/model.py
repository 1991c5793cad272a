"""Atrial fibrillation read by a machine from a ten-second rhythm strip.

Each patient's lead II is drawn at 250 Hz as sums of Gaussians per beat (McSharry PE, Clifford GD,
Tarassenko L, Smith LA. IEEE Trans Biomed Eng 2003;50:289-94, doi 10.1109/TBME.2003.808805) from
latent states drawn in causal order. The algorithm reads what a detector of QRS complexes measures
on that trace: when the ventricles beat, not what the atria do. It learned from a library of clean
strips and now reads a hospital's, where beats come early, patients tremble and pacemakers keep
time. Published: 442 of 2,298 computer readings of atrial fibrillation were wrong (Bogun F, et al.
Am J Med 2004;117:636-42). How often the hospital's strips hold premature beats, tremor or a paced
rhythm is chosen to give that figure; shapes and rates are textbook values for adults.
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
from tutor.kit.rhythm_detector import measure
from tutor.kit.rhythm_paper import rhythm_picture
from tutor.kit.rhythm_strip import ESCAPE, FREE, PACED

Array = NDArray[Any]
Row = Mapping[str, float]


def simulate(n: int, seed: int, **do: Any) -> Patients:
    """Draw ``n`` adults whose strip was recorded because an arrhythmia was suspected.

    ``library=1`` gives the strips of a teaching library. Amplitudes in mV, intervals in ms,
    rates per minute. Prevalences are chosen; directions are those of medical textbooks.
    """
    w = World(n, seed, do)
    library = w.draw("library", lambda s: np.zeros(n, dtype=int))
    w.draw("sex", lambda s: happens(s, 0.5, n))
    age = w.draw("age", lambda s: np.clip(s.normal(68, 13, n), 25, 96).round())
    high = w.draw("hypertension", lambda s: happens(s, sigmoid(-0.2 + 0.04 * (age - 68)), n))
    failing = w.draw("heart_failure", lambda s: happens(s, sigmoid(-1.8 + 0.035 * (age - 68)), n))
    logit = -0.80 + 0.04 * (age - 68) + 0.3 * high + 0.7 * failing
    af = w.draw("fibrillation", lambda s: happens(s, sigmoid(logit), n))
    ectopy, driven, tremor = _disturbances(w, library, af, age)
    pulse = _rhythm(w, af, driven, age, failing)
    _shapes(w, driven)
    uneven = ((af == 1) & (driven == FREE)) | (ectopy > 0)
    felt = w.draw("pulse_rhythm", lambda s: happens(s, np.where(uneven, 0.92, 0.05), n))
    w.draw("pulse", lambda s: np.clip(pulse + s.normal(0, 2, n), 30, 180).round())
    fitted = np.where(driven == PACED, 1.0, 0.03)
    w.draw("pacemaker", lambda s: happens(s, fitted, n))
    w.draw("tremor_seen", lambda s: happens(s, np.where(tremor > 0, 0.95, 0.05), n))
    palpitations = -1.2 + 1.3 * felt
    w.draw("palpitations", lambda s: happens(s, sigmoid(palpitations), n))
    breathless = -1.3 + 1.4 * failing + 0.4 * af
    w.draw("breathless", lambda s: happens(s, sigmoid(breathless), n))
    pressure = 131 + 0.2 * (age - 68) + 9 * high - 9 * failing
    w.draw("systolic", lambda s: np.clip(pressure + s.normal(0, 15, n), 85, 205).round())
    potassium = 4.2 + 0.15 * failing
    w.draw("potassium", lambda s: np.clip(s.normal(potassium, 0.4), 2.8, 6.2).round(1))
    for place in ("on_strip_atria", "on_strip_rhythm", "on_strip_baseline"):
        w.draw(place, lambda s: np.zeros(n, dtype=int))
    return w.patients()


def _disturbances(w: World, library: Array, af: Array, age: Array) -> tuple[Array, Array, Array]:
    """Premature beats, pacemaker or complete heart block, tremor: rare or absent in the library."""
    n = w.n

    def premature(s: np.random.Generator) -> Array:
        some = s.random(n) < np.where(library == 1, 0.10, 0.154)
        count = some * s.choice(np.arange(1, 6), n, p=[0.28, 0.26, 0.22, 0.14, 0.10])
        return np.asarray(np.where(library == 1, np.minimum(count, 1), count))

    def drive(s: np.random.Generator) -> Array:
        chance = np.where(library == 1, 0.0, 0.10 + 0.001 * (age - 68))
        u = s.random(n)
        return np.select([u < 0.6 * chance, u < chance], [PACED, ESCAPE], FREE)

    def shaking(s: np.random.Generator) -> Array:
        some = s.random(n) < np.where(library == 1, 0.0, 0.05)
        return (some * s.uniform(0.06, 0.34, n)).round(3)

    ectopy = w.draw("ectopy", premature)
    driven = w.draw("driven", drive)
    tremor = w.draw("tremor", shaking)
    # Premature beats are atrial only where the atria beat and the ventricles follow them.
    follows = (af == 0) & (driven == FREE)
    w.draw("ventricular", lambda s: np.maximum(happens(s, 0.25, n), ~follows))
    w.draw("coupling", lambda s: s.uniform(0.58, 0.74, n).round(3))
    return ectopy, driven, tremor


def _rhythm(w: World, af: Array, driven: Array, age: Array, failing: Array) -> Array:
    """Rates per minute of the sinus node, of conducted fibrillation and of the ventricles."""
    n = w.n
    sinus = w.draw("sinus_rate", lambda s: np.clip(s.normal(74 + 5 * failing, 12), 48, 118).round())
    conducted = w.draw("af_rate", lambda s: np.clip(s.normal(94, 18, n), 62, 160).round())
    paced = w.draw("paced_rate", lambda s: s.choice([60, 65, 70, 75], n))
    own = w.draw("escape_rate", lambda s: np.clip(s.normal(44, 4, n), 34, 54).round())
    tracked = np.where(af == 1, paced, sinus)  # a pacemaker follows the atria where they beat
    free = np.where(af == 1, conducted, sinus)
    w.draw("af_spread", lambda s: np.clip(s.normal(0.24, 0.025, n), 0.20, 0.30).round(3))
    swing = 0.045 * np.exp(-0.03 * (age - 45))  # respiratory sinus arrhythmia falls with age
    w.draw("swing", lambda s: np.clip(s.lognormal(0, 0.4, n) * swing, 0.005, 0.09).round(3))
    return w.draw(
        "rate", lambda s: np.select([driven == PACED, driven == ESCAPE], [tracked, own], free)
    )


def _shapes(w: World, driven: Array) -> None:
    """Intervals and amplitudes of lead II, and the seed of all that is random in the trace."""
    n = w.n
    w.draw("pr", lambda s: np.clip(s.normal(160, 16, n), 124, 198).round())
    width = np.select([driven == PACED, driven == ESCAPE], [156.0, 102.0], 90.0)
    spread = np.select([driven == PACED, driven == ESCAPE], [9.0, 9.0], 7.0)
    qrs = w.draw("qrs", lambda s: np.clip(s.normal(width, spread), 74, 184).round())
    centre = 418 + 0.5 * (qrs - 90)
    w.draw("qtc", lambda s: np.clip(s.normal(centre, 18), 360, 520).round())
    w.draw("p_height", lambda s: np.clip(s.normal(0.15, 0.03, n), 0.09, 0.23).round(3))
    w.draw("r_height", lambda s: np.clip(s.lognormal(-0.05, 0.22, n), 0.55, 1.5).round(3))
    w.draw("t_height", lambda s: np.clip(s.lognormal(-1.35, 0.25, n), 0.14, 0.45).round(3))
    w.draw("f_height", lambda s: np.clip(s.lognormal(-2.7, 0.3, n), 0.035, 0.13).round(3))
    w.draw("f_rate", lambda s: s.uniform(4.5, 8.0, n).round(2))
    w.draw("tremor_rate", lambda s: s.uniform(4.2, 6.0, n).round(2))
    w.draw("trace_seed", lambda s: s.integers(0, 2**31, n))


def wrong_calls(study: Study) -> Estimate:
    """The share of the machine's readings of atrial fibrillation that are wrong."""
    fresh = study.simulate(2_500)
    said = study.predict(fresh) >= MODEL.threshold
    truth = np.concatenate([study.truth[study.alert], fresh["fibrillation"][said] == 1])
    return proportion(int((~truth).sum()), len(truth))


def _estimator() -> Any:
    from sklearn.ensemble import RandomForestClassifier

    return RandomForestClassifier(
        n_estimators=60, max_depth=6, min_samples_leaf=10, random_state=0, n_jobs=1
    )


def _premature(p: Patients) -> Mask:
    return np.asarray(p["ectopy"] >= 2)


def _shaky(p: Patients) -> Mask:
    return np.asarray(p["tremor"] > 0)


def _driven(p: Patients) -> Mask:
    return np.asarray(p["driven"] > FREE)


def _in_scope(p: Patients) -> Mask:
    """Whoever gives a clinician a reason to look twice, by what can be seen, felt or told."""
    signs = (p["pulse_rhythm"] == 1) | (p["tremor_seen"] == 1) | (p["pacemaker"] == 1)
    return np.asarray(signs | (p["palpitations"] == 1) | (p["pulse"] < 56) | (p["pulse"] > 95))


def truth_sentence(row: Row) -> str:
    """What holds for this patient's rhythm, in a cardiologist's words."""
    count, driven = int(row["ectopy"]), int(row["driven"])
    site = "ventricular" if row["ventricular"] else "atrial"
    extra = f" with {count} premature {site} beat{'s' if count > 1 else ''}" if count else ""
    tremor = "; tremor disturbs the trace" if row["tremor"] > 0 else ""
    if row["fibrillation"]:
        rate = f"{row['rate']:.0f} a minute"
        pace = {
            FREE: "the ventricles follow irregularly",
            PACED: f"a pacemaker drives the ventricles at {rate}",
            ESCAPE: f"complete heart block, with an escape rhythm of {rate}",
        }
        return f"Atrial fibrillation{extra}: no P waves; {pace[driven]}{tremor}."
    pace = {
        FREE: "a P wave before each timely QRS complex",
        PACED: "each P wave is followed by a paced QRS complex",
        ESCAPE: "complete heart block, P waves marching through",
    }
    return f"Sinus rhythm{extra}: {pace[driven]}{tremor}."


PLACES = (
    "in the emergency department",
    "at the practice",
    "on the medical ward",
    "in the heart clinic",
    "before an operation",
)
STUMBLES = ("feels the heart stumble", "tells of a pounding in the chest", "says it skips beats")
BREATHLESS = ("gets short of breath on the stairs", "has been more breathless this week")
NOTHING = ("has no complaint", "feels well", "came for something else")


def story(row: Row, rng: np.random.Generator) -> str:
    """Two sentences from the clinic: nothing that is not seen, felt or told."""
    age, woman = f"{row['age']:.0f}", bool(row["sex"])
    who = f"{'An' if age[0] == '8' else 'A'} {age}-year-old {'woman' if woman else 'man'}"
    told = [STUMBLES[rng.integers(3)]] if row["palpitations"] else []
    told += [BREATHLESS[rng.integers(2)]] if row["breathless"] else []
    told = told or [NOTHING[rng.integers(3)]]
    seen = f" {'Her' if woman else 'His'} hands tremble meanwhile." if row["tremor_seen"] else ""
    strip = f"{who} has a rhythm strip recorded {PLACES[rng.integers(len(PLACES))]}."
    return f"{strip} {'She' if woman else 'He'} {' and '.join(told)}.{seen}"


FEATURES = (
    Feature(
        "m_rate",
        "Ventricular rate, by machine",
        "/min",
        0,
        (60, 100),
        (25, 260),
        short="Machine rate",
    ),
    Feature(
        "m_rr_sd", "Spread of RR intervals (SD)", "ms", 0, (0, 60), (0, 1500), short="RR spread"
    ),
    Feature(
        "m_rr_cv", "RR irregularity (SD / mean)", "%", 0, (0, 8), (0, 130), short="RR irregularity"
    ),
    Feature(
        "m_rmssd",
        "Change from beat to beat (RMSSD / mean RR)",
        "%",
        0,
        (0, 10),
        (0, 200),
        short="Beat-to-beat change",
    ),
    Feature(
        "m_early",
        "RR intervals shorter than usual",
        "%",
        0,
        (0, 5),
        (0, 100),
        short="Short intervals",
    ),
    Feature(
        "m_late", "RR intervals longer than usual", "%", 0, (0, 5), (0, 100), short="Long intervals"
    ),
    Feature(
        "m_shortest", "Shortest RR interval", "ms", 0, (600, 1000), (200, 2000), short="Shortest RR"
    ),
    Feature(
        "m_longest", "Longest RR interval", "ms", 0, (600, 1200), (300, 5000), short="Longest RR"
    ),
    Feature("m_noise", "Fine noise of the trace", "µV", 0, (0, 30), (0, 80), short="Noise"),
)

ON_STRIP = {0: "see the strip"}

FINDINGS = (
    Feature(
        "on_strip_atria",
        "What comes before each QRS complex",
        words=ON_STRIP,
        bounds=(0, 1),
        short="Before the QRS",
    ),
    Feature(
        "on_strip_rhythm",
        "Spacing of the QRS complexes",
        words=ON_STRIP,
        bounds=(0, 1),
        short="QRS spacing",
    ),
    Feature(
        "on_strip_baseline",
        "Baseline between the beats",
        words=ON_STRIP,
        bounds=(0, 1),
        short="Baseline",
    ),
    Feature("pulse", "Pulse at the wrist", "/min", 0, (60, 100), (30, 180), short="Pulse"),
    Feature("pulse_rhythm", "Pulse, as felt", words={0: "regular", 1: "irregular"}, bounds=(0, 1)),
    Feature("age", "Age", "years", 0, None, (18, 100)),
    Feature("palpitations", "Palpitations", words=NO_YES, bounds=(0, 1)),
    Feature(
        "breathless", "Breathless on exertion", words=NO_YES, bounds=(0, 1), short="Breathless"
    ),
    Feature(
        "tremor_seen", "Trembling or shivering", words=NO_YES, bounds=(0, 1), short="Trembling"
    ),
    Feature("pacemaker", "Pacemaker", words=NO_YES, bounds=(0, 1)),
    Feature("heart_failure", "Heart failure", words=NO_YES, bounds=(0, 1)),
    Feature("hypertension", "Hypertension", words=NO_YES, bounds=(0, 1)),
    Feature(
        "systolic", "Systolic blood pressure", "mmHg", 0, (100, 139), (60, 230), short="Systolic"
    ),
    Feature("qrs", "QRS duration", "ms", 0, (70, 110), (60, 200), short="QRS"),
    Feature("qtc", "QTc (Bazett)", "ms", 0, (350, 450), (320, 560), short="QTc"),
    Feature("potassium", "Potassium", "mmol/L", 1, (3.5, 5.3), (2.0, 7.5)),
)

MODES = (
    FailureMode(
        id="premature_beats",
        kind=FailureKind.BLIND,
        title="Calls premature beats fibrillation",
        sentence=(
            "Beats that come early make the rhythm irregular. The algorithm counts irregularity "
            "and never looks for the P waves that would tell it apart."
        ),
        mechanism=(
            "Its inputs say when the ventricles beat, not what the atria do. Early beats and the "
            "pauses after them look, in numbers, like fibrillation; it met few in its library."
        ),
        metric=Metric.FALSE_ALARMS,
        touches=_premature,
        inside="strips without fibrillation on which beats come early",
        outside="other strips without fibrillation",
        figure="wrong_calls",
    ),
    FailureMode(
        id="tremor",
        kind=FailureKind.ARTEFACT,
        title="Takes a trembling baseline for heart beats",
        sentence=(
            "Tremor and shivering throw steep deflections on the strip. The detector counts some "
            "of them as beats, and the rhythm it then measures is irregular."
        ),
        mechanism=(
            "The machine's rate outran the pulse at the wrist: some of the beats it counted were "
            "muscle. Every interval measured from them is wrong."
        ),
        metric=Metric.FALSE_ALARMS,
        touches=_shaky,
        inside="strips without fibrillation recorded while the patient trembled",
        outside="other strips without fibrillation",
        figure="wrong_calls",
    ),
    FailureMode(
        id="regular_ventricles",
        kind=FailureKind.SCOPE,
        title="Misses fibrillation under a regular pulse",
        sentence=(
            "A pacemaker, or an escape rhythm in complete heart block, drives the ventricles "
            "evenly while the atria fibrillate. The algorithm sees an even rhythm and is silent."
        ),
        mechanism=(
            "The ventricles no longer answer to the atria, so their intervals say nothing of "
            "them. No such strip was in the library from which the algorithm learned."
        ),
        metric=Metric.MISSES,
        touches=_driven,
        inside="fibrillating patients with a pacemaker rhythm or complete heart block",
        outside="other fibrillating patients",
    ),
)


def _fibrillating(p: Patients) -> Mask:
    return np.asarray(p["fibrillation"] == 1)


def _pulse(row: Row) -> str:
    return f"As they are: pulse {row['pulse']:.0f}"


TWINS = (
    Twin(
        "still",
        {"tremor": 0},
        _shaky,
        lambda row: f"{_pulse(row)}, with tremor on the strip",
        "The same heart, lying warm and still",
        "The heart did not change; what the electrodes picked up beside it did.",
    ),
    Twin(
        "no_early_beats",
        {"ectopy": 0},
        _premature,
        lambda row: f"{_pulse(row)}, {row['ectopy']:.0f} beats early",
        "The same heart without the early beats",
        "What the atria do between the early beats is the same on both strips.",
    ),
    Twin(
        "conducts_freely",
        {"driven": FREE},
        lambda p: _driven(p) & _fibrillating(p),
        lambda row: f"As they are: ventricles driven at {row['rate']:.0f} a minute",
        "The same atria, with ventricles that follow them",
        "The atria do the same on both strips; only the ventricles' answer differs.",
    ),
    Twin(
        "atria_fibrillate",
        {"fibrillation": 1},
        _driven,
        lambda row: f"As they are: ventricles driven at {row['rate']:.0f} a minute",
        "The same patient, once the atria fibrillate",
        "The truth has changed and the pulse has not: look between the beats.",
    ),
    Twin(
        "paced",
        {"driven": PACED},
        _fibrillating,
        _pulse,
        "The same atria, with the ventricles paced",
        "The fibrillation stays, and with it the risk of stroke; the irregularity goes.",
    ),
    Twin(
        "with_early_beats",
        {"ectopy": 4},
        everyone,
        _pulse,
        "The same heart with four early beats",
        "P waves are there on both strips; only the spacing of the beats differs.",
    ),
)

MODEL = TeachingModel(
    id="ecg",
    title="Rhythm reading from a ten-second strip",
    condition="atrial fibrillation",
    absence="no atrial fibrillation",
    simulate=simulate,
    label="fibrillation",
    truth="fibrillation",
    features=FEATURES,
    findings=FINDINGS,
    estimator=_estimator,
    threshold=0.5,
    failure_modes=MODES,
    twins=TWINS,
    figures=(
        PublishedFigure(
            id="wrong_calls",
            label="Computer readings of atrial fibrillation that are wrong",
            published=442 / 2298,
            doi="10.1016/j.amjmed.2004.06.024",
            basis="P",
            tolerance=0.02,
            compute=wrong_calls,
            interval=(proportion(442, 2298).low, proportion(442, 2298).high),
            citation="Bogun 2004",
        ),
    ),
    story=story,
    truth_sentence=truth_sentence,
    picture=rhythm_picture,
    measure=measure,
    scope=_in_scope,
    training={"library": 1},
    training_size=3_000,
    held_out_size=4_000,
    alert_says="it prints “atrial fibrillation”",
    silent_says="it does not print “atrial fibrillation”",
)
