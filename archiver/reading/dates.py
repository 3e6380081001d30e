"""Written dates and times into the calendar, and the proof of which number is the day.

A date order is settled for a whole source, never line by line: public readers that decide each line alone
switch day and month inside one chat.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from archiver.model import DateOrder
from archiver.reading.dialects.marks import MARK_CHARACTERS, SPACE_CHARACTERS
from archiver.reading.dialects.periods import afternoon

_DROP = dict.fromkeys(map(ord, MARK_CHARACTERS + SPACE_CHARACTERS + "\N{ZERO WIDTH NO-BREAK SPACE}"))
_NUMBERS = re.compile(r"\d+")
_BUDDHIST_FROM = 2400  # a year at or above it is of the Buddhist calendar, 543 ahead (fixture: Thai phones)
_JAPANESE_ERAS = {"R": 2018, "H": 1988, "S": 1925}  # year 1 of Reiwa is 2019, of Heisei 1989, of Showa 1926

MONTHS: dict[str, int] = {
    word: number
    for number, words in enumerate(
        (
            "jan january janv janvier januar januari ene enero gen gennaio janeiro",
            "feb february févr février februar februari febrero febbraio fev fevereiro",
            "mar march mars märz maart marzo mrz mrt março",
            "apr april avr avril abr abril aprile",
            "may mai mei mayo mag maggio maio",
            "jun june juin juni junio giu giugno junho",
            "jul july juil juillet juli julio lug luglio julho",
            "aug august août augustus ago agosto",
            "sep sept september septembre septiembre set settembre setembro",
            "oct october okt oktober octobre octubre ott ottobre out outubro",
            "nov november novembre noviembre novembro",
            "dec december dez dezember déc décembre dic diciembre dicembre dezembro",
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
    numbers = [int(n) for n in _NUMBERS.findall(plain)]
    month = named_month(written)
    if month is not None:
        if len(numbers) != 2:
            return None
        day, year = (numbers[0], numbers[1]) if numbers[0] <= 31 else (numbers[1], numbers[0])
        return _calendar(year, month, day)
    if len(numbers) != 3:
        return None
    first, second, third = numbers
    era = re.search(r"[RHS](?=\d)", plain)
    if era:
        third += _JAPANESE_ERAS[era[0]]
    if _year_first(plain):
        return _calendar(first, second, third)
    if order == "mdy":
        return _calendar(third, first, second)
    if order == "ymd":
        return _calendar(first, second, third)
    return _calendar(third, second, first)


def named_month(written: str) -> int | None:
    """The month that a date spells out, or None where it is a number.

    >>> named_month("9 Oct 2015")
    10
    """
    word = re.search(r"[^\W\d_]{3,}", written)
    return MONTHS.get(word[0].casefold()) if word else None


def _year_first(plain: str) -> bool:
    return len(_NUMBERS.match(plain)[0]) == 4 if _NUMBERS.match(plain) else False  # type: ignore[index]


def _calendar(year: int, month: int, day: int) -> date | None:
    if year < 100:
        year += 2000
    elif year >= _BUDDHIST_FROM:
        year -= 543
    try:
        return date(year, month, day)
    except ValueError:
        return None


def parse_clock(written: str, period: str = "") -> str | None:
    """``HH:MM`` on the 24-hour clock, or None where no clock shows that.

    >>> parse_clock("12:05", "am")
    '00:05'
    >>> parse_clock("8.28", "p. m.")
    '20:28'
    """
    numbers = [int(n) for n in _NUMBERS.findall(written)]
    if len(numbers) != 2:
        return None
    hour, minute = numbers
    if period and 1 <= hour <= 12:
        hour = afternoon(period, hour)
    if hour > 23 or minute > 59:
        return None
    return f"{hour:02d}:{minute:02d}"


@dataclass(frozen=True, slots=True)
class OrderProof:
    """Which number is the day, and what settles it."""

    order: DateOrder
    ambiguous: bool
    why: str
    """In words, naming the date that settles it; empty where nothing had to be settled."""


def settle_order(
    dates: Iterable[str], said: DateOrder | None = None, latest: date | None = None, file_dates: Iterable[date] = ()
) -> OrderProof:
    """Settle the date order of a whole source.

    ``dates``: the dates as written, in the order of the source, repeats left out where they follow one another.
    ``latest``: no message can be later than this day (the capture's own date); None where it is not known.
    ``file_dates``: days that attachments' names bear, each a day on which something was sent.

    In order of strength: said by a person; a date that only one order can read; an order convention of the
    separator; running backwards in one order only; a date after the capture; the names of attachments.
    """
    written = list(dates)
    if said:
        return OrderProof(said, False, f"{_ORDER_WORDS[said]}, as a person said (--date-order)")
    if not written or all(named_month(w) for w in written):
        return OrderProof("dmy", False, "")
    plain = [w.translate(_DROP) for w in written]
    if all(_year_first(p) for p in plain):
        return OrderProof("ymd", False, "")
    return (
        _settled_by_number(written)
        or _settled_by_separator(plain)
        or _settled_by_sequence(written)
        or _settled_by_latest(written, latest)
        or _settled_by_files(written, frozenset(file_dates))
        or _unsettled(written)
    )


_ORDER_WORDS = {"dmy": "day first", "mdy": "month first", "ymd": "year first"}


def _settled_by_number(written: list[str]) -> OrderProof | None:
    """More dates that only one order can read win; the rest are then no dates at all."""
    day_first = [w for w in written if parse_date(w, "dmy") and not parse_date(w, "mdy")]
    month_first = [w for w in written if parse_date(w, "mdy") and not parse_date(w, "dmy")]
    if len(day_first) == len(month_first):
        return None
    if len(day_first) > len(month_first):
        return OrderProof("dmy", False, f"day first: {_shown(day_first[0])} can be read no other way")
    return OrderProof("mdy", False, f"month first: {_shown(month_first[0])} can be read no other way")


def _settled_by_separator(plain: list[str]) -> OrderProof | None:
    """No locale that puts the month first writes dots or dashes (Unicode CLDR short dates)."""
    if all(re.search(r"\d[.\-]\d", p) for p in plain):
        return OrderProof("dmy", False, "day first: dates with dots or dashes are never month first")
    return None


def _settled_by_sequence(written: list[str]) -> OrderProof | None:
    """A chat runs forward; small steps back happen, so one order must be far better than the other."""
    back = {order: _backward_steps(written, order) for order in ("dmy", "mdy")}
    better, worse = sorted(back, key=lambda order: len(back[order]))
    if back[worse] and len(back[better]) * 5 < len(back[worse]):
        before, after = back[worse][0]
        order: DateOrder = "dmy" if better == "dmy" else "mdy"
        return OrderProof(
            order,
            False,
            f"{_ORDER_WORDS[order]}: the other way {_shown(before)} followed by {_shown(after)} would run backwards",
        )
    return None


def _backward_steps(written: list[str], order: DateOrder) -> list[tuple[str, str]]:
    steps, before, shown = [], None, ""
    for text in written:
        day = parse_date(text, order)
        if day is None:
            continue
        if before is not None and day < before:
            steps.append((shown, text))
        before, shown = day, text
    return steps


def _settled_by_latest(written: list[str], latest: date | None) -> OrderProof | None:
    if latest is None:
        return None
    late: dict[DateOrder, list[str]] = {
        order: [w for w in written if (day := parse_date(w, order)) and day > latest] for order in ("dmy", "mdy")
    }
    if late["dmy"] and not late["mdy"]:
        return OrderProof("mdy", False, f"month first: day first, {_shown(late['dmy'][0])} would be after the capture")
    if late["mdy"] and not late["dmy"]:
        return OrderProof("dmy", False, f"day first: month first, {_shown(late['mdy'][0])} would be after the capture")
    return None


def _settled_by_files(written: list[str], file_dates: frozenset[date]) -> OrderProof | None:
    hits: dict[DateOrder, int] = {
        order: sum(parse_date(w, order) in file_dates for w in set(written)) for order in ("dmy", "mdy")
    }
    if hits["dmy"] and not hits["mdy"]:
        return OrderProof("dmy", False, "day first: the names of attached files bear the same days")
    if hits["mdy"] and not hits["dmy"]:
        return OrderProof("mdy", False, "month first: the names of attached files bear the same days")
    return None


def _unsettled(written: list[str]) -> OrderProof:
    if all(parse_date(w, "dmy") == parse_date(w, "mdy") for w in written):
        return OrderProof("dmy", False, "")
    return OrderProof("dmy", True, "nothing settles day first or month first; day first is taken, as in the UK")


def _shown(written: str) -> str:
    return written.translate({**_DROP, 32: " "}).strip()
