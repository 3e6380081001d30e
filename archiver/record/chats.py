"""Chats: found by the names they have been known under, or made, each with the code of its references."""

from __future__ import annotations

import re
import sqlite3
import unicodedata
from collections.abc import Callable, Collection
from functools import partial

from archiver.record.ids import SHIFT
from archiver.record.places import Place

LONGEST_CODE = 12
_WORD = re.compile(r"[^\W_]+")
_RAREST = 5
"""The longest words of a text by which it is looked for: they are the rarest, as a rule."""


def named(connection: sqlite3.Connection, name: str) -> list[int]:
    """The chats that are or were called so."""
    rows = connection.execute(
        "SELECT DISTINCT chat_id FROM chat_names WHERE name = ? COLLATE NOCASE ORDER BY 1", (fold(name),)
    )
    return [chat for (chat,) in rows]


def beginning(connection: sqlite3.Connection, name: str) -> list[int]:
    """The chats that are or were called so or longer: a screen cuts a long name short."""
    stem = fold(name).rstrip("…").rstrip()
    rows = connection.execute(
        "SELECT DISTINCT chat_id FROM chat_names WHERE substr(name, 1, ?) = ? COLLATE NOCASE ORDER BY 1",
        (len(stem), stem),
    )
    return [chat for (chat,) in rows]


def held(connection: sqlite3.Connection) -> list[int]:
    """Every chat."""
    return [chat for (chat,) in connection.execute("SELECT id FROM chats ORDER BY id")]


def spans(connection: sqlite3.Connection, chat_id: int) -> list[tuple[str, str]]:
    """First and last time of each capture of a chat; what was read off pictures shows too little to count."""
    return connection.execute(
        "SELECT v.first_sent, v.last_sent FROM coverage v JOIN captures c ON c.id = v.capture_id"
        " WHERE v.chat_id = ? AND c.route <> 'screenshot' AND length(v.first_sent) >= 16 AND length(v.last_sent) >= 16",
        (chat_id,),
    ).fetchall()


def texts(connection: sqlite3.Connection, chat_id: int, first: int, last: int) -> list[tuple[str, int, str, str, int]]:
    """Time, person, kind, words and whether edited, of a chat's texts and deletions between two minutes since 1970.

    Without what only pictures show.
    """
    rows = connection.execute(
        "SELECT sent_at, coalesce(sender_id, 0), kind, text, edited, sighting_id FROM messages"
        " WHERE id BETWEEN ? AND ? AND chat_id = ? AND kind IN ('text', 'deleted') AND length(sent_at) >= 16"
        " ORDER BY id",
        (max(0, first) << SHIFT, (last + 1) << SHIFT, chat_id),
    ).fetchall()
    pictures = connection.execute(
        "SELECT v.first_sighting, v.first_sighting + v.sightings FROM coverage v JOIN captures c ON c.id = v.capture_id"
        " WHERE v.chat_id = ? AND c.route = 'screenshot'",
        (chat_id,),
    ).fetchall()
    return [row[:5] for row in rows if not any(low <= row[5] < high for low, high in pictures)]


def labels(connection: sqlite3.Connection, chat_id: int) -> list[tuple[str | None, frozenset[str]]]:
    """The custodian and the labels of each capture of a chat, without those read off pictures."""
    found: dict[int, tuple[str | None, set[str]]] = {}
    for capture, custodian, name in connection.execute(
        "SELECT c.id, c.custodian, a.name FROM captures c JOIN aliases a ON a.capture_id = c.id"
        " WHERE c.chat_id = ? AND c.route <> 'screenshot' ORDER BY c.id",
        (chat_id,),
    ):
        found.setdefault(capture, (custodian, set()))[1].add(name)
    return [(custodian, frozenset(names)) for custodian, names in found.values()]


def has_events(connection: sqlite3.Connection, chat_id: int, events: Collection[str]) -> bool:
    """Whether a chat shows a system message of one of some kinds."""
    marks = ", ".join("?" * len(events))
    row = connection.execute(
        f"SELECT 1 FROM messages WHERE chat_id = ? AND kind = 'system' AND event IN ({marks}) LIMIT 1",
        (chat_id, *sorted(events)),
    ).fetchone()
    return row is not None


