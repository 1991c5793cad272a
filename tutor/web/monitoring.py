"""``/healthz``, ``/readyz`` and ``/metrics``: is it up, can it answer, how much does it do."""

from __future__ import annotations

import hmac

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from tutor.errors import EquipoiseError
from tutor.services.encounters.library import Library
from tutor.store.database import Database
from tutor.web.edge.answers import NOWHERE, sentence
from tutor.web.edge.metrics import Metrics

FORMAT = "text/plain; version=0.0.4; charset=utf-8"


def monitoring_routes(
    database: Database, library: Library, metrics: Metrics, token: str
) -> list[Route]:
    """The three addresses; without ``token`` there are no metrics."""

    def answers() -> str:
        try:
            with database.read() as connection:
                connection.exec_driver_sql("SELECT 1")
        except EquipoiseError as error:
            return str(error)
        return "" if library.exercises else "No exercise is built. Run `equipoise build`."

    async def healthz(_: Request) -> Response:
        return PlainTextResponse("up\n")

    async def readyz(_: Request) -> Response:
        missing = await run_in_threadpool(answers)
        return sentence(503, missing) if missing else PlainTextResponse("ready\n")

    async def counted(request: Request) -> Response:
        given = request.headers.get("authorization", "").encode()
        if not token or not hmac.compare_digest(given, f"Bearer {token}".encode()):
            return sentence(404, NOWHERE)
        gauges = {
            "exercises": ("Exercises that can be practised.", float(len(library.exercises))),
            "bundles_open": ("Bundles in memory.", float(library.opened)),
            **{name: (told, value) for name, told, value in database.statistics()},
        }
        return Response("\n".join([*metrics.lines(gauges), ""]), media_type=FORMAT)

    return [
        Route("/healthz", healthz, methods=["GET"]),
        Route("/readyz", readyz, methods=["GET"]),
        Route("/metrics", counted, methods=["GET"]),
    ]
