"""How a question is asked of one archive."""

from __future__ import annotations

from dataclasses import dataclass

from archiver.finding.searching.conditions import Condition
from archiver.finding.searching.language import Question
from archiver.finding.searching.wordings import Found

FIRST, LAST = 0, 1 << 62
"""Below and above every id."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How a question is asked of one archive as it is now."""

    question: Question
    nothing: bool
    """Nothing can answer."""
    text: Found | None
    """What the full-text search finds; None where the conditions alone decide."""
    conditions: tuple[Condition, ...]
    """All must hold of ``messages m``."""
    first: int
    last: int
    """No message with a smaller or greater id answers."""
    shown: str
    """In FTS5's language: what is set off in a message found; empty for nothing."""
    signs: tuple[str, ...]
    """Characters set off likewise."""
    notes: tuple[str, ...]
    """Sentences: whom and which chat a name was taken to mean."""
    near: bool = False
    """Words of pictures that nearly are those typed answer too."""
