"""The search: the same questions as on the command line, said back as they were understood."""

from __future__ import annotations

import sqlite3
from typing import Any

from archiver.browse.visit import Visit
from archiver.finding import overview, transcript
from archiver.finding.searching import asking, pages
from archiver.finding.searching.planning import plan
from archiver.finding.searching.understanding import understand

PAGE = 20


async def search(visit: Visit) -> Any:
    """What answers a question, newest first."""
    typed, code = visit.asked("q"), visit.asked("chat")
    question = understand(typed)

    def ask(connection: sqlite3.Connection) -> dict[str, Any]:
        keep = visit.archive.keep
        chat = transcript.chat_with_code(connection, code) if code else None
        chat_id = chat["id"] if chat else None
        asked = plan(connection, question, chat_id)
        page = pages.page(connection, asked, "newest", visit.number("before"), PAGE)
        return {
            "chat": chat,
            "chats": keep(connection, "chats", overview.chats),
            "hits": page.hits,
            "older": page.after,
            "notes": (*question.notes, *asked.notes),
            "total": keep(connection, (typed, chat_id), lambda c: asking.count(c, asked)),
        }

    shown = await visit.archive.read(ask)
    title = f"{typed} – search" if typed else "Search"
    return await visit.page(
        "search", title, typed=typed, question=question, is_later=bool(visit.asked("before")), **shown
    )
