"""Two places of one person made one: the one that a list keeps, and the one that they made."""

from __future__ import annotations

from dataclasses import replace

from tutor.core.csv_table import key
from tutor.errors import BadInput
from tutor.services.classes.identifiers import SAID
from tutor.store import place_claims as claim_store
from tutor.store.connection import Connection
from tutor.store.places import Member


def merge(connection: Connection, kept: Member, joined: Member) -> None:
    """Give a kept place's identifiers, group, grades and comments to somebody who has joined.

    Raises:
        BadInput: somebody has claimed the kept place, nobody the other, or the two contradict each
            other; then nothing is changed.
    """
    if kept.claimed or not joined.claimed:
        raise BadInput("into", "Choose somebody who has joined. The other place is the list's.")
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
    claim_store.absorb_place(connection, kept, made)
