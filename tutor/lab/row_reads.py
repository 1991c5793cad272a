"""Which columns of a patient's row a story reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any


class NotedRow(dict[str, float]):
    """A row that notes in ``names`` which of its columns are read; as a whole, all of them."""

    def __init__(self, row: Mapping[str, float], names: set[str]) -> None:
        super().__init__(row)
        self._names = names

    def __getitem__(self, name: str) -> float:
        self._names.add(name)
        return super().__getitem__(name)

    def get(self, name: str, default: Any = None) -> Any:
        """As a dict's, noted."""
        self._names.add(name)
        return super().get(name, default)

    def __iter__(self) -> Iterator[str]:
        self._names.update(super().keys())
        return super().__iter__()

    def keys(self) -> Any:
        """As a dict's; whoever asks for them may read every column."""
        self._names.update(super().keys())
        return super().keys()

    def values(self) -> Any:
        """As a dict's; every column is read."""
        self._names.update(super().keys())
        return super().values()

    def items(self) -> Any:
        """As a dict's; every column is read."""
        self._names.update(super().keys())
        return super().items()

    def copy(self) -> dict[str, float]:
        """A plain dict; every column counts as read."""
        return dict(self.items())

    def __or__(self, other: Any) -> Any:
        return self.copy() | other

    def __ror__(self, other: Any) -> Any:
        return other | self.copy()
