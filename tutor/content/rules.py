"""The rules that ``equipoise check`` holds a pack to, by the names that its documentation uses.

Each has a section of that name in ``docs/course-teams/problems.md``, which ``equipoise help``
prints: what the problem means, and what to do.
"""

from __future__ import annotations

from enum import StrEnum


class Rule(StrEnum):
    """What a problem is a problem of; the value is the name of its section."""

    # The files
    NO_PACK = "no-pack"
    NO_EXERCISE = "no-exercise"
    MISSING_FILE = "missing-file"
    UNREADABLE_FILE = "unreadable-file"
    NOT_TOML = "not-toml"
    NOT_PYTHON = "not-python"
    UNKNOWN_KEY = "unknown-key"
    MANIFEST_VALUE = "manifest-value"
    SAME_ID = "same-id"
    TWO_MODELS = "two-models"
    FILE_SIZE = "file-size"
    HIDDEN_CHARACTER = "hidden-character"
    VERSIONS = "versions"
    LICENCE = "licence"
    FILES_LEFT_OUT = "files-left-out"
    OTHER_WHEEL = "other-wheel"
    # Tables
    TABLE_MANIFEST = "table-manifest"
    TABLE_ROWS = "table-rows"
    IDENTIFYING_COLUMN = "identifying-column"
    # Written cases
    WRITTEN_CASES = "written-cases"
    WRITTEN_BANK = "written-bank"
    STATED_RISK = "stated-risk"
    RECORDED_ADVICE = "recorded-advice"
    CLAIMED_MODE = "claimed-mode"
    PICTURE_FILE = "picture-file"
    PICTURE_RIGHTS = "picture-rights"
    # Texts and sources
    EMPTY_TEXT = "empty-text"
    PLACEHOLDER = "placeholder"
    TYPED_NUMBER = "typed-number"
    NUMBER_TOO_EARLY = "number-too-early"
    UNKNOWN_NAME = "unknown-name"
    LINK = "link"
    HOW_OFTEN_RIGHT = "how-often-right"
    MISSING_SOURCE = "missing-source"
    UNUSED_SOURCE = "unused-source"
    ACTION = "action"
    UNIT_IN_TEXT = "unit-in-text"
    TEXT_GIVES_AWAY = "text-gives-away"
    # Running the model
    CODE_RAISED = "code-raised"
    TIME_OR_MEMORY = "time-or-memory"
    PROCESS_ENDED = "process-ended"
    UNUSABLE_MODEL = "unusable-model"
    NOT_REPRODUCIBLE = "not-reproducible"
    FILE_NOT_COVERED = "file-not-covered"
    CODE_REACHES_OUT = "code-reaches-out"
    # Findings and pictures
    FINDING = "finding"
    DRIVERS = "drivers"
    PICTURE_OR_TABLE = "picture-or-table"
    PICTURE_STRIPPED = "picture-stripped"
    PICTURE_WITHOUT_WORDS = "picture-without-words"
    # Claims
    MODE_UNUSABLE = "mode-unusable"
    MODE_READS_ANSWER = "mode-reads-answer"
    MODE_SENTENCE = "mode-sentence"
    MODE_NOT_SHOWN = "mode-not-shown"
    MODE_WITHOUT_UNDO = "mode-without-undo"
    MODE_NEVER_ACTS = "mode-never-acts"
    MODE_MARKS = "mode-marks"
    ERRORS_UNEXPLAINED = "errors-unexplained"
    FIGURE_AS_PUBLISHED = "figure-as-published"
    FIGURE_CONSTANT = "figure-constant"
    FIGURE_OUTSIDE = "figure-outside"
    TWIN = "twin"
    SCOPE_READS_ANSWER = "scope-reads-answer"
    VISIBLE = "visible"
    TRUTH_SENTENCE = "truth-sentence"
    # The bank
    ALGORITHM_RIGHT = "algorithm-right"
    BANK_TOO_SMALL = "bank-too-small"
    NO_ASSESSMENT = "no-assessment"
    REPEATED_PATIENTS = "repeated-patients"
    TRAINED_ON_HELD_OUT = "trained-on-held-out"
    CHART_RISK = "chart-risk"
    UNSOUND_CASES = "unsound-cases"
    TOO_MUCH_LUCK = "too-much-luck"
    # What gives the answer away
    FINDING_SETTLES = "finding-settles"
    STATED_BEST = "stated-best"
    STORY_GIVES_AWAY = "story-gives-away"
    PICTURE_GIVES_AWAY = "picture-gives-away"
    ORDER_GIVES_AWAY = "order-gives-away"
    # The robot's set
    SMOKE_PLAY = "smoke-play"
