"""Dates as people type them, and the span of seconds that each means. Pure."""

from __future__ import annotations

import calendar
import re
from datetime import date, datetime, timedelta
from typing import NamedTuple

from archiver.finding.searching.language import Sent


class Period(NamedTuple):
    """From the first second to the last."""

    first: datetime
    last: datetime
    said: str


_MONTHS = {name.lower(): at for at, name in enumerate(calendar.month_name) if name}
_MONTHS |= {name.lower(): at for at, name in enumerate(calendar.month_abbr) if name} | {"sept": 9}
_CLOCK = r"(?:[T ,]+(?P<hour>\d{1,2})[:.](?P<minute>\d\d)(?::(?P<second>\d\d))?)?"
_FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})" + _CLOCK,
        r"(?P<day>\d{1,2})[/.](?P<month>\d{1,2})[/.](?P<year>\d{4})" + _CLOCK,
        r"(?P<day>\d{1,2})(?:st|nd|rd|th)?[ -]+(?P<name>[a-z]+)\.?[ ,-]+(?P<year>\d{4})" + _CLOCK,
        r"(?P<year>\d{4})[-/](?P<month>\d{1,2})",
        r"(?P<month>\d{1,2})/(?P<year>\d{4})",
        r"(?P<name>[a-z]+)[ -]+(?P<year>\d{4})",
        r"(?P<year>\d{4})",
    )
)
_SECOND = timedelta(seconds=1)


def period(text: str) -> Period | None:
    """A year, month, day, minute or second as typed, day before month; None where it is none.

    >>> period("5 March 2026").said, period("2026-03").last.isoformat()
    ('5 March 2026', '2026-03-31T23:59:59')
    """
    for form in _FORMS:
        found = form.fullmatch(text.strip())
        if found:
            try:
                return _period(found.groupdict())
            except ValueError:
                return None
    return None


def _period(said: dict[str, str | None]) -> Period:
    year = int(said["year"] or 0)
    name = said.get("name")
    month_said = said.get("month") or (name and _MONTHS.get(name.lower()))
    if name and not month_said:
        raise ValueError(name)
    month, day = int(month_said or 1), int(said.get("day") or 1)
    first = datetime(year, month, day)
    if said.get("hour"):
        first = first.replace(hour=int(said["hour"] or 0), minute=int(said["minute"] or 0))
        day_said = f"{day} {calendar.month_name[month]} {year}"
        if said["second"]:
            first = first.replace(second=int(said["second"]))
            return Period(first, first, f"{first:%H:%M:%S} on {day_said}")
        return Period(first, first.replace(second=59), f"{first:%H:%M} on {day_said}")
    if said.get("day"):
        return Period(first, _day_end(first), f"{day} {calendar.month_name[month]} {year}")
    if month_said:
        end = datetime(year, month, calendar.monthrange(year, month)[1])
        return Period(first, _day_end(end), f"{calendar.month_name[month]} {year}")
    return Period(first, _day_end(datetime(year, 12, 31)), str(year))


def _day_end(day: datetime) -> datetime:
    return day.replace(hour=23, minute=59, second=59)


def sent(field: str, when: Period, certainly: bool) -> Sent:
    """The span that ``before``, ``after`` or ``on`` a period leaves; neither before nor after has any of the period.

    >>> sent("after", period("2026-03"), False).first
    '2026-04-01T00:00:00'
    """
    if field == "before":
        last = None if when.first == datetime.min else when.first - _SECOND
        return Sent(None, (last or datetime.min).isoformat(), certainly)
    if field == "after":
        open_end = when.last.date() == date.max and when.last.hour == 23
        return Sent((when.last if open_end else when.last + _SECOND).isoformat(), None, certainly)
    return Sent(when.first.isoformat(), when.last.isoformat(), certainly)
