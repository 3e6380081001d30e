"""The picture of the record in time: for each chat its messages by week, month or year, and what no capture shows.

Drawn in per cent of the width, so that it fits a page and a phone alike without a script.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from math import sqrt
from typing import Any

from archiver.finding import timeline

HEIGHT = 36
"""Pixels of a chat's row."""
_LEAST = 2
_MOST_LABELS = 6


@dataclass(frozen=True, slots=True)
class Bar:
    """A step of time with messages: per cent from the left, per cent wide, pixels high."""

    left: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Stretch:
    """A span of time on the axis: per cent from the left, per cent wide."""

    left: float
    width: float


@dataclass(frozen=True, slots=True)
class Row:
    """One chat."""

    chat: dict[str, Any]
    bars: tuple[Bar, ...]
    held: tuple[Stretch, ...]
    """Spans that captures show."""
    gaps: tuple[Stretch, ...]
    """Spans between them."""
    busiest: int
    """Messages in the busiest step."""


@dataclass(frozen=True, slots=True)
class Picture:
    """All chats on one axis."""

    first: date
    last: date
    step: str
    rows: tuple[Row, ...]
    labels: tuple[tuple[float, str], ...]
    """Per cent from the left, and what is written there."""


def draw(
    chats: list[dict[str, Any]],
    days: Mapping[int, Mapping[date, int]],
    spans: Mapping[int, list[tuple[date, date]]],
) -> Picture | None:
    """All chats that have messages, or None where none has."""
    every = [day for chat in chats for day in days.get(chat["id"], ())]
    if not every:
        return None
    first, last = min(every), max(every)
    step = timeline.step_for(first, last)
    axis = _Axis(timeline.start_of(first, step), last)
    rows = tuple(
        _row(chat, axis, timeline.bars(days[chat["id"]], step), step, spans.get(chat["id"], []))
        for chat in chats
        if days.get(chat["id"])
    )
    return Picture(first, last, step, rows, axis.labels())


class _Axis:
    """Days to per cent of the width."""

    def __init__(self, first: date, last: date) -> None:
        self.first, self.days = first, (last - first).days + 1
        self.last = last

    def stretch(self, first: date, last: date) -> Stretch:
        """From the start of one day to the end of another, within the picture."""
        left = max(0, (first - self.first).days)
        right = min(self.days, (last - self.first).days + 1)
        return Stretch(round(left * 100 / self.days, 3), round(max(right - left, 0) * 100 / self.days, 3))

    def labels(self) -> tuple[tuple[float, str], ...]:
        """The starts of years, or of months where there are few days; no more than can be read."""
        step = "year" if self.days > 730 else "month"
        starts = [day for day in (self.first + timedelta(days=n) for n in range(self.days)) if _starts(day, step)]
        every = -(-len(starts) // _MOST_LABELS) or 1
        form = "%Y" if step == "year" else "%b %Y"
        return tuple((self.stretch(day, day).left, f"{day:{form}}") for day in starts[::every])


def _starts(day: date, step: str) -> bool:
    return day.day == 1 and (step == "month" or day.month == 1)


def _row(chat: dict[str, Any], axis: _Axis, counts: dict[date, int], step: str, spans: list[tuple[date, date]]) -> Row:
    busiest = max(counts.values())
    bars = []
    for day, count in sorted(counts.items()):
        stretch = axis.stretch(day, _end_of(day, step))
        # The square root keeps quiet weeks to be seen beside busy ones.
        bars.append(Bar(stretch.left, stretch.width, round(_LEAST + (HEIGHT - 4 - _LEAST) * sqrt(count / busiest), 1)))
    between = pairwise(spans)
    gaps = (axis.stretch(a[1] + timedelta(days=1), b[0] - timedelta(days=1)) for a, b in between)
    return Row(chat, tuple(bars), tuple(axis.stretch(*span) for span in spans), tuple(gaps), busiest)


def _end_of(day: date, step: str) -> date:
    if step == "week":
        return day + timedelta(days=6)
    following = day.replace(year=day.year + 1) if step == "year" else (day + timedelta(days=32)).replace(day=1)
    return following - timedelta(days=1)
