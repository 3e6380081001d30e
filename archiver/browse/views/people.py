"""Who is in the record."""

from __future__ import annotations

from typing import Any

from archiver.browse.visit import Visit
from archiver.finding import overview


async def people(visit: Visit) -> Any:
    """Every person with the names they are seen under."""
    found = await visit.archive.read(lambda c: visit.archive.keep(c, "people", overview.people))
    return await visit.page("people", "People", people=found)
