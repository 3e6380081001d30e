"""What a named person settles about people and chats: written down first, then acted on; never taken back silently.

Each decision names two by number, the smaller first. The latest on a pair holds. A rebuild finds them all again.
"""

from __future__ import annotations

import json
import sqlite3

from archiver.errors import UsageError
from archiver.record.joining import recount
from archiver.record.people import People
from archiver.record.store import Store, utc_now


def people_same(store: Store, one: int, other: int, who: str, why: str) -> None:
    """Two people are one, in every chat: said by ``who``, because ``why``."""
    with store.transaction() as connection:
        _both(connection, "people", one, other)
        _write(store, "people-same", one, other, who, why, _names(connection, one, other))
        chats = [chat for (chat,) in connection.execute(_CHATS_OF, (one, other))]
        People(connection, 0, 0, None).unite(one, other)
        for chat in chats:
            recount(connection, chat)


def people_not_same(store: Store, one: int, other: int, who: str, why: str) -> None:
    """Two people stay two, whatever matched messages say from now on."""
    with store.transaction() as connection:
        _both(connection, "people", one, other)
        _write(store, "people-not-same", one, other, who, why, _names(connection, one, other))


def chats_same(store: Store, one: int, other: int, who: str, why: str) -> None:
    """Two chats are one: captures to come join the first; what is held is joined by a rebuild."""
    _settle_chats(store, "chats-same", one, other, who, why)


def chats_not_same(store: Store, one: int, other: int, who: str, why: str) -> None:
    """Two chats stay two, whatever they have in common."""
    _settle_chats(store, "chats-not-same", one, other, who, why)


_CHATS_OF = "SELECT DISTINCT chat_id FROM memberships WHERE person_id IN (?, ?)"


def _settle_chats(store: Store, kind: str, one: int, other: int, who: str, why: str) -> None:
    with store.transaction() as connection:
        _both(connection, "chats", one, other)
        decision = _write(store, kind, one, other, who, why, {})
        codes = connection.execute("SELECT code FROM chats WHERE id IN (?, ?)", (one, other)).fetchall()
        for (code,) in codes:
            connection.execute(
                "UPDATE findings SET decision_id = ? WHERE word = 'unsure' AND decision_id IS NULL"
                " AND detail LIKE ? AND capture_id IN (SELECT id FROM captures WHERE chat_id IN (?, ?))",
                (decision, f"This may be the chat {code}:%", one, other),
            )


def _both(connection: sqlite3.Connection, table: str, one: int, other: int) -> None:
    found = connection.execute(f"SELECT count(*) FROM {table} WHERE id IN (?, ?)", (one, other)).fetchone()[0]
    if one == other or found != 2:
        raise UsageError(f"{one} and {other} do not name two {table} of this archive.")


def _names(connection: sqlite3.Connection, one: int, other: int) -> dict[str, object]:
    """Under which names in which captures both are known: by these a rebuild, which counts anew, finds them."""
    rows = connection.execute(
        "SELECT a.person_id, a.name, min(s.sha256) FROM aliases a JOIN source_members m ON m.capture_id = a.capture_id"
        " JOIN sources s ON s.id = m.source_id WHERE a.person_id IN (?, ?) GROUP BY a.id ORDER BY a.id",
        (one, other),
    ).fetchall()
    return {"aliases": [list(row) for row in rows]}


def _write(store: Store, kind: str, one: int, other: int, who: str, why: str, more: dict[str, object]) -> int:
    detail = {"one": min(one, other), "other": max(one, other), **more}
    made = store.connection.execute(
        "INSERT INTO decisions (decided_at, decided_by, kind, detail, why, entry)"
        " VALUES (?, ?, ?, ?, ?, (SELECT count(*) + 1 FROM log))",
        (utc_now(), who, kind, json.dumps(detail, ensure_ascii=False), why),
    ).lastrowid
    assert made is not None
    store.write_log("decide", {"decision": made, "kind": kind})
    return made
