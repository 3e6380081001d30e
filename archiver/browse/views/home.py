"""What is held: chats with their spans, and when their messages were sent."""

from __future__ import annotations

import sqlite3
from datetime import date
from typing import Any, NamedTuple

from archiver.browse import picture
from archiver.browse.archive import Archive
from archiver.browse.visit import Visit
from archiver.finding import overview, timeline


class Counted(NamedTuple):
    """What is held, by chat."""

    status: dict[str, Any]
    chats: list[dict[str, Any]]
    days: dict[int, dict[date, int]]
    spans: dict[int, list[tuple[date, date]]]


def counted(connection: sqlite3.Connection, archive: Archive) -> Counted:
    """What the first page counts through the whole record; kept while the record stays as it is."""
    return Counted(
        archive.keep(connection, "status", overview.status),
        archive.keep(connection, "chats", overview.chats),
        archive.keep(connection, "days", timeline.by_day),
        archive.keep(connection, "spans", timeline.spans),
    )


async def start(visit: Visit) -> Any:
    """Datasette's front page gives way to ours."""
    from datasette import Response

    return Response.redirect(visit.links.home())


async def home(visit: Visit) -> Any:
    """The first page."""
    held = await visit.archive.read(lambda connection: counted(connection, visit.archive))
    drawn = picture.draw(held.chats, held.days, held.spans)
    return await visit.page("home", "Chats", held=held.status, chats=held.chats, picture=drawn)
