"""What stands before a message: a date, a time and, most often, a sender. The pieces that all grammars share.

A *family* says in which frame an app writes the header (``DATE, TIME - ``, ``[DATE, TIME] ``). A *shape* is what one
phone made of it (``05/03/2024, 2:07 pm - ``): digits may vary in number, all else stays. A whole export is in one
shape, so lines in another are words inside a message, however much they look like headers.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from archiver.reading.dates import MONTHS
from archiver.reading.dialects.marks import BYTE_ORDER_MARK, MARK, MARK_CHARACTERS, SPACE
from archiver.reading.dialects.periods import PERIOD

_GAP = f"(?:{MARK}|{SPACE})*"
_MONTH = "(?:" + "|".join(sorted((re.escape(m) for m in MONTHS), key=len, reverse=True)) + r")\b\.?"
_NUMERIC = (
    rf"\d{{1,4}}{_GAP}(?P<separator>[/.\-]){_GAP}\d{{1,2}}{_GAP}(?P=separator){_GAP}"
    rf"(?:[RHS]\d{{1,2}}|\d{{1,4}})(?!\d)\.?(?:{SPACE}?BE\b)?"
)
_SPELT = rf"\d{{1,2}}\.?{SPACE}(?i:{_MONTH})(?:{SPACE}\d{{4}})?|(?i:{_MONTH}){SPACE}\d{{1,2}}(?:,?{SPACE}\d{{4}})?"
_EAST = rf"\d{{4}}[年년]{SPACE}?\d{{1,2}}[月월]{SPACE}?\d{{1,2}}[日일]"

DATE = rf"(?P<date>{_NUMERIC}|{_EAST}|{_SPELT})"
"""A date in any way known to be written."""

_CLOCK = rf"(?:(?P<before>{PERIOD}){_GAP})?(?P<clock>\d{{1,2}}[:.]\d\d)"
_AFTER = rf"(?!\d)(?:{_GAP}(?P<after>{PERIOD}))?"
TIME = rf"{_CLOCK}{_AFTER}"
TIME_WITH_SECONDS = rf"{_CLOCK}[:.](?P<second>\d\d){_AFTER}"
"""A time with the word of a 12-hour clock before it, after it or nowhere."""

BETWEEN = rf"(?:{MARK})*[,،、]?{_GAP}(?:(?:à|a las|às|klo|kl\.?|um|u|at|в|o|ob|في|om|的)\b{SPACE})?"
"""What may stand between date and time: a comma, a blank, a word (``à``, ``klo``)."""

NAME = r"[^:\n]{1,120}"
"""A sender's label without a colon; labels with one are put together later, by evidence."""


@dataclass(frozen=True, slots=True)
class Shape:
    """The header of one phone, up to the sender, in parts that are quick to match over a whole export."""

    parts: tuple[tuple[str, str], ...]
    """What each part is (``date``, ``clock``, ``second``, ``before``, ``after``, or empty for what stands between)
    and its regular expression."""

    @property
    def groups(self) -> tuple[str, ...]:
        """What the groups of ``pattern`` are, in their order."""
        return tuple(name for name, _ in self.parts if name)

    def pattern(self, barred: tuple[str, ...] = ()) -> str:
        """The regular expression, without the line break before it; any marks may lead.

        ``barred``: dates and clocks as written that no calendar or clock has; lines with them are no headers.
        """
        bar = f"(?!(?:{'|'.join(map(re.escape, barred))})(?!\\d))" if barred else ""
        return f"{MARK}*" + "".join(
            f"{bar if name in ('date', 'clock') else ''}({expression})" if name else expression
            for name, expression in self.parts
        )


def shape_of(found: re.Match[str]) -> Shape:
    """The shape of a header that one line shows: its digits may vary in number, all else stays.

    ``found`` has the named groups of ``DATE`` and of a time, and ``frame`` around the whole.
    """
    text, at = found.string, found.start()
    at += len(text[at:]) - len(text[at:].lstrip(MARK_CHARACTERS + BYTE_ORDER_MARK))
    shown = found.groupdict()
    spans = sorted(
        (found.span(name), name) for name in ("date", "before", "clock", "second", "after") if shown.get(name)
    )
    parts = []
    for (first, last), name in spans:
        parts += [("", _varied(text[at:first])), (name, _group(name, text[first:last]))]
        at = last
    parts.append(("", _varied(text[at : found.end("frame")])))
    return Shape(tuple(parts))


def _group(name: str, written: str) -> str:
    if name in ("before", "after"):
        return PERIOD
    if name == "second":
        return "[0-5][0-9]" if written.isascii() else r"\d\d"
    return _varied(written)


def _varied(written: str) -> str:
    """A regular expression for the same characters with other digits, odd spaces and marks."""
    out = []
    for piece in re.findall(rf"\d+|{SPACE}|{MARK}+|[^\W\d_]+|.", written):
        if piece[0].isdigit():
            digit = "[0-9]" if piece.isascii() else r"\d"
            out.append(digit + ("{4}" if len(piece) == 4 else "{1,2}"))
        elif re.fullmatch(SPACE, piece):
            out.append(SPACE)
        elif re.fullmatch(f"{MARK}+", piece):
            out.append(f"{MARK}*")
        elif piece.casefold() in MONTHS:
            out.append(f"(?i:{_MONTH})")
        else:
            out.append(re.escape(piece))
    return "".join(out)
