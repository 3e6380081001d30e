"""Capture dates: which dates a source carries, and how each is known.

Nothing here chooses. A date that only the file system tells is listed like the others, last; whether it may
be used without asking is for the pipeline to say.
"""

from __future__ import annotations

import email.utils
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from archiver.model import Dated

FIRST_YEAR = 2009
"""WhatsApp's first. An earlier date is not a capture's."""

_RANKS = {"noted": 0, "embedded": 1, "named": 2, "filed": 3}

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|"
    r"oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_PART = r"[-_. ]{1,2}"
_YEAR_FIRST = re.compile(r"(?<!\d)(20\d\d)([-_. ]?)(\d\d)\2(\d\d)(?!\d)")
_YEAR_LAST = re.compile(r"(?<![\d])(\d\d?)([-_. ])(\d\d?)\2(20\d\d)(?!\d)")
_DAY_MONTH_NAME = re.compile(rf"(?<!\d)(\d\d?)(?:st|nd|rd|th)?{_PART}{_MONTH}{_PART}(20\d\d)(?!\d)", re.IGNORECASE)
_MONTH_NAME_DAY = re.compile(rf"(?<![a-z]){_MONTH}{_PART}(\d\d?)(?:st|nd|rd|th)?,?{_PART}(20\d\d)(?!\d)", re.IGNORECASE)

_EXPORT_NAME = re.compile(
    r"whatsapp[- ]chat (?:with|mit|met|-)|chat (?:de )?whatsapp (?:con|s)|convers\w+ \w+ whatsapp com|"
    "discussion whatsapp avec|whatsapp \N{CYRILLIC SMALL LETTER ES}|的 ?whatsapp",
    re.IGNORECASE,
)


def dates_of_name(name: str) -> tuple[Dated, ...]:
    """Read the full date that a file's name bears; empty where it bears none, several, or a doubtful one.

    ``03-05-2026`` may be March or May: no date. In the names that WhatsApp gives its exports everything after
    "with" is the chat's name, and a date in there is the date of what the chat is about.

    >>> [dated.when.date().isoformat() for dated in dates_of_name("WhatsApp 16-11-2026.txt")]
    ['2026-11-16']
    >>> dates_of_name("paste 03-05-2026.txt"), dates_of_name("WhatsApp Chat with Panel 16-11-2026.txt")
    ((), ())
    """
    plain = " ".join(name.replace("_chat", " chat").split())
    if _EXPORT_NAME.search(plain):
        return ()
    days = set(_days_in(plain))
    if len(days) != 1:
        return ()
    return (Dated(days.pop(), "named", "the file's name", precise=False),)


def _days_in(name: str) -> Iterable[datetime]:
    for year, _, month, day in _YEAR_FIRST.findall(name):
        yield from _day(year, month, day)
    for first, _, second, year in _YEAR_LAST.findall(name):
        if int(first) > 12 or first == second:
            yield from _day(year, second, first)
        elif int(second) > 12:
            yield from _day(year, first, second)
    for day, month, year in _DAY_MONTH_NAME.findall(name):
        yield from _day(year, _month(month), day)
    for month, day, year in _MONTH_NAME_DAY.findall(name):
        yield from _day(year, _month(month), day)


def _month(name: str) -> int:
    return _MONTHS.index(name[:3].lower()) + 1


def _day(year: str, month: str | int, day: str | int) -> Iterable[datetime]:
    """Give the day, or nothing where the calendar has no such day."""
    try:
        when = datetime(int(year), int(month), int(day))
    except ValueError:
        return
    if when.year >= FIRST_YEAR:
        yield when


def date_of_mail_header(value: str | None, zone: str) -> tuple[Dated, ...]:
    """Read an email's Date header, told by the clock of ``zone``; empty where it is missing or impossible.

    >>> date_of_mail_header("Fri, 20 Nov 2026 10:31:07 +0100", "Europe/London")[0].when.isoformat()
    '2026-11-20T09:31:07'
    """
    try:
        when = email.utils.parsedate_to_datetime((value or "")[:200])
    except (ValueError, TypeError, IndexError, OverflowError):
        return ()
    return date_of_mail(when, zone, "the email's Date header")


def date_of_mail(when: datetime, zone: str, source: str) -> tuple[Dated, ...]:
    """Tell a moment by the clock of ``zone``. A moment without an offset is taken as UTC (RFC 5322, ``-0000``)."""
    try:
        local = (when if when.tzinfo else when.replace(tzinfo=UTC)).astimezone(ZoneInfo(zone))
    except (ValueError, OverflowError):
        return ()
    return (Dated(local.replace(tzinfo=None), "embedded", source),) if local.year >= FIRST_YEAR else ()


def date_of_entry(when: datetime | None, name: str) -> tuple[Dated, ...]:
    """Give the date of a zip's entry, which the phone or the person's computer wrote by its own clock."""
    return () if when is None else (Dated(when, "embedded", f"the date of {name} in the zip"),)


def date_of_file(modified: float, zone: str) -> tuple[Dated, ...]:
    """Give a file's time of last change, told by the clock of ``zone``; nothing where it is before WhatsApp's time."""
    try:
        local = datetime.fromtimestamp(modified, ZoneInfo(zone))
    except (ValueError, OverflowError, OSError):
        return ()
    if local.year < FIRST_YEAR:
        return ()
    return (Dated(local.replace(tzinfo=None), "filed", "the file's time of last change"),)


def best_first(dates: Iterable[Dated]) -> tuple[Dated, ...]:
    """Order dates by basis; dates of one basis keep their order."""
    return tuple(sorted(dates, key=lambda dated: _RANKS[dated.basis]))
