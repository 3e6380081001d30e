"""What small letters say: the time in a bubble, the day on a chip."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Final, NamedTuple

MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MISREAD: Final = str.maketrans("OoQlI|iSBZzg?", "0001111582297")
"""Letters and marks that the engine reads for digits."""
DIGIT: Final = "[0-9OoQlI|iSBZzg?]"
CLOCK: Final = re.compile(rf"(?<![0-9])([0-2OoQ]?{DIGIT})\s?[:.;,]\s?([0-5OoQSlI|]{DIGIT})(?![0-9])")
HALF: Final = re.compile(r"^\W{0,2}([apn])\s?\.?\s?[mrn]", re.IGNORECASE)


class Clock(NamedTuple):
    """A time read off a bubble."""

    text: str
    """``HH:MM``, 24 hours."""
    sure: bool
    """False where a letter had to be taken for a digit."""
    half: bool
    """True where it said am or pm."""


def read_clock(text: str) -> Clock | None:
    """The last time in a few small words; None where there is none.

    >>> read_clock("Edited 9:07 pm W")
    Clock(text='21:07', sure=True, half=True)
    >>> read_clock("09:O4 //")
    Clock(text='09:04', sure=False, half=False)
    """
    for found in reversed(list(CLOCK.finditer(text))):
        hour, minute = (part.translate(MISREAD) for part in found.groups())
        sure = (hour, minute) == found.groups()
        after = HALF.match(text[found.end() :])
        hours, minutes = int(hour), int(minute)
        if after and 1 <= hours <= 12:
            hours = hours % 12 + (12 if after[1].lower() == "p" else 0)
        if hours < 24 and minutes < 60:
            return Clock(f"{hours:02}:{minutes:02}", sure, bool(after))
    return None


def read_day(text: str, captured: date | None) -> date | None:
    """The day a chip stands for; None where it is no day, or a relative one and the capture's day is not known.

    Weekdays count back from the capture, up to six days: WhatsApp names the days of the last week.

    >>> read_day("Sunday", date(2026, 3, 12))
    datetime.date(2026, 3, 8)
    >>> read_day("12 March 2026", None)
    datetime.date(2026, 3, 12)
    >>> read_day("Wed, 4 Mar", date(2026, 3, 12))
    datetime.date(2026, 3, 4)
    """
    plain = re.sub(r"[^a-z0-9/.\- ]", " ", text.lower()).strip()
    words = re.findall(r"[a-z]+|[0-9]+", plain)
    if not words or len(words) > 5:
        return None
    relative = _relative(words, captured)
    if relative or len(words) == 1:
        return relative
    return _numbers(plain) or _written(words, captured)


def is_day(text: str) -> bool:
    """True for what can stand on a day chip, whether or not the capture's day is known."""
    return read_day(text, date(2024, 2, 29)) is not None


def _relative(words: list[str], captured: date | None) -> date | None:
    if captured is None or len(words) != 1:
        return None
    word = words[0]
    if _like(word, "today"):
        return captured
    if _like(word, "yesterday"):
        return captured - timedelta(days=1)
    for index, name in enumerate(WEEKDAYS):
        if _like(word, name):
            return captured - timedelta(days=(captured.weekday() - index) % 7 or 7)
    return None


def _like(word: str, name: str) -> bool:
    """Equal but for one letter: a chip is set small."""
    if abs(len(word) - len(name)) > 1 or len(word) < 4:
        return False
    if len(word) == len(name):
        return sum(a != b for a, b in zip(word, name, strict=True)) <= 1
    longer, shorter = (word, name) if len(word) > len(name) else (name, word)
    return any(longer[:at] + longer[at + 1 :] == shorter for at in range(len(longer)))


def _numbers(plain: str) -> date | None:
    found = re.fullmatch(r"(?:[a-z]+ )?([0-9]{1,4})[/.\-]([0-9]{1,2})[/.\-]([0-9]{2,4})", plain)
    if not found:
        return None
    first, second, third = (int(part) for part in found.groups())
    if first > 31:
        return _day(first, second, third)
    return _day(third if third > 99 else 2000 + third, second, first)


def _written(words: list[str], captured: date | None) -> date | None:
    if words and any(words[0] == name or words[0] == name[:3] for name in WEEKDAYS):
        words = words[1:]
    month = next((MONTHS.index(word[:3]) + 1 for word in words if word[:3] in MONTHS and len(word) >= 3), 0)
    numbers = [int(word) for word in words if word.isdigit()]
    days = [number for number in numbers if 1 <= number <= 31]
    years = [number for number in numbers if 2009 <= number <= 2100]
    if not month or not days or len(words) > 4:
        return None
    if years:
        return _day(years[0], month, days[0])
    if captured is None:
        return None
    this = _day(captured.year, month, days[0])
    return this if this and this <= captured else _day(captured.year - 1, month, days[0])


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
