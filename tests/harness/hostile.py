"""Requests that nobody's page sends: every door of the application, bent at random."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from fastapi import FastAPI

from tests.web.doors import Door, Known, doors

VALUES: tuple[Any, ...] = (
    None, True, -1, 2**63, 1e308, "", "NaN", "\x00", "' OR 1=1 --", "{{7*7}}", "../closed.lines",
    "%2e%2e%2fclosed.lines", "<script>", "closed", "revealed", [], {}, [[]], {"a": 1}, "é" * 400,
)  # fmt: skip
HEADERS: tuple[tuple[str, str], ...] = (
    ("accept", "text/html"),
    ("accept", "application/json"),
    ("accept-encoding", "gzip"),
    ("accept-encoding", "br"),
    ("range", "bytes=0-99"),
    ("if-none-match", "*"),
    ("if-modified-since", "Thu, 01 Jan 1970 00:00:00 GMT"),
    ("x-forwarded-host", "evil.example.test"),
    ("x-forwarded-for", "10.9.8.7"),
    ("x-http-method-override", "PUT"),
    ("x-original-url", "/metrics"),
    ("authorization", "Bearer " + "m" * 32),
    ("origin", "http://evil.example.test"),
    ("sec-fetch-site", "cross-site"),
    ("content-type", "text/plain"),
    ("content-type", "application/x-www-form-urlencoded"),
    ("expect", "100-continue, now"),
    ("te", "trailers"),
)
METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "TRACE", "X")


@dataclass(frozen=True)
class Request:
    """One request as it is sent."""

    method: str
    path: str
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)
    cookie: bool = True


class Hostile:
    """Draws requests; none of them holds a whole judgment of the caller's own open attempt."""

    def __init__(self, app: FastAPI, known: Known, seed: int) -> None:
        unique = {(d.method, d.path, json.dumps(d.body), d.cookie): d for d in doors(app, known)}
        self._doors: Sequence[Door] = list(unique.values())
        # An event's answer can hold most, so a half of the requests are events.
        self._events = [door for door in self._doors if "/gradio_api/run/" in door.path]
        self._mine = known.mine
        self._random = random.Random(seed)

    def requests(self, count: int) -> Iterator[Request]:
        """So many."""
        for number in range(count):
            door = self._random.choice(self._events if number % 2 else self._doors)
            yield self._bent(door, self._random.choice((0, 1, 1, 2, 3)))

    def _bent(self, door: Door, times: int) -> Request:
        method, path, body = door.method, door.path, json.loads(json.dumps(door.body))
        headers: dict[str, str] = {}
        for _ in range(times):
            match self._random.randrange(6):
                case 0:
                    method = self._random.choice(METHODS)
                case 1:
                    path = self._bent_path(path)
                case 2 | 3:
                    name, value = self._random.choice(HEADERS)
                    headers[name] = value
                case _:
                    body = self._bent_value(body)
        sent = b"" if body is None else json.dumps(self._without_judgment(body)).encode()
        if sent and "content-type" not in headers:
            headers["content-type"] = "application/json"
        return Request(method, path.replace(" ", "%20"), sent, headers, door.cookie)

    def _bent_path(self, path: str) -> str:
        at = self._random.randrange(len(path))
        bends: tuple[Callable[[], str], ...] = (
            lambda: path.replace(self._mine, self._mine.swapcase()),
            lambda: path.replace(self._mine, self._mine + "%00"),
            lambda: path.replace(self._mine, self._mine[:-1]),
            lambda: f"{path}{'&' if '?' in path else '?'}stage=closed&debug=1&attempt={self._mine}",
            lambda: path.replace("/", "//", 2),
            lambda: path + "/..%2f..%2fbundles/closed.lines",
            lambda: path[:at] + self._random.choice(("%2e", ";", "%0d%0a", "~", "*")) + path[at:],
            lambda: path.upper(),
        )
        bent = self._random.choice(bends)()
        return bent if bent.startswith("/") else f"/{bent}"

    def _bent_value(self, value: Any) -> Any:
        """A copy with one part replaced by something else, or with a part more."""
        if isinstance(value, dict) and value and self._random.random() < 0.9:
            name = self._random.choice([*value, "seen", "held", "stage", "fn_index", "trigger_id"])
            return {**value, name: self._bent_value(value.get(name))}
        if isinstance(value, list) and value and self._random.random() < 0.5:
            return [self._bent_value(value[0]), *value[1:]]
        return self._random.choice(VALUES)

    def _without_judgment(self, body: Any) -> Any:
        """Without what would commit the caller's own attempt: then answers may differ."""
        data = body.get("event_data") if isinstance(body, dict) else None
        form = data.get("form") if isinstance(data, dict) else None
        if isinstance(form, dict) and data.get("attempt") == self._mine:
            return {**body, "event_data": {**data, "form": {**form, "certainty": "none"}}}
        return body
