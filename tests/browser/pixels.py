"""What stands out on a screen: the contrast of WCAG, read from the pixels."""

from __future__ import annotations

import io
from collections import Counter

import numpy as np
from PIL import Image
from playwright.sync_api import Page

from tests.browser.tour import look


def ticks_are_seen(page: Page) -> None:
    """In every colour scheme a ticked box holds a mark that stands out, and an empty one none."""
    for colours in ("light", "dark", "forced"):
        look(page, 1280, colours)
        assert contrast_within(page, "[name=reasons_required]") >= 3, colours
        assert contrast_within(page, "[name=same_cases]") < 1.2, colours
    look(page, 1280, "light")


def contrast_within(page: Page, selector: str) -> float:
    """The contrast ratio of WCAG between the colours that cover the middle of a box."""
    box = Image.open(io.BytesIO(page.locator(selector).screenshot())).convert("RGB")
    middle = box.crop((5, 5, box.width - 5, box.height - 5))
    pixels = np.asarray(middle).reshape(-1, 3).tolist()
    found = Counter(tuple(pixel) for pixel in pixels)
    most = found.most_common(1)[0][0]
    seen = [colour for colour, count in found.items() if count >= 4]
    return max(contrast(most, colour) for colour in seen)


def contrast(one: tuple[int, ...], other: tuple[int, ...]) -> float:
    """The contrast ratio of two colours by WCAG 2.2, 1 to 21."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: tuple[int, ...]) -> float:
    """The relative luminance of a colour of sRGB by WCAG 2.2, 0 to 1."""
    linear = [
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4
        for c in (value / 255 for value in colour)
    ]
    return float(0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2])
