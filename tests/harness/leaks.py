"""Two servers over one database whose patients differ in their truths alone: nobody can tell."""

from __future__ import annotations

import asyncio
import gzip
import re
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import brotli
from fastapi import FastAPI

from tests.databases import ask
from tests.harness.client import Answer, Client
from tests.harness.hostile import Hostile, Request
from tests.harness.player import ATTEMPT
from tests.harness.server import KEY, SECRET, SMALL, Plan, Server
from tests.web.canaries import OTHER_WORLD, World, plant
from tests.web.doors import Known
from tests.web.learner import DECISION, JUDGMENT
from tutor.content.loading import load
from tutor.lab.bundle import Bundle, write
from tutor.settings import Settings
from tutor.web.lti.joining import NOT_INSTALLED
from tutor.web.serve import assemble

# Under one name, since one database holds what is done in both.
WORLDS = (World(), replace(OTHER_WORLD, name=World().name))
OWN_WORDS = {"date", "x-served-by", "content-length", "set-cookie"}
DURATION = re.compile(r'"(?:average_)?duration":[\d.e-]+')
WORKERS = 6


@dataclass
class Found:
    """What the requests brought to light."""

    asked: int = 0
    early: list[str] = field(default_factory=list)
    different: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)


def comparable(answer: Answer) -> tuple[int, Mapping[str, str], str]:
    """Everything of an answer that may not depend on a truth, its body as it was before packing."""
    body = answer.body
    if body and answer.headers.get("content-encoding") == "gzip":
        body = gzip.decompress(body)
    if body and answer.headers.get("content-encoding") == "br":
        body = brotli.decompress(body)
    headers = {name: value for name, value in answer.headers.items() if name not in OWN_WORDS}
    return answer.status, headers, DURATION.sub("", body.decode("utf-8", "replace"))


async def leaks(home: Path, requests: int, seconds: float, seed: int = 0) -> tuple[str, bool]:
    """Send ``requests``, half to each server; the summary line, and whether nothing leaked."""
    plans = [_planted(home, world) for world in WORLDS]
    servers = [Server(plan).start() for plan in plans]
    try:
        for server in servers:
            await server.ready()
        known, cookie = await _scene(plans)
        hostile = Hostile(_app(plans[0]), known, seed).requests(requests // 2)
        found, deadline = Found(), time.monotonic() + seconds
        ports = [plan.port for plan in plans]
        workers = [_worker(ports, cookie, hostile, found, deadline) for _ in range(WORKERS)]
        await asyncio.gather(*workers)
        query = "SELECT count(*) FROM commitment WHERE attempt_id = ?"
        ((committed,),) = ask(plans[0].database, query, known.mine)
        distinguishable = await _after_commitment(ports, cookie, known.mine)
    finally:
        for server in servers:
            server.kill()
    different = "differ" if distinguishable else "DO NOT differ"
    line = (
        f"leaks: {found.asked} hostile requests, {len(found.early)} early reveals, "
        f"{len(found.different)} answers that differ {found.different[:2] or ''}, "
        f"{len(found.broken)} broken {sorted(found.broken, reverse=True)[:2] or ''}, "
        f"{committed} committed; answers by status {dict(sorted(found.statuses.items()))}; "
        f"after the commitment the two servers {different}"
    )
    faults = [*found.early, *found.different, *found.broken]
    return line, found.asked >= requests - 1 and not faults and not committed and distinguishable


def _planted(home: Path, world: World) -> Plan:
    """A server of ``world`` over the database that all of them share."""
    pack, _ = load(SMALL)
    bundle = Bundle(home / "bundles" / pack.exercises[0].fingerprint)
    place = home / world.word
    write(place / "bundles", world.name, plant(bundle, world))
    return Plan(place, address=Plan(home).database, fingerprint=world.name)


def _app(plan: Plan) -> FastAPI:
    """The application, for a list of its doors."""
    pack, _ = load(SMALL)
    return assemble([pack], Settings(home=plan.home, database_url=plan.address, secret_key=SECRET))


async def _scene(plans: list[Plan]) -> tuple[Known, str]:
    """A learner with one open attempt, and others: one closed, one revealed, one not committed."""
    others: list[str] = []
    for events in (("commit", "decide"), ("commit",), ()):
        attempt, client = await _entered(plans[0].port)
        for event in events:
            await client.event(event, {"attempt": attempt, "form": {**JUDGMENT, **DECISION}})
        others.append(attempt)
        client.close()
    mine, me = await _entered(plans[0].port)
    me.close()
    sets = [row[0] for row in ask(plans[0].database, "SELECT id FROM practice_set")]
    files = [*plans[0].home.rglob("closed.*"), plans[0].home / "secret.key"]
    return Known(mine, others, KEY, sets, files), me.cookie


async def _entered(port: int) -> tuple[str, Client]:
    client = Client(port)
    found = ATTEMPT.search((await client.get(f"/encounter/?exercise={KEY}")).body)
    assert found
    return found[1].decode(), client


async def _worker(
    ports: list[int], cookie: str, requests: Iterator[Request], found: Found, deadline: float
) -> None:
    checked: set[int] = set()
    for request in requests:
        if time.monotonic() > deadline:
            return
        answers = [await _answer(port, request, cookie) for port in ports]
        found.asked += len(answers)
        words = [comparable(answer) for answer in answers]
        name = f"{request.method} {request.path[:90]} {request.body[:120]!r} {request.headers}"
        # Without a cookie each answer is a new guest's, with a patient of their own.
        if request.cookie and words[0] != words[1]:
            found.different.append(name)
        for answer, (status, headers, text), world in zip(answers, words, WORLDS, strict=True):
            found.statuses[status] += 1
            # An address that needs what is not installed says so; to HEAD it says nothing.
            says_so = status == 501 and text in (NOT_INSTALLED, "")
            if (status >= 500 and not says_so) or status == 0:
                found.broken.append(f"{status} {name}")
            whole = f"{headers}{answer.headers.get('set-cookie', '')}{text}"
            if hash(whole) not in checked and world.found(whole):
                found.early.append(name)
            checked.add(hash(whole))


async def _answer(port: int, request: Request, cookie: str) -> Answer:
    client = Client(port, cookie if request.cookie else "")
    try:
        return await client.send(request.method, request.path, request.body, request.headers)
    except OSError:
        return Answer(0, {}, b"")
    finally:
        client.close()


async def _after_commitment(ports: list[int], cookie: str, mine: str) -> bool:
    """Whether the two tell different things once the judgment is in: they would be seen before."""
    texts = []
    for port, world in zip(ports, WORLDS, strict=True):
        client = Client(port, cookie)
        answer = await client.event("commit", {"attempt": mine, "form": JUDGMENT})
        assert world.found(answer.text), answer.text[:300]
        texts.append(answer.text)
        client.close()
    return texts[0] != texts[1]
