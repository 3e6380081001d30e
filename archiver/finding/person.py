"""One person: the names they are seen under and why each is theirs, their chats, what was decided about them."""

from __future__ import annotations

import sqlite3
from typing import Any

from archiver.errors import UsageError
from archiver.finding import decided

MOST_VOTES = 1_000
"""Messages counted that speak for a name; beyond, more make it no surer."""
COMINGS = ("created", "added", "joined", "joined-by-link", "left", "removed")
"""Events of system messages that say who came into a chat or went out of it."""


def person(connection: sqlite3.Connection, person_id: int) -> dict[str, Any]:
    """A person with ``memberships`` (by chat) and ``decisions`` about them.

    Raises ``UsageError`` where there is none: two people may since have been found to be one.
    """
    found = _rows(connection, "SELECT id, name, organisation FROM people WHERE id = ?", person_id)
    if not found:
        raise UsageError(f"{person_id}: no such person. Two people may since have been found to be one.")
    one = found[0]
    one["memberships"] = _rows(connection, _MEMBERSHIPS, person_id)
    one["decisions"] = decided.about_person(connection, person_id)
    return one


def aliases(connection: sqlite3.Connection, person_id: int) -> list[dict[str, Any]]:
    """Each name in each capture that is said to be this person, the oldest first, with its evidence.

    ``votes``: of the capture's messages, how many are held also under another name of theirs, up to ``MOST_VOTES``;
    ``reference``: the first message it stands over, None where it stands over none.
    """
    found = _rows(connection, _ALIASES, person_id)
    has_others = len({alias["name"] for alias in found}) > 1
    for alias in found:
        values = {"alias": alias["id"], "capture": alias["capture_id"], "name": alias["name"], "person": person_id}
        alias["votes"] = connection.execute(_VOTES, values).fetchone()[0] if has_others else 0
        first = connection.execute(_FIRST, values).fetchone()
        alias["reference"] = first[0] if first else None
    return found


def newest(connection: sqlite3.Connection, person_id: int, limit: int) -> list[dict[str, Any]]:
    """The newest messages of a person."""
    return _rows(
        connection,
        "SELECT m.reference, m.sent_at, m.kind, m.text, c.name AS chat FROM messages m"
        " JOIN chats c ON c.id = m.chat_id WHERE m.sender_id = ? ORDER BY m.id DESC LIMIT ?",
        person_id,
        limit,
    )


def comings(connection: sqlite3.Connection) -> list[dict[str, Any]]:
    """Every system message that says who came or went, in the order of time, with the capture whose words it has.

    Reads all messages: keep the answer while the record stays as it is.
    """
    return _rows(connection, f"{_COMINGS} AND m.event IN ({','.join('?' * len(COMINGS))}) ORDER BY m.id", *COMINGS)


_MEMBERSHIPS = """
SELECT c.id AS chat_id, c.name AS chat, c.code, b.first_sent, b.last_sent, b.messages
FROM memberships b JOIN chats c ON c.id = b.chat_id WHERE b.person_id = ? ORDER BY c.name COLLATE NOCASE, c.id"""

_ALIASES = """
SELECT a.id, a.name, a.kind, a.rule, a.capture_id, k.route, k.captured, k.custodian, c.id AS chat_id, c.name AS chat,
       c.code
FROM aliases a JOIN captures k ON k.id = a.capture_id JOIN chats c ON c.id = k.chat_id
WHERE a.person_id = ? ORDER BY a.id"""

# A capture's sightings lie in a row. The signs keep SQLite from sorting them all by alias first.
_OF_ALIAS = """
FROM coverage v CROSS JOIN sighting_data d
  ON d.id >= v.first_sighting AND d.id < v.first_sighting + v.sightings AND +d.alias_id = :alias"""

_VOTES = f"""
SELECT count(*) FROM (
    SELECT 1 {_OF_ALIAS}
    WHERE v.capture_id = :capture AND EXISTS (
        SELECT 1 FROM sighting_data o JOIN aliases b ON b.id = o.alias_id
        WHERE o.message_id = d.message_id AND b.person_id = :person AND b.name <> :name)
    LIMIT {MOST_VOTES})"""

_FIRST = f"""
SELECT m.reference {_OF_ALIAS} CROSS JOIN messages m ON m.id = d.message_id
WHERE v.capture_id = :capture LIMIT 1"""

_COMINGS = """
SELECT m.chat_id, c.name AS chat, c.code, m.reference, m.sent_at, m.event, m.text, f.capture_id, k.custodian
FROM messages m
JOIN chats c ON c.id = m.chat_id
JOIN sighting_data d ON d.id = m.sighting_id
JOIN source_members f ON f.id = d.member_id
JOIN captures k ON k.id = f.capture_id
WHERE m.kind = 'system'"""


def _rows(connection: sqlite3.Connection, sql: str, *values: object) -> list[dict[str, Any]]:
    return [dict(row) for row in connection.execute(sql, values)]
