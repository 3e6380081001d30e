"""What checking an archive came to."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Tier = Literal["quick", "standard", "full"]
TIERS: tuple[Tier, ...] = ("quick", "standard", "full")


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is not as it was left."""

    check: str
    """The check that saw it."""
    detail: str
    """One sentence for a person."""


@dataclass(slots=True)
class Report:
    """Every check made, every fault found, and what was not looked at."""

    tier: Tier
    entries: int = 0
    """Of the log."""
    checkpoint: str | None = None
    """The newest, as it is kept."""
    checked: list[str] = field(default_factory=list)
    """Sentences, in the order of the checks."""
    faults: list[Fault] = field(default_factory=list)
    not_checked: list[str] = field(default_factory=list)
    older_than: str | None = None
    """How much is missing of what a receipt proves was there; None where nothing is."""
