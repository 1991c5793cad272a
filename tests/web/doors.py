"""Every door of an application: each route, each event, each path that might lead to a file."""

from __future__ import annotations

import http.client
import itertools
import json
import re
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from fastapi import FastAPI
from starlette.routing import Mount

from tutor.web.layout.gradio_loader import ROOT, gr

PAGES = ("/", "/encounter/", "/record/", "/my/", "/desk/", "/signin/")
SESSION = "sweep"
STREAM_SECONDS = 0.7
PARAMETER = re.compile(r"\{(\w+)(?::\w+)?\}")
FORM = {
    "probability": "60",
    "certainty": "2",
    "reason": "",
    "final": "70",
    "keep": "change",
    "suspected": "none",
}


@dataclass(frozen=True)
class Door:
    """A request that anyone can send."""

    method: str
    path: str
    body: Any = None
    cookie: bool = True


@dataclass(frozen=True)
class Answer:
    """What came back: status, and headers with body as one text."""

    door: Door
    status: int
    text: str


@dataclass(frozen=True)
class Known:
    """What a caller may know or guess: attempts and sets, and files on the server.

    ``mine`` is the caller's own open attempt: a form that would commit it is never sent.
    """

    mine: str
    others: Sequence[str]
    exercise: str
    sets: Sequence[str] = ()
    files: Sequence[Path] = ()

    @property
    def words(self) -> dict[str, list[str]]:
        """What fits a path's parameter better than an attempt does."""
        return {
            "api_name": ["predict", "open"],
            "session_hash": [SESSION, self.mine],
            "type": ["component"],
            "environment": ["client"],
            "size": ["192"],
            "ext": ["ts"],
        }

    @property
    def attempts(self) -> list[str]:
        """All of them, and one that does not exist."""
        return [self.mine, *self.others, "no-such-attempt"]


def routes(app: Any, prefix: str = "") -> Iterator[tuple[str, set[str], str]]:
    """Each route as ``(mount, methods, path)``, through mounted applications and routers."""
    for route in getattr(app, "routes", []):
        included = getattr(route, "include_context", None)
        if isinstance(route, Mount):
            yield from routes(route.app, prefix + route.path)
            yield prefix, {"GET"}, f"{prefix}{route.path}/{{path:path}}"
        elif included is not None:
            for mount, methods, path in routes(included.included_router, prefix):
                yield mount, methods, path.replace(prefix, prefix + included.prefix, 1)
        else:
            yield prefix, set(getattr(route, "methods", None) or {"GET"}), prefix + route.path


def gradios() -> Iterator[tuple[str, str]]:
    """Method and path of all that a Gradio application opens where nothing is taken out of it."""
    whole = FastAPI()
    with gr.Blocks(analytics_enabled=False) as blocks:
        gr.HTML("")
    gr.mount_gradio_app(whole, blocks, path=ROOT, ssr_mode=False)
    for mount, methods, path in routes(whole):
        if path.startswith(mount) and mount:
            yield from ((method, path) for method in sorted(methods))


def events(app: FastAPI) -> Iterator[tuple[str, int, str]]:
    """Each Gradio event as ``(mount, fn_index, api_name)``."""
    for route in app.routes:
        blocks = getattr(getattr(route, "app", None), "blocks", None)
        if isinstance(route, Mount) and blocks is not None:
            for dependency in blocks.get_config_file()["dependencies"]:
                yield route.path, dependency["id"], dependency["api_name"]


def traversals(files: Sequence[Path]) -> list[str]:
    """Ways of writing the path of a file that a careless static route would follow."""
    ways = []
    for file in files:
        whole = str(file)
        ups = "../" * 12 + whole.lstrip("/")
        ways += [whole, whole.lstrip("/"), ups, quote(ups, safe=""), ups.replace("..", "%2e%2e")]
        ways += [quote(whole, safe=""), ups.replace("../", "..%5c"), "//" + whole]
    return ways


def event_bodies(known: Known, fn_index: int) -> Iterator[dict[str, Any]]:
    """An event's payloads: every attempt, with and without a form; none commits ``mine``."""
    body = {"data": [], "fn_index": fn_index, "session_hash": SESSION}
    for attempt in known.attempts:
        forms: list[dict[str, Any]] = [{}, {k: FORM[k] for k in ("final", "keep", "suspected")}]
        if attempt != known.mine:
            forms.append(FORM)
        for form in forms:
            yield {**body, "event_data": {"attempt": attempt, "form": form}}
    yield {**body, "event_data": None}


