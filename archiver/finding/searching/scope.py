"""What a search looks through: chats, the spans of them that are held and from whom, and what is missing between."""

from __future__ import annotations

import sqlite3
from typing import Any

from archiver.finding.transcript import gaps


def scope(connection: sqlite3.Connection, chat_id: int | None = None) -> dict[str, Any]:
    """All that is looked through, or one chat of it, as JSON has it."""
    chosen = " WHERE c.id = ?" if chat_id is not None else ""
    values = () if chat_id is None else (chat_id,)
    chats = [
        {
            "code": code, "name": name, "messages": messages, "first_sent": first, "last_sent": last,
            "held": _held(connection, chat),
            "gaps": [{"after": after, "before": before} for after, before in gaps(connection, chat)],
        }
        for chat, code, name, messages, first, last in connection.execute(
            "SELECT c.id, c.code, c.name, (SELECT count(*) FROM messages m WHERE m.chat_id = c.id),"
            " min(v.first_sent), max(v.last_sent) FROM chats c LEFT JOIN coverage v ON v.chat_id = c.id"
            f"{chosen} GROUP BY c.id ORDER BY c.name COLLATE NOCASE, c.id",
            values,
        ).fetchall()
    ]  # fmt: skip
    sql = "SELECT count(*) FROM readings r"
    if chat_id is not None:
        sql += " JOIN messages m ON m.id = r.message_id WHERE m.chat_id = ?"
    (wordings,) = connection.execute(sql, values).fetchone()
    return {"messages": sum(chat["messages"] for chat in chats), "other_wordings": wordings, "chats": chats}


def _held(connection: sqlite3.Connection, chat: int) -> list[dict[str, Any]]:
    """Which spans of a chat are held: by which route, from whom, and when that was captured."""
    names = ("first_sent", "last_sent", "sightings", "route", "custodian", "captured", "captured_basis")
    rows = connection.execute(
        "SELECT min(v.first_sent), max(v.last_sent), sum(v.sightings), k.route, k.custodian, k.captured,"
        " k.captured_basis FROM coverage v JOIN captures k ON k.id = v.capture_id WHERE v.chat_id = ?"
        " GROUP BY k.id ORDER BY k.id",
        (chat,),
    )
    return [dict(zip(names, row, strict=True)) for row in rows]
