"""Gradio's own theme, quietened: our stylesheet draws the pages."""

from __future__ import annotations

from tutor.web.layout.gradio_loader import gr

FONTS = ("system-ui", "sans-serif")


def theme() -> gr.themes.Base:
    """A bare theme without fonts from elsewhere, in the paper's colours."""
    base = gr.themes.Base(font=FONTS, font_mono=("ui-monospace", "monospace"))
    return base.set(
        body_background_fill="#f7f6f2",
        body_background_fill_dark="#12181d",
        body_text_color="#1c2733",
        body_text_color_dark="#e8ecef",
    )
