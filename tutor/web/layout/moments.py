"""Moments on a page: in the class's time zone, and by the page's script in the reader's own."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from markupsafe import Markup

from tutor.services.local_time import said


def local_time(at: datetime | None, where: ZoneInfo) -> Markup:
    """A moment as it reads in ``where``; "" for None.

    Where the reader's clock shows another time, the script adds it, so it is sent the moment in
    UTC and the offset of ``where`` in minutes.
    """
    if at is None:
        return Markup()
    offset = at.astimezone(where).utcoffset()
    assert offset is not None
    return Markup('<time datetime="{}" data-offset="{}">{}</time>').format(
        at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        int(offset.total_seconds() // 60),
        said(at, where),
    )
