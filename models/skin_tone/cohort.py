"""A mark on the skin: which patients were in the training data, after Daneshjou 2022.

Patients are drawn in causal order: skin type → what the lesion is, and where → its appearance →
the lamp. Each lesion is then drawn as a dermatoscope shows it, and the algorithm reads what a
program measures on the pixels. It learned from an archive of textbook lesions, nearly all on light
skin and none on palms and soles. It is used in a clinic where all six types are equally common.

Nothing here is biology of race. What is modelled is pigment (it absorbs light, and with it
contrast; it also shields from the sun, so that with more of it a larger share of the cancers lies
on palms and soles) and who was in the data.

Sources, by their ids in ``exercise.toml``: daneshjou2022 (the figures; the mechanism), wen2022 (who
is in public image sets), saida2004 and iyatomi2008 (lines of palms and soles), karampinis2024
(basal cell carcinoma in dark skin). Squamous cell carcinoma is not modelled. The share of
malignant lesions in archive and clinic, sites and lamps are teaching choices; how alike benign and
malignant lesions look was set so that the published figures follow.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tutor.kit import (
    Mask,
    Patients,
    World,
    happens,
    sigmoid,
)

Array = NDArray[Any]
MELANOMA, CARCINOMA, NAEVUS, KERATOSIS = range(4)
PALM = 4  # the sites from here on: palm and sole
LIGHT, DARK = 2, 5  # the types up to II, and from V
TONES = np.array([0.08, 0.22, 0.38, 0.65, 1.40, 1.95])  # melanin of the types I to VI
PALE_PALM = 0.35  # a palm's melanin over that of the skin elsewhere
IN_ARCHIVE = [0.34, 0.46, 0.16, 0.03, 0.007, 0.003]  # share of each type
# How atypical benign and malignant lesions look, and the spread; a keratosis looks more so.
ARCHIVE_LOOKS, CLINIC_LOOKS, KERATOSIS_LOOKS = (0.27, 0.87, 0.17), (0.455, 0.704, 0.20), 0.12
PALE_CARCINOMA = np.array([0.5, 0.5, 0.45, 0.4, 0.25, 0.2])  # of the types I to VI
MALIGNANT = (-1.8, -0.95)  # log-odds at 57 years, in the archive and in the clinic
DIM, DIM_SHARE = 0.50, 0.10  # of the usual light, and how many pictures have so little


class Lesion(NamedTuple):
    """What the lesion is, where, and whether it lacks pigment; arrays of shape ``(n,)``."""

    what: Array
    palm: Array
    pale: Array
    atypia: Array


def simulate(n: int, seed: int, **do: Any) -> Patients:
    """Draw ``n`` adults with one lesion each, all with histology; columns have shape ``(n,)``.

    ``archive`` 1 draws the pictures the algorithm learned from, 0 the clinic. ``type`` is the
    patient's Fitzpatrick type (1 to 6) and ``fitzpatrick`` the one drawn: the same unless set.
    Lengths in mm; the columns of the picture are those of
    :mod:`tutor.kit.pictures.lesion.pixels` and :mod:`tutor.kit.pictures.lesion.acral`.
    """
    w = World(n, seed, do)
    archive = w.draw("archive", lambda s: np.zeros(n, dtype=int))
    w.draw("sex", lambda s: happens(s, 0.5, n))
    age = w.draw("age", lambda s: np.clip(s.normal(57, 15, n), 18, 92).round())
    shares = np.where(archive[:, None] == 1, IN_ARCHIVE, 1 / 6).cumsum(1)
    kind = w.draw("type", lambda s: 1 + (s.random((n, 1)) > shares[:, :5]).sum(1))
    shown = w.draw("fitzpatrick", lambda s: kind)
    base = np.where(archive == 1, *MALIGNANT)
    ill = w.draw("malignant", lambda s: happens(s, sigmoid(base + 0.02 * (age - 57)), n))
    lesion = _lesion(w, archive, kind, ill)
    _skin(w, shown, lesion.palm, archive)
    _outline(w, lesion)
    _colours(w, lesion)
    _structures(w, lesion)
    _history(w, lesion, age)
    for name in ("on_outline", "on_colours", "on_structures", "on_skin", "ink", "ruler"):
        w.draw(name, lambda s: np.zeros(n, dtype=int))
    w.draw("lesion_seed", lambda s: s.integers(0, 2**31, n))
    return w.patients()


def _lesion(w: World, archive: Array, kind: Array, ill: Array) -> Lesion:
    """What it is and where. Sun makes fewer of the cancers where there is more melanin."""
    n, textbook = w.n, archive == 1
    on_palms = np.where(textbook, 0, np.select([kind >= 5, kind >= 3], [0.27, 0.11], 0.10))
    palm = w.draw("palm", lambda s: happens(s, on_palms, n))
    elsewhere = [0.3, 0.3, 0.2, 0.2]
    w.draw(
        "site",
        lambda s: np.where(palm, PALM + happens(s, 0.7, n), s.choice(4, n, p=elsewhere)),
    )
    second = np.where(ill == 1, np.where(textbook, 0.25, 0.40), np.where(textbook, 0.06, 0.35))
    other = w.draw("of_the_surface", lambda s: happens(s, second * (1 - palm), n))
    what = w.draw("what", lambda s: np.where(ill == 1, MELANOMA, NAEVUS) + other)
    bare = np.select([what == CARCINOMA, what == NAEVUS], [PALE_CARCINOMA[kind - 1], 0.06], 0)
    bare = bare * np.where(textbook, 0.1, 1) * (1 - palm)
    pale = w.draw("pale", lambda s: happens(s, bare, n))
    looks = np.where(textbook[:, None], ARCHIVE_LOOKS, CLINIC_LOOKS)
    usual = np.where(ill == 1, looks[:, 1], looks[:, 0]) + KERATOSIS_LOOKS * (what == KERATOSIS)
    atypia = w.draw("atypia", lambda s: np.clip(s.normal(usual, looks[:, 2]), 0, 1.3).round(3))
    return Lesion(what, palm, pale, atypia)


def _about(w: World, name: str, usual: Any, spread: Any, low: float, high: float) -> None:
    w.draw(name, lambda s: np.clip(s.normal(usual, spread, w.n), low, high).round(3))


def _some(w: World, name: str, chance: Any, low: float, high: float) -> Array:
    """A structure that some lesions have, and how much of it."""
    return w.draw(name, lambda s: ((s.random(w.n) < chance) * s.uniform(low, high, w.n)).round(3))


def _skin(w: World, shown: Array, palm: Array, archive: Array) -> None:
    """Its melanin, its blood and the lamp."""
    tan = w.draw("tan", lambda s: np.clip(s.normal(0, 0.06, w.n), -0.12, 0.12).round(3))
    less = np.where(palm == 1, PALE_PALM, 1.0)
    w.draw("tone", lambda s: (less * (TONES[shown - 1] * (1 + tan) + 0.3 * tan)).clip(0).round(3))
    _about(w, "flush", 0.5, 0.12, 0, 1)
    dim = w.draw("dim", lambda s: happens(s, DIM_SHARE * (1 - archive), w.n))
    w.draw("light", lambda s: np.where(dim == 1, DIM, 1.0))


def _outline(w: World, lesion: Lesion) -> None:
    atypia = np.where(lesion.pale == 1, 0.7, 1.0) * lesion.atypia
    _about(w, "radius", 2.5 + 0.7 * atypia, 0.3, 1.5, 4.2)
    _about(w, "stretch", 0.10, 0.03, 0, 0.25)
    _about(w, "lopsided", 0.04 + 0.20 * atypia, 0.05, 0.01, 0.4)
    _about(w, "ragged", 0.012 + 0.06 * atypia, 0.018, 0.002, 0.12)
    sharp = np.where(lesion.what == KERATOSIS, 0.2, 0.55 - 0.25 * atypia)
    _about(w, "softness", sharp, 0.07, 0.12, 0.9)


def _colours(w: World, lesion: Lesion) -> None:
    atypia, full = lesion.atypia, 1 - lesion.pale
    brown = np.where(full, 0.55 + 0.60 * atypia, 0.08)
    _about(w, "brown", brown, np.where(full, 0.09, 0.012), 0.02, 1.6)
    _about(w, "mottle", 0.1 + 0.6 * atypia, 0.09, 0, 1)
    _about(w, "pink", 0.75 * lesion.pale, 0.07 * lesion.pale, 0, 1)
    _some(w, "blotch", full * (1 - lesion.palm) * sigmoid(7 * (atypia - 0.7)), 0.45, 0.7)
    melanoma = lesion.what == MELANOMA
    _some(w, "veil", full * np.where(melanoma, 0.55, 0.02), 0.45, 0.75)
    _some(w, "scar", full * sigmoid(9 * (atypia - 0.82)) * (lesion.what != NAEVUS), 0.45, 0.65)


def _structures(w: World, lesion: Lesion) -> None:
    """What settles the diagnosis for an eye, and what the program does not measure."""
    n, what = w.n, lesion.what
    flat = (lesion.pale == 0) & (lesion.palm == 0)
    naevus, melanoma, carcinoma = (what == k for k in (NAEVUS, MELANOMA, CARCINOMA))
    network = _some(w, "network", flat * (0.75 * naevus + 0.85 * melanoma), 0.7, 1.0)
    wild = np.select([melanoma, carcinoma, naevus], [0.88, 1.0, 0.08], 0.0)
    dotted = np.where(network > 0, 0.1, naevus | melanoma) + 0.7 * carcinoma
    globules = _some(w, "globules", flat * dotted, 0.6, 0.9)
    shown = (network > 0) | (globules > 0)
    w.draw("disorder", lambda s: happens(s, wild * shown, n))
    white = np.select([what == KERATOSIS, melanoma, naevus], [0.93, 0.10, 0.05], 0.0)
    _some(w, "cysts", white * (1 - lesion.palm), 0.75, 1.0)
    _some(w, "vessels", lesion.pale * np.where(carcinoma, 0.95, 0.05), 0.7, 1.0)
    open_ = np.select([carcinoma, melanoma], [0.6, 0.2 + 0.15 * lesion.palm], 0.03)
    sore = _some(w, "sore", open_, 0.5, 0.9)
    w.draw("ulcerated", lambda s: (sore > 0).astype(int))
    on_ridge = w.draw("on_ridge", lambda s: happens(s, np.where(melanoma, 0.86, 0.02), n))
    _some(w, "ridges", lesion.palm * on_ridge, 0.8, 1.0)
    _some(w, "furrows", lesion.palm * (1 - on_ridge), 0.8, 1.0)


def _history(w: World, lesion: Lesion, age: Array) -> None:
    n, ill = w.n, lesion.what <= CARCINOMA
    usual = np.log(np.where(ill, 1.6, 10.0))
    years = w.draw("years_known", lambda s: np.exp(s.normal(usual, 0.9)))
    w.draw("known_for", lambda s: np.clip(years, 0.2, age - 10).round(1))
    w.draw("changed", lambda s: happens(s, np.where(ill, 0.75, 0.2), n))


def in_scope(p: Patients) -> Mask:
    """Pictures that can be read: no dark skin under a weak lamp."""
    return np.asarray(~((p["dim"] == 1) & dark(p)))


def dark(p: Patients) -> Mask:
    """Skin of types V and VI."""
    return np.asarray(p["fitzpatrick"] >= DARK)