def doors(app: FastAPI, known: Known) -> Iterator[Door]:
    """Every request of the sweep."""
    queries = [
        *(f"attempt={attempt}" for attempt in known.attempts),
        f"exercise={quote(known.exercise)}",
        *(f"set={one}" for one in known.sets),
    ]
    for mount, fn_index, name in events(app):
        api = f"{mount}/gradio_api"
        for body in event_bodies(known, fn_index):
            for path in (f"run/{name}", "run/predict", "queue/join"):
                yield Door("POST", f"{api}/{path}", body)
            yield Door("POST", f"{api}/run/{name}", body, cookie=False)
        for path in (f"api/{name}", f"call/{name}", f"call/v2/{name}"):
            for attempt in known.attempts:
                body = {"data": [], "event_data": {"attempt": attempt}, "session_hash": SESSION}
                yield Door("POST", f"{api}/{path}", body)
        for query in queries:
            empty = {"data": [], "fn_index": fn_index, "session_hash": SESSION}
            yield Door("POST", f"{api}/run/{name}?{query}", empty)
            yield Door("POST", f"{api}/run/predict?{query}", empty)
    for page, query in itertools.product(PAGES, queries):
        yield Door("GET", f"{page}?{query}")
        yield Door("GET", f"{page}?{query}", cookie=False)
    for _, methods, path in routes(app):
        for method, filled in itertools.product(methods, _filled(path, known)):
            if method in ("POST", "PUT", "PATCH"):
                yield from (Door(method, filled, body) for body in _bodies(known))
            else:
                yield Door(method, filled)
                if ":path}" not in path:
                    yield Door(method, f"{filled}?{'&'.join(queries)}")
    for method, path in gradios():
        bodies = _bodies(known)[:2] if method in ("POST", "PUT", "PATCH") else [None]
        yield from (Door(method, _filled(path, known)[0], body) for body in bodies)


def _filled(path: str, known: Known) -> list[str]:
    """The path with its parameters filled in, one after another, from what is known."""
    names = PARAMETER.findall(path)
    values = [
        [*known.words.get(name, known.attempts), "0"]
        + (traversals(known.files) if f"{{{name}:path}}" in path else [])
        for name in names
    ]
    filled = []
    for at, choices in enumerate(values or [[""]]):
        for choice in choices:
            once = iter([choice if n == at else v[0] for n, v in enumerate(values)])
            filled.append(PARAMETER.sub(lambda _, once=once: next(once), path))
    return filled


def _bodies(known: Known) -> list[dict[str, Any]]:
    """For routes of unknown purpose: everything a handler might look for."""
    files = [str(file) for file in known.files]
    everything = {
        "data": [known.mine],
        "event_data": {"attempt": known.mine},
        "session_hash": SESSION,
        "event_id": known.mine,
        "attempt": known.mine,
        "component_id": 1,
        "fn_name": "postprocess",
        "fn_index": 0,
    }
    return [{}, everything, *({**everything, "path": file, "data": [file]} for file in files)]


def knock(base: str, door: Door, cookie: str) -> Answer:
    """Send one request byte for byte as it is written, and read what comes, streams too."""
    address = urlsplit(base)
    assert address.hostname is not None
    connection = http.client.HTTPConnection(address.hostname, address.port, timeout=60)
    headers = {"Referer": f"{base}/encounter/", "Origin": base}
    if door.cookie:
        headers["Cookie"] = cookie
    body = None
    if door.body is not None:
        body, headers["Content-Type"] = json.dumps(door.body), "application/json"
    try:
        connection.request(door.method, door.path, body, headers)
        socket_ = connection.sock
        answer = connection.getresponse()
        if "event-stream" in answer.headers.get("content-type", ""):
            socket_.settimeout(STREAM_SECONDS)
        said = str(answer.headers) + _all_of(answer).decode("utf-8", "replace")
        return Answer(door, answer.status, said)
    finally:
        connection.close()


def _all_of(answer: http.client.HTTPResponse) -> bytes:
    """The body, as far as it comes before a stream falls silent."""
    read = b""
    try:
        while piece := answer.read1(1 << 16):
            read += piece
            if piece.startswith((b"event: complete", b"event: error")):
                break
    except (TimeoutError, http.client.HTTPException):
        pass
    return read


def sweep(base: str, app: FastAPI, known: Known, cookie: str) -> list[Answer]:
    """Knock at every door; an event that answers later is waited for."""
    asked = list(dict.fromkeys((d.method, d.path, json.dumps(d.body), d.cookie)
                               for d in doors(app, known)))  # fmt: skip
    with ThreadPoolExecutor(8) as pool:
        answers = list(
            pool.map(lambda d: knock(base, Door(d[0], d[1], json.loads(d[2]), d[3]), cookie), asked)
        )
        later = list(dict.fromkeys(door for answer in answers for door in _later(answer)))
        return answers + list(pool.map(lambda door: knock(base, door, cookie), later))


def _later(answer: Answer) -> list[Door]:
    """Where the result of a queued event can be fetched."""
    found = re.search(r'"event_id":\s*"(\w+)"', answer.text)
    if answer.door.method != "POST" or found is None:
        return []
    path = answer.door.path
    if "/call/" in path:
        return [Door("GET", f"{path}/{found[1]}")]
    return [Door("GET", path.replace("queue/join", f"queue/data?session_hash={SESSION}"))]
