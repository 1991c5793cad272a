"""Connections are bounded: silent ones, slow ones, too many, and those that stay at the end."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from threading import Event
from urllib.parse import urlsplit

import pytest
from starlette.types import Receive, Scope, Send

from tests.web.serving import running, served
from tutor.web.edge.connections import DEFAULT, Limits, affordable, bounded_server

HASTY = Limits(headers=0.3, body=0.3, rate=1e9, reading=0.3, graceful=1, connections=16, sweep=0.1)
HALF_A_HEADER = b"GET / HTTP/1.1\r\nHost: a\r\n"
HALF_A_BODY = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nhalf"
WHOLE = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"
MUCH = b"GET /much HTTP/1.1\r\nHost: a\r\n\r\n"
SLOW = b"GET /slow HTTP/1.1\r\nHost: a\r\n\r\n"
begun = Event()  # a request for what is slow has been read


async def plain(scope: Scope, receive: Receive, send: Send) -> None:
    """Reads what is sent and answers a word; at ``/much`` eight megabytes of it."""
    if scope["type"] == "lifespan":
        for said in ("startup", "shutdown"):
            await receive()
            await send({"type": f"lifespan.{said}.complete"})
        return
    while (await receive()).get("more_body"):
        pass
    if scope["path"] == "/slow":
        begun.set()
        await asyncio.sleep(0.5)
    body = b"word" * (2_000_000 if scope["path"] == "/much" else 1)
    length = [(b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": length})
    for start in range(0, len(body), 65_536):
        await send(
            {"type": "http.response.body", "body": body[start : start + 65_536], "more_body": True}
        )
    await send({"type": "http.response.body", "body": b""})


@contextmanager
def connected(base: str, sent: bytes = b"") -> Iterator[socket.socket]:
    """A connection that has sent some bytes."""
    address = urlsplit(base)
    with socket.create_connection((address.hostname, address.port), timeout=60) as made:
        made.sendall(sent)
        yield made


def received(connection: socket.socket) -> int:
    """How many bytes come until the connection ends."""
    came = 0
    with suppress(ConnectionError):
        while piece := connection.recv(1 << 20):
            came += len(piece)
    return came


def ends_within(connection: socket.socket, seconds: float) -> bool:
    """Whether the server closes a connection soon, whatever it says before."""
    connection.settimeout(seconds)
    try:
        while connection.recv(1 << 16):
            pass
    except TimeoutError:
        return False
    except ConnectionError:
        return True
    return True


@pytest.fixture(scope="module")
def hasty() -> Iterator[str]:
    """A server that waits for nothing longer than a third of a second."""
    with served(plain, HASTY) as base:
        yield base


@pytest.mark.parametrize(
    "sent", [b"", HALF_A_HEADER, HALF_A_BODY, WHOLE + HALF_A_HEADER], ids=["1", "2", "3", "4"]
)
def test_a_request_that_does_not_come_whole_is_ended(sent: bytes, hasty: str) -> None:
    with connected(hasty, sent) as connection:
        assert ends_within(connection, 4)


def test_a_client_that_does_not_read_is_ended(hasty: str) -> None:
    with connected(hasty, MUCH) as connection:
        time.sleep(1.2)
        assert received(connection) < 8_000_000


def test_who_sends_within_time_is_answered() -> None:
    """The time is long enough for a machine that halts between the pieces."""
    patient = replace(HASTY, headers=20, reading=20)
    with served(plain, patient) as base, connected(base) as connection:
        for piece in (WHOLE[:10], WHOLE[10:]):
            connection.sendall(piece)
            time.sleep(0.1)
        answer = b""
        while piece := not answer.endswith(b"word") and connection.recv(1 << 16):
            answer += piece
        assert answer.endswith(b"word")


def test_where_there_are_too_many_the_longest_waiting_makes_room(hasty: str) -> None:
    many = [connected(hasty) for _ in range(40)]
    held = [one.__enter__() for one in many]
    with connected(hasty, WHOLE) as newcomer:
        assert newcomer.makefile("rb").read().endswith(b"word")
    assert ends_within(held[0], 4)
    for one in many:
        one.__exit__(None, None, None)


def test_at_the_end_what_is_in_progress_is_answered_and_nobody_holds_the_server() -> None:
    with (
        running(plain) as (server, base),
        connected(base, SLOW) as working,
        connected(base, HALF_A_BODY) as holding,
    ):
        assert begun.wait(60)
        began = time.monotonic()
        server.should_exit = True
        assert working.recv(1 << 16).startswith(b"HTTP/1.1 200")
        assert ends_within(holding, 4)
        assert time.monotonic() - began < 3


def test_a_server_ends_within_five_seconds() -> None:
    server = bounded_server(plain)
    assert server.config.timeout_graceful_shutdown == DEFAULT.graceful == 5
    assert 16 <= affordable(DEFAULT) <= 1_000
