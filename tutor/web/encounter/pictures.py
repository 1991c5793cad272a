"""A learner's own patients as pictures, for lists."""

from __future__ import annotations

from fastapi import FastAPI, Request
from fastapi.responses import Response

from tutor.errors import EquipoiseError
from tutor.services.accounts.identity import COOKIE
from tutor.services.services import Services

HEADERS = {
    "cache-control": "private, max-age=86400, immutable",
    # A drawing is no page: nothing in it may run or fetch, if it is opened by itself.
    "content-security-policy": "default-src 'none'; img-src data:; style-src 'unsafe-inline'",
    "x-content-type-options": "nosniff",
}


def add_pictures(app: FastAPI, services: Services) -> None:
    """``/picture?attempt=``: the picture of the caller's own patient, as it is on its page."""

    @app.get("/picture", include_in_schema=False)
    def picture(request: Request, attempt: str = "") -> Response:
        try:
            caller = services.access.caller(request.cookies.get(COOKIE))
            found = services.practice.picture(caller.learner, attempt)
        except EquipoiseError:
            return Response(status_code=404)
        svg = found.svg
        if "xmlns=" not in svg.partition(">")[0]:
            svg = svg.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1)
        return Response(svg, media_type="image/svg+xml", headers=HEADERS)
