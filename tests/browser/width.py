"""How wide a page is for whoever reads it: what is cut off at the edge counts, too."""

from __future__ import annotations

from playwright.sync_api import Page

# The document alone does not tell: Gradio hides what stands out of its container. What can be
# scrolled sideways in its own place, or is drawn inside a picture, stands out of nothing.
WIDEST = """() => {
  const inside = e => {
    for (let up = e.parentElement; up; up = up.parentElement) {
      if (up.matches("svg, .sr")) return true;
      if (["auto", "scroll"].includes(getComputedStyle(up).overflowX) && up.closest(".eq")
          && !up.matches(".eq")) return true;
    }
    return false;
  };
  let widest = document.scrollingElement.scrollWidth;
  for (const e of document.querySelectorAll(".eq *")) {
    const place = e.getBoundingClientRect();
    if (place.right > widest && place.width && place.height && !e.matches(".sr, .skip")
        && !inside(e)) widest = Math.ceil(place.right - 0.5);
  }
  return widest;
}"""


def widest(page: Page) -> int:
    """CSS pixels from the left edge to the right end of what stands furthest out."""
    found: int = page.evaluate(WIDEST)
    return found
