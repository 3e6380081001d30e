"""The grammars of WhatsApp's texts. Adding an app is adding a file here and a word in ``FAMILIES``."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple, Protocol

from archiver.model import Route
from archiver.reading.dates import parse_clock, parse_date, yearless
from archiver.reading.dialects import android, ios, web
from archiver.reading.dialects.decode import decode_head
from archiver.reading.dialects.header import Shape, compiled, shape_of
from archiver.reading.dialects.labels import name_with_colon_inside
from archiver.reading.dialects.notices import notice_of
from archiver.reading.marks import BYTE_ORDER_MARK, without_marks


class Family(Protocol):
    """The frame in which one app writes its headers."""

    NAME: str
    ROUTE: Route
    HEADERS: tuple[str, ...]
    """Regular expressions of whole headers up to the sender, each with the groups of ``header.DATE`` and a time, and ``frame`` around all."""
    MARKED: bool
    """Whether a left-to-right mark stands before the phone's own words."""


FAMILIES: tuple[Family, ...] = (ios, web, android)
"""In the order in which they are tried; no header fits two."""


class Header(NamedTuple):
    """A line that begins with a header that a calendar and a clock can have."""

    family: Family
    found: re.Match[str]
    first: bool
    """Whether nothing stands before it in the text."""

    def shape(self) -> Shape:
        return shape_of(self.found, self.family.HEADERS)

    @property
    def rest(self) -> str:
        """What stands behind it in its line."""
        return self.found.string[self.found.end() :]


def header_of(line: str) -> tuple[Family, re.Match[str]] | None:
    """The family whose header a line begins with, and the header; None where there is none.

    >>> family, found = header_of("[14:07, 05/03/2024] Alex Black (MOJ): Morning")
    >>> family.NAME, found["date"]
    ('web', '05/03/2024')
    """
    for family in FAMILIES:
        for header in family.HEADERS:
            if found := compiled(header).match(line):
                return family, found
    return None


def is_possible(found: re.Match[str]) -> bool:
    """Whether a calendar and a clock can have what a header shows, in some order of day and month."""
    if parse_clock(found["clock"], found["before"] or found["after"] or "") is None:
        return False
    written = found["date"]
    return yearless(written) is not None or any(parse_date(written, order) for order in ("dmy", "mdy", "ymd"))


def headers(head: bytes) -> Iterator[Header]:
    """The headers in the first bytes of a text, one for each line that begins with one."""
    first = True
    for line in decode_head(head).split("\n"):
        found = header_of(line)
        if found and is_possible(found[1]):
            yield Header(*found, first)
        first = first and not line.strip(BYTE_ORDER_MARK + " \r")


def first_header(head: bytes) -> Header | None:
    """The header that shows the shape of all, from the first bytes of a text; None where the text is no chat.

    An export begins with a header, and that one decides. Where words stand before it, the shape that most lines have
    decides: they may hold another chat's lines. A header alone is no proof (minutes have dates too): some line of the
    shape must name a sender or be a known notice, and an export that does not begin with a header must have two.
    """
    several = headers(head)
    first = next(several, None)
    if first is None:
        return None
    if not first.first:
        first, several = _most_common([first, *several])
    like = re.compile(first.shape().pattern)
    proofs = 0
    for header in (first, *several):
        if header.family.NAME == first.family.NAME and like.match(header.found.string):
            proofs += _names_somebody(header)
            if proofs > (not first.first and first.family.NAME == "android"):
                return first
    return None


def _most_common(several: list[Header]) -> tuple[Header, Iterator[Header]]:
    kind = Counter((h.family.NAME, h.found.re.pattern) for h in several).most_common(1)[0][0]
    first, *others = (h for h in several if (h.family.NAME, h.found.re.pattern) == kind)
    return first, iter(others)


_SENDER = re.compile(r"[^:\n]{1,120}:(?:\s|$)|: ")
_SENDER_CLOSE = re.compile(r"[^:\n]{1,60}:(?!//)\S")


def _names_somebody(header: Header) -> bool:
    rest = header.rest
    return bool(
        _SENDER.match(rest)
        or name_with_colon_inside(rest.rstrip("\r"))
        or (header.family.NAME != "android" and _SENDER_CLOSE.match(rest))
        or notice_of(without_marks(rest).rstrip("\r"))
    )


def is_chat(head: bytes) -> bool:
    """Whether the first bytes of a text read as a WhatsApp chat."""
    return first_header(head) is not None
