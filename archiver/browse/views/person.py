"""One person."""

from __future__ import annotations

import sqlite3
from typing import Any

from archiver.browse import comings
from archiver.browse.visit import Visit
from archiver.finding import person as finding

NEWEST = 20


async def person(visit: Visit) -> Any:
    """The names that a person is seen under with their evidence, their chats, and their newest messages."""
    identity = int(visit.parts["person"])

    def ask(connection: sqlite3.Connection) -> dict[str, Any]:
        keep = visit.archive.keep
        found = finding.person(connection, identity)
        found["aliases"] = keep(connection, ("aliases", identity), lambda c: finding.aliases(c, identity))
        found["newest"] = keep(connection, ("newest", identity), lambda c: finding.newest(c, identity, NEWEST))
        found["comings"] = comings.of_person(keep(connection, "comings", finding.comings), found)
        return found

    found = await visit.archive.read(ask)
    return await visit.page("person", found["name"], person=found, chats=_chats(found), most_votes=finding.MOST_VOTES)


def _chats(found: dict[str, Any]) -> list[dict[str, Any]]:
    """The chats in which someone wrote, and after them those in which they are only named."""
    chats = [
        {**membership, "comings": found["comings"].get(membership["chat_id"], [])}
        for membership in found["memberships"]
    ]
    known = {chat["chat_id"] for chat in chats}
    silent = [notices for chat_id, notices in found["comings"].items() if chat_id not in known]
    return chats + [
        {"chat": notices[0]["chat"], "code": notices[0]["code"], "messages": 0, "comings": notices}
        for notices in silent
    ]
