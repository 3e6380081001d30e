"""What a finding is about, for a person to decide: the message at its place, and those that it might be one with."""

from __future__ import annotations

import re
import sqlite3
from typing import Any

from archiver.record.ids import SHIFT

WITHIN = 10
"""Minutes on either side in which one message may stand under two times."""
MOST = 20

_OTHER_CHAT = re.compile(r"This may be the chat ([A-Z0-9-]+):")


def message_at(connection: sqlite3.Connection, found: dict[str, Any]) -> dict[str, Any] | None:
    """The message at the place of a finding; None where it has no place, or no message stands there.

    Looks through the sightings of one capture: a tenth of a second at a million.
    """
    if found["member_id"] is None or (found["line"] is None and found["box"] is None):
        return None
    row = connection.execute(
        "SELECT m.id, m.reference, m.chat_id, m.text, m.sent_at, m.sent_earliest, m.sent_latest, m.precision, m.kind,"
        " d.confidence FROM source_members f JOIN coverage v ON v.capture_id = f.capture_id"
        " CROSS JOIN sighting_data d ON d.id >= v.first_sighting AND d.id < v.first_sighting + v.sightings"
        " JOIN messages m ON m.id = d.message_id"
        " WHERE f.id = ?1 AND d.member_id = ?1 AND d.line IS ?2 AND d.box IS ?3 LIMIT 1",
        (found["member_id"], found["line"], found["box"]),
    ).fetchone()
    return dict(row) if row else None


def close_by(connection: sqlite3.Connection, message: dict[str, Any]) -> list[dict[str, Any]]:
    """Messages of the same chat that were sent within minutes of one, the nearest in words last known not: in order."""
    rows = connection.execute(
        "SELECT m.reference, m.sent_at, p.name AS sender, m.text, m.kind FROM messages m"
        " LEFT JOIN people p ON p.id = m.sender_id"
        " WHERE m.chat_id = ? AND m.id BETWEEN ? AND ? AND m.id <> ? ORDER BY abs(m.id - ?) LIMIT ?",
        (
            message["chat_id"],
            message["id"] - (WITHIN << SHIFT),
            message["id"] + (WITHIN << SHIFT),
            message["id"],
            message["id"],
            MOST,
        ),
    ).fetchall()
    return [dict(row) for row in rows]


def other_chat(found: dict[str, Any]) -> str | None:
    """The code of the chat that a finding says its own may be; None where it says no such thing."""
    said = _OTHER_CHAT.match(found["detail"])
    return said[1] if said and found["word"] == "unsure" else None
