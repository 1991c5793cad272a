"""Everything that can go wrong, as one tree.

    EquipoiseError
    ├── BadInput            a field of a form says something that cannot be stored
    │   └── BadForm         several fields do; each has its message
    ├── BadFile             a file someone gave cannot be used; its lines are named
    ├── OutOfOrder          a stage was asked for before the one it rests on
    ├── AlreadyThere        this stage is stored already; the first one stands
    ├── NotFound            no such attempt, set or exercise
    ├── NotYours            it exists, and belongs to another learner
    ├── SignedOut           the cookie is missing, forged or expired
    ├── Forbidden           this person may not do that
    ├── TooOften            too many tries; says how long to wait
    ├── Changed             somebody else changed it meanwhile; nothing was overwritten
    ├── LaunchRefused       what a learning platform sent is not accepted
    ├── PlatformError       a learning platform did not answer, or not as it should
    ├── ContentError        a pack cannot be used
    │   ├── CodeError       a model's own code raised
    │   └── BuildError      a model or bank does not keep its promise
    ├── Unavailable         the database does not answer; in a moment it may
    └── Misconfigured       a setting or the machine does not allow it (a port in use)

Every message is a sentence a person can act on; only the outermost layer catches.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class EquipoiseError(Exception):
    """The root; ``str(error)`` may be shown to a person."""


class BadInput(EquipoiseError):
    """A form field cannot be stored.

    ``field`` names the form field, so that the page can point at it.
    """

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field

    @property
    def errors(self) -> Mapping[str, str]:
        """What was refused, by field."""
        return {self.field: str(self)}

    def __reduce__(self) -> tuple[type[BadInput], tuple[Any, ...]]:
        return type(self), (self.field, str(self))


class BadForm(BadInput):
    """Several fields of a form cannot be stored; ``errors`` holds a message for each.

    ``field`` and ``str(error)`` are those of the first.
    """

    def __init__(self, errors: Mapping[str, str]) -> None:
        field, message = next(iter(errors.items()))
        super().__init__(field, message)
        self._errors = dict(errors)

    @property
    def errors(self) -> Mapping[str, str]:
        """What was refused, by field."""
        return self._errors

    def __reduce__(self) -> tuple[type[BadForm], tuple[Any, ...]]:
        return type(self), (self._errors,)


class BadFile(EquipoiseError):
    """A file someone gave cannot be used as it is; the message names the lines."""


class LaunchRefused(EquipoiseError):
    """A learning platform's message is not accepted; the message says why, and who can mend it."""


class PlatformError(EquipoiseError):
    """A learning platform did not answer, or not as it should."""


class OutOfOrder(EquipoiseError):
    """A stage was asked for before the stage it rests on."""


class AlreadyThere(EquipoiseError):
    """This stage is stored already, perhaps by the same click a moment ago."""


class NotFound(EquipoiseError):
    """No such attempt, set or exercise."""


class NotYours(EquipoiseError):
    """The object belongs to another learner."""


class SignedOut(EquipoiseError):
    """The identity cookie is missing, forged or expired."""


class Forbidden(EquipoiseError):
    """This person may not do that."""


class TooOften(EquipoiseError):
    """Too many tries in a short time; the message says how long to wait."""


class Changed(EquipoiseError):
    """Somebody else changed it meanwhile; nothing was overwritten."""


class ContentError(EquipoiseError):
    """A pack cannot be used as it stands."""


class CodeError(ContentError):
    """A model's own code raised in ``file``, on ``line`` (0 if not in that file): ``what``.

    ``memory`` says that it asked for more than there is, or than it may use.
    """

    def __init__(self, file: str, line: int, what: str, memory: bool = False) -> None:
        super().__init__(f"{file}{f', line {line}' if line else ''}: {what}")
        self.file, self.line, self.what, self.memory = file, line, what, memory

    def __reduce__(self) -> tuple[type[CodeError], tuple[str, int, str, bool]]:
        return type(self), (self.file, self.line, self.what, self.memory)


class BuildError(ContentError):
    """A model, an explanation or a bank does not keep its promise.

    ``of`` names the argument of ``TeachingModel`` that the promise rests on, if one does.
    """

    def __init__(self, message: str, of: str = "") -> None:
        super().__init__(message)
        self.of = of


class Unavailable(EquipoiseError):
    """The database is away or busy; the same request may succeed in a moment."""


class Misconfigured(EquipoiseError):
    """A setting, or the machine, does not allow it."""
