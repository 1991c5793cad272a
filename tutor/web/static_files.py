"""``/static-equipoise/…`` and ``/gradio/assets/…``: files that browsers keep."""

from __future__ import annotations

import re
from functools import lru_cache

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tutor.web.compression import THOROUGH, coding_for, compress
from tutor.web.layout.assets import FOLDER, Asset, Files, read
from tutor.web.layout.gradio_loader import ASSETS, ROOT

FOR_EVER = "public, max-age=31536000, immutable"
LONGEST_NAME = 120
MOST_HELD = 120  # files, each once per coding; some 15 kB
_NAME = re.compile(r"[\w-]+(?:\.[\w-]+)*\.(?:js|css|woff2?|ttf|svg|png|wasm)")


def static_routes(files: Files) -> list[Route]:
    """Our own files, and those of Gradio's whose names hold a digest."""

    async def ours(request: Request) -> Response:
        asset, named = files.find(request.path_params["name"])
        if asset is None:
            raise HTTPException(404)
        return await _answer(request, asset, FOR_EVER if named else "no-cache")

    async def gradios(request: Request) -> Response:
        return await _answer(request, _gradios(request.path_params["name"]), FOR_EVER)

    async def favicon(request: Request) -> Response:
        asset, _ = files.find("icon.svg")
        assert asset is not None
        return await _answer(request, asset, "no-cache")

    return [
        Route(FOLDER + "{name}", ours),
        Route(ROOT + "/assets/{name}", gradios),
        Route("/favicon.ico", favicon),
    ]


@lru_cache(maxsize=MOST_HELD)
def _gradios(name: str) -> Asset:
    path = ASSETS / name
    # No file system takes a longer name; asked for one, it raises.
    if len(name) > LONGEST_NAME or not _NAME.fullmatch(name) or not path.is_file():
        raise HTTPException(404)
    return read(path)


async def _answer(request: Request, asset: Asset, caching: str) -> Response:
    headers = {"cache-control": caching, "etag": f'"{asset.digest}"', "vary": "accept-encoding"}
    if asset.digest in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    coding = "" if asset.is_dense else coding_for(request.headers.get("accept-encoding", ""))
    if coding:
        headers["content-encoding"] = coding
    body = await run_in_threadpool(_compressed, asset, coding)
    return Response(body, media_type=asset.media, headers=headers)


@lru_cache(maxsize=MOST_HELD)
def _compressed(asset: Asset, coding: str) -> bytes:
    return compress(asset.body, coding, THOROUGH)
