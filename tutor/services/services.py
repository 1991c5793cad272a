"""Every use case, over one database and one library."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from tutor.services.accounts.access import Access
from tutor.services.accounts.account_changes import AccountChanges
from tutor.services.accounts.accounts import Accounts
from tutor.services.accounts.identity import Identity
from tutor.services.accounts.personal_data import PersonalData
from tutor.services.classes.announcements import Announcements
from tutor.services.classes.assignments import Assignments
from tutor.services.classes.catalogue import Catalogue
from tutor.services.classes.changes import Changes
from tutor.services.classes.classrooms import Classrooms
from tutor.services.classes.exports import Exports
from tutor.services.classes.feedback import Feedback
from tutor.services.classes.fresh_patients import FreshPatients
from tutor.services.classes.gradebooks import Gradebooks
from tutor.services.classes.grades import Grades
from tutor.services.classes.guides import Guides
from tutor.services.classes.joining import Joining
from tutor.services.classes.learner_assignments import LearnerAssignments
from tutor.services.classes.people import People
from tutor.services.classes.progress import ClassProgress
from tutor.services.classes.questions import Questions
from tutor.services.clock import now
from tutor.services.doctor.server_check import Examination, ServerCheck
from tutor.services.encounters.history import History
from tutor.services.encounters.library import Library
from tutor.services.encounters.practice import Practice
from tutor.services.encounters.reflections import Reflections
from tutor.services.lti.deep_links import DeepLinks
from tutor.services.lti.key_ring import KeyRing
from tutor.services.lti.launches import Launches
from tutor.services.lti.platforms import Platforms, Probe
from tutor.services.mail.choice import MailChoice
from tutor.services.mail.outbox import NO_MAIL, Outbox
from tutor.services.reports.class_report import ClassReports
from tutor.services.reports.comparison import Comparisons
from tutor.services.reports.learner_report import LearnerReports
from tutor.services.reports.seminars import Seminars
from tutor.store.database import Database


class Services:
    """The services, made once for a process; pages take from it what they call."""

    def __init__(
        self,
        database: Database,
        library: Library,
        identity: Identity,
        clock: Callable[[], datetime] = now,
        outbox: Outbox = NO_MAIL,
        examination: Examination = tuple,
        probe: Probe = lambda _: (),
        local_platforms: bool = False,
    ) -> None:
        self.library = library
        self.identity = identity
        self.access = Access(database, identity)
        self.accounts = Accounts(database, self.access, clock)
        self.account_changes = AccountChanges(database, self.access, clock)
        self.platforms = Platforms(database, self.access, identity, clock, probe, local_platforms)
        self.launches = Launches(database, identity, clock)
        self.key_ring = KeyRing(database, identity, clock)
        self.server_check = ServerCheck(self.access, examination)
        self.joining = Joining(database, self.access, clock)
        self.people = People(database, self.access, self.accounts, clock)
        self.changes = Changes(database, self.access, clock)
        self.practice = Practice(database, library, clock)
        self.reflections = Reflections(database, self.access, clock)
        self.history = History(database, library, clock)
        self.assignments = Assignments(database, library, self.access, clock)
        self.classrooms = Classrooms(database, self.access, self.assignments.bundles, clock)
        self.deep_links = DeepLinks(
            database, library, self.access, self.assignments, identity, clock
        )
        self.fresh_patients = FreshPatients(database, library, self.access, self.assignments, clock)
        self.catalogue = Catalogue(database, library, self.access)
        self.progress = ClassProgress(self.access, self.assignments, clock)
        self.learner_reports = LearnerReports(database, library, self.access, clock)
        self.gradebooks = Gradebooks(database, self.access, clock)
        self.class_reports = ClassReports(database, library, self.access, self.assignments, clock)
        self.comparisons = Comparisons(database, self.access, self.assignments)
        self.seminars = Seminars(database, library, self.access, self.assignments, clock)
        self.guides = Guides(database, library, self.access)
        self.grades = Grades(database, self.access, self.assignments, clock)
        self.feedback = Feedback(database, library, self.access, self.assignments, clock, outbox)
        self.questions = Questions(database, library, self.access, clock, outbox)
        self.announcements = Announcements(database, self.access, clock)
        self.mail_choice = MailChoice(database, self.access, identity, outbox, clock)
        self.personal_data = PersonalData(database, self.access, clock)
        self.exports = Exports(database, self.access, identity)
        self.learner_assignments = LearnerAssignments(
            database, library, self.access, self.practice, clock
        )
