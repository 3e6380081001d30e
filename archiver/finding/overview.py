"""Who and what is held: chats, people, the state of the archive."""

from __future__ import annotations

import json
import sqlite3
from typing import Any

from archiver.errors import UsageError
from archiver.record.settled import waiting, withdrawn


def chats(connection: sqlite3.Connection) -> list[dict[str, Any]]:
    """Every chat with its span, size, captures and open findings, by name."""
    found = _rows(
        connection,
        "SELECT c.id, c.name, c.code, c.is_group AS is_group,"
        " (SELECT count(*) FROM messages m WHERE m.chat_id = c.id) AS messages,"
        " min(v.first_sent) AS first_sent, max(v.last_sent) AS last_sent,"
        " count(DISTINCT k.id) AS captures, max(k.captured) AS last_captured,"
        " (SELECT count(*) FROM findings f JOIN captures kk ON kk.id = f.capture_id"
        "  WHERE kk.chat_id = c.id AND f.decision_id IS NULL) AS findings"
        " FROM chats c LEFT JOIN captures k ON k.chat_id = c.id LEFT JOIN coverage v ON v.capture_id = k.id"
        " GROUP BY c.id ORDER BY c.name COLLATE NOCASE, c.id",
    )
    for chat in found:
        chat["capture_ids"] = [
            row[0] for row in connection.execute("SELECT id FROM captures WHERE chat_id = ? ORDER BY id", (chat["id"],))
        ]
    return found


def chat_named(connection: sqlite3.Connection, said: str) -> int:
    """The chat that a person means by its code or by a name it has had.

    Raises ``UsageError`` where none or more than one is called so.
    """
    rows = connection.execute(
        "SELECT DISTINCT c.id, c.name, c.code FROM chats c LEFT JOIN chat_names n ON n.chat_id = c.id"
        " WHERE c.code = ?1 COLLATE NOCASE OR c.name = ?1 COLLATE NOCASE OR n.name = ?1 COLLATE NOCASE LIMIT 5",
        (" ".join(said.split()),),
    ).fetchall()
    if not rows:
        raise UsageError(f"{said}: no chat is called so. See them with: archive chats")
    if len(rows) > 1:
        raise UsageError(
            f"{said}: several chats are called so: {', '.join(row[2] for row in rows)}. Say one of these codes."
        )
    return int(rows[0][0])


def person_named(connection: sqlite3.Connection, said: str) -> int:
    """The person whom one calls by a name that they are seen under, or by ``#`` and their number.

    Raises ``UsageError`` where nobody or more than one is called so.
    """
    rows = connection.execute(
        "SELECT id FROM people WHERE name = ?1 COLLATE NOCASE OR '#' || id = ?1 UNION"
        " SELECT person_id FROM aliases WHERE name = ?1 COLLATE NOCASE LIMIT 5",
        (" ".join(said.split()),),
    ).fetchall()
    if not rows:
        raise UsageError(f"{said}: nobody is called so. See them with: archive people")
    if len(rows) > 1:
        raise UsageError(
            f"{said}: {len(rows)} people are called so. Say one by number: "
            f"{', '.join(f'#{row[0]}' for row in rows)} (see archive people)."
        )
    return int(rows[0][0])


def people(connection: sqlite3.Connection) -> list[dict[str, Any]]:
    """Every person with the names they are seen under, their chats and number of messages, by name."""
    found = _rows(
        connection,
        "SELECT p.id, p.name, p.organisation, coalesce(sum(b.messages), 0) AS messages,"
        " min(b.first_sent) AS first_sent, max(b.last_sent) AS last_sent"
        " FROM people p LEFT JOIN memberships b ON b.person_id = p.id"
        " GROUP BY p.id ORDER BY p.name COLLATE NOCASE, p.id",
    )
    for person in found:
        person["aliases"] = [
            row[0]
            for row in connection.execute(
                "SELECT DISTINCT name FROM aliases WHERE person_id = ? ORDER BY name", (person["id"],)
            )
        ]
        person["chats"] = [
            row[0]
            for row in connection.execute(
                "SELECT c.name FROM memberships b JOIN chats c ON c.id = b.chat_id WHERE b.person_id = ? ORDER BY 1",
                (person["id"],),
            )
        ]
    return found


def decisions(connection: sqlite3.Connection) -> list[dict[str, Any]]:
    """Every decision with who, when and why, and whether it was taken back, in their order."""
    found = _rows(connection, "SELECT id, decided_at, decided_by, kind, detail, why FROM decisions ORDER BY id")
    for one in found:
        one["detail"] = json.loads(one["detail"])
    gone = withdrawn((one["id"], one["kind"], one["detail"]) for one in found)
    return [{**one, "withdrawn": one["id"] in gone} for one in found]


def status(connection: sqlite3.Connection) -> dict[str, Any]:
    """What is held, up to when, and what needs a person."""
    one = connection.execute(
        "SELECT (SELECT count(*) FROM accessions), (SELECT count(*) FROM sources),"
        " (SELECT coalesce(sum(size), 0) FROM sources),"
        " (SELECT count(*) FROM captures), (SELECT count(*) FROM chats), (SELECT count(*) FROM people),"
        " (SELECT count(*) FROM messages), (SELECT count(*) FROM sighting_data),"
        " (SELECT min(first_sent) FROM coverage), (SELECT max(last_sent) FROM coverage),"
        " (SELECT max(ingested_at) FROM accessions)"
    ).fetchone()
    names = (
        "accessions", "sources", "bytes", "captures", "chats", "people", "messages", "sightings", "first_sent",
        "last_sent", "last_ingested",
    )  # fmt: skip
    findings = _rows(
        connection,
        "SELECT f.word, c.name AS chat, s.name AS source, count(*) AS times, min(f.line) AS first_line,"
        " min(f.detail) AS detail FROM findings f LEFT JOIN captures k ON k.id = f.capture_id"
        " LEFT JOIN chats c ON c.id = k.chat_id LEFT JOIN sources s ON s.id = f.source_id"
        " WHERE f.decision_id IS NULL GROUP BY f.word, c.id, s.id ORDER BY c.name, s.name, f.word",
    )
    head = connection.execute("SELECT text FROM checkpoints ORDER BY size DESC LIMIT 1").fetchone()
    return {
        **dict(zip(names, one, strict=True)),
        "last_backup": _last(connection, "backup"),
        "last_rehearsal": _last(connection, "rehearse"),
        "decisions_waiting": waiting(connection),
        "to_settle": findings,
        "checkpoint": head[0] if head else None,
    }


def _last(connection: sqlite3.Connection, action: str) -> dict[str, Any] | None:
    """When an act was last done and what its entry says of it; None where it never was."""
    row = connection.execute(
        "SELECT entry FROM log WHERE json_valid(entry) AND json_extract(entry, '$.action') = ?"
        " ORDER BY id DESC LIMIT 1",
        (action,),
    ).fetchone()
    if row is None:
        return None
    entry = json.loads(row[0])
    return {"at": entry["at"], **entry["detail"]}


def _rows(connection: sqlite3.Connection, sql: str, values: tuple[object, ...] = ()) -> list[dict[str, Any]]:
    return [dict(row) for row in connection.execute(sql, values)]
