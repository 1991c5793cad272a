"""The tables of classes: who is who, what was assigned, said, and marked."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
)

from tutor.store.tables import UtcDateTime, metadata, moment, truth_columns

ID = String(40)

account = Table(
    "account",
    metadata,
    Column("learner_id", ID, ForeignKey("learner.id"), primary_key=True),
    Column("login", String(200), nullable=False, unique=True),
    Column("password_hash", Text),
    Column("role", String(20), nullable=False),
    Column("epoch", Integer, nullable=False, server_default="0"),
    Column("disabled_at", UtcDateTime),
    moment(),
    CheckConstraint("role IN ('learner', 'instructor', 'administrator')", name="roles"),
)

one_time_link = Table(
    "one_time_link",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("purpose", String(20), nullable=False),
    Column("learner_id", ID, ForeignKey("learner.id")),
    Column("expires", UtcDateTime, nullable=False),
    Column("used_at", UtcDateTime),
    moment(),
)

throttle = Table(
    "throttle",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("until", UtcDateTime, nullable=False),
    moment(),
)

classroom = Table(
    "classroom",
    metadata,
    Column("id", ID, primary_key=True),
    Column("name", String(200), nullable=False),
    Column("time_zone", String(60), nullable=False),
    Column("join_code", String(20), unique=True),
    Column("join_open", Boolean, nullable=False),
    Column("hide_names", Boolean, nullable=False),
    Column("list_only", Boolean, nullable=False, server_default=false()),
    Column("revision", Integer, nullable=False, server_default="0"),
    Column("archived_at", UtcDateTime),
    moment(),
)

class_group = Table(
    "class_group",
    metadata,
    Column("id", ID, primary_key=True),
    Column("classroom_id", ID, ForeignKey("classroom.id"), nullable=False),
    Column("name", String(100), nullable=False),
    UniqueConstraint("classroom_id", "name"),
)

membership = Table(
    "membership",
    metadata,
    Column("classroom_id", ID, ForeignKey("classroom.id"), primary_key=True),
    Column("learner_id", ID, ForeignKey("learner.id"), primary_key=True),
    Column("role", String(20), nullable=False),
    Column("group_id", ID, ForeignKey("class_group.id")),
    Column("name", String(200), nullable=False),
    Column("email", String(200), nullable=False, server_default=""),
    Column("number", String(60), nullable=False, server_default=""),
    Column("login", String(200), nullable=False, server_default=""),
    # A place that a roster has kept is free until someone joins as that person.
    Column("claimed", Boolean, nullable=False),
    Column("listed", Boolean, nullable=False, server_default=false()),
    Column("left_at", UtcDateTime),
    moment(),
    CheckConstraint("role IN ('learner', 'assistant', 'instructor')", name="class_roles"),
    Index("ix_membership_learner", "learner_id"),
)

assistant_group = Table(
    "assistant_group",
    metadata,
    Column("classroom_id", ID, primary_key=True),
    Column("learner_id", ID, primary_key=True),
    Column("group_id", ID, ForeignKey("class_group.id"), primary_key=True),
    ForeignKeyConstraint(
        ["classroom_id", "learner_id"], ["membership.classroom_id", "membership.learner_id"]
    ),
)

class_change = Table(
    "class_change",
    metadata,
    Column("id", ID, primary_key=True),
    Column("classroom_id", ID, ForeignKey("classroom.id"), nullable=False),
    Column("author_id", ID, ForeignKey("learner.id"), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("people", Integer, nullable=False),
    Column("added", Integer, nullable=False),
    Column("details", JSON, nullable=False),
    Column("undone_at", UtcDateTime),
    Column("undone_by", ID, ForeignKey("learner.id")),
    moment(),
    Index("ix_class_change_classroom", "classroom_id", "at"),
)

# A place as it was before and after a change; empty where there was none.
class_change_place = Table(
    "class_change_place",
    metadata,
    Column("change_id", ID, ForeignKey("class_change.id"), primary_key=True),
    Column("learner_id", ID, ForeignKey("learner.id"), primary_key=True),
    Column("before", JSON(none_as_null=True)),
    Column("after", JSON(none_as_null=True)),
    Index("ix_class_change_place_learner", "learner_id"),
)

assignment = Table(
    "assignment",
    metadata,
    Column("id", ID, primary_key=True),
    Column("classroom_id", ID, ForeignKey("classroom.id"), nullable=False),
    Column("title", String(200), nullable=False),
    Column("instructions", Text, nullable=False, server_default=""),
    Column("guidance", String(10), nullable=False),
    Column("unaided_share", Float, nullable=False),
    Column("same_cases", Boolean, nullable=False),
    Column("seed", Integer, nullable=False),
    Column("reasons_required", Boolean, nullable=False),
    Column("outcomes", String(10), nullable=False),
    Column("opens", UtcDateTime),
    Column("due", UtcDateTime),
    Column("grace_minutes", Integer, nullable=False, server_default="0"),
    Column("grading", String(20), nullable=False),
    Column("points", Float, nullable=False),
    Column("rubric", JSON, nullable=False),
    # What each day begun after the due date takes off, in percent.
    Column("late_percent", Integer, nullable=False, server_default="0"),
    Column("published_at", UtcDateTime),
    Column("revision", Integer, nullable=False, server_default="0"),
    # Whether it has patients of its own, which are made when it is published.
    Column("fresh", Boolean, nullable=False, server_default=false()),
    moment(),
    CheckConstraint("guidance IN ('flagged', 'listed', 'after')", name="guidance_kinds"),
    CheckConstraint("outcomes IN ('each', 'end', 'due')", name="outcome_times"),
    CheckConstraint("grading IN ('completion', 'certainty', 'rubric')", name="grading_kinds"),
    CheckConstraint("unaided_share >= 0 AND unaided_share <= 0.5", name="unaided_range"),
    Index("ix_assignment_classroom", "classroom_id"),
)

assignment_part = Table(
    "assignment_part",
    metadata,
    Column("assignment_id", ID, ForeignKey("assignment.id"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("pack", String(40), nullable=False),
    Column("exercise", String(40), nullable=False),
    Column("title", String(300), nullable=False),
    Column("cases", Integer, nullable=False),
    # Pinned when the assignment is published.
    Column("version", String(20)),
    Column("fingerprint", String(64)),
    # The bundle of fresh patients, where the assignment has some.
    Column("fresh", String(64)),
)

fresh_preparation = Table(
    "fresh_preparation",
    metadata,
    Column("assignment_id", ID, ForeignKey("assignment.id"), primary_key=True),
    Column("done", Integer, nullable=False, server_default="0"),
    # Why it came to nothing.
    Column("problem", Text, nullable=False, server_default=""),
    # When whoever prepares them was last heard of.
    moment(),
)

assignment_override = Table(
    "assignment_override",
    metadata,
    Column("id", ID, primary_key=True),
    Column("assignment_id", ID, ForeignKey("assignment.id"), nullable=False),
    Column("learner_id", ID, ForeignKey("learner.id")),
    Column("group_id", ID, ForeignKey("class_group.id")),
    Column("opens", UtcDateTime),
    Column("due", UtcDateTime),
    Column("grace_minutes", Integer),
    CheckConstraint("(learner_id IS NULL) <> (group_id IS NULL)", name="one_target"),
    UniqueConstraint("assignment_id", "learner_id", name="uq_override_learner"),
    UniqueConstraint("assignment_id", "group_id", name="uq_override_group"),
)

outcome = Table(
    "outcome",
    metadata,
    Column("attempt_id", ID, ForeignKey("closing.attempt_id"), primary_key=True),
    Column("set_id", ID, ForeignKey("practice_set.id"), nullable=False),
    Column("learner_id", ID, ForeignKey("learner.id"), nullable=False),
    Column("assignment_id", ID, ForeignKey("assignment.id")),
    Column("part", Integer),
    Column("round", Integer),
    Column("pack", String(40), nullable=False),
    Column("exercise", String(40), nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("case_id", String(40), nullable=False),
    Column("guidance", String(10), nullable=False),
    Column("threshold", Float, nullable=False),
    Column("initial", Float, nullable=False),
    Column("certainty", Integer, nullable=False),
    Column("algorithm", Float),
    Column("final", Float),
    Column("advice", String(10)),
    Column("suspected", String(40)),
    Column("present", Boolean, nullable=False),
    Column("touched", JSON, nullable=False),
    Column("verdict", String(40), nullable=False),
    moment(),
    *truth_columns(),
    Index("ix_outcome_assignment", "assignment_id", "learner_id"),
    Index("ix_outcome_learner", "learner_id", "at"),
    Index("ix_outcome_set", "set_id"),
)

comment = Table(
    "comment",
    metadata,
    Column("id", ID, primary_key=True),
    # A question to a class is about no assignment.
    Column("assignment_id", ID, ForeignKey("assignment.id")),
    Column("learner_id", ID, ForeignKey("learner.id"), nullable=False),
    Column("attempt_id", ID, ForeignKey("attempt.id")),
    Column("question_id", ID, ForeignKey("question.id")),
    Column("author_id", ID, ForeignKey("learner.id"), nullable=False),
    Column("text", Text, nullable=False),
    Column("seen_at", UtcDateTime),
    Column("edited_at", UtcDateTime),
    Column("deleted_at", UtcDateTime),
    # What it said when it was answered or graded, if it was edited afterwards.
    Column("former", Text),
    moment(),
    Index("ix_comment_thread", "assignment_id", "learner_id", "at"),
    Index("ix_comment_learner", "learner_id"),
    Index("ix_comment_question", "question_id"),
)

saved_comment = Table(
    "saved_comment",
    metadata,
    Column("id", ID, primary_key=True),
    Column("author_id", ID, ForeignKey("learner.id"), nullable=False),
    Column("text", Text, nullable=False),
    moment(),
    Index("ix_saved_comment_author", "author_id"),
)

grade = Table(
    "grade",
    metadata,
    Column("assignment_id", ID, ForeignKey("assignment.id"), primary_key=True),
    Column("learner_id", ID, ForeignKey("learner.id"), primary_key=True),
    Column("points", Float, nullable=False),
    Column("marks", JSON, nullable=False),
    Column("note", Text, nullable=False),
    Column("author_id", ID, ForeignKey("learner.id"), nullable=False),
    # Excused: the points say nothing.
    Column("excused", Boolean, nullable=False, server_default=false()),
    moment(),
)

grade_change = Table(
    "grade_change",
    metadata,
    Column("id", ID, primary_key=True),
    Column("assignment_id", ID, ForeignKey("assignment.id"), nullable=False),
    Column("learner_id", ID, ForeignKey("learner.id"), nullable=False),
    Column("author_id", ID, ForeignKey("learner.id"), nullable=False),
    # A state is empty where it is not known any more.
    Column("before_state", String(20), nullable=False),
    Column("before_points", Float),
    Column("after_state", String(20), nullable=False),
    Column("after_points", Float),
    Column("note", Text, nullable=False),
    moment(),
    Index("ix_grade_change_cell", "assignment_id", "learner_id", "at"),
)

# Reasons that staff have hidden before they project the patient to a class.
hidden_reason = Table(
    "hidden_reason",
    metadata,
    Column("attempt_id", ID, ForeignKey("attempt.id"), primary_key=True),
    moment(),
)

# What a learner answered to the question of ethics after a set.
reflection = Table(
    "reflection",
    metadata,
    Column("set_id", ID, ForeignKey("practice_set.id"), primary_key=True),
    Column("text", Text, nullable=False),
    Column("shared", Boolean, nullable=False, server_default=false()),
    moment(),
)
