"""The class of a school: who is in it, a list for it, and a class of somebody else's."""

from __future__ import annotations

from tutor.services.accounts.access import Caller


def people(school):
    return {
        m.name: m for m in school.services.classrooms.see(school.instructor, room(school)).people
    }


def members(school):
    return school.services.classrooms.see(school.instructor, room(school)).people


def room(school):
    return school.classroom.id


def load(school, text, new_groups=True):
    form = {"roster": text, "old_groups": "" if new_groups else "yes"}
    return school.services.people.load(school.instructor, room(school), form)


def other_class(school):
    """A class of somebody else's."""
    accounts, administrator = school.services.accounts, school.administrator
    token = accounts.invite(administrator, "Eve", "eve", "instructor")
    made = accounts.welcome(token, "Eve", "eve", "another quiet stone")
    eve = Caller(made.learner, made)
    return eve, school.services.classrooms.make(eve, "Class B", "UTC")
