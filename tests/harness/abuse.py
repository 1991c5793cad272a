"""What a hostile caller tries at the edges: each row of the attack, asked of a real server."""

from __future__ import annotations

import asyncio
import json
import os
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from tests.harness.client import EVENTS, Answer, Client
from tests.harness.faults import home_at, serving
from tests.harness.leaks import comparable
from tests.harness.player import ATTEMPT
from tests.harness.server import KEY, SECRET, SMALL, Plan, Server
from tests.services.school import PASSWORD
from tests.web.learner import JUDGMENT
from tutor.content.loading import load
from tutor.services.accounts.identity import Identity
from tutor.services.encounters.library import Library
from tutor.services.services import Services
from tutor.store.database import Database

EVIL = "http://evil.example.test"
CLOSED = (
    "upload", "queue/join", "queue/data?session_hash=a", "file=http://127.0.0.1:1/", "heartbeat/a",
    "run/predict", "api/commit", "call/commit", "dev/reload", "custom_component/a/b/c/d",
)  # fmt: skip
Probe = Callable[[Server], Awaitable[list[str]]]


async def abuse(home: Path, names: list[str]) -> tuple[str, bool]:
    """Every probe, or those named, each with a server of its own; summary and verdict."""
    wrong: list[str] = []
    for name in names or PROBES:
        place = home / name.replace(" ", "-")
        place.mkdir()
        plan = Plan(home_at(place), per_minute=8 if name == "farming" else 0)
        async with serving(plan) as (server,):
            wrong += [f"{name}: {one}" for one in await PROBES[name](server)]
    return f"abuse: {', '.join(names or PROBES)}; {len(wrong)} wrong {wrong[:4] or ''}", not wrong


async def begun(server: Server) -> tuple[Client, str]:
    """A new guest and their first patient."""
    client = Client(server.plan.port)
    found = ATTEMPT.search((await client.get(f"/encounter/?exercise={KEY}")).body)
    assert found
    return client, found[1].decode()


async def commit(client: Client, attempt: str, **headers: str) -> Answer:
    """A judgment, with other headers than the page would send."""
    body = json.dumps({"data": [], "event_data": {"attempt": attempt, "form": JUDGMENT}}).encode()
    kind = {"content-type": "application/json"}
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return await client.send("POST", f"{EVENTS}commit", body, {**kind, **named})


async def another_page(server: Server) -> list[str]:
    """A page of another origin acts or reads as the visitor."""
    wrong = []
    client, attempt = await begun(server)
    for headers in ({"origin": EVIL}, {"origin": "null"}, {"origin": ""}, {"referer": EVIL}):
        if "referer" in headers:
            headers |= {"origin": "", "sec_fetch_site": "same-site"}
        answer = await commit(client, attempt, **headers)
        if answer.status != 403 or "access-control-allow-origin" in answer.headers:
            wrong.append(f"{headers} was answered {answer.status}")
    page = await client.get(f"/encounter/?attempt={attempt}")
    return wrong + ([] if b'data-stage="shown"' in page.body else ["it was stored"])


async def uploads_and_queues(server: Server) -> list[str]:
    """Files are left on the server, or its memory filled, by addresses that no page uses."""
    client, _ = await begun(server)
    before, wrong = server.megabytes(), []
    for path in CLOSED:
        for method in ("GET", "POST"):
            body = b"x" * 100_000 if method == "POST" else b""
            answer = await client.send(method, f"/gradio/gradio_api/{path}", body)
            if answer.status != 404:
                wrong.append(f"{method} {path} was answered {answer.status}")
    joined = json.dumps({"data": [], "fn_index": 0, "session_hash": "a"}).encode()
    for number in range(2_000):
        body = joined if number % 2 else joined.replace(b'"a"', f'"{number}"'.encode())
        path = "queue/join" if number % 2 else "run/next"
        await client.send(
            "POST", f"/gradio/gradio_api/{path}", body, {"content-type": "application/json"}
        )
    grown = server.megabytes() - before
    return wrong + ([f"memory grew by {grown:.0f} MB"] if grown > 15 else [])


