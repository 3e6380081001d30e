"""Sightings by the column: how a text is read and how it is written, for its messages come by the million.

Whoever looks at one sighting takes it from ``Rows``, which makes it then.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import chain, repeat
from typing import Any, NamedTuple, TypeGuard, TypeVar, overload

from archiver.model import Quoted, Sighting

_row = partial(tuple.__new__, Sighting)
"""A sighting from a tuple of its fields, without a call in Python for each."""


_T = TypeVar("_T")


class Same(Sequence[_T]):
    """One value for every place of a column."""

    __slots__ = ("length", "value")

    def __init__(self, value: _T, count: int) -> None:
        self.value = value
        self.length = count

    def __len__(self) -> int:
        return self.length

    @overload
    def __getitem__(self, place: int) -> _T: ...
    @overload
    def __getitem__(self, place: slice) -> Same[_T]: ...
    def __getitem__(self, place: int | slice) -> _T | Same[_T]:
        if isinstance(place, slice):
            return Same(self.value, len(range(self.length)[place]))
        if not -self.length <= place < self.length:
            raise IndexError(place)
        return self.value

    def __iter__(self) -> Iterator[_T]:
        return repeat(self.value, self.length)


class Columns(NamedTuple):
    """The fields of ``Sighting``, each for many of them, in their order."""

    sent_at: Sequence[str | None]
    sender: Sequence[str | None]
    kind: Sequence[str]
    text: Sequence[str]
    edited: Sequence[bool]
    attachment: Sequence[str | None]
    line: Sequence[int | None]
    lines: Sequence[int | None]
    event: Sequence[str | None]
    earliest: Sequence[str | None]
    latest: Sequence[str | None]
    confidence: Sequence[float | None]
    box: Sequence[tuple[int, int, int, int] | None]
    partial: Sequence[bool]
    quoted: Sequence[Quoted | None]


class Rows(Sequence[Sighting]):
    """Columns seen as sightings: one is made when it is asked for, all when they are walked through."""

    __slots__ = ("_made", "columns")

    def __init__(self, columns: Columns) -> None:
        self.columns = columns
        self._made: list[Sighting] | None = None

    def __len__(self) -> int:
        return len(self.columns.text)

    @overload
    def __getitem__(self, place: int) -> Sighting: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Sighting]: ...
    def __getitem__(self, place: int | slice) -> Sighting | Sequence[Sighting]:
        if isinstance(place, slice):
            return Rows(Columns._make(column[place] for column in self.columns))
        return Sighting._make(column[place] for column in self.columns)

    def __iter__(self) -> Iterator[Sighting]:
        if self._made is None:
            self._made = list(map(_row, zip(*self.columns, strict=True)))
        return iter(self._made)


def columns_of(sightings: Sequence[Sighting]) -> Columns:
    """The columns of some sightings, none included."""
    if isinstance(sightings, Rows):
        return sightings.columns
    return Columns(*zip(*sightings, strict=True)) if sightings else Columns(*((),) * len(Columns._fields))


def one_after_another(pieces: Sequence[Sequence[Sighting]]) -> Sequence[Sighting]:
    """The sightings of several pieces as one."""
    if len(pieces) < 2:
        return pieces[0] if pieces else []
    return Rows(Columns(*map(_whole_column, zip(*map(columns_of, pieces), strict=True))))


def _whole_column(parts: Sequence[Sequence[Any]]) -> Sequence[Any]:
    first = parts[0]
    if isinstance(first, Same) and all(isinstance(part, Same) and part.value == first.value for part in parts):
        return Same(first.value, sum(map(len, parts)))
    return list(chain.from_iterable(parts))


def is_timed(sent: Sequence[str | None]) -> TypeGuard[Sequence[str]]:
    """Whether all were sent at a known minute: day and time are both known."""
    return None not in sent and min(map(len, sent), default=16) >= 16  # type: ignore[arg-type]


def span(columns: Columns) -> tuple[Sequence[str | None], Sequence[str | None]]:
    """Both ends of the span in which each message was sent, where it is wider than what ``sent_at`` says."""
    if is_timed(columns.sent_at):
        return columns.earliest, columns.latest
    days = [s if s and len(s) == 10 else None for s in columns.sent_at]
    return (
        [given or (day and f"{day}T00:00") for given, day in zip(columns.earliest, days, strict=True)],
        [given or (day and f"{day}T23:59") for given, day in zip(columns.latest, days, strict=True)],
    )
