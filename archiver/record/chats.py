"""Chats: found by the names they have been known under, or made, each with the code of its references."""

from __future__ import annotations

import re
import sqlite3
import unicodedata
from collections.abc import Sequence

from archiver.record.ids import SHIFT

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
    """First and last time of each capture of a chat."""
    return connection.execute(
        "SELECT first_sent, last_sent FROM coverage"
        " WHERE chat_id = ? AND length(first_sent) >= 16 AND length(last_sent) >= 16",
        (chat_id,),
    ).fetchall()


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


def one_of(connection: sqlite3.Connection, chat_id: int) -> int:
    """The chat that a person said this one is, or itself."""
    row = connection.execute(
        "SELECT json_extract(detail, '$.one') FROM decisions d WHERE kind = 'chats-same'"
        " AND json_extract(detail, '$.other') = ?1 AND NOT EXISTS (SELECT 1 FROM decisions l WHERE l.id > d.id"
        " AND l.kind = 'chats-not-same' AND json_extract(l.detail, '$.one') = json_extract(d.detail, '$.one')"
        " AND json_extract(l.detail, '$.other') = ?1) ORDER BY d.id DESC LIMIT 1",
        (chat_id,),
    ).fetchone()
    return int(row[0]) if row else chat_id


def kept_apart(connection: sqlite3.Connection, chat_id: int, others: Sequence[int]) -> bool:
    """Whether a person said that a chat is not one of some others."""
    return any(
        connection.execute(
            "SELECT kind FROM decisions WHERE kind IN ('chats-same', 'chats-not-same')"
            " AND json_extract(detail, '$.one') = ? AND json_extract(detail, '$.other') = ? ORDER BY id DESC LIMIT 1",
            (min(chat_id, other), max(chat_id, other)),
        ).fetchone()
        == ("chats-not-same",)
        for other in others
    )


def add(connection: sqlite3.Connection, name: str, is_group: bool | None) -> int:
    """A new chat."""
    made = connection.execute(
        "INSERT INTO chats (name, code, is_group) VALUES (?, ?, ?)", (name, _free_code(connection, name), is_group)
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


def _free_code(connection: sqlite3.Connection, name: str) -> str:
    """The first word or words of the name in plain capitals, with a number where another chat has them."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    words: list[str] = re.findall(r"[A-Z0-9]+", plain.upper()) or ["CHAT"]
    candidates: list[str] = [words[0][:LONGEST_CODE], "-".join(words[:2])[: LONGEST_CODE * 2]]
    for code in candidates:
        if len(code) > 1 and not _taken(connection, code):
            return code
    number = 2
    while _taken(connection, f"{candidates[0]}-{number}"):
        number += 1
    return f"{candidates[0]}-{number}"


def _taken(connection: sqlite3.Connection, code: str) -> bool:
    return connection.execute("SELECT 1 FROM chats WHERE code = ?", (code,)).fetchone() is not None
