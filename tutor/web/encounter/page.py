"""The encounter's page: what its events ask of the services."""

from __future__ import annotations

from tutor.services.services import Services
from tutor.web.encounter.view import encounter
from tutor.web.layout import notices
from tutor.web.layout.page_sections import PageRequest, Room


def encounter_room(services: Services) -> Room:
    """One case, five stages; also the door into an exercise."""
    practice, coursework = services.practice, services.learner_assignments

    def show(ask: PageRequest) -> str:
        learner = ask.caller.learner
        attempt = ask.attempt or ask.here.get("attempt") or entered(ask)
        return encounter(practice.view(learner, attempt), ask.errors, ask.typed)

    def entered(ask: PageRequest) -> str:
        part, assignment = ask.here.get("part", ""), ask.here.get("assignment")
        if not assignment:
            return practice.enter(ask.caller.learner, ask.here.get("exercise", ""))
        number = int(part) if part.isascii() and part.isdigit() and len(part) < 4 else -1
        return coursework.begin(ask.caller, assignment, number)

    def reopen(ask: PageRequest) -> str:
        return encounter(practice.view(ask.caller.learner, ask.attempt))

    def commit(ask: PageRequest) -> str:
        learner = ask.caller.learner
        return encounter(practice.commit(learner, ask.attempt, ask.typed, ask.on_stored))

    def decide(ask: PageRequest) -> str:
        return encounter(practice.decide(ask.caller.learner, ask.attempt, ask.typed))

    def next_patient(ask: PageRequest) -> str:
        learner = ask.caller.learner
        found, done = practice.next(learner, ask.attempt)
        if done:
            return notices.go_to(f"/record/?set={found}")
        return encounter(practice.view(learner, found))

    def keep(ask: PageRequest) -> str:
        kept = ask.said("kept") == "yes"
        return encounter(practice.keep(ask.caller.learner, ask.attempt, kept))

    def following(ask: PageRequest) -> str:
        view = practice.following(ask.caller.learner, ask.here.get("attempt", ""))
        return encounter(view) if view else ""

    return Room(
        "/encounter",
        "Encounter",
        "",
        show,
        stages={
            "commit": commit,
            "decide": decide,
            "next": next_patient,
            "open": reopen,
            "keep": keep,
        },
        ahead={"following": following},
        door=("", "Reload this page"),
    )
