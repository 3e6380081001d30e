"""What was handed over."""

from __future__ import annotations

import sqlite3
from typing import Any

from archiver.browse.visit import Visit
from archiver.finding import custody, overview

PAGE = 25


async def captures(visit: Visit) -> Any:
    """Every capture with its sources, whose it was and how its date is known, newest first."""
    before = visit.number("before")

    def ask(connection: sqlite3.Connection) -> dict[str, Any]:
        found = custody.captures(connection, before, PAGE + 1)
        total = visit.archive.keep(connection, "status", overview.status)["captures"]
        older = found[PAGE - 1]["id"] if len(found) > PAGE else None
        return {"captures": found[:PAGE], "older": older, "total": total}

    shown = await visit.archive.read(ask)
    return await visit.page("captures", "Captures and sources", is_later=before is not None, **shown)
