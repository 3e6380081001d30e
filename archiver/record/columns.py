"""Sightings by the column, the way they go into tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple, TypeGuard

from archiver.model import Quoted, Sighting


class Columns(NamedTuple):
    """The fields of ``Sighting``, each for many of them, in their order."""

    sent_at: tuple[str | None, ...]
    sender: tuple[str | None, ...]
    kind: tuple[str, ...]
    text: tuple[str, ...]
    edited: tuple[bool, ...]
    attachment: tuple[str | None, ...]
    line: tuple[int | None, ...]
    lines: tuple[int | None, ...]
    event: tuple[str | None, ...]
    earliest: tuple[str | None, ...]
    latest: tuple[str | None, ...]
    confidence: tuple[float | None, ...]
    box: tuple[tuple[int, int, int, int] | None, ...]
    partial: tuple[bool, ...]
    quoted: tuple[Quoted | None, ...]


def columns_of(sightings: Sequence[Sighting]) -> Columns:
    """The columns of some sightings, none included."""
    return Columns(*zip(*sightings, strict=True)) if sightings else Columns(*((),) * len(Columns._fields))


def is_timed(sent: Sequence[str | None]) -> TypeGuard[Sequence[str]]:
    """Whether all were sent at a known minute: day and time are both known."""
    return None not in sent and min(map(len, sent), default=16) >= 16  # type: ignore[arg-type]


def span(columns: Columns) -> tuple[Iterable[str | None], Iterable[str | None]]:
    """Both ends of the span in which each message was sent, where it is wider than what ``sent_at`` says."""
    if is_timed(columns.sent_at):
        return columns.earliest, columns.latest
    days = [s if s and len(s) == 10 else None for s in columns.sent_at]
    return (
        [given or (day and f"{day}T00:00") for given, day in zip(columns.earliest, days, strict=True)],
        [given or (day and f"{day}T23:59") for given, day in zip(columns.latest, days, strict=True)],
    )
