"""Conditions of ``messages m`` in SQL, with their values as parameters."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from archiver.finding.searching import names, wordings
from archiver.finding.searching.language import LOW, Event, Has, Is, Kind, Route, Sent, Sign
from archiver.finding.searching.wordings import Found
from archiver.record.ids import DAY, Minutes

Value = str | int | float


class Condition(NamedTuple):
    """A condition and the values of its parameters, in order."""

    sql: str
    values: tuple[Value, ...] = ()


NEVER = Condition("0")
ALWAYS = Condition("1")
_ODD = "doubt_earliest IS NOT NULL OR sent_at IS NULL OR length(sent_at) < 16"
"""Messages whose time is not one minute; as the partial index ``messages_odd_time`` has it."""
_SLACK = 2 * DAY
"""How far, in ids, a message may lie from where its time would put it: two clocks differ by no more than 14 hours."""


def every(parts: Sequence[Condition]) -> Condition:
    """All hold; of none: always."""
    return _gathered(" AND ", parts) if parts else ALWAYS


def either(parts: Sequence[Condition]) -> Condition:
    """One holds; of none: never."""
    return _gathered(" OR ", parts) if parts else NEVER


def without(part: Condition) -> Condition:
    """It does not hold; what is not known does not hold either."""
    return Condition(f"NOT coalesce(({part.sql}), 0)", part.values)


def _gathered(joint: str, parts: Sequence[Condition]) -> Condition:
    return Condition(joint.join(f"({part.sql})" for part in parts), tuple(v for part in parts for v in part.values))


def among(ids: Iterable[int]) -> Condition:
    """One of these messages."""
    return Condition("m.id IN (SELECT value FROM json_each(?))", (json.dumps(sorted(ids)),))


def found(what: Found) -> Condition:
    """What the full-text search finds, where it is not the whole of the question."""
    made = Condition("m.id IN (SELECT rowid FROM messages_fts WHERE messages_fts MATCH ?)", (what.match,))
    if what.less:
        made = every([made, without(among(what.less))])
    return either([made, among(what.more)]) if what.more else made


def sign(connection: sqlite3.Connection, node: Sign) -> Condition:
    """Characters that full-text search does not keep: looked for in every message that is left."""
    words = Condition("instr(replace(m.text, ?, ''), ?) > 0", (wordings.COLOUR, node.text))
    others = wordings.signed(connection, node.text)
    return either([words, among(others)]) if others else words


def in_chats(chats: Iterable[int]) -> Condition:
    return Condition("m.chat_id IN (SELECT value FROM json_each(?))", (json.dumps(sorted(chats)),))


def staying(stays: Sequence[names.Stay]) -> Condition:
    """While someone was in the chat."""
    whole = {stay.chat_id for stay in stays if (stay.first, stay.last) == (0, 1 << 62)}
    parts = [in_chats(whole)]
    parts += [
        Condition("m.chat_id = ? AND m.id BETWEEN ? AND ?", (stay.chat_id, stay.first, stay.last))
        for stay in stays
        if stay.chat_id not in whole
    ]
    return _balanced(parts)


def _balanced(parts: list[Condition]) -> Condition:
    """Either of many, nested by halves: SQLite takes expressions at most 1,000 deep."""
    if len(parts) < 100:
        return either(parts)
    half = len(parts) // 2
    return either([_balanced(parts[:half]), _balanced(parts[half:])])


def named(connection: sqlite3.Connection, typed: str) -> Condition:
    """In a chat, or seen in a capture for a piece of work, in whose name every typed word stands."""
    chats = {
        chat
        for chat, name in connection.execute("SELECT id, name FROM chats UNION SELECT chat_id, name FROM chat_names")
        if names.bears(name, typed)
    }
    works = connection.execute(
        "SELECT id, work FROM captures WHERE work IS NOT NULL UNION"
        " SELECT m.capture_id, a.work FROM accession_sources a JOIN source_members m ON m.source_id = a.source_id"
        " WHERE a.work IS NOT NULL AND m.capture_id IS NOT NULL"
    )
    captures = {capture for capture, work in works if names.bears(work, typed)}
    return either([in_chats(chats), captured(connection, captures)])


def captured(connection: sqlite3.Connection, captures: set[int]) -> Condition:
    """Seen in one of these captures; where a chat has no others, no sighting need be looked at."""
    by_chat: dict[int, set[int]] = {}
    for capture, chat in connection.execute("SELECT id, chat_id FROM captures"):
        by_chat.setdefault(chat, set()).add(capture)
    whole = [chat for chat, held in by_chat.items() if held <= captures]
    rest = [chat for chat, held in by_chat.items() if held & captures and not held <= captures]
    parts = [in_chats(whole)]
    if rest:
        seen = Condition(
            "EXISTS (SELECT 1 FROM sighting_data d JOIN source_members s ON s.id = d.member_id"
            " WHERE d.message_id = m.id AND s.capture_id IN (SELECT value FROM json_each(?)))",
            (json.dumps(sorted(captures)),),
        )
        parts.append(every([in_chats(rest), seen]))
    return either(parts)


def simple(connection: sqlite3.Connection, node: Route | Kind | Event | Sent | Has | Is) -> Condition:
    """What columns of the record say."""
    if isinstance(node, Route):
        rows = connection.execute("SELECT id FROM captures WHERE route = ?", (node.word,))
        return captured(connection, {capture for (capture,) in rows})
    if isinstance(node, Kind):
        return Condition("m.kind = ?", (node.word,))
    if isinstance(node, Event):
        return Condition("m.event IS NOT NULL AND m.event = ?", (node.word,))
    if isinstance(node, Sent):
        return sent(node)
    if isinstance(node, Has):
        return Condition("m.kind = 'media' OR EXISTS (SELECT 1 FROM attachments a WHERE a.message_id = m.id)")
    return Condition(_IS[node.what], (LOW, LOW) if node.what == "unsure" else ())


_IS = {
    "edited": "m.edited = 1",
    "deleted": "m.kind = 'deleted' OR m.deleted_seen = 1",
    "unsure": f"{_ODD.replace('doubt', 'm.doubt').replace('sent_at', 'm.sent_at')} OR EXISTS (SELECT 1 FROM"
    " sighting_data d WHERE d.message_id = m.id AND d.confidence IS NOT NULL AND d.confidence < ?) OR EXISTS (SELECT 1"
    " FROM sighting_data d WHERE d.message_id = m.id AND d.score IS NOT NULL AND d.score < ?)",
}
_KNOWN = "length(m.{end}) >= 10"
_START, _END = "0000-00-00T00:00:00", "9999-99-99T23:59:59"


def sent(node: Sent) -> Condition:
    """Whether the span in which a message was sent overlaps another, or certainly lies within it.

    Both ends are filled up to seconds; a message of no day was sent at any time.
    """
    earliest = f"(CASE WHEN length(m.sent_earliest) >= 10 THEN m.sent_earliest || substr('{_START}',"
    earliest += f" length(m.sent_earliest) + 1) ELSE '{_START}' END)"
    latest = f"(CASE WHEN length(m.sent_latest) >= 10 THEN m.sent_latest || substr('{_END}',"
    latest += f" length(m.sent_latest) + 1) ELSE '{_END}' END)"
    from_first, to_last = (earliest, latest) if node.certainly else (latest, earliest)
    parts = []
    if node.first is not None:
        parts.append(Condition(f"{from_first} >= ?", (node.first,)))
    if node.last is not None:
        parts.append(Condition(f"{to_last} <= ?", (node.last,)))
    return every(parts)


def id_bounds(connection: sqlite3.Connection, node: Sent) -> tuple[int, int]:
    """Between which ids every message lies that can have been sent in a span."""
    first, last = _id_at(node.first, -_SLACK), _id_at(node.last, _SLACK)
    fits = sent(node)
    row = connection.execute(
        f"SELECT min(m.id), max(m.id) FROM messages m INDEXED BY messages_odd_time WHERE ({_ODD}) AND {fits.sql}",
        fits.values,
    ).fetchone()
    if row[0] is not None:
        first, last = min(first, row[0]), max(last, row[1])
    return first, last


def _id_at(written: str | None, slack: int) -> int:
    if written is None:
        return 0 if slack < 0 else 1 << 62
    at = datetime.fromisoformat(written)
    if slack > 0:
        at = min(at, datetime.max - timedelta(days=1)) + timedelta(minutes=1)
    return Minutes().floor(at.isoformat(timespec="minutes")) + slack
