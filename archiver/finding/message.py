"""One message with all its evidence."""

from __future__ import annotations

import sqlite3
from typing import Any

from archiver.errors import UsageError


def message(connection: sqlite3.Connection, reference: str) -> dict[str, Any]:
    """A message with its sightings (each with its place, capture and the reason for the match), readings and files.

    Raises ``UsageError`` where no message has the reference.
    """
    row = connection.execute(
        "SELECT m.id, m.reference, c.name AS chat, m.sent_at, m.sent_earliest, m.sent_latest, m.precision,"
        " m.sender_id, p.name AS sender, p.organisation, m.kind, m.event, m.text, m.edited, m.deleted_seen"
        " FROM messages m JOIN chats c ON c.id = m.chat_id LEFT JOIN people p ON p.id = m.sender_id"
        " WHERE m.id = ?",
        (message_named(connection, reference),),
    ).fetchone()
    found = dict(row)
    identity = found.pop("id")
    found["edited"], found["deleted_seen"] = bool(found["edited"]), bool(found["deleted_seen"])
    found["other_references"] = [
        r[0]
        for r in connection.execute(
            "SELECT reference FROM kept_references WHERE message_id = ? AND NOT stands ORDER BY 1", (identity,)
        )
    ]
    readings = connection.execute(
        "SELECT text, basis, sighting_id FROM readings WHERE message_id = ? ORDER BY id", (identity,)
    ).fetchall()
    found["readings"] = [{"text": text, "basis": basis} for text, basis, _ in readings]
    other_words = {sighting for _, basis, sighting in readings if basis != "corrected"}
    found["sightings"] = [
        {**dict(r), "differs": _differs(r, found, r["id"] in other_words)}
        for r in connection.execute(_SIGHTINGS, (identity,))
    ]
    found["attachments"] = [
        dict(r)
        for r in connection.execute(
            "SELECT DISTINCT a.name, m.media_type, m.size, m.sha256 FROM attachments a"
            " LEFT JOIN source_members m ON m.id = a.member_id WHERE a.message_id = ? ORDER BY a.id",
            (identity,),
        )
    ]
    return found


def _differs(sighting: sqlite3.Row, message: dict[str, Any], other_words: bool) -> list[str]:
    """What a sighting shows otherwise than the message now says, each in a few words for a person."""
    told = []
    if sighting["sent_at_as_shown"]:
        told.append(f"its clock shows {sighting['sent_at_as_shown']}")
    written = sighting["sender_as_written"]
    if written and message["sender"] and written != message["sender"]:
        told.append(f"it calls the sender {written}")
    if other_words:
        told.append("it has other words (see below)")
    if sighting["partial"]:
        told.append("it shows only part of the message")
    return told


def message_named(connection: sqlite3.Connection, reference: str) -> int:
    """The message that has a reference, or had it before a rebuild, or before it was found to be another.

    Raises ``UsageError`` where none has.
    """
    row = connection.execute(
        "SELECT id FROM messages WHERE reference = ?1 UNION ALL SELECT message_id FROM kept_references"
        " WHERE reference = ?1 AND message_id IS NOT NULL"
        " UNION ALL SELECT message_id FROM former_references WHERE reference = ?1 LIMIT 1",
        (reference.strip().upper(),),
    ).fetchone()
    if row is None:
        raise UsageError(f"{reference}: no message has this reference. References look like BUDGET/00231.")
    return int(row[0])


_SIGHTINGS = """
SELECT d.id, o.name AS source, o.sha256, m.name AS member, d.line, d.lines, d.box, d.confidence, d.partial,
       d.sent_at AS sent_at_as_shown, a.name AS sender_as_written,
       d.text AS text_as_read, k.route, k.captured, k.captured_basis, k.custodian,
       k.ingested_at, k.dialect, r.name AS rule, r.meaning, d.score,
       coalesce((SELECT decided_by FROM decisions WHERE id = d.decision_id), 'the program') AS decided_by
FROM sighting_data d
JOIN source_members m ON m.id = d.member_id
JOIN sources o ON o.id = m.source_id
JOIN captures k ON k.id = m.capture_id
JOIN match_rules r ON r.id = d.rule_id
LEFT JOIN aliases a ON a.id = d.alias_id
WHERE d.message_id = ? ORDER BY d.id
"""
