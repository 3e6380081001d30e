"""What a search found, a page at a time, newest first.

The join is told its order: left to itself, SQLite asks the search about each message of a chat, one by one, and a
chat of a million takes minutes.
"""

from __future__ import annotations

import sqlite3

from archiver.finding import search
from archiver.finding.search import END, START, Hit, Question

_ANSWERS = "FROM messages_fts f CROSS JOIN messages m ON m.id = f.rowid"


def page(
    connection: sqlite3.Connection, question: Question, chat_id: int | None, before: int | None, limit: int
) -> list[tuple[int, Hit]]:
    """The newest messages that answer, older than ``before`` (None: of all), each with its id."""
    if not question.match:
        return []
    rows = connection.execute(
        f"SELECT m.id, m.reference, c.name, m.sent_at, p.name, m.kind, highlight(messages_fts, 0, ?, ?) {_ANSWERS}"
        " JOIN chats c ON c.id = m.chat_id LEFT JOIN people p ON p.id = m.sender_id"
        " WHERE messages_fts MATCH ? AND f.rowid < ? AND (? IS NULL OR m.chat_id = ?) ORDER BY f.rowid DESC LIMIT ?",
        (START, END, question.match, (1 << 62) if before is None else before, chat_id, chat_id, limit),
    )
    return [(row[0], Hit(*tuple(row)[1:])) for row in rows]


def count(connection: sqlite3.Connection, question: Question, chat_id: int | None) -> int:
    """How many messages answer, in all or in one chat."""
    if chat_id is None or not question.match:
        return search.count(connection, question, None)
    sql = f"SELECT count(*) {_ANSWERS} WHERE messages_fts MATCH ? AND m.chat_id = ?"
    return int(connection.execute(sql, (question.match, chat_id)).fetchone()[0])
