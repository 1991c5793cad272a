"""Prepared fragments: drawn once, with places into which each reader's own is put."""

from __future__ import annotations

from markupsafe import Markup

from tutor.web.layout.templating import place, with_own


def test_each_place_is_filled_with_what_is_its_own():
    prepared = Markup("<p>{}</p><p>{}</p>").format(place("you"), place("star age sex"))
    told = with_own(prepared, lambda name, columns: f"[{name}:{columns}]")
    assert told == "<p>[you:]</p><p>[star:age sex]</p>"


def test_a_comment_is_no_place():
    prepared = Markup("<!--you--><p>a</p>")
    assert with_own(prepared, lambda name, columns: "filled") == prepared


def test_what_is_put_in_is_not_read_for_places():
    prepared = Markup("<p>{}</p>").format(place("you"))
    assert with_own(prepared, lambda *_: str(place("again"))) == f"<p>{place('again')}</p>"