async def a_place_taken(server: Server) -> list[str]:
    """A link, a ticket or a clock takes a guest's place from them."""
    wrong = []
    client, attempt = await begun(server)
    mine = client.cookie
    for method, path in (("GET", "/session"), ("GET", "/session?ticket=a"), ("GET", "/my/")):
        await client.send(method, path)
        if client.cookie != mine:
            wrong.append(f"{method} {path} gave another cookie")
    forged = await Client(server.plan.port).send(
        "POST", "/session", b"ticket=a.b.c", {"content-type": "application/x-www-form-urlencoded"}
    )
    if forged.status != 403:
        wrong.append(f"a forged ticket was answered {forged.status}")
    server.kill()
    server.plan = replace(server.plan, clock=-7_200)
    await server.start().ready()
    client.close()
    page = await client.get(f"/encounter/?attempt={attempt}")
    if client.cookie != mine or b'data-stage="shown"' not in page.body:
        wrong.append("a clock that is behind took the guest's place")
    return wrong


async def guessed_passwords(server: Server) -> list[str]:
    """Names are locked for others, or found out; common passwords are taken."""
    _account(server.plan)

    async def tried(login: str, password: str, address: str) -> str:
        client = Client(server.plan.port)
        await client.get("/")
        form = {"page": "/signin", "act": "sign-in", "here": {}}
        form |= {"form": {"login": login, "password": password}}
        body = json.dumps({"data": [], "event_data": form}).encode()
        headers = {"content-type": "application/json", "x-forwarded-for": address}
        answer = await client.send("POST", f"{EVENTS}act", body, headers)
        return comparable(answer)[2].replace(f'value=\\"{login}\\"', "")

    wrong = []
    known = [await tried("ada", "wrong password", "10.0.0.1") for _ in range(6)]
    unknown = [await tried("eve", "wrong password", "10.0.0.2") for _ in range(6)]
    if known != unknown:
        wrong.append("known and unknown names are answered differently")
    if "Too many tries" not in known[-1]:
        wrong.append("six wrong passwords and no wait")
    if "data-goto" not in await tried("ada", PASSWORD, "10.0.0.3"):
        wrong.append("somebody else's failures lock a name")
    return wrong


def _account(plan: Plan) -> None:
    pack, _ = load(SMALL)
    database = Database(plan.database)
    services = Services(
        database, Library([pack], plan.home / "bundles"), Identity(SECRET, 365)
    ).accounts
    services.welcome(services.first_link() or "", "Ada", "ada", PASSWORD)
    database.close()


async def farming(server: Server) -> list[str]:
    """A program learns a bank by heart as one guest after another."""
    judged, began = 0, time.monotonic()
    for _ in range(60):
        client, attempt = await begun(server)
        for _ in range(24):
            answer = await commit(client, attempt)
            if answer.status == 429:
                break
            judged += 1
            decision = {"final": "60", "keep": "change", "suspected": "none"}
            await client.event("decide", {"attempt": attempt, "form": decision})
            found = ATTEMPT.search((await client.event("next", {"attempt": attempt})).body)
            if not found:
                break
            attempt = found[1].decode()
        client.close()
        if answer.status == 429:
            break
    allowed = 24 * 40 + 40 * 8 * (time.monotonic() - began) / 60
    return [f"{judged} judgments from one address"] if judged > allowed + 1 or judged < 300 else []


async def many_connections(server: Server) -> list[str]:
    """1,100 silent sockets and bodies of 50 MB: a newcomer is answered within two seconds."""
    silent = []
    for _ in range(1_100):
        with suppress(OSError):
            silent.append(await asyncio.open_connection("127.0.0.1", server.plan.port))
    began = time.monotonic()
    client, _ = await begun(server)
    took = time.monotonic() - began
    answer = await client.send("POST", f"{EVENTS}act", b"", {"content-length": "50000000"})
    for _, writer in silent:
        writer.close()
    wrong = [f"a newcomer waited {took:.1f} s"] if took > 2 else []
    return wrong + ([] if answer.status == 413 else [f"50 MB were answered {answer.status}"])


