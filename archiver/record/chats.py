"""Chats: found by the names they have been known under, or made, each with the code of its references."""

from __future__ import annotations

import re
import sqlite3
import unicodedata

LONGEST_CODE = 12


def find(connection: sqlite3.Connection, name: str) -> int | None:
    """The one chat that is or was called so; None where there is none, or more than one."""
    rows = connection.execute(
        "SELECT DISTINCT chat_id FROM chat_names WHERE name = ? COLLATE NOCASE LIMIT 2", (fold(name),)
    ).fetchall()
    return int(rows[0][0]) if len(rows) == 1 else None


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
