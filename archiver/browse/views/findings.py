"""What is odd and still to be settled by a person."""

from __future__ import annotations

import sqlite3
from typing import Any

from archiver.browse import places
from archiver.browse.visit import Visit
from archiver.errors import UsageError
from archiver.finding import custody, doubt
from archiver.record.settled import waiting

PAGE = 50


async def findings(visit: Visit) -> Any:
    """The open findings, a page at a time, perhaps only those of one kind."""
    word, after = visit.asked("kind") or None, visit.number("after") or 0

    def ask(connection: sqlite3.Connection) -> dict[str, Any]:
        rows = custody.findings(connection, word, after, PAGE + 1)
        kinds = visit.archive.keep(connection, "findings", custody.findings_by_word)
        further = rows[PAGE - 1]["id"] if len(rows) > PAGE else None
        return {"rows": rows[:PAGE], "next": further, "kinds": kinds, "waiting": waiting(connection)}

    shown = await visit.archive.read(ask)
    return await visit.page("findings", "To settle", kind=word, is_later=after > 0, **shown)


async def finding(visit: Visit) -> Any:
    """One finding with the place where it stands, the message there, and what can be decided of it."""
    identity = int(visit.parts["finding"])

    def ask(connection: sqlite3.Connection) -> dict[str, Any]:
        found = custody.finding(connection, identity)
        if found is None:
            raise UsageError(f"{identity}: no such finding is open.")
        message = visit.archive.keep(connection, ("at", identity), lambda c: doubt.message_at(c, found))
        return {
            "finding": found,
            "member": custody.member(connection, found["member_id"]) if found["member_id"] else None,
            "message": message,
            "close_by": doubt.close_by(connection, message) if message and found["word"] == "unsure" else [],
        }

    shown = await visit.archive.read(ask)
    member, found = shown.pop("member"), shown["finding"]
    place = None
    if member is not None and (found["line"] or member["media_type"] in places.SHOWN):
        place = await visit.archive.beside(places.look, visit.archive.folder, {**found, **member, "box": found["box"]})
    return await visit.page("finding", "To settle", place=place, other_chat=doubt.other_chat(found), **shown)