async def asked_to_end(server: Server) -> list[str]:
    """A server that somebody holds on to ends within its five seconds."""
    _, writer = await asyncio.open_connection("127.0.0.1", server.plan.port)
    writer.write(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nhalf")
    await writer.drain()
    took = await asyncio.to_thread(server.end)
    writer.close()
    return [f"it took {took:.1f} s"] if took > 8 else []


async def headers_and_logs(server: Server) -> list[str]:
    """Words of a caller's come back in headers or break a log; protective headers are missing."""
    wrong = []
    client, _ = await begun(server)
    for name in ("x-forwarded-host", "x-gradio-server", "x-forwarded-prefix"):
        for path in ("/", "/my", "/session", "/nothing"):
            answer = await client.send("GET", path, headers={name: "evil.example.test"})
            if b"evil" in answer.body or "evil" in str(answer.headers):
                wrong.append(f"{name} came back at {path}")
    answer = await client.get("/")
    for name in ("content-security-policy", "x-content-type-options", "referrer-policy",
                 "permissions-policy", "cache-control"):  # fmt: skip
        if name not in answer.headers:
            wrong.append(f"no {name}")
    if "server" in answer.headers or "127.0.0.1" in answer.headers["x-served-by"]:
        wrong.append("the server says what or where it is")
    for method, path, headers in (
        ("GET", "/%1b[31mred%0a%0d", {"host": "a/b"}),
        ("GET", "/\x1b[31mred", {"cookie": "\x1b[2J"}),
        ("BAD\x1b", "/\n\x1b", {}),
        ("POST", f"{EVENTS}act?\u2028", {"content-type": "\x1b[31m"}),
    ):
        with suppress(OSError):
            await client.send(method, path, headers=headers)
    lines = server.log.read_text(encoding="utf-8").splitlines()
    greeting = [line for line in lines if line.startswith(("Equipoise is at", "To teach a class"))]
    for line in lines:
        if "\x1b" in line or not (line in greeting or _is_json(line)):
            wrong.append(f"the log holds {line!r}")
    return wrong


def _is_json(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except ValueError:
        return False


async def other_users(server: Server) -> list[str]:
    """Other users of the machine read the database, or change a bundle unseen."""
    home, wrong = server.plan.home, []
    for file in home.glob("*.db*"):
        if file.stat().st_mode & 0o077:
            wrong.append(f"{file.name} can be read by others")
    server.kill()
    os.unlink(home / "bundles")
    built = home.parent / "bundles" / load(SMALL)[0].exercises[0].fingerprint
    copied = home / "bundles" / built.name
    copied.mkdir(parents=True)
    for file in built.iterdir():
        (copied / file.name).write_bytes(file.read_bytes())
    await server.start().ready()
    server.kill()
    changed = copied / "closed.lines"
    before = changed.stat()
    changed.write_bytes(changed.read_bytes().replace(b"true", b"null"))
    os.utime(changed, ns=(before.st_atime_ns, before.st_mtime_ns))
    server.start()
    client = Client(server.plan.port)
    while (answer := await _asked(client, "/readyz")).status == 0:
        await asyncio.sleep(0.05)
    served = await client.get(f"/encounter/?exercise={KEY}")
    if answer.status != 503 or b"data-attempt" in served.body:
        wrong.append("a bundle that was changed is served")
    return wrong


async def _asked(client: Client, path: str) -> Answer:
    try:
        return await client.get(path)
    except OSError:
        return Answer(0, {}, b"")


PROBES: dict[str, Probe] = {
    "another page": another_page,
    "uploads and queues": uploads_and_queues,
    "a place taken": a_place_taken,
    "guessed passwords": guessed_passwords,
    "farming": farming,
    "many connections": many_connections,
    "asked to end": asked_to_end,
    "headers and logs": headers_and_logs,
    "other users": other_users,
}
