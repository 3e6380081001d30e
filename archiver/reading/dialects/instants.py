"""Dates and times as written, in columns, to when each message was sent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from operator import add

from archiver.model import DateOrder
from archiver.reading.dates import parse_date, yearless
from archiver.reading.dialects.header import Shape
from archiver.reading.dialects.survey import Grammar, clock_of


class Instants:
    """What each header's date and time say, remembered: a chat has few days and few minutes."""

    def __init__(self, grammar: Grammar) -> None:
        order = grammar.order.order
        self._days = _Days(order)
        self._swapped = _Days("mdy" if order == "dmy" else "dmy") if grammar.order.ambiguous else None
        self._times = _Times(grammar.shape)
        self._years = _Years(self._days, grammar.latest) if grammar.shape.spelt else None

    def sent(self, dates: Sequence[str], times: Sequence[str]) -> list[str]:
        """When each message was sent, in the form of ``Sighting.sent_at``."""
        clocks = map(self._times.__getitem__, times)
        if self._years:
            return list(map(add, map(self._years.day, dates), clocks))
        return list(map(add, map(self._days.__getitem__, dates), clocks))

    def doubt(
        self, dates: Sequence[str], times: Sequence[str], sent: list[str]
    ) -> tuple[list[str | None], list[str | None]] | None:
        """Both ends of the interval in which each message lies; None where the date order is settled."""
        if self._swapped is None:
            return None
        other = map(add, map(self._swapped.__getitem__, dates), map(self._times.__getitem__, times))
        return _ends(zip(sent, other, strict=True))

    @property
    def unknown_years(self) -> tuple[int, int]:
        """How many messages bear no year, and of how many of them it stayed unknown."""
        return (self._years.missing, self._years.unknown) if self._years else (0, 0)


def _ends(pairs: Iterator[tuple[str, str]]) -> tuple[list[str | None], list[str | None]]:
    earliest: list[str | None] = []
    latest: list[str | None] = []
    for one, other in pairs:
        in_doubt = one != other and other[0] != "T"
        earliest.append(min(one, other) if in_doubt else None)
        latest.append(max(one, other) if in_doubt else None)
    return earliest, latest


class _Days(dict[str, str]):
    """Dates as written to ``YYYY-MM-DDT``, or ``T`` where the day cannot be."""

    def __init__(self, order: DateOrder) -> None:
        super().__init__()
        self.order = order

    def __missing__(self, written: str) -> str:
        day = parse_date(written, self.order)
        self[written] = text = f"{day.isoformat()}T" if day else "T"
        return text


class _Times(dict[str, str]):
    """Times as written, with the word of their half of the day, to ``HH:MM`` or ``HH:MM:SS``."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape

    def __missing__(self, written: str) -> str:
        self[written] = text = clock_of(self.shape, written) or ""
        return text


class _Years:
    """Dates of which some have no year: old Android versions left out the current one, that of the export.

    The year is the last in which the day is not after the capture; else, that of the message before or the next;
    where neither is known, the day stays unknown.
    """

    def __init__(self, days: _Days, latest: date | None) -> None:
        self.days = days
        self.latest = latest
        self.before: date | None = None
        self.missing = self.unknown = 0

    def day(self, written: str) -> str:
        """``YYYY-MM-DDT``, or ``T`` where the day stays unknown."""
        shown = yearless(written)
        if shown is None:
            text = self.days[written]
            self.before = date.fromisoformat(text[:-1])
            return text
        self.missing += 1
        self.before = day = self._before_capture(*shown) or self._after(*shown) or self.before
        if day is None or (day.month, day.day) != shown:
            self.unknown += 1
            return "T"
        return f"{day.isoformat()}T"

    def _before_capture(self, month: int, day: int) -> date | None:
        if self.latest is None:
            return None
        years = range(self.latest.year, self.latest.year - 5, -1)
        return next((d for year in years if (d := _day(year, month, day)) and d <= self.latest), None)

    def _after(self, month: int, day: int) -> date | None:
        if self.before is None:
            return None
        years = range(self.before.year, self.before.year + 5)
        return next((d for year in years if (d := _day(year, month, day)) and d >= self.before), None)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
