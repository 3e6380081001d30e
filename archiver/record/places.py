"""Places that outlast a rebuild: by these a decision finds again what it is about, whatever its number is by then.

A capture is where it came from: the act that brought it and the member that it is. A label is a name in a capture; a
sighting is a line of a text or a box on a picture.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

Place = tuple[int, str]
"""A capture: the number of the act (a row of ``accession_sources``) and the name of the text or picture in it."""
Label = tuple[int, str, str]
"""A name as one capture writes it."""
Spot = tuple[int, str, int | str]
"""A sighting: its line in the text, or its box on the picture as JSON."""


def of_chat(connection: sqlite3.Connection, chat: int) -> list[Place]:
    """Where each capture of a chat begins, in the order in which they came."""
    rows = connection.execute(
        "SELECT m.accession_source_id, m.name FROM captures k JOIN source_members m ON m.id ="
        " (SELECT min(id) FROM source_members WHERE capture_id = k.id AND role <> 'attachment')"
        " WHERE k.chat_id = ? ORDER BY k.id",
        (chat,),
    )
    return [tuple(row) for row in rows]


def of_person(connection: sqlite3.Connection, person: int) -> list[Label]:
    """Every label of a person, in the order in which they came up."""
    rows = connection.execute(
        "SELECT m.accession_source_id, m.name, a.name FROM aliases a JOIN source_members m ON m.id ="
        " (SELECT min(id) FROM source_members WHERE capture_id = a.capture_id AND role <> 'attachment')"
        " WHERE a.person_id = ? ORDER BY a.id",
        (person,),
    )
    return [tuple(row) for row in rows]


def of_message(connection: sqlite3.Connection, message: int) -> list[Spot]:
    """Where a message is seen, in the order in which it was."""
    rows = connection.execute(
        "SELECT m.accession_source_id, m.name, coalesce(d.line, d.box) FROM sighting_data d"
        " JOIN source_members m ON m.id = d.member_id WHERE d.message_id = ? ORDER BY d.id",
        (message,),
    )
    return [tuple(row) for row in rows]


def chats_at(connection: sqlite3.Connection, places: Iterable[Place]) -> list[int]:
    """The chats whose captures lie at some places, as far as they are in the record by now, in their order."""
    return _each(
        connection,
        "SELECT k.chat_id FROM source_members m JOIN captures k ON k.id = m.capture_id"
        " WHERE m.accession_source_id = ? AND m.name = ? AND m.role <> 'attachment'",
        places,
    )


def people_at(connection: sqlite3.Connection, labels: Iterable[Label]) -> list[int]:
    """The people whom some labels stand for."""
    return _each(
        connection,
        "SELECT a.person_id FROM source_members m JOIN aliases a ON a.capture_id = m.capture_id"
        " WHERE m.accession_source_id = ? AND m.name = ? AND m.role <> 'attachment' AND a.name = ?",
        labels,
    )


def messages_at(connection: sqlite3.Connection, spots: Iterable[Spot]) -> list[int]:
    """The messages that some sightings are said to be."""
    return _each(
        connection,
        "SELECT d.message_id FROM source_members m JOIN sighting_data d ON d.member_id = m.id"
        " WHERE m.accession_source_id = ? AND m.name = ? AND coalesce(d.line, d.box) = ?",
        spots,
    )


def _each(connection: sqlite3.Connection, sql: str, places: Iterable[tuple[int | str, ...]]) -> list[int]:
    found = [row[0] for place in places for row in connection.execute(sql, tuple(place))]
    return list(dict.fromkeys(found))
