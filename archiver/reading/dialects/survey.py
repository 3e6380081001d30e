"""The first walk through a text: everything that can only be settled over the whole source.

Which shape its headers have, what settles the date order, which dates no calendar has, which senders' names hold a
colon. The second walk (``lines.py``) then reads each message without a guess.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from itertools import groupby

from archiver.errors import Refused
from archiver.model import DateOrder, Member
from archiver.reading.dates import parse_clock, parse_date, yearless
from archiver.reading.dialects import Family, first_header
from archiver.reading.dialects.classify import Style
from archiver.reading.dialects.decode import broken_encoding, decoded, encoding_of
from archiver.reading.dialects.header import NAME, Shape
from archiver.reading.dialects.labels import Evidence, Labels
from archiver.reading.dialects.wording import ENCRYPTION
from archiver.reading.marks import LRM, RLM, plain_label, without_marks
from archiver.reading.order import OrderProof, settle_order

HEAD = 1 << 16


@dataclass(frozen=True, slots=True)
class Grammar:
    """How one text is to be read, settled over the whole of it."""

    family: Family
    shape: Shape
    encoding: str
    """One of Python's names, or of those in ``decode.py``."""
    line_end: str
    """What must stand before a header: ``\\r\\n`` where bare LFs are breaks inside messages, else ``\\n``."""
    order: OrderProof
    impossible: frozenset[str]
    """Dates and times as written that no calendar or clock has: lines that begin with them are no headers."""
    style: Style
    labels: Labels
    close: bool
    """Whether no blank stands between a sender's colon and the words."""
    latest: date | None
    """The day after which nothing was sent, if it is known: it tells the year where a date has none."""
    chat: str | None
    """The chat's name from an iPhone's encryption notice; None where there is none."""


@dataclass(slots=True)
class _Seen:
    """What the walk gathers."""

    dates: list[str] = field(default_factory=list)
    times: set[str] = field(default_factory=set)
    evidence: Evidence = field(default_factory=Evidence)
    marked: bool = False
    returns: bool = False
    """Whether there are CRs."""
    chat: str | None = None


LONGEST = 2_000
"""Characters of a line that are looked at: a header stands in its first few hundred."""


def survey(member: Member, said: DateOrder | None = None, latest: date | None = None) -> Grammar:
    """Settle how a text is to be read.

    ``said``: the date order that a person told. ``latest``: see ``order.settle_order``. Raises ``Refused`` where the
    text is no chat.
    """
    with member.open() as stream:
        head = stream.read(HEAD)
    header = first_header(head)
    if header is None:
        raise Refused("not-a-chat", f"{member.name}: no line of it is a WhatsApp message.")
    family, shape = header.family, header.shape()
    encoding, seen = _walked(member, encoding_of(head), family, shape)
    line_end = "\n"
    if seen.returns and family.NAME == "ios" and _ends_in_crlf(member, encoding, shape):
        line_end = "\r\n"
        seen = _walk(member, encoding, family, shape, line_end)
    order = _order(member, encoding, shape, seen, said, latest)
    style = _style(family, seen)
    return Grammar(
        family=family,
        shape=shape,
        encoding=encoding,
        line_end=line_end,
        order=order,
        impossible=_impossible(seen, order.order, shape),
        style=style,
        labels=seen.evidence.settle(bare=style in ("android", "unmarked")),
        close=seen.evidence.close,
        latest=latest,
        chat=seen.chat,
    )


def _style(family: Family, seen: _Seen) -> Style:
    if family.MARKED:
        return "iphone" if seen.marked else "unmarked"
    return "web" if family.NAME == "web" else "android"


def _walked(member: Member, encoding: str, family: Family, shape: Shape) -> tuple[str, _Seen]:
    """What a walk sees, in the encoding that the text declares or, where it breaks its rules, in another."""
    try:
        return encoding, _walk(member, encoding, family, shape)
    except UnicodeDecodeError as error:
        encoding = broken_encoding(member, encoding, error)
        return encoding, _walk(member, encoding, family, shape)


def _walk(member: Member, encoding: str, family: Family, shape: Shape, line_end: str = "\n") -> _Seen:
    quick = re.compile(f"{line_end}{shape.pattern}(?:({NAME}): )?")
    whole = re.compile(rf"{line_end}{shape.pattern}(?:({NAME}): )?([^\n]*)")
    seen, rest = _Seen(), line_end
    for piece in decoded(member.open(), encoding):
        if "\r" in piece:
            seen.returns = True
            piece = piece if line_end == "\r\n" else piece.replace("\r\n", "\n")
        text = rest + piece
        cut = text.rfind(line_end)
        text, rest = text[:cut], text[cut:][:LONGEST]
        _note(seen, family, shape, quick, whole, text)
    _note(seen, family, shape, quick, whole, rest)
    return seen


def _note(seen: _Seen, family: Family, shape: Shape, quick: re.Pattern[str], whole: re.Pattern[str], text: str) -> None:
    """What a piece of the text shows that is not known yet."""
    rows = quick.findall(text)
    if not rows:
        return
    columns = list(zip(*rows, strict=True))
    dates, times = both(shape, columns[:-1])
    seen.dates += [day for day, _ in groupby(dates)]
    seen.times.update(times)
    if family.MARKED and not seen.marked:
        seen.marked = LRM in text or RLM in text
    if not seen.evidence.known or not set(columns[-1]) - seen.evidence.known <= _NOBODY:
        for row in whole.findall(text):
            _judge(seen, family, row[-2], row[-1].rstrip("\r"))


