"""A chat as it reads: its messages in the order of time, a page at a time, with what a reader must know of each.

Pages hang on ids, which run in the order of time: whatever page is asked for, no message before it is read.
"""

from __future__ import annotations

import sqlite3
from typing import Any, NamedTuple

from archiver.errors import UsageError
from archiver.record.ids import Minutes

PAGE = 100
LEAD = 20
"""Messages shown before one that was asked for by name."""

_MESSAGES = """
SELECT m.id, m.reference, m.sent_at, m.sent_earliest, m.sent_latest, m.precision, m.sender_id, p.name AS sender,
       m.kind, m.event, m.text, m.edited, m.deleted_seen, d.line, d.confidence, d.partial,
       (SELECT count(*) FROM matches x WHERE x.message_id = m.id) AS sightings,
       (SELECT count(*) FROM readings r WHERE r.message_id = m.id) AS readings
FROM messages m
LEFT JOIN people p ON p.id = m.sender_id
LEFT JOIN sighting_data d ON d.id = m.sighting_id
WHERE m.chat_id = ? AND m.id """


class Page(NamedTuple):
    """Some messages of a chat that follow one another."""

    messages: list[dict[str, Any]]
    has_earlier: bool
    has_later: bool


def chat_with_code(connection: sqlite3.Connection, code: str) -> dict[str, Any]:
    """A chat with the names it has had and the span of its messages.

    Raises ``UsageError`` where no chat has the code.
    """
    row = connection.execute("SELECT id, name, code, is_group FROM chats WHERE code = ?", (code.upper(),)).fetchone()
    if row is None:
        raise UsageError(f"{code}: no chat has this code.")
    chat = dict(row)
    chat["names"] = [
        name
        for (name,) in connection.execute(
            "SELECT DISTINCT name FROM chat_names WHERE chat_id = ? AND name <> ? ORDER BY name",
            (chat["id"], chat["name"]),
        )
    ]
    chat["first_sent"], chat["last_sent"] = connection.execute(
        "SELECT min(first_sent), max(last_sent) FROM coverage WHERE chat_id = ?", (chat["id"],)
    ).fetchone()
    return chat


def page_from(connection: sqlite3.Connection, chat_id: int, first: int, limit: int = PAGE) -> Page:
    """The messages from an id on (the first of the chat: 0), the oldest first."""
    rows = _rows(connection, f"{_MESSAGES} >= ? ORDER BY m.id LIMIT ?", chat_id, first, limit + 1)
    return _page(connection, chat_id, rows[:limit], has_later=len(rows) > limit)


def page_before(connection: sqlite3.Connection, chat_id: int, last: int | None, limit: int = PAGE) -> Page:
    """The messages before an id (None: the newest of all), the oldest first."""
    end = (1 << 62) if last is None else last
    rows = _rows(connection, f"{_MESSAGES} < ? ORDER BY m.id DESC LIMIT ?", chat_id, end, limit)
    return _page(connection, chat_id, rows[::-1], has_later=last is not None)


def page_around(connection: sqlite3.Connection, chat_id: int, reference: str) -> Page:
    """A page on which a message stands, some others before it.

    Raises ``UsageError`` where the chat holds no message with the reference.
    """
    found = connection.execute(
        "SELECT id FROM messages WHERE reference = ? AND chat_id = ?", (reference.strip().upper(), chat_id)
    ).fetchone()
    if found is None:
        raise UsageError(f"{reference}: this chat holds no message with this reference.")
    (first,) = connection.execute(
        "SELECT min(id) FROM (SELECT id FROM messages WHERE chat_id = ? AND id <= ? ORDER BY id DESC LIMIT ?)",
        (chat_id, found[0], LEAD + 1),
    ).fetchone()
    return page_from(connection, chat_id, first)


def first_of_day(day: str) -> int:
    """Where a day begins: no message sent on it has a smaller id.

    Raises ``UsageError`` where it is no day.
    """
    try:
        return Minutes().floor(day)
    except ValueError as error:
        raise UsageError(f"{day}: this is not a date. Write it as 2026-03-05.") from error


def own_person(connection: sqlite3.Connection, chat_id: int) -> int | None:
    """Whose side of the chat it is: the custodian's of its first capture, else that of who wrote first."""
    row = connection.execute(
        "SELECT a.person_id FROM captures k JOIN aliases a ON a.capture_id = k.id"
        " WHERE k.chat_id = ? AND a.kind = 'custodian' ORDER BY k.id LIMIT 1",
        (chat_id,),
    ).fetchone()
    row = (
        row
        or connection.execute(
            "SELECT sender_id FROM messages WHERE chat_id = ? AND sender_id IS NOT NULL ORDER BY id LIMIT 1", (chat_id,)
        ).fetchone()
    )
    return None if row is None else int(row[0])


def people(connection: sqlite3.Connection, chat_id: int) -> list[dict[str, Any]]:
    """Whoever wrote in a chat, who wrote most first."""
    return _rows(
        connection,
        "SELECT person_id AS id, name, messages, first_sent, last_sent FROM memberships WHERE chat_id = ?"
        " ORDER BY messages DESC, name",
        chat_id,
    )


def gaps(connection: sqlite3.Connection, chat_id: int) -> list[tuple[str, str]]:
    """Spans inside a chat that no capture shows: the last time seen before each, and the first after it."""
    found: list[tuple[str, str]] = []
    end: str | None = None
    for first, last in connection.execute(
        "SELECT first_sent, last_sent FROM coverage WHERE chat_id = ? AND first_sent IS NOT NULL ORDER BY first_sent",
        (chat_id,),
    ):
        if end is not None and first[:10] > end[:10]:
            found.append((end, first))
        end = last if end is None else max(end, last)
    return found


def _page(connection: sqlite3.Connection, chat_id: int, rows: list[dict[str, Any]], has_later: bool) -> Page:
    files: dict[int, list[dict[str, Any]]] = {row["id"]: [] for row in rows}
    marks = ",".join("?" * len(files))
    for file in connection.execute(
        "SELECT DISTINCT a.message_id, a.name, a.member_id, m.media_type, m.sha256 FROM attachments a"
        f" LEFT JOIN source_members m ON m.id = a.member_id WHERE a.message_id IN ({marks}) ORDER BY a.id",
        tuple(files),
    ):
        held = files[file["message_id"]]
        if all(other["name"] != file["name"] for other in held):
            held.append(dict(file))
    for row in rows:
        row["attachments"] = files[row["id"]]
    has_earlier = bool(rows) and _any_before(connection, chat_id, rows[0]["id"])
    return Page(rows, has_earlier, has_later and bool(rows))


def _any_before(connection: sqlite3.Connection, chat_id: int, message: int) -> bool:
    asked = connection.execute("SELECT 1 FROM messages WHERE chat_id = ? AND id < ? LIMIT 1", (chat_id, message))
    return asked.fetchone() is not None


def _rows(connection: sqlite3.Connection, sql: str, *values: int) -> list[dict[str, Any]]:
    return [dict(row) for row in connection.execute(sql, values)]
