"""The search: the same questions as on the command line, said back as they were understood."""

from __future__ import annotations

import sqlite3
from typing import Any

from archiver.browse.visit import Visit
from archiver.finding import overview, transcript
from archiver.finding import search as searching

PAGE = 20


async def search(visit: Visit) -> Any:
    """What answers a question, newest first."""
    typed, code = visit.asked("q"), visit.asked("chat")
    question = searching.understand(typed)

    def ask(connection: sqlite3.Connection) -> dict[str, Any]:
        keep = visit.archive.keep
        chat = transcript.chat_with_code(connection, code) if code else None
        chat_id = chat["id"] if chat else None
        hits = searching.page(connection, question, chat_id, visit.number("before"), PAGE + 1)
        total = keep(connection, (question.match, chat_id), lambda c: searching.count(c, question, chat_id))
        return {
            "chat": chat,
            "chats": keep(connection, "chats", overview.chats),
            "hits": [hit for _, hit in hits[:PAGE]],
            "older": hits[PAGE - 1][0] if len(hits) > PAGE else None,
            "total": total,
        }

    shown = await visit.archive.read(ask)
    title = f"{typed} – search" if typed else "Search"
    return await visit.page(
        "search", title, typed=typed, question=question, is_later=bool(visit.asked("before")), **shown
    )
