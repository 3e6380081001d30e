"""What was handed over."""

from __future__ import annotations

from typing import Any

from archiver.browse.visit import Visit
from archiver.finding import custody


async def captures(visit: Visit) -> Any:
    """Every capture with its sources, whose it was and how its date is known."""
    found = await visit.archive.read(lambda c: visit.archive.keep(c, "captures", custody.captures))
    return await visit.page("captures", "Captures and sources", captures=found)
