"""What tells people of a class apart, as somebody types it: e-mail, number, login."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from tutor.core.csv_table import key, typed_line
from tutor.core.learner_match import ROUNDED
from tutor.errors import BadForm
from tutor.store.places import Member

LONGEST = {"name": 200, "email": 200, "number": 60, "login": 200}
SAID = {"email": "e-mail", "number": "number", "login": "login"}


def place_version(member: Member, looks_after: Iterable[str]) -> str:
    """What tells whether a form is about a place as it is now."""
    fields = (member.name, member.email, member.number, member.login, member.role, member.group)
    stored = repr((*fields, sorted(looks_after)))
    return hashlib.blake2b(stored.encode(), digest_size=8).hexdigest()


def edited(member: Member, people: Iterable[Member], form: Mapping[str, Any]) -> Member:
    """A place with what was typed; a field that was not sent stays as it is.

    Staff who type an identifier vouch for the person, as a class list does.

    Raises:
        BadForm: a field cannot be stored, or somebody else in the class has it; all are said.
    """
    typed = {
        name: typed_line(str(form[name])) for name in LONGEST if isinstance(form.get(name), str)
    }
    errors: dict[str, str] = {}
    if "name" in typed and not typed["name"]:
        errors["name"] = "Type a name."
    if typed.get("email") and ("@" not in typed["email"] or " " in typed["email"]):
        errors["email"] = "This is no e-mail address. Correct it, or leave it empty."
    if ROUNDED.fullmatch(typed.get("number", "")):
        errors["number"] = "A spreadsheet has rounded this number. Type all its digits."
    others = [other for other in people if other.learner != member.learner]
    for name, text in typed.items():
        if len(text) > LONGEST[name]:
            errors.setdefault(name, f"Use at most {LONGEST[name]} characters.")
    for name, said in SAID.items():
        wanted = key(typed.get(name, ""))
        same = [other.name for other in others if wanted and key(getattr(other, name)) == wanted]
        if same:
            errors.setdefault(name, f"“{same[0]}” has this {said} already.")
    if errors:
        raise BadForm(errors)
    vouched = any(typed.get(name) for name in SAID)
    return replace(
        member,
        listed=member.listed or vouched,
        name=typed.get("name", member.name),
        email=typed.get("email", member.email),
        number=typed.get("number", member.number),
        login=typed.get("login", member.login),
    )
