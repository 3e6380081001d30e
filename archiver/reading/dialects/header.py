"""What stands before a message: a date, a time and, most often, a sender. The pieces that all grammars share.

A *family* says in which frame an app writes the header (``DATE, TIME - ``, ``[DATE, TIME] ``). A *shape* is what one
phone made of it (``05/03/2024, 2:07 pm - ``): digits may vary in number, all else stays. A whole export is in one
shape, so lines in another are words inside a message, however much they look like headers.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from archiver.reading.dates import named_month
from archiver.reading.marks import BYTE_ORDER_MARK, MARK, MARK_CHARACTERS, SPACE
from archiver.reading.periods import PERIOD

GAP = f"(?:{MARK}|{SPACE})*"
_MONTH = r"[^\W\d_]{3,10}\.?"
"""Any word: ``dates.MONTHS`` says which are months, for their long list in each expression is slow to compile."""
_NUMERIC = (
    rf"(?:\d{{4}}|[RHS]?\d{{1,2}}){GAP}(?P<separator>[/.\-]){GAP}\d{{1,2}}{GAP}(?P=separator){GAP}"
    rf"(?:[RHS]\d{{1,2}}|\d{{4}}|\d{{1,2}})(?!\d)\.?(?:{SPACE}?BE\b)?"
)
_SPELT = (
    rf"\d{{1,2}}\.?{SPACE}{_MONTH}(?:{SPACE}\d{{4}}(?!\d))?|{_MONTH}{SPACE}\d{{1,2}}(?!\d)(?:,?{SPACE}\d{{4}}(?!\d))?"
)
_EAST = rf"\d{{4}}[年년]{SPACE}?\d{{1,2}}[月월]{SPACE}?\d{{1,2}}[日일]"

DATE = rf"(?P<date>{_NUMERIC}|{_EAST}|{_SPELT})"
"""A date in any way known to be written."""

_BEFORE, _AFTER = rf"(?:(?P<before>{PERIOD}){GAP})?", rf"(?!\d)(?:{GAP}(?P<after>{PERIOD}))?"
TIME = rf"(?P<time>{_BEFORE}(?P<clock>\d{{1,2}}[:.]\d\d){_AFTER})"
TIME_WITH_SECONDS = rf"(?P<time>{_BEFORE}(?P<clock>\d{{1,2}}[:.]\d\d[:.]\d\d){_AFTER})"
"""A time with the word of a 12-hour clock before it, after it or nowhere."""

BETWEEN = rf"(?:{MARK})*[,،、]?{GAP}(?:(?:à|a las|às|klo|kl\.?|um|u|at|в|o|ob|في|om|lúc|的){SPACE})?"
"""What may stand between date and time: a comma, a blank, a word (``à``, ``klo``)."""

NAME = r"[^:\n]{1,120}"
"""A sender's label without a colon; labels with one are put together later, by evidence."""


@dataclass(frozen=True, slots=True)
class Shape:
    """The header of one phone, up to the sender, as a regular expression that is quick over a whole export."""

    groups: tuple[str, ...]
    """What the groups of ``pattern`` are, in their order: ``date`` and ``time``, once or, where two ways of writing
    stand in one file, once for each way."""
    pattern: str
    """Without the line break before it; any marks may lead."""
    clock: re.Pattern[str]
    """Takes a time as written apart: the word before, the clock, the word after."""
    spelt: bool
    """Whether months are words: then years may be missing."""


@cache
def compiled(expression: str) -> re.Pattern[str]:
    """A header's expression, compiled when the first text is read: a command that reads none is not kept waiting."""
    return re.compile(expression)


_CLOCK = rf"(?:(?P<before>{PERIOD}){GAP})?(?P<clock>[\d:.]+)(?:{GAP}(?P<after>{PERIOD}))?"


def shape_of(found: re.Match[str], siblings: tuple[str, ...] = ()) -> Shape:
    """The shape of a header that one line shows: its digits may vary in number, all else stays.

    ``found`` has the named groups of ``DATE`` and of a time, and ``frame`` around the whole. ``siblings``: the headers
    that may stand in one file with a header whose month is a word, for old phones wrote two kinds.
    """
    if named_month(found["date"]) is not None:
        ways = "|".join(map(nameless_groups, siblings))
        groups = tuple(name for h in siblings for name in sorted(("date", "time"), key=lambda n: h.index(f"(?P<{n}>")))
        return Shape(groups, f"{MARK}*(?:{ways})", compiled(_CLOCK), spelt=True)
    text, at = found.string, found.start()
    at += len(text[at:]) - len(text[at:].lstrip(MARK_CHARACTERS + BYTE_ORDER_MARK))
    names = sorted(("date", "time"), key=found.start)
    first, second = names
    pattern = (
        _varied(text[at : found.start(first)])
        + f"({_part(first, found)})"
        + _varied(text[found.end(first) : found.start(second)])
        + f"({_part(second, found)})"
        + _varied(text[found.end(second) : found.end("frame")])
    )
    return Shape((first, second), f"{MARK}*{pattern}", compiled(_CLOCK), spelt=False)


def nameless_groups(header: str, keep: tuple[str, ...] = ("date", "time")) -> str:
    """A header's expression in which only the groups of ``keep`` are groups, without their names.

    The separator is repeated by a look at the other characters instead, so that headers can be put side by side.
    """
    text = header.replace("(?P<separator>[/.\\-])", "[/.\\-]").replace("(?P=separator)", "[/.\\-]")
    return re.sub(r"\(\?P<(\w+)>", lambda group: "(" if group[1] in keep else "(?:", text)


def _part(name: str, found: re.Match[str]) -> str:
    if name == "date":
        return _varied(found["date"])
    whole, start = found["time"], found.start("time")
    first, last = found.start("clock") - start, found.end("clock") - start
    hour, *others = re.findall(r"\d+|\D+", found["clock"])
    digit = "[0-9]" if hour.isascii() else r"\d"
    clock = digit + "{1,2}" + "".join(digit * 2 if other.isdigit() else re.escape(other) for other in others)
    before = f"(?:{PERIOD}){_varied(whole[len(found['before']) : first])}" if found["before"] else ""
    after = f"{_varied(whole[last : len(whole) - len(found['after'])])}(?:{PERIOD})" if found["after"] else ""
    return before + clock + after


def _varied(written: str) -> str:
    """A regular expression for the same characters with other digits, odd spaces and marks."""
    out: list[str] = []
    for piece in re.findall(rf"\d+|(?<=\]){SPACE}+|{SPACE}|{MARK}+|[^\W\d_]+|.", written):
        if piece[0].isdigit():
            digit = "[0-9]" if piece.isascii() else r"\d"
            out.append(digit + ("{4}" if len(piece) == 4 else "{1,2}"))
        elif re.fullmatch(f"{SPACE}+", piece):
            out.append(f"{SPACE}*" if out[-1:] == [r"\]"] else SPACE)
        elif re.fullmatch(f"{MARK}+", piece):
            out.append(f"{MARK}*")
        elif piece in ("R", "H", "S"):
            out.append("[RHS]")
        else:
            out.append(re.escape(piece))
    return "".join(out)
