"""What can be taken away: one's own data, a class's grades and encounters."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import IO
from urllib.parse import quote

from anyio import to_thread
from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, Response, StreamingResponse

from tutor.core.spreadsheet import CsvStyle
from tutor.errors import Changed, EquipoiseError, Forbidden, NotFound, SignedOut
from tutor.services.accounts.access import Caller
from tutor.services.accounts.identity import COOKIE
from tutor.services.classes.workbook import MEDIA
from tutor.services.reports import report_export
from tutor.services.services import Services
from tutor.web.edge.body import typed_form
from tutor.web.layout import notices

CSV, JSON = "text/csv; charset=utf-8", "application/json; charset=utf-8"
STATUS = {SignedOut: 401, Forbidden: 403, NotFound: 404, Changed: 409}
PIECE = 64 * 1024
SEPARATORS = {",": ",", ";": ";", "tab": "\t"}


def add_downloads(app: FastAPI, services: Services, head: str) -> None:
    """``/download/…``: each asks who calls, calls one service, and answers with a file."""

    def answered(request: Request, take: Callable[[Caller], Response]) -> Response:
        try:
            return take(services.access.caller(request.cookies.get(COOKIE)))
        except EquipoiseError as error:
            status = STATUS.get(type(error), 400)
            door = ("/signin/", "Sign in") if status == 401 else ("/", "To the exercises")
            return HTMLResponse(notices.nowhere(head, str(error), *door), status)

    @app.get("/download/mine", include_in_schema=False)
    def mine(request: Request, shape: str = "json") -> Response:
        def take(caller: Caller) -> Response:
            if shape == "csv":
                return _file(services.personal_data.encounters(caller), "my encounters.csv", CSV)
            return _file(services.personal_data.everything(caller), "my data.json", JSON)

        return answered(request, take)

    @app.get("/download/grades", include_in_schema=False)
    def grades(
        request: Request,
        assignment: str = "",
        shape: str = "csv",
        separator: str = ",",
        decimal: str = ".",
    ) -> Response:
        def take(caller: Caller) -> Response:
            if shape == "xlsx":
                title, data = services.grades.workbook(caller, assignment)
                return _file(data, f"{title}.xlsx", MEDIA)
            title, text = services.grades.export(caller, assignment, _style(separator, decimal))
            return _file(text, f"{title}.csv", CSV)

        return answered(request, take)

    @app.get("/download/report", include_in_schema=False)
    def report(
        request: Request, assignment: str = "", separator: str = ",", decimal: str = "."
    ) -> Response:
        def take(caller: Caller) -> Response:
            style = _style(separator, decimal)
            title, text = report_export.export(services.class_reports, caller, assignment, style)
            return _file(text, f"{title} report.csv", CSV)

        return answered(request, take)

    @app.get("/download/gradebook", include_in_schema=False)
    def gradebook(
        request: Request, shape: str = "csv", separator: str = ",", decimal: str = "."
    ) -> Response:
        classroom = request.query_params.get("class", "")

        def take(caller: Caller) -> Response:
            if shape == "xlsx":
                title, data = services.gradebooks.workbook(caller, classroom)
                return _file(data, f"{title}.xlsx", MEDIA)
            style = _style(separator, decimal)
            title, text = services.gradebooks.export(caller, classroom, style)
            return _file(text, f"{title}.csv", CSV)

        return answered(request, take)

    @app.post("/download/grades", include_in_schema=False)
    async def filled(request: Request) -> Response:
        """A learning platform's own file with our column, as it was looked at."""
        form = await typed_form(request)

        def take(caller: Caller) -> Response:
            found = services.grades.fill(caller, form.get("assignment", ""), form)
            name = form.get("export_name") or "gradebook.csv"
            return _file(found.data, name, "text/csv")

        return await to_thread.run_sync(partial(answered, request, take))

    @app.get("/download/encounters", include_in_schema=False)
    def encounters(
        request: Request, shape: str = "csv", separator: str = ",", decimal: str = "."
    ) -> Response:
        classroom = request.query_params.get("class", "")

        def take(caller: Caller) -> Response:
            services.exports.check(caller, classroom)
            if shape == "xlsx":
                return _sent(services.exports.workbook(caller, classroom), "encounters.xlsx")
            style = _style(separator, decimal)
            pieces = services.exports.encounters(caller, classroom, style)
            return StreamingResponse(pieces, media_type=CSV, headers=_named("encounters.csv"))

        return answered(request, take)


def _style(separator: str, decimal: str) -> CsvStyle:
    """The separator and the decimal sign that were chosen, or a comma and a point."""
    return CsvStyle(SEPARATORS.get(separator, ","), "," if decimal == "," else ".")


def _sent(file: IO[bytes], name: str) -> Response:
    """A workbook from a file that is gone once it is closed, piece by piece."""

    def pieces() -> Iterator[bytes]:
        with file:
            while piece := file.read(PIECE):
                yield piece

    return StreamingResponse(pieces(), media_type=MEDIA, headers=_named(name))


def _file(content: str | bytes, name: str, media: str) -> Response:
    return Response(content, media_type=media, headers=_named(name))


def _named(name: str) -> dict[str, str]:
    plain = "".join(ch if ch.isascii() and (ch.isalnum() or ch in " .-_") else "_" for ch in name)
    said = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name)}"
    return {"content-disposition": said, "cache-control": "no-store"}
