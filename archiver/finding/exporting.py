"""Messages for other programs: each with its wordings, files and sightings, as JSON has it; or as a row of a table.

``schemas/export.schema.json`` says what stands in each.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from itertools import islice
from typing import Any

from archiver.finding.cells import cell
from archiver.finding.searching.asking import ids
from archiver.finding.searching.plans import Plan

SCHEMA = "archiver/export/1"
GROUP = 500
"""Messages read at once."""

COLUMNS = (
    "schema", "reference", "chat", "chat_code", "sent_at", "sent_earliest", "sent_latest", "precision", "sender",
    "organisation", "kind", "event", "text", "edited", "deleted_seen", "other_wordings", "attachments", "sightings",
)  # fmt: skip
_LISTS = ("other_wordings", "attachments", "sightings")


def messages(connection: sqlite3.Connection, plan: Plan) -> Iterator[dict[str, Any]]:
    """All that answer, the oldest first."""
    found = ids(connection, plan, newest=False)
    while group := list(islice(found, GROUP)):
        yield from _group(connection, group)


def line(message: dict[str, Any]) -> str:
    """A message as a line of JSON."""
    return json.dumps(message, ensure_ascii=False) + "\n"


def row(message: dict[str, Any]) -> list[str]:
    """A message as cells, none of them a formula; lists as JSON."""
    shown = message | {name: json.dumps(message[name], ensure_ascii=False) for name in _LISTS}
    return [cell(shown[name]) for name in COLUMNS]


def _group(connection: sqlite3.Connection, group: list[int]) -> Iterator[dict[str, Any]]:
    chosen = (json.dumps(group),)
    wordings, files, seen = (_by_message(connection, sql, chosen) for sql in (_WORDINGS, _FILES, _SIGHTINGS))
    messages = {one: rows[0] for one, rows in _by_message(connection, _MESSAGES, chosen).items()}
    for one in group:
        message = messages[one]
        for sighting in seen.get(one, ()):
            sighting["box"] = None if sighting["box"] is None else json.loads(sighting["box"])
            sighting["quoted"] = None if sighting["quoted"] is None else dict(_quoted(json.loads(sighting["quoted"])))
            sighting["partial"] = None if sighting["partial"] is None else bool(sighting["partial"])
        yield {
            "schema": SCHEMA,
            **message,
            "edited": bool(message["edited"]),
            "deleted_seen": bool(message["deleted_seen"]),
            "other_wordings": wordings.get(one, []),
            "attachments": files.get(one, []),
            "sightings": seen.get(one, []),
        }


def _quoted(kept: list[Any]) -> Iterator[tuple[str, Any]]:
    return zip(("sender", "text"), kept, strict=True)


def _by_message(connection: sqlite3.Connection, sql: str, chosen: tuple[str]) -> dict[int, list[dict[str, Any]]]:
    """Rows under the id in their first column, each by the names of the others."""
    cursor = connection.execute(sql, chosen)
    names = [column[0] for column in cursor.description[1:]]
    found: dict[int, list[dict[str, Any]]] = {}
    for one, *values in cursor:
        found.setdefault(one, []).append(dict(zip(names, values, strict=True)))
    return found


_MESSAGES = """
SELECT m.id, m.reference, c.name AS chat, c.code AS chat_code, m.sent_at, m.sent_earliest, m.sent_latest, m.precision,
       p.name AS sender, p.organisation, m.kind, m.event, m.text, m.edited, m.deleted_seen
FROM json_each(?) j CROSS JOIN messages m ON m.id = j.value
JOIN chats c ON c.id = m.chat_id LEFT JOIN people p ON p.id = m.sender_id"""

_WORDINGS = """
SELECT r.message_id, r.text, r.basis
FROM json_each(?) j CROSS JOIN readings r ON r.message_id = j.value ORDER BY r.id"""

_FILES = """
SELECT DISTINCT a.message_id, a.name, s.media_type, s.size, s.sha256
FROM json_each(?) j CROSS JOIN attachments a ON a.message_id = j.value
LEFT JOIN source_members s ON s.id = a.member_id ORDER BY a.id"""

_SIGHTINGS = """
SELECT d.message_id, o.name AS source, o.sha256, s.name AS member, d.line, d.lines, d.box, d.confidence, d.partial,
       a.name AS sender_as_written, d.text AS text_as_read, d.quoted, k.route,
       k.captured, k.captured_basis, k.custodian, k.work, k.ingested_at, r.name AS rule, d.score,
       coalesce((SELECT decided_by FROM decisions WHERE id = d.decision_id), 'the program') AS decided_by
FROM json_each(?) j CROSS JOIN sighting_data d ON d.message_id = j.value
JOIN source_members s ON s.id = d.member_id JOIN sources o ON o.id = s.source_id
JOIN captures k ON k.id = s.capture_id JOIN match_rules r ON r.id = d.rule_id
LEFT JOIN aliases a ON a.id = d.alias_id ORDER BY d.id"""
