"""Two places of one person made one: the one that a list keeps, and the one that they made."""

from __future__ import annotations

from dataclasses import replace

from tutor.core.class_change import MovedWork
from tutor.core.csv_table import key
from tutor.errors import BadInput
from tutor.services.classes.identifiers import SAID
from tutor.services.classes.selection import both_joined
from tutor.store import place_claims as claim_store
from tutor.store.connection import Connection
from tutor.store.places import Member


def merge(connection: Connection, kept: Member, joined: Member) -> MovedWork:
    """Give a kept place's identifiers, group, grades and comments to another; what moved.

    Raises:
        BadInput: somebody has claimed the kept place, or the two contradict each other; then
            nothing is changed.
    """
    if kept.claimed:
        raise BadInput("into", both_joined(kept, joined))
    for name, said in SAID.items():
        ours, theirs = getattr(kept, name), getattr(joined, name)
        if ours and theirs and key(ours) != key(theirs):
            raise BadInput(
                "into",
                f"“{joined.name}” has another {said} ({theirs}, not {ours}). If they are one "
                "person, empty one of the two first.",
            )
    if both := claim_store.both_have(connection, kept, joined):
        raise BadInput(
            "into",
            f"Both have a grade by hand or dates of their own in {', '.join(both)}. Take one back "
            "first.",
        )
    made = replace(
        joined,
        email=joined.email or kept.email,
        number=joined.number or kept.number,
        login=joined.login or kept.login,
        group=joined.group or kept.group,
        listed=joined.listed or kept.listed,
    )
    moved = claim_store.work_of_place(connection, kept)
    claim_store.absorb_place(connection, kept, made)
    return moved
