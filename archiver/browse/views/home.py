"""What is held: chats with their spans, and when their messages were sent."""

from __future__ import annotations

import sqlite3
from typing import Any

from archiver.browse import picture
from archiver.browse.visit import Visit
from archiver.finding import overview, timeline


async def start(visit: Visit) -> Any:
    """Datasette's front page gives way to ours."""
    from datasette import Response

    return Response.redirect(visit.links.home())


async def home(visit: Visit) -> Any:
    """The first page."""

    def ask(connection: sqlite3.Connection) -> tuple[dict[str, Any], list[dict[str, Any]], picture.Picture | None]:
        keep = visit.archive.keep
        chats = keep(connection, "chats", overview.chats)
        days = keep(connection, "days", timeline.by_day)
        spans = keep(connection, "spans", timeline.spans)
        return keep(connection, "status", overview.status), chats, picture.draw(chats, days, spans)

    status, chats, drawn = await visit.archive.read(ask)
    return await visit.page("home", "Chats", status=200, held=status, chats=chats, picture=drawn)
