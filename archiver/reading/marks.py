"""Invisible characters that phones write, and taking them out of what people read.

Source: fixtures/text/README.md (which marks are taken out of a text, and which spaces are made plain in a name).
"""

from __future__ import annotations

import re

LRM = "\N{LEFT-TO-RIGHT MARK}"
"""On an iPhone it stands before every word that the phone, not a person, wrote."""
RLM = "\N{RIGHT-TO-LEFT MARK}"
"""Stands in its place on an iPhone in Arabic, Persian, Hebrew or Urdu; people type it too."""

MARK_CHARACTERS = (
    "\N{ARABIC LETTER MARK}"
    "\N{LEFT-TO-RIGHT MARK}\N{RIGHT-TO-LEFT MARK}"
    "\N{LEFT-TO-RIGHT EMBEDDING}\N{RIGHT-TO-LEFT EMBEDDING}\N{POP DIRECTIONAL FORMATTING}"
    "\N{LEFT-TO-RIGHT OVERRIDE}\N{RIGHT-TO-LEFT OVERRIDE}"
    "\N{LEFT-TO-RIGHT ISOLATE}\N{RIGHT-TO-LEFT ISOLATE}\N{FIRST STRONG ISOLATE}\N{POP DIRECTIONAL ISOLATE}"
)
BYTE_ORDER_MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"

SPACE_CHARACTERS = " \N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}\N{THIN SPACE}\N{FIGURE SPACE}"

MARK = f"[{MARK_CHARACTERS}{BYTE_ORDER_MARK}]"
SPACE = f"[{SPACE_CHARACTERS}]"

_ANY_MARK = re.compile(f"[{MARK_CHARACTERS}]")
_WITHOUT_MARKS = dict.fromkeys(map(ord, MARK_CHARACTERS))
_PLAIN_NAME = {**_WITHOUT_MARKS, **dict.fromkeys(map(ord, SPACE_CHARACTERS), " ")}


def without_marks(text: str) -> str:
    """The text without its direction marks; nothing else is changed.

    >>> without_marks("\\u200eimage omitted")
    'image omitted'
    """
    return text.translate(_WITHOUT_MARKS) if has_marks(text) else text


def has_marks(text: str) -> bool:
    """Whether any direction mark stands in the text."""
    return not text.isascii() and _ANY_MARK.search(text) is not None


def plain_label(label: str) -> str:
    """A sender's label without marks, odd spaces made plain, trimmed.

    >>> plain_label("~\\u202fJo Grey")
    '~ Jo Grey'
    """
    return (label if label.isascii() else label.translate(_PLAIN_NAME)).strip(" ")
