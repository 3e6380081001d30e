"""A screenshot becomes sightings: layout first, letters second.

    bytes → picture.open_picture → layout.find → bubble.open_bubble → sheet.paint → recognise.read → assemble

Words of the findings that a screen can give, each with the reason it exists, are in ``FINDINGS``.
"""

from __future__ import annotations

from typing import Final

LOW_CONFIDENCE: Final = "low-confidence"
CUT_BUBBLE: Final = "cut-bubble"
SENDER_OFF_SCREEN: Final = "sender-off-screen"
NO_DATE_ON_SCREEN: Final = "no-date-on-screen"
UNREAD_REGION: Final = "unread-region"
OWNER_UNKNOWN: Final = "owner-unknown"
EMOJI_UNREAD: Final = "emoji-unread"

FINDINGS: Final = (
    LOW_CONFIDENCE,
    CUT_BUBBLE,
    SENDER_OFF_SCREEN,
    NO_DATE_ON_SCREEN,
    UNREAD_REGION,
    OWNER_UNKNOWN,
    EMOJI_UNREAD,
)

EMOJI_MARK: Final = "\N{DOTTED SQUARE}"
"""Stands in a text for a picture (emoji) that was seen there and not read: never invented letters."""
