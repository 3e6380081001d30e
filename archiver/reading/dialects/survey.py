"""The first walk through a text: everything that can only be settled over the whole source.

Which shape its headers have, what settles the date order, which dates no calendar has, which senders' names hold a
colon. The second walk (``lines.py``) then reads each message without a guess.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby

from archiver.errors import Refused
from archiver.model import DateOrder, Member
from archiver.reading.dates import OrderProof, parse_clock, parse_date, settle_order
from archiver.reading.dialects import Family, first_header
from archiver.reading.dialects.decode import encoding_of, ends_in_crlf_with_bare_lf, open_text, pieces
from archiver.reading.dialects.header import NAME, Shape, shape_of
from archiver.reading.dialects.marks import LRM, plain_name, without_marks
from archiver.reading.dialects.notices import actor_of, notice_of
from archiver.reading.dialects.wording import ENCRYPTION

HEAD = 1 << 16


@dataclass(frozen=True, slots=True)
class Grammar:
    """How one text is to be read, settled over the whole of it."""

    family: Family
    shape: Shape
    encoding: str
    encoding_guessed: bool
    line_end: str
    """What must stand before a header: ``\\r\\n`` where bare LFs are breaks inside messages, else ``\\n``."""
    order: OrderProof
    impossible: tuple[str, ...]
    """Dates and times as written that no calendar or clock has: lines that begin with them are no headers."""
    marked: bool
    """Whether the phone's own words are marked in this text (an iPhone's, not stripped on the way)."""
    colon_names: dict[str, tuple[str, ...]]
    """For the part of a label before its first colon, the whole names that hold a colon, longest first."""
    doubtful: frozenset[str]
    """Labels that never stood before plain words: each of their lines may be a notice that holds a colon."""
    known: frozenset[str]
    """Labels that surely are senders, as written."""
    chat: str | None
    """The chat's name from an iPhone's encryption notice; None where there is none."""


@dataclass(slots=True)
class _Seen:
    """What the walk gathers."""

    dates: list[str] = field(default_factory=list)
    clocks: set[str] = field(default_factory=set)
    known: set[str] = field(default_factory=set)
    open: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    actors: set[str] = field(default_factory=set)
    marked: bool = False
    chat: str | None = None


LONGEST = 2_000
"""Characters of a line that are looked at: a header stands in its first few hundred."""
EVIDENCE = 50
"""Lines kept of a label that is still in doubt."""


def survey(
    member: Member, said: DateOrder | None = None, latest: date | None = None, file_dates: Iterable[date] = ()
) -> Grammar:
    """Settle how a text is to be read.

    ``latest`` and ``file_dates``: see ``dates.settle_order``. Raises ``Refused`` where the text is no chat.
    """
    with member.open() as stream:
        head = stream.read(HEAD)
    found = first_header(head)
    if found is None:
        raise Refused("not-a-chat", f"{member.name}: no line of it is a WhatsApp message.")
    family, header = found
    shape = shape_of(header)
    line_end = "\r\n" if family.NAME == "ios" and ends_in_crlf_with_bare_lf(member.open()) else "\n"
    encoding, guessed = encoding_of(head), False
    try:
        seen = _walk(member, encoding, shape, line_end)
    except UnicodeDecodeError:
        encoding, guessed = "cp1252", True
        seen = _walk(member, encoding, shape, line_end)
    order = settle_order(seen.dates, said, latest, file_dates)
    colon_names = _colon_names(seen)
    return Grammar(
        family=family,
        shape=shape,
        encoding=encoding,
        encoding_guessed=guessed,
        line_end=line_end,
        order=order,
        impossible=_impossible(seen, order.order),
        marked=family.MARKED and seen.marked,
        colon_names=colon_names,
        doubtful=frozenset(seen.open),
        known=frozenset(seen.known),
        chat=seen.chat,
    )


def _walk(member: Member, encoding: str, shape: Shape, line_end: str) -> _Seen:
    end = re.escape(line_end)
    quick = re.compile(f"{end}{shape.pattern()}(?:({NAME}): )?")
    whole = re.compile(rf"{end}{shape.pattern()}(?:({NAME}): )?([^\n]*)")
    date_at, clock_at, who_at = shape.groups.index("date"), shape.groups.index("clock"), len(shape.groups)
    seen, rest = _Seen(), line_end
    for piece in pieces(open_text(member, encoding)):
        text = rest + (piece if line_end == "\r\n" else piece.replace("\r\n", "\n"))
        cut = text.rfind("\n")
        cut -= line_end == "\r\n" and text[cut - 1 : cut] == "\r"
        text, rest = text[:cut], text[cut:][:LONGEST]
        _note(seen, quick.findall(text), whole, text, (date_at, clock_at, who_at))
    _note(seen, quick.findall(rest), whole, rest, (date_at, clock_at, who_at))
    return seen


def _note(
    seen: _Seen, rows: list[tuple[str, ...]], whole: re.Pattern[str], text: str, at: tuple[int, int, int]
) -> None:
    date_at, clock_at, who_at = at
    seen.dates += [day for day, _ in groupby(row[date_at] for row in rows)]
    seen.clocks.update({row[clock_at] for row in rows})
    seen.marked = seen.marked or LRM in text
    labels = {row[who_at] for row in rows}
    if labels - seen.known <= _NOBODY:
        return
    for row in whole.findall(text):
        label, body = row[who_at], row[who_at + 1]
        if label and label not in seen.known:
            _judge(seen, label, body)


_NOBODY = frozenset({""})


def _judge(seen: _Seen, label: str, body: str) -> None:
    """Whether a line settles that its label is a sender's; else keep the line as evidence."""
    plain = without_marks(body).rstrip("\r")
    line = f"{without_marks(label)}: {plain}"
    if seen.chat is None and LRM in body and (found := ENCRYPTION.search(plain)):
        seen.chat = plain_name(line[: len(line) - len(plain) + found.start()].rstrip(" :"))
        return
    if body.startswith(LRM):
        seen.open.setdefault(label, [])
        return
    notice = notice_of(line)
    if notice is not None and notice.firm:
        if (actor := actor_of(line)) and ": " in actor:
            seen.actors.add(actor)
    elif ": " not in plain[:80] and not _unbalanced(label):
        seen.known.add(label)
        seen.open.pop(label, None)
        return
    if len(seen.open[label]) < EVIDENCE:
        seen.open[label].append(plain)


