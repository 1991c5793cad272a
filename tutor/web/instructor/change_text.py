"""Changes to the people of a class, as sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tutor.core.class_change import ClassChange, Kind
from tutor.services.classes.changes import Undone
from tutor.store.class_changes import NAMED, Entry


def names(known: Sequence[str], count: int) -> str:
    """So many people, the first few by name: “Cy”, “Dee” and 4 others."""
    shown = [f"“{name}”" for name in known[:NAMED]]
    if more := count - len(shown):
        shown.append(f"{more} {'other' if more == 1 else 'others'}")
    if len(shown) < 2:
        return "".join(shown) or "nobody"
    return f"{', '.join(shown[:-1])} and {shown[-1]}"


def people(count: int) -> str:
    """So many people."""
    return "1 person" if count == 1 else f"{count} people"


def moved(count: int, in_group: bool) -> str:
    """What moving so many people came to."""
    now = "in the group" if in_group else "in no group"
    return f"{people(count)} {'is' if count == 1 else 'are'} {now} now."


def removed(count: int) -> str:
    """What taking so many people out of the class came to."""
    are = "is" if count == 1 else "are"
    return f"{people(count)} {are} out of the class. Their work stays theirs."


def _of(change: ClassChange, count: int) -> str:
    return names([place.name for place in change.places], count)


def _merged(change: ClassChange) -> tuple[str, str]:
    gone = next((p.name for p in change.places if p.after is None), "")
    left = next((p.name for p in change.places if p.after is not None), "")
    return gone, left


def _target(change: ClassChange, groups: Mapping[str, str]) -> str:
    group = next((p.after.group for p in change.places if p.after), None)
    if group is None:
        return "took {} out of their group"
    return f"put {{}} in the group “{groups.get(group, 'removed since')}”"


def done(entry: Entry, groups: Mapping[str, str]) -> str:
    """What somebody did, to go on after their name; ``groups`` are the class's by id."""
    change, count = entry.change, entry.people
    who = _of(change, count)
    if change.kind is Kind.REMOVED:
        return f"took {who} out of the class"
    if change.kind is Kind.MOVED:
        return _target(change, groups).format(who)
    if change.kind is Kind.MERGED:
        gone, left = _merged(change)
        return f"merged “{gone}” into “{left}”"
    if change.kind is Kind.LOADED:
        completed = count - entry.added
        also = f" and completed {completed}" if completed else ""
        return f"loaded a list, which added {entry.added}{also}: {who}"
    if change.kind is Kind.INVITED:
        return f"invited {who} as a teaching assistant"
    if change.kind is Kind.GROUP_REMOVED:
        removed = ", ".join(f"“{group.name}”" for group in change.groups_removed)
        return f"removed the group {removed}"
    return f"changed the place of {who}"


def undone(made: Undone) -> str:
    """What taking a change back came to."""
    change = made.change
    count = len(change.places)
    who = _of(change, count)
    have = "has" if count == 1 else "have"
    if change.kind is Kind.REMOVED:
        return f"Taken back: {who} {'is' if count == 1 else 'are'} in the class again."
    if change.kind is Kind.MOVED:
        return f"Taken back: {who} {have} the group they had before."
    if change.kind is Kind.MERGED:
        gone, left = _merged(change)
        return (
            f"Taken back: “{gone}” and “{left}” are two places again. Each has the grades, "
            "comments and dates it had before."
        )
    if change.kind is Kind.LOADED:
        return _unloaded(made)
    if change.kind is Kind.INVITED:
        return f"Taken back: {who} is no longer invited. The link opens nothing any more."
    if change.kind is Kind.GROUP_REMOVED:
        removed = ", ".join(f"“{group.name}”" for group in change.groups_removed)
        return f"Taken back: the group {removed} is there again, with its people and its dates."
    return f"Taken back: the place of {who} says what it said before."


def _unloaded(made: Undone) -> str:
    places = made.change.places
    added = sum(place.before is None for place in places)
    said = f"Taken back: {added} {'place is' if added == 1 else 'places are'} gone"
    if completed := len(places) - added:
        said += f", and {completed} {'says' if completed == 1 else 'say'} what they said before"
    if made.groups_left:
        kept = ", ".join(f"“{name}”" for name in made.groups_left)
        said += f". Somebody uses the group {kept}, so it stays"
    return said + "."
