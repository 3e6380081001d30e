"""The iPhone's export: ``[05/03/2024, 14:07:31] Alex Black (MOJ): text``; before 2017 without the brackets.

A left-to-right mark stands before whatever the phone wrote, and a message ends in CRLF while a line break inside one
is a bare LF: with both, words that only look like headers or notices are told apart with certainty.

Source: cases t03, t04, t09, t23.
"""

from __future__ import annotations

from archiver.model import Route
from archiver.reading.dialects.header import BETWEEN, DATE, TIME_WITH_SECONDS
from archiver.reading.marks import MARK, SPACE

NAME = "ios"
ROUTE: Route = "email-export"

_LEAD = rf"{MARK}*"
HEADERS: tuple[str, ...] = (
    rf"(?P<frame>{_LEAD}\[{MARK}*{DATE}{BETWEEN}{TIME_WITH_SECONDS}{MARK}*\]{SPACE}*)",
    rf"(?P<frame>{_LEAD}\[{MARK}*{TIME_WITH_SECONDS}{BETWEEN}{DATE}{MARK}*\]{SPACE}*)",
    rf"(?P<frame>{_LEAD}{DATE}{BETWEEN}{TIME_WITH_SECONDS}:{SPACE})",
)
"""With brackets; time first (a phone in Vietnamese); before 2017 (``27.01.14 23:38:13: Alex: text``)."""

MARKED = True