def handed_over_with(connection: sqlite3.Connection, chat_id: int, sha256: str, accession: int | None) -> bool:
    """Whether a chat has a capture from the very source at hand, or from its accession."""
    row = connection.execute(
        "SELECT 1 FROM captures c WHERE c.chat_id = ?1 AND (c.accession_id = ?3 OR EXISTS"
        " (SELECT 1 FROM source_members m JOIN sources s ON s.id = m.source_id"
        " WHERE m.capture_id = c.id AND s.sha256 = ?2)) LIMIT 1",
        (chat_id, sha256, accession),
    ).fetchone()
    return row is not None


def long_texts(connection: sqlite3.Connection, chat_id: int, first: int, last: int, most: int) -> list[str]:
    """The long texts of a chat between two minutes since 1970, as its times are kept."""
    rows = connection.execute(
        "SELECT text FROM messages WHERE id BETWEEN ? AND ? AND chat_id = ? AND kind = 'text'"
        " AND length(text) > 24 LIMIT ?",
        (first << SHIFT, (last + 1) << SHIFT, chat_id, most),
    )
    return [text for (text,) in rows]


def where_found(connection: sqlite3.Connection, text: str) -> list[tuple[int, str]]:
    """The chats that hold these very words, with the times at which they do."""
    words = sorted(set(_WORD.findall(text)), key=lambda word: (-len(word), word))[:_RAREST]
    if not words:
        return []
    query = " AND ".join(f'"{word}"' for word in words)
    return connection.execute(
        "SELECT m.chat_id, m.sent_at FROM messages_fts f JOIN messages m ON m.id = f.rowid"
        " WHERE messages_fts MATCH ? AND m.text = ? AND length(m.sent_at) >= 16 LIMIT 50",
        (query, text),
    ).fetchall()


def add(connection: sqlite3.Connection, name: str, is_group: bool | None, place: Place) -> int:
    """A new chat; ``place``: of its first capture, which bears the code that it bore before a rebuild."""
    row = connection.execute(
        "SELECT code FROM kept_codes WHERE accession_source_id = ? AND member = ?"
        " AND NOT EXISTS (SELECT 1 FROM chats WHERE chats.code = kept_codes.code)",
        place,
    ).fetchone()
    made = connection.execute(
        "INSERT INTO chats (name, code, is_group) VALUES (?, ?, ?)",
        (name, row[0] if row else free_code(name, partial(_is_taken, connection)), is_group),
    ).lastrowid
    assert made is not None
    return made


def note_name(connection: sqlite3.Connection, chat_id: int, name: str, capture_id: int) -> None:
    """Remember under which name a capture knows a chat."""
    connection.execute(
        "INSERT INTO chat_names (chat_id, name, capture_id) VALUES (?, ?, ?)", (chat_id, fold(name), capture_id)
    )


def fold(name: str) -> str:
    """A chat's name with its blanks made single: files and screens space it differently."""
    return " ".join(unicodedata.normalize("NFC", name).split())


def free_code(name: str, is_taken: Callable[[str], bool]) -> str:
    """The first word or words of the name in plain capitals, with a number where another chat has them."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    words: list[str] = re.findall(r"[A-Z0-9]+", plain.upper()) or ["CHAT"]
    candidates: list[str] = [words[0][:LONGEST_CODE], "-".join(words[:2])[: LONGEST_CODE * 2]]
    for code in candidates:
        if not is_taken(code):
            return code
    number = 2
    while is_taken(f"{candidates[0]}-{number}"):
        number += 1
    return f"{candidates[0]}-{number}"


def _is_taken(connection: sqlite3.Connection, code: str) -> bool:
    """Whether a chat bears a code, or bore it before a rebuild."""
    row = connection.execute(
        "SELECT 1 FROM chats WHERE code = ?1 UNION ALL SELECT 1 FROM kept_codes WHERE code = ?1", (code,)
    ).fetchone()
    return row is not None
