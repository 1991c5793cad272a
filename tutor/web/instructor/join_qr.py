"""The link into a class as a QR code, for a slide: drawn here, and for the class's staff."""

from __future__ import annotations

from io import BytesIO

import segno
from fastapi import FastAPI, Request
from fastapi.responses import Response

from tutor.errors import EquipoiseError
from tutor.services.accounts.identity import COOKIE
from tutor.services.services import Services
from tutor.web.layout.addresses import url

HEADERS = {
    # A new code must not be followed by the picture of the old one.
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'",
    "x-content-type-options": "nosniff",
}


def join_address(base: str, code: str) -> str:
    """Where a class is joined; ``base`` is scheme and host as browsers know them."""
    return f"{base.rstrip('/')}{url('/my/')}?view=join&code={code}"


def drawn(text: str) -> bytes:
    """A QR code of ``text`` as SVG: dark on white in every colour scheme, with its quiet zone."""
    out = BytesIO()
    segno.make(text, error="m", micro=False).save(
        out, kind="svg", border=4, dark="#000", light="#fff", omitsize=True, xmldecl=False
    )
    return out.getvalue()


def add_join_qr(app: FastAPI, services: Services, public_address: str = "") -> None:
    """``/join-qr?class=``: the join link of a class that lets people in."""

    @app.get("/join-qr", include_in_schema=False)
    def join_qr(request: Request) -> Response:
        try:
            caller = services.access.caller(request.cookies.get(COOKIE))
            room = services.classrooms.see(caller, request.query_params.get("class", "")).classroom
        except EquipoiseError:
            return Response(status_code=404)
        if not room.is_open:
            return Response(status_code=404)
        base = public_address or f"{request.url.scheme}://{request.url.netloc}"
        svg = drawn(join_address(base, room.join_code or ""))
        return Response(svg, media_type="image/svg+xml", headers=HEADERS)