def _unbalanced(label: str) -> bool:
    """Whether a quotation is opened in the label and not closed: it is cut out of a notice."""
    return label.count('"') % 2 == 1 or label.count("“") > label.count("”")


_NO_NAME = re.compile(
    r"(?:re|ref|fyi|ps|nb|note|notes|update|reminder|link|q|a|question|answer|https?|agenda|action|actions|subject|from|to"
    r"|cc|date|time|tel|phone|email|urgent|correction|edit|tldr|summary|today|tomorrow|yes|no|ok|thanks|sorry|good)",
    re.IGNORECASE,
)


def _colon_names(seen: _Seen) -> dict[str, tuple[str, ...]]:
    """Names that hold a colon: those that a notice spells out, and those that stand before every line of a label."""
    names: dict[str, set[str]] = defaultdict(set)
    for actor in seen.actors:
        names[actor.partition(": ")[0]].add(actor)
    for label, bodies in seen.open.items():
        plain_label = without_marks(label)
        spoken = [b for b in bodies if not _is_firm_notice(f"{plain_label}: {b}")]
        second = Counter(b.partition(": ")[0] for b in spoken if ": " in b[:80])
        repeated = {
            part
            for part, times in second.items()
            if times > 1 and len(part) <= 40 and part[:1].isupper() and not _NO_NAME.fullmatch(part)
        }
        if spoken and all(b.partition(": ")[0] in repeated for b in spoken):
            names[plain_label].update(f"{plain_label}: {part}" for part in repeated)
    return {label: tuple(sorted(longer, key=len, reverse=True)) for label, longer in names.items()}


def _is_firm_notice(line: str) -> bool:
    notice = notice_of(line)
    return notice is not None and notice.firm


def _impossible(seen: _Seen, order: DateOrder) -> tuple[str, ...]:
    dates = (day for day in dict.fromkeys(seen.dates) if parse_date(day, order) is None)
    clocks = (clock for clock in seen.clocks if parse_clock(clock) is None)
    return (*dates, *sorted(clocks))
