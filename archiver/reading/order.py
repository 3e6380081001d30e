"""Which number of a date is the day: settled by proof over the whole source, and the proof kept.

In order of strength: said by a person; written year first; a first number that stays; a date that only one order can
read; the convention of the separator; running backwards in one order only; a date after the capture; the dates in
attachments' names.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from archiver.model import DateOrder
from archiver.reading.dates import FIRST_YEAR, named_month, parse_date, year_first
from archiver.reading.marks import plain_label

_WORDS: dict[DateOrder, str] = {"dmy": "day first", "mdy": "month first", "ymd": "year first"}
_EITHER: tuple[tuple[DateOrder, DateOrder], ...] = (("dmy", "mdy"), ("mdy", "dmy"))
_DAY = timedelta(days=1)
_DASHED = re.compile(r"\d\W*[.\-]\W*\d")


@dataclass(frozen=True, slots=True)
class OrderProof:
    """Which number is the day, and what settles it."""

    order: DateOrder
    ambiguous: bool
    why: str
    """In words, naming the date that settles it; empty where nothing had to be settled."""
    shown: str | None = None
    """The date that settles it, as written; None where no single date does."""
    contradicted: bool = False
    """Whether a person said so against a date that only another order can read."""


def settle_order(
    dates: Iterable[str],
    said: DateOrder | None = None,
    latest: date | None = None,
    file_dates: Callable[[], Iterable[tuple[str, date]]] = tuple,
) -> OrderProof:
    """Settle the date order of a whole source.

    ``dates``: the dates as written, in the order of the source, repeats left out where they follow one another.
    ``latest``: no message can be later than this day (the capture's own date); None where it is not known.
    ``file_dates``: gives, when asked, the dates of messages that name an attachment, each with the day in its name.
    """
    written = [w for w in dates if named_month(w) is None]
    if not written or all(map(year_first, written)):
        return OrderProof("ymd" if written else "dmy", False, "")
    seen = list(dict.fromkeys(written))
    if said:
        other = [w for w in seen if not _readable(w, said)]
        return OrderProof(said, False, f"{_WORDS[said]}, as a person said (--date-order)", None, bool(other))
    return (
        _by_year_first(seen)
        or _by_number(seen)
        or _by_separator(seen)
        or _by_sequence(written)
        or _by_latest(seen, latest)
        or _by_files(file_dates())
        or _unsettled(seen)
    )


def _readable(written: str, order: DateOrder) -> bool:
    """Whether the calendar has the day, and WhatsApp was there on it."""
    day = parse_date(written, order)
    return day is not None and day.year >= FIRST_YEAR


def _by_number(seen: list[str]) -> OrderProof | None:
    """More dates that only one order can read win; the rest are then no dates at all."""
    can = {order: {w for w in seen if _readable(w, order)} for order in _WORDS}
    day_first, month_first = can["dmy"] - can["mdy"], can["mdy"] - can["dmy"]
    year_first = can["ymd"] - can["dmy"] - can["mdy"]
    if year_first and len(can["ymd"]) > max(len(can["dmy"]), len(can["mdy"])):
        return _only("ymd", seen, year_first)
    if len(day_first) == len(month_first):
        return None
    return _only("dmy", seen, day_first) if len(day_first) > len(month_first) else _only("mdy", seen, month_first)


def _only(order: DateOrder, seen: list[str], these: set[str]) -> OrderProof:
    shown = next(w for w in seen if w in these)
    return OrderProof(order, False, f"{_WORDS[order]}: {plain_label(shown)} can be read no other way", shown)


def _by_year_first(seen: list[str]) -> OrderProof | None:
    """Two digits of a year in front: the first number stays while the last changes from day to day."""
    numbers = [re.findall(r"\d+", w) for w in seen]
    if len({n[0] for n in numbers}) > 1 or len({n[-1] for n in numbers}) < 3 or not all(map(_DASHED.search, seen)):
        return None
    if not all(_readable(w, "ymd") for w in seen) or _steps_back(seen, "ymd"):
        return None
    return OrderProof("ymd", False, "year first: the first number stays while the last changes from day to day")


def _by_separator(seen: list[str]) -> OrderProof | None:
    """No locale that puts the month first writes dots or dashes (Unicode CLDR short dates)."""
    if all(map(_DASHED.search, seen)):
        return OrderProof("dmy", False, "day first: dates with dots or dashes are never month first")
    return None


def _by_sequence(written: list[str]) -> OrderProof | None:
    """A chat runs forward; small steps back happen, so one order must be far better than the other."""
    back = {order: _steps_back(written, order) for order in _WORDS if order != "ymd"}
    better, worse = sorted(back, key=lambda order: len(back[order]))
    if len(back[better]) * 5 >= len(back[worse]):
        return None
    before, after = back[worse][0]
    why = f"{_WORDS[better]}: the other way {plain_label(before)} followed by {plain_label(after)} would run backwards"
    return OrderProof(better, False, why, after)


def _steps_back(written: list[str], order: DateOrder) -> list[tuple[str, str]]:
    """Where a date is followed by one more than a day earlier: around midnight phones do mix their lines."""
    steps, before, shown = [], None, ""
    for text in written:
        day = parse_date(text, order)
        if day is None:
            continue
        if before is not None and day < before - _DAY:
            steps.append((shown, text))
        before, shown = day, text
    return steps


def _by_latest(seen: list[str], latest: date | None) -> OrderProof | None:
    if latest is None:
        return None
    late: dict[DateOrder, list[str]] = {"dmy": [], "mdy": []}
    for order, found in late.items():
        found += [w for w in seen if (day := parse_date(w, order)) and day > latest + _DAY]
    for order, other in _EITHER:
        if late[other] and not late[order]:
            why = f"{_WORDS[order]}: {_WORDS[other]}, {plain_label(late[other][0])} would be after the capture"
            return OrderProof(order, False, why, late[other][0])
    return None


def _by_files(pairs: Iterable[tuple[str, date]]) -> OrderProof | None:
    """A phone puts the day into a photo's name, and the message that brings the photo bears the same day."""
    hits: dict[DateOrder, int] = {"dmy": 0, "mdy": 0}
    for written, day in pairs:
        for order in hits:
            hits[order] += parse_date(written, order) == day
    for order, other in _EITHER:
        if hits[order] > 5 * hits[other]:
            return OrderProof(order, False, f"{_WORDS[order]}: the names of attached files bear the same days")
    return None


def _unsettled(seen: list[str]) -> OrderProof:
    if all(parse_date(w, "dmy") == parse_date(w, "mdy") for w in seen):
        return OrderProof("dmy", False, "")
    return OrderProof("dmy", True, "nothing settles day first or month first; day first is taken, as in the UK")
