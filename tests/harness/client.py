"""A browser's connection without the browser: requests over one kept connection, with a cookie."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from benchmarks.load import read_answer
from tutor.services.accounts.identity import COOKIE

EVENTS = "/gradio/gradio_api/run/"
SECONDS = 30


@dataclass(frozen=True)
class Answer:
    """Status, headers by lower-case name, and body."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode("utf-8", "replace")


class Client:
    """One connection to a server on loopback, opened when it is first used."""

    def __init__(self, port: int, cookie: str = "") -> None:
        self.port = port
        self.cookie = cookie
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def get(self, path: str) -> Answer:
        """A page."""
        return await self.send("GET", path)

    async def event(self, name: str, data: Any) -> Answer:
        """An event, as the page's script sends it."""
        body = json.dumps({"data": [], "event_data": data}).encode()
        return await self.send("POST", EVENTS + name, body, {"content-type": "application/json"})

    async def send(
        self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> Answer:
        """One request; a cookie that comes back is kept.

        Raises:
            OSError: there was no whole answer within 30 s.
        """
        sent = {
            "host": f"127.0.0.1:{self.port}",
            "origin": f"http://127.0.0.1:{self.port}",
            **({"cookie": f"{COOKIE}={self.cookie}"} if self.cookie else {}),
            **({"content-length": str(len(body))} if body or method == "POST" else {}),
            **(headers or {}),
        }
        head = "".join(f"{name}: {value}\r\n" for name, value in sent.items() if value)
        whole = f"{method} {path} HTTP/1.1\r\n{head}\r\n".encode() + body
        try:
            answer = await asyncio.wait_for(self._exchange(whole), SECONDS)
        except (OSError, EOFError, ValueError, IndexError) as error:
            self.close()
            raise ConnectionError(str(error)) from error
        except BaseException:
            self.close()
            raise
        if COOKIE in answer.headers.get("set-cookie", ""):
            self.cookie = answer.headers["set-cookie"].partition("=")[2].partition(";")[0]
        if answer.headers.get("connection") == "close":
            self.close()
        return answer

    async def _exchange(self, request: bytes) -> Answer:
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self.port, limit=1 << 22)
        reader, writer = self._streams
        writer.write(request)
        await writer.drain()
        return Answer(*await read_answer(reader, not request.startswith(b"HEAD")))

    def close(self) -> None:
        """Close the connection."""
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None
