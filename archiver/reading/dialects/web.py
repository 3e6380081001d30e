"""Text copied from WhatsApp Web or Desktop: ``[14:07, 05/03/2024] Alex Black (MOJ): text``, never with seconds.

Pictures, stickers and notices without words vanish in the copying without a sign.

Source: cases t12 to t16, t21, t22.
"""

from __future__ import annotations

from archiver.model import Route
from archiver.reading.dialects.header import BETWEEN, DATE, TIME
from archiver.reading.marks import MARK, SPACE

NAME = "web"
ROUTE: Route = "web-paste"

_LEAD = rf"{MARK}*"
HEADERS: tuple[str, ...] = (
    rf"(?P<frame>{_LEAD}\[{MARK}*{TIME}{BETWEEN}{DATE}{MARK}*\]{SPACE}*)",
    rf"(?P<frame>{_LEAD}\[{MARK}*{DATE}{BETWEEN}{TIME}{MARK}*\]{SPACE}*)",
)

MARKED = False
