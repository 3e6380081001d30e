"""Written dates and times into the calendar.

A date order is settled for a whole source (``order.py``), never line by line: public readers that decide each line
alone switch day and month inside one chat.
"""

from __future__ import annotations

import re
from datetime import date

from archiver.model import DateOrder
from archiver.reading.marks import MARK_CHARACTERS, SPACE_CHARACTERS
from archiver.reading.periods import afternoon

_DROP = dict.fromkeys(map(ord, MARK_CHARACTERS + SPACE_CHARACTERS + "\N{ZERO WIDTH NO-BREAK SPACE}"))
_NUMBERS = re.compile(r"\d+")
_BUDDHIST_FROM = 2400  # a year at or above it is of the Buddhist calendar, 543 ahead (phones in Thai)
_PERSIAN = range(1380, 1480)  # years of the Persian calendar since there are such phones
_JAPANESE_ERAS = {"R": 2018, "H": 1988, "S": 1925}  # year 1 of Reiwa is 2019, of Heisei 1989, of Showa 1926
FIRST_YEAR = 2009
"""WhatsApp's first: no message is older."""

MONTHS: dict[str, int] = {
    word: number
    for number, words in enumerate(
        (
            "jan january janv janvier januar januari ene enero gen gennaio janeiro янв января ocak oca styczeń sty",
            "feb february févr février fév februar februari febrero febbraio fev fevereiro февр фев февраля şubat lut",
            "mar march mars märz maart marzo mrz mär mrt março марта мар mart marca",
            "apr april avr avril abr abril aprile апр апреля nisan nis kwi",
            "may mai mei mayo mag maggio maio мая mayıs maj",
            "jun june juin juni junio giu giugno junho июн июня haziran haz cze",
            "jul july juil juillet juli julio lug luglio julho июл июля temmuz tem lip",
            "aug august août augustus ago agosto авг августа ağustos ağu sie",
            "sep sept september septembre septiembre set settembre setembro сент сен сентября eylül eyl wrz",
            "oct october okt oktober octobre octubre ott ottobre out outubro окт октября ekim eki paź",
            "nov november novembre noviembre novembro нояб ноя ноября kasım kas lis",
            "dec december dez dezember déc décembre dic diciembre dicembre dezembro дек декабря aralık ara gru",
        ),
        start=1,
    )
    for word in words.split()
}
"""Month names as old Android versions wrote them (``9 Oct 2015``), in the main European languages."""


def parse_date(written: str, order: DateOrder) -> date | None:
    """The day that is written, or None where the calendar has no such day in this order.

    >>> parse_date("03/05/24", "dmy")
    datetime.date(2024, 5, 3)
    >>> parse_date("31/02/2024", "dmy") is None
    True
    """
    plain = written.translate(_DROP)
    shown = _NUMBERS.findall(plain)
    month = named_month(written)
    if month is not None:
        return _spelt(shown, month)
    if len(shown) != 3:
        return None
    first, second, third = map(int, shown)
    era = re.search(r"[RHS](?=\d)", plain)
    if len(shown[0]) == 4:
        return _calendar(first, second, third)
    if era and era.start() == 0:
        return _calendar(first + _JAPANESE_ERAS[era[0]], second, third)
    if era:
        third += _JAPANESE_ERAS[era[0]]
    elif "BE" in plain and third < 100:
        third += 2500
    if order == "mdy":
        return _calendar(third, first, second)
    if order == "ymd":
        return _calendar(first, second, third) if len(shown[2]) < 3 else None
    return _calendar(third, second, first)


def _spelt(shown: list[str], month: int) -> date | None:
    if len(shown) != 2:
        return None
    first, second = map(int, shown)
    return _calendar(second, month, first) if len(shown[0]) < 3 else _calendar(first, month, second)


def yearless(written: str) -> tuple[int, int] | None:
    """Month and day of a date that is written without its year, else None.

    >>> yearless("9 Oct"), yearless("9 Oct 2015")
    ((10, 9), None)
    """
    month, shown = named_month(written), _NUMBERS.findall(written)
    if month is None or len(shown) != 1 or not 1 <= int(shown[0]) <= 31:
        return None
    return month, int(shown[0])


def named_month(written: str) -> int | None:
    """The month that a date spells out, or None where it is a number.

    >>> named_month("9 Oct 2015")
    10
    """
    word = re.search(r"[^\W\d_]{3,}", written)
    return MONTHS.get(word[0].casefold()) if word else None


def year_first(written: str) -> bool:
    """Whether a date begins with a year in four digits, or with a Japanese era.

    >>> year_first("2024-03-05"), year_first("24-03-05")
    (True, False)
    """
    plain = written.translate(_DROP)
    found = _NUMBERS.match(plain)
    return len(found[0]) == 4 if found else plain[:1] in _JAPANESE_ERAS


def _calendar(year: int, month: int, day: int) -> date | None:
    if year < 100:
        year += 2000
    elif year >= _BUDDHIST_FROM:
        year -= 543
    elif year in _PERSIAN:
        return _persian(year, month, day)
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _persian(year: int, month: int, day: int) -> date | None:
    """A day of the Persian calendar: six months of 31 days, five of 30, the last of 29 or 30, from the equinox.

    >>> _persian(1403, 1, 1)
    datetime.date(2024, 3, 20)
    """
    if not (1 <= month <= 12 and 1 <= day <= (31 if month < 7 else 30)):
        return None
    days = 31 * (month - 1) - max(0, month - 7) + day - 1
    leaps = sum((25 * y + 11) % 33 < 8 for y in range(_PERSIAN.start, year))  # eight in 33 years
    return date.fromordinal(date(2001, 3, 21).toordinal() + (year - _PERSIAN.start) * 365 + leaps + days)


def parse_clock(written: str, period: str = "") -> str | None:
    """``HH:MM`` on the 24-hour clock, with ``:SS`` where seconds are shown, or None where no clock shows that.

    >>> parse_clock("12:05", "am")
    '00:05'
    >>> parse_clock("8.28.09", "p. m.")
    '20:28:09'
    """
    numbers = [int(n) for n in _NUMBERS.findall(written)]
    if len(numbers) not in (2, 3):
        return None
    if period and numbers[0] <= 12:
        numbers[0] = afternoon(period, numbers[0])
    if numbers[0] > 23 or any(n > 59 for n in numbers[1:]):
        return None
    return ":".join(f"{n:02d}" for n in numbers)
