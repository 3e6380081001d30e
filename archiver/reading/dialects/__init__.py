"""The grammars of WhatsApp's texts. Adding an app is adding a file here and a word in ``FAMILIES``."""

from __future__ import annotations

import re
from typing import Protocol

from archiver.model import Route
from archiver.reading.dialects import android, ios, web
from archiver.reading.dialects.decode import decode_head


class Family(Protocol):
    """The frame in which one app writes its headers."""

    NAME: str
    ROUTE: Route
    HEADERS: tuple[re.Pattern[str], ...]
    """Whole headers up to the sender, each with the groups of ``header.DATE`` and a time, and ``frame`` around all."""
    MARKED: bool
    """Whether a left-to-right mark stands before the phone's own words."""


FAMILIES: tuple[Family, ...] = (ios, web, android)
"""In the order in which they are tried; no header fits two."""


def header_of(line: str) -> tuple[Family, re.Match[str]] | None:
    """The family whose header a line begins with, and the header; None where there is none.

    >>> family, found = header_of("[14:07, 05/03/2024] Alex Black (MOJ): Morning")
    >>> family.NAME, found["date"]
    ('web', '05/03/2024')
    """
    for family in FAMILIES:
        for header in family.HEADERS:
            if found := header.match(line):
                return family, found
    return None


def first_header(head: bytes) -> tuple[Family, re.Match[str]] | None:
    """The first header in the first bytes of a text, or None where the text is no chat.

    A header alone is not enough (minutes have dates too): some line must name a sender or be a known notice.
    """
    from archiver.reading.dates import parse_clock, parse_date
    from archiver.reading.dialects.notices import notice_of
    from archiver.reading.dialects.marks import without_marks

    first = None
    for line in decode_head(head).split("\n"):
        found = header_of(line)
        if found is None:
            continue
        family, header = found
        written = header["date"]
        if not any(parse_date(written, order) for order in ("dmy", "mdy")) or parse_clock(header["clock"]) is None:
            continue
        first = first or found
        rest = line[header.end() :]
        if re.match(r"[^:\n]{1,120}:(?:\s|$)|: ", rest) or notice_of(without_marks(rest).rstrip("\r")):
            return first
        if family.NAME != "android" and re.match(r"[^:\n]{1,60}:\S", rest):
            return first
    return None


def is_chat(head: bytes) -> bool:
    """Whether the first bytes of a text read as a WhatsApp chat."""
    return first_header(head) is not None