_NOBODY = frozenset({""})


def both(shape: Shape, columns: Sequence[Sequence[str]]) -> tuple[Sequence[str], Sequence[str]]:
    """The dates and the times among the columns of a shape, in whichever of its ways each line is written."""
    dates, times = (
        [column for name, column in zip(shape.groups, columns, strict=True) if name == wanted]
        for wanted in ("date", "time")
    )
    return _either(dates), _either(times)


def _either(columns: list[Sequence[str]]) -> Sequence[str]:
    if len(columns) == 1:
        return columns[0]
    return tuple(next(filter(None, written), "") for written in zip(*columns, strict=True))


def _judge(seen: _Seen, family: Family, label: str, body: str) -> None:
    """What one line tells about who is a sender, and about the chat's name."""
    if not label:
        seen.evidence.nameless(body)
    elif label not in seen.evidence.known:
        if family.MARKED and seen.chat is None:
            seen.chat = _chat_named(label, body)
        seen.evidence.line(label, body)


def _chat_named(label: str, body: str) -> str | None:
    """The name before the encryption notice; it may hold a colon, for a mark shows where the notice begins."""
    name, mark, words = body.partition(LRM)
    if not mark and (name[:1] == RLM or ENCRYPTION.match(name)):
        name, words = "", name
    if not ENCRYPTION.match(without_marks(words)) or (name and not name.endswith(": ")):
        return None
    return plain_label(f"{label}: {name}".rstrip(": "))


def _ends_in_crlf(member: Member, encoding: str, shape: Shape) -> bool:
    """Whether only a CRLF ends a message, and bare LFs are breaks inside: an iPhone's export, untouched.

    So it is where both stand in the text and a header (or the end) follows each CRLF. Where a CRLF stands inside a
    message, a program has changed the line ends, and they tell nothing.

    Source: case t23, and ten public iPhone exports without exception.
    """
    header = re.compile(f"\r\n{shape.pattern}")
    ends = followed = breaks = 0
    rest = ""
    for piece in decoded(member.open(), encoding):
        text = rest + piece
        cut = max(text.rfind("\n") - 1, 0)
        text, rest = text[:cut], text[cut:][:LONGEST]
        ends += text.count("\r\n")
        breaks += text.count("\n")
        followed += sum(1 for _ in header.finditer(text))
    ends += rest.count("\r\n")
    breaks += rest.count("\n")
    followed += rest == "\r\n" or header.match(rest) is not None
    return breaks > ends == followed > 0


def _order(
    member: Member, encoding: str, shape: Shape, seen: _Seen, said: DateOrder | None, latest: date | None
) -> OrderProof:
    """The date order, and what settles it with its line."""
    order = settle_order(seen.dates, said, latest, partial(_file_dates, member, encoding, shape))
    line = _line_of(member, encoding, shape, order.shown) if order.shown else None
    return replace(order, why=f"{order.why} (line {line})") if line else order


def _line_of(member: Member, encoding: str, shape: Shape, written: str) -> int | None:
    """The number of the first line whose header bears a date as written."""
    header, line, rest = re.compile(shape.pattern), 1, ""
    for piece in decoded(member.open(), encoding):
        text = rest + piece
        at = text.find(written)
        while at >= 0:
            found = header.match(text, text.rfind("\n", 0, at) + 1)
            if found and written in found.groups():
                return line + text.count("\n", 0, at)
            end = text.find("\n", at)
            at = text.find(written, end) if end >= 0 else -1
        cut = text.rfind("\n") + 1
        line += text.count("\n", 0, cut)
        rest = text[cut:][:LONGEST]
    return None


_DATE_IN_NAME = re.compile(r"-(20\d\d)-?(\d\d)-?(\d\d)-(?:WA\d|\d\d-)")


def _file_dates(member: Member, encoding: str, shape: Shape) -> Iterator[tuple[str, date]]:
    """The dates of messages that name a file with a day in its name, each with that day."""
    line = re.compile(rf"\n{shape.pattern}([^\n]*)")
    rest = "\n"
    for piece in decoded(member.open(), encoding):
        text = rest + piece
        cut = text.rfind("\n")
        text, rest = text[:cut], text[cut:][:LONGEST]
        for row in line.findall(text if piece else rest):
            if found := _DATE_IN_NAME.search(row[-1]):
                day = parse_date("/".join(found.groups()), "ymd")
                if day:
                    yield both(shape, [(cell,) for cell in row[:-1]])[0][0], day


def _impossible(seen: _Seen, order: DateOrder, shape: Shape) -> frozenset[str]:
    days = {day for day in set(seen.dates) if parse_date(day, order) is None and yearless(day) is None}
    return frozenset(days | {time for time in seen.times if clock_of(shape, time) is None})


def clock_of(shape: Shape, written: str) -> str | None:
    """A time as written in a shape on the 24-hour clock; None where no clock shows it."""
    found = shape.clock.fullmatch(written)
    return parse_clock(found["clock"], found["before"] or found["after"] or "") if found else None
