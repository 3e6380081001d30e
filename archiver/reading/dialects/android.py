"""Android's export: ``05/03/2024, 14:07 - Alex Black (MOJ): text``, and what the phone itself writes in it.

Source: text-format notes in fixtures/text; cases t01, t02, t05 to t08, t10, t11, t24, t25.
"""

from __future__ import annotations

from archiver.model import Route
from archiver.reading.dialects.header import BETWEEN, DATE, TIME
from archiver.reading.marks import MARK, SPACE

NAME = "android"
ROUTE: Route = "email-export"

_LEAD = rf"{MARK}*"
_FRAME = rf"{MARK}*{SPACE}[-\N{{EN DASH}}]{SPACE}"
HEADERS: tuple[str, ...] = (
    rf"(?P<frame>{_LEAD}{DATE}{BETWEEN}{TIME}{_FRAME})",
    rf"(?P<frame>{_LEAD}{TIME}{BETWEEN}{DATE}{_FRAME})",
)
"""Newer: date first. Before about 2016: ``09:09, 9 Oct 2015 - ``, for the current year ``9 Oct 09:09 - ``."""

MARKED = False
"""The phone's own words carry no mark: only a line without a sender is certainly the phone's."""
