"""What was handed over: captures with how their dates are known, sources, what is odd about them."""

from __future__ import annotations

import sqlite3
from typing import Any


def captures(connection: sqlite3.Connection, before: int | None, limit: int) -> list[dict[str, Any]]:
    """Captures with their chat, sources, the span they show and what they added, newest first.

    ``before``: older than the one with this id; None for the newest of all.
    """
    found = _rows(connection, _CAPTURES, (1 << 62) if before is None else before, limit)
    files: dict[int, list[dict[str, Any]]] = {capture["id"]: [] for capture in found}
    marks = ",".join("?" * len(files))
    for file in _rows(
        connection,
        "SELECT m.capture_id, m.id AS member_id, m.name AS member, s.id AS source_id, s.name, s.sha256, s.media_type,"
        " s.size FROM source_members m JOIN sources s ON s.id = m.source_id"
        f" WHERE m.role IN ('chat', 'picture') AND m.capture_id IN ({marks}) ORDER BY m.id",
        *files,
    ):
        files[file["capture_id"]].append(file)
    for capture in found:
        capture["files"] = files[capture["id"]]
    return found


def source(connection: sqlite3.Connection, source_id: int) -> dict[str, Any] | None:
    """A file as handed over."""
    found = _rows(connection, "SELECT id, name, sha256, media_type, size FROM sources WHERE id = ?", source_id)
    return found[0] if found else None


def member(connection: sqlite3.Connection, member_id: int) -> dict[str, Any] | None:
    """A file of a source, with what is needed to open it in its original."""
    found = _rows(
        connection,
        "SELECT m.id, m.name AS member, m.role, m.media_type, m.size, m.source_id, s.name AS source, s.sha256,"
        " coalesce(k.dialect, (SELECT dialect FROM captures WHERE id = s.capture_id)) AS dialect"
        " FROM source_members m JOIN sources s ON s.id = m.source_id LEFT JOIN captures k ON k.id = m.capture_id"
        " WHERE m.id = ?",
        member_id,
    )
    return found[0] if found else None


def places(connection: sqlite3.Connection, reference: str) -> dict[int, dict[str, Any]]:
    """For each sighting of a message, the ids of the file and the source in which it stands."""
    rows = _rows(
        connection,
        "SELECT s.id, s.member_id, s.source_id, m.media_type FROM messages g JOIN matches x ON x.message_id = g.id"
        " JOIN sightings s ON s.id = x.sighting_id JOIN source_members m ON m.id = s.member_id WHERE g.reference = ?",
        reference,
    )
    return {row["id"]: row for row in rows}


def attached(connection: sqlite3.Connection, reference: str) -> dict[str, int]:
    """For each attachment of a message that came with the chat, by its name, the id of its file."""
    return dict(
        connection.execute(
            "SELECT a.name, min(a.member_id) FROM messages g JOIN attachments a ON a.message_id = g.id"
            " WHERE g.reference = ? AND a.member_id IS NOT NULL GROUP BY a.name",
            (reference,),
        ).fetchall()
    )


def findings_by_word(connection: sqlite3.Connection) -> list[dict[str, Any]]:
    """The kinds of oddity still to be settled, with how many there are of each, most first."""
    return _rows(
        connection,
        "SELECT word, count(*) AS times FROM findings WHERE decision_id IS NULL"
        " GROUP BY word ORDER BY times DESC, word",
    )


def findings(connection: sqlite3.Connection, word: str | None, after: int, limit: int) -> list[dict[str, Any]]:
    """What is still to be settled, in the order in which it was found, after an id (0: from the start)."""
    return _rows(
        connection,
        f"{_FINDINGS} AND f.id > ? AND (? IS NULL OR f.word = ?) ORDER BY f.id LIMIT ?",
        after,
        word,
        word,
        limit,
    )


def finding(connection: sqlite3.Connection, finding_id: int) -> dict[str, Any] | None:
    """One of them."""
    found = _rows(connection, f"{_FINDINGS} AND f.id = ?", finding_id)
    return found[0] if found else None


_CAPTURES = """
SELECT k.id, k.route, k.captured, k.captured_basis, k.captured_from, k.noted_by, k.custodian, k.work, k.timezone,
       k.dialect, k.date_order, k.date_order_proof, k.date_order_doubtful, k.ingested_at, c.name AS chat, c.code,
       a.ingested_by, a.stated_name, min(v.first_sent) AS first_sent, max(v.last_sent) AS last_sent,
       sum(v.sightings) AS sightings, sum(v.new_messages) AS new_messages
FROM captures k
JOIN chats c ON c.id = k.chat_id
JOIN accessions a ON a.id = k.accession_id
LEFT JOIN coverage v ON v.capture_id = k.id
WHERE k.id < ? GROUP BY k.id ORDER BY k.id DESC LIMIT ?"""

_FINDINGS = """
SELECT f.id, f.word, f.detail, f.source_id, f.member_id, f.line, f.lines, f.box, c.name AS chat, c.code,
       s.name AS source, m.name AS member
FROM findings f
LEFT JOIN captures k ON k.id = f.capture_id
LEFT JOIN chats c ON c.id = k.chat_id
LEFT JOIN sources s ON s.id = f.source_id
LEFT JOIN source_members m ON m.id = f.member_id
WHERE f.decision_id IS NULL"""


def _rows(connection: sqlite3.Connection, sql: str, *values: object) -> list[dict[str, Any]]:
    return [dict(row) for row in connection.execute(sql, values)]
